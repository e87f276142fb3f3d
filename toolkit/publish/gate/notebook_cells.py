"""The cells of a notebook at the gate, before it is rendered: each output goes out or is held back.

What is held back is replaced by a line that says so, so that the rest of the page goes out.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from toolkit.publish.engine.execution import cell_number
from toolkit.publish.engine.seals import made_by_toolkit
from toolkit.publish.gate.gate import Gate
from toolkit.publish.gate.held import Held
from toolkit.publish.gate.text_extraction import Contents, contents_of
from toolkit.publish.notebooks.hashes import hash_of, hash_of_json

_SHORT = 12


def hold_cells(
    notebook: NotebookNode, name: str, gate: Gate
) -> tuple[NotebookNode, tuple[Held, ...]]:
    """Withhold what cells show and must not.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed and normalised; it is not changed.
    name : str
        Name of the notebook.
    gate : Gate
        What is looked for.

    Returns
    -------
    tuple of (nbformat.NotebookNode, tuple of Held)
        The notebook with a line in the place of everything that is held back, and what that is,
        released outputs included.
    """
    kept, found = copy.deepcopy(notebook), []
    for position, cell in enumerate(kept.cells):
        place = f"notebooks/{name}.ipynb, cell {cell_number(notebook, position)}"
        held = _source(cell, place, gate)
        if held is not None:
            found.append(held)
        if cell.cell_type == "code":
            cell.outputs, those = _outputs(cell.outputs, place, gate)
            found += those
    return kept, tuple(found)


def _source(cell: NotebookNode, place: str, gate: Gate) -> Held | None:
    """Withhold prose and code in which a name or somebody's words stand."""
    content = str(cell.source).encode()
    held = gate.held(place, hash_of(content), contents_of("", content, gate.reviewed))
    if held is not None and not held.released_by:
        line = f"This cell is withheld; held-back.json says why ({held.hash[:_SHORT]})."
        cell.source = f"# {line}" if cell.cell_type == "code" else line
        cell.pop("attachments", None)
    return held


def _outputs(
    outputs: list[NotebookNode], place: str, gate: Gate
) -> tuple[list[NotebookNode], list[Held]]:
    """Withhold the outputs of one cell that must not go out."""
    kept, found = [], []
    for output in outputs:
        held = _output(output, place, gate)
        found += [held] if held is not None else []
        kept.append(_line(held) if held is not None and not held.released_by else output)
    return kept, found


def _output(output: NotebookNode, place: str, gate: Gate) -> Held | None:
    """Return why an output would be held back; None where it may go out."""
    shown = _shown(output)
    contents = Contents()
    for kind, value in shown.items():
        text = "\n".join(_texts(value))
        if kind.startswith("image/") and kind != "image/svg+xml":
            text = f"data:{kind};base64,{text}"
        read = contents_of("", text.encode(errors="replace"), gate.reviewed)
        contents.texts += read.texts
        contents.unread += read.unread
        contents.pictures += read.pictures
    if not any(text.strip() for _, text in contents.texts):
        return None
    return gate.held(place, hash_of_json(shown), contents, made=made_by_toolkit(output))


def _shown(output: NotebookNode) -> dict[str, Any]:
    """Return what an output shows, by form."""
    if output.output_type == "stream":
        return {str(output.name): str(output.text)}
    if output.output_type == "error":
        return {"error": f"{output.ename}: {output.evalue}"}
    return dict(output.data)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of an output."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)


def _line(held: Held) -> NotebookNode:
    """Return the output that stands in the place of one that is held back."""
    said = f"This output is withheld; held-back.json says why ({held.hash[:_SHORT]})."
    data = NotebookNode({"text/html": f'<p class="note">{said}</p>', "text/plain": said})
    return NotebookNode(output_type="display_data", data=data, metadata=NotebookNode())
