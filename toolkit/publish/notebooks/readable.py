"""What ``reads`` in ``graph.toml`` can name, and which imports would lead past it.

A notebook is handed what it names and nothing else (`toolkit.publish.notebooks.declared`), and its key rests
on fingerprints of just that (`toolkit.publish.notebooks.fingerprints`). So no cell may open the store by
itself. Cells are code, and code that means to get past this can: it guards against an oversight.
"""

from __future__ import annotations

from toolkit.publish.notebooks.imports import imported

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

_OPEN = ("toolkit.analysis", "toolkit.guide", "toolkit.errors")
_CLOSED = ("toolkit.analysis.frames", "toolkit.analysis.open_study")
_NOTEBOOK = "toolkit.publish.notebooks.notebook_study"
_NAMED = {
    "toolkit.publish",
    _NOTEBOOK,
    *(f"{_NOTEBOOK}.{each}" for each in ("study_data", "footer", "Footer")),
}


def way_around(cell: str) -> str:
    """Return what a cell imports to reach the data by itself; empty where it does not."""
    return next((each for each in sorted(imported(cell)) if _leads_around(each)), "")


def share_of(source: str, over: str, item: str) -> str:
    """Return the name under which a key holds what one strand or case has of a source.

    Parameters
    ----------
    source : str
        A name of `SHARED`.
    over : str
        ``strands`` or ``cases``.
    """
    return f"{source} of {over.removesuffix('s')} {item}"


def _leads_around(name: str) -> bool:
    """Return whether an imported name is the toolkit's and not meant for notebooks."""
    if not name.startswith("toolkit.") or name in _NAMED:
        return False
    return not _within(name, _OPEN) or _within(name, _CLOSED)


def _within(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in modules)
