"""Which code made an output."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import toolkit


@cache
def code_version() -> str:
    """Return the toolkit's version and the start of its source hash: ``0.1.0 (1a2b3c4d)``."""
    return f"{toolkit.__version__} ({code_hash()[:8]})"


@cache
def code_hash() -> str:
    """Return the SHA-256 over all source and package data of the toolkit (64 hex digits)."""
    root = Path(toolkit.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(_sources(root), key=lambda each: each.relative_to(root).as_posix()):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources(root: Path) -> Iterable[Path]:
    """Return the files whose content can change an output."""
    for file in root.rglob("*"):
        if file.suffix in {".py", ".toml", ".css", ".j2", ".json"} and file.is_file():
            yield file
