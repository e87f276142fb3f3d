"""What an encrypted store says about itself before it is unlocked: ``study.json``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.store.event import About
from toolkit.store.sealing import canonical

FORMAT = "toolkit-sqlcipher/1"
_FAMILY = FORMAT.rpartition("/")[0]
_NAME = "study.json"


def describe(folder: Path, about: About) -> None:
    """Write what a store is; whole or not at all.

    Raises
    ------
    StoreError
        The disk is full, read-only or failing.
    """
    part = folder / f"{_NAME}.part"
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(canonical({"format": FORMAT, **asdict(about)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / _NAME)
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        raise StoreError.of("STORE-015", place=f"folder {folder.name}", problem=problem) from None


def described(folder: Path) -> About:
    """Give what a store says that it is.

    Raises
    ------
    StoreError
        There is none, it is of a newer version, or its description cannot be read.
    """
    place = f"folder {folder.name}"
    try:
        told = json.loads((folder / _NAME).read_bytes())
        format_ = told.pop("format")
        family, _, version = format_.rpartition("/")
        newer = family == _FAMILY and int(version) > 1
        about = None if newer else About(**told)
    except FileNotFoundError:
        raise StoreError.of("STORE-011", place=place) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoreError.of("STORE-013", place=place, format=FORMAT) from None
    if newer:
        raise StoreError.of("STORE-043", place=place, format=FORMAT)
    if about is None or format_ != FORMAT:
        raise StoreError.of("STORE-013", place=place, format=FORMAT)
    return about


def is_described(folder: Path) -> bool:
    """Tell whether a folder holds a store of any form."""
    return (folder / _NAME).exists()
