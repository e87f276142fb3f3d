"""Tables and numbers of a study, by subject: recruitment, answers, themes, quality, report.

Each subject is loaded when it is first used::

    >>> from toolkit import open_study, tables
    >>> study = open_study("my-study")
    >>> tables.themes.by_strand(study).base_of
    'participants'
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

SUBJECTS = ("answers", "overview", "quality", "recruitment", "report", "themes")


def __getattr__(name: str) -> ModuleType:
    """Load a subject when it is first used."""
    if name not in SUBJECTS:
        subjects = ", ".join(SUBJECTS)
        raise AttributeError(f"there are no tables about {name!r}, only about {subjects}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """Return what Tab completes."""
    return sorted({*globals(), *SUBJECTS})
