"""Tells the kernels that a Jupyter server starts whose data it captures for.

A kernel is a child of its server, and has its environment. It learns a folder, and no key.
"""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "TOOLKIT_CAPTURE_DATA"


def tell_kernels(data: Path) -> None:
    """Set for this server's kernels which data it captures for."""
    os.environ[_NAME] = str(data.resolve())


def told_to_kernels() -> Path | None:
    """Return the folder that the server of this kernel captures for; None if there is none."""
    told = os.environ.get(_NAME)
    return Path(told) if told else None
