"""Whether the toolkit made what a cell shows: seals that only the run of that notebook can give.

Each notebook is executed with a key of its own, made by chance. What the toolkit shows in it is
sealed under that key (`toolkit.analysis.present.seal`). Here each seal is checked as soon as the
notebook has ended, and a mark without a secret is left in its place; whatever else a cell wrote
under that name is taken out. So nothing that is printed can pass for an output of the toolkit.
"""

from __future__ import annotations

import hmac
import json
import secrets

from nbformat import NotebookNode

# The forms in which `toolkit.analysis.present.seal` seals; a test holds the two together.
VARIABLE = "TOOLKIT_SEAL"
_MARK = "toolkit"
_KINDS_OF_OUR_OWN = ("error",)


def new_key() -> str:
    """Return a key for one notebook (64 hex digits)."""
    return secrets.token_hex(32)


def check_seals(notebook: NotebookNode, key: str) -> None:
    """Replace the seals of a notebook by marks, and take out those that are not good.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As an engine left it; it is changed.
    key : str
        The key that it was executed with.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                seal = output.metadata.pop(_MARK, None)
                if _is_good(output, seal, key):
                    output.metadata[_MARK] = {"made": True}


def made_by_toolkit(output: NotebookNode) -> bool:
    """Return whether the toolkit made an output, or says in it that a notebook stopped.

    Parameters
    ----------
    output : nbformat.NotebookNode
        Of a notebook that went through `check_seals`.
    """
    if output.output_type in _KINDS_OF_OUR_OWN:
        return True
    return bool(output.get("metadata", {}).get(_MARK, {}).get("made"))


def _is_good(output: NotebookNode, seal: object, key: str) -> bool:
    """Return whether a seal is that of an output under a key."""
    if not isinstance(seal, str):
        return False
    told = json.dumps(output.data, sort_keys=True, separators=(",", ":"))
    good = hmac.new(bytes.fromhex(key), told.encode(), "sha256").hexdigest()
    return hmac.compare_digest(seal.encode(), good.encode())
