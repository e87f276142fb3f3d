"""Loading the notebook format without what takes seconds to load and is never used."""

from __future__ import annotations

import importlib
import sys

# jsonschema builds a grammar of internationalised addresses from it, for a format that no notebook
# has; whoever loads jsonschema after us without this module has it as before.
_NEVER_USED = "rfc3987_syntax"


def load_nbformat() -> None:
    """Load nbformat, and jsonschema with it, unless they are loaded already."""
    if "jsonschema" in sys.modules or _NEVER_USED in sys.modules:
        importlib.import_module("nbformat")
        return
    sys.modules[_NEVER_USED] = None  # type: ignore[assignment]  # how Python is told "not here"
    try:
        importlib.import_module("nbformat")
    finally:
        del sys.modules[_NEVER_USED]
