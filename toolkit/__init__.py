"""Topic-guide toolkit: a sensitive qualitative study, from its protocol to its published report.

A notebook needs this import and no other of the toolkit. `open_study` finds the study around the
working folder; in a run it is handed what ``graph.toml`` declares::

    >>> import toolkit
    >>> study = toolkit.open_study("my-study")
    >>> study
    Study my-study (fictional): 2 strands, 36 participants. Rows of its frames: sessions 28, ...
    >>> toolkit.tables.recruitment.flow(study).title
    'From the list to the interview'

Importing the package is cheap: each name is loaded only when it is used. The stub beside this file
tells type checkers what the names are.
"""

from __future__ import annotations

__version__ = "0.1.0"

# Name to the module that it comes from; a module of the same name is offered itself. Runs read
# this table too, to find the code that a notebook rests on.
OFFERED = {
    "call_page": "toolkit.capture.notebook",
    "check_guide": "toolkit.guide",
    "figure": "toolkit.analysis.wrap.figures",
    "figures": "toolkit.analysis.figures",
    "footer": "toolkit.publish.notebooks.notebook_study",
    "forum_page": "toolkit.capture.notebook",
    "load_guide": "toolkit.guide",
    "open_study": "toolkit.publish.notebooks.notebook_study",
    "record": "toolkit.analysis.present.results",
    "run": "toolkit.publish.run.by_name",
    "say": "toolkit.analysis.present.results",
    "table": "toolkit.analysis.wrap.tables",
    "tables": "toolkit.analysis.tables",
}
__all__ = [
    "call_page",
    "check_guide",
    "figure",
    "figures",
    "footer",
    "forum_page",
    "load_guide",
    "open_study",
    "record",
    "run",
    "say",
    "table",
    "tables",
]


def __getattr__(name: str) -> object:
    """Load one of the names when it is first used."""
    from importlib import import_module

    if name not in OFFERED:
        offers = ", ".join(OFFERED)
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}; it offers {offers}")
    module = import_module(OFFERED[name])
    found = module if OFFERED[name].endswith(f".{name}") else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return what Tab completes."""
    return sorted({*globals(), *OFFERED})
