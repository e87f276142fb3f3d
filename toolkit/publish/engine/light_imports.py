"""Loading packages of others without what takes long to load and is never used.

What is hidden they do without where it is not installed. Whoever loads it later has it as always.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterable

# Formats of texts (addresses, colours, durations) that no notebook has.
_FORMATS = (
    "fqdn",
    "isoduration",
    "rfc3339_validator",
    "rfc3986_validator",
    "rfc3987",
    "rfc3987_syntax",
    "uri_template",
    "webcolors",
)


def load_nbformat() -> None:
    """Load nbformat, and jsonschema with it, unless they are loaded already."""
    _load("jsonschema", without=_FORMATS)
    importlib.import_module("nbformat")


def load_kernel() -> None:
    """Load what every kernel loads when it is made; nobody debugs the notebooks of a run."""
    _load("ipykernel.debugger", without=("debugpy",))


def load_nbconvert() -> None:
    """Load nbconvert, and bs4 without what selects by CSS, which nothing in a run does."""
    with warnings.catch_warnings(action="ignore"):
        _load("bs4", without=("soupsieve",))
    importlib.import_module("nbconvert")


def _load(module: str, *, without: Iterable[str]) -> None:
    """Load a module while others are hidden from it."""
    if module in sys.modules:
        return
    hidden = [name for name in without if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python is told "not here"
    try:
        importlib.import_module(module)
    finally:
        for name in hidden:
            del sys.modules[name]
