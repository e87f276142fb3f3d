"""What an encrypted store says about itself before it is unlocked: ``study.json``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.canonical import canonical
from toolkit.store.event import About

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
    told = {"format": FORMAT, **asdict(about)}
    write_whole(folder / _NAME, told, f"folder {folder.name}")


def write_whole(path: Path, told: Mapping[str, Any], place: str) -> None:
    """Write a small file of JSON; whole or not at all, safely on the disk.

    Raises
    ------
    StoreError
        The disk is full, read-only or failing.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(canonical(dict(told)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        raise StoreError.of("STORE-015", place=place, problem=problem) from None


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are safely on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can use, with those above it, safely on the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        # The folder above may be one in which we may make folders and list nothing.
        with suppress(PermissionError):
            sync_folder(folder.parent)


def described(folder: Path) -> About:
    """Return what a store says that it is.

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
        raise StoreError.of("STORE-013", place=place, name=_NAME, format=FORMAT) from None
    if newer:
        raise StoreError.of("STORE-043", place=place, format=FORMAT)
    if about is None or format_ != FORMAT:
        raise StoreError.of("STORE-013", place=place, name=_NAME, format=FORMAT)
    return about


def is_described(folder: Path) -> bool:
    """Return whether a folder holds a store of any form."""
    return (folder / _NAME).exists()
