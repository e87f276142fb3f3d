"""What ``reads`` in ``graph.toml`` can name, and which imports would lead past it.

A notebook is handed what it names and nothing else (`toolkit.publish.notebooks.declared`), and its key rests
on fingerprints of just that (`toolkit.publish.notebooks.fingerprints`). So no cell may open the store by
itself. Cells are code, and code that means to get past this can: it guards against an oversight.
"""

from __future__ import annotations

import toolkit
from toolkit.publish.notebooks.front_door import names_used
from toolkit.publish.notebooks.imports import parsed

FILES = ("protocol", "guides", "codebook")
"""Files of the study; hashed as they are."""
FRAMES = tuple(
    "sessions participants answers coverage turns reactions attempts recruitment timings segments"
    " deviations".split()
)
"""The tidy frames; `recruitment` stands for the counts of the list and the draw too."""
BESIDE = ("sources", "quotations")
"""The texts that are coded, and the quotations that were signed off."""
READABLE = (*FILES, *FRAMES, *BESIDE)
SHARED = (*FRAMES, "sources", "guides")
"""What a notebook that fans out is handed of its own strand or case only."""

# Of the front door: a run in a run, and the pages on which calls and forums are held.
_CLOSED = ("run", "call_page", "forum_page")


def way_around(cell: str) -> str:
    """Return what a cell uses of the toolkit that could lead past the graph; empty if nothing.

    A notebook uses what ``import toolkit`` offers. The rooms below can open the store, and can make
    tables and figures without the suppression that the gate relies on.
    """
    used = sorted(each.removesuffix(".*") for each in names_used([parsed(cell)], "toolkit"))
    return next((each for each in used if _leads_around(each)), "")


def share_of(source: str, over: str, item: str) -> str:
    """Return the name of one strand's or case's part of a source in a key.

    Parameters
    ----------
    source : str
        A name of `SHARED`.
    over : str
        ``strands`` or ``cases``.
    """
    return f"{source} of {over.removesuffix('s')} {item}"


def _leads_around(name: str) -> bool:
    """Return whether a name of the toolkit is not meant for the notebooks of a run."""
    first = name.removeprefix("toolkit").removeprefix(".").partition(".")[0]
    open_to_all = first in ("", "errors") or first.startswith("__")
    return not open_to_all and (first in _CLOSED or first not in toolkit.OFFERED)
