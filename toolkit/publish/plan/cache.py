"""What ran before, kept below ``outputs/.cache`` so that it need not run again.

It holds what the pages show, so only the person who runs can read it. Whatever rests on data that
are others today is thrown away before a run starts: nothing of somebody who withdrew stays.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.publish.notebooks.hashes import hash_of_json
from toolkit.publish.plan.key import Key

FORMAT = "toolkit-cells/1"
_KEPT_FOR_A_NOTEBOOK = 8
_MOST_FOUND_OUT = 2_000
_LAST, _MEMO = "last", "memo.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """What one notebook left when it ran to its end.

    Attributes
    ----------
    cells : list of mapping
        Number and outputs of each code cell, without what differs by chance.
    seconds : float
        How long it took, in seconds.
    ended : float
        When it was done, in seconds since 1970.
    """

    cells: list[Mapping[str, Any]]
    seconds: float
    ended: float


@dataclass(slots=True)
class Cache:
    """What is kept of one study: a folder for each notebook, a file for each key.

    Attributes
    ----------
    folder : pathlib.Path
        Made when something is kept first.
    memo : dict
        What was found out about source and packages, so that it is looked up once.
    """

    folder: Path
    memo: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.memo = _read(self.folder / _MEMO)

    def find(self, name: str, key: Key) -> Kept | None:
        """Return what a notebook with this key left; None if it has not run to its end."""
        file = self._entry(name, key)
        found = _read(file)
        if found.get("format") != FORMAT or not isinstance(found.get("cells"), list):
            return None
        return Kept(found["cells"], float(found["seconds"]), file.stat().st_mtime)

    def keep(self, name: str, key: Key, cells: list[dict[str, Any]], seconds: float) -> None:
        """Keep what a notebook left.

        Parameters
        ----------
        seconds : float
            How long it took, in seconds.
        """
        entry = {"format": FORMAT, "cells": cells, "seconds": round(seconds, 3)}
        _write(self._entry(name, key), entry)
        _write(self.folder / name / _LAST, {"key": key.to_json(), "seconds": round(seconds, 3)})

    def keep_memo(self) -> None:
        """Keep what was found out about source and packages, where there is news."""
        if len(self.memo) > _MOST_FOUND_OUT:
            self.memo.clear()
        if _read(self.folder / _MEMO) != self.memo:
            _write(self.folder / _MEMO, self.memo)

    def last(self, name: str) -> Key | None:
        """Return the key with which a notebook ran last; None if it never did."""
        try:
            return Key.of_json(_read(self.folder / name / _LAST)["key"])
        except (KeyError, TypeError, AttributeError):
            return None

    def expected(self, names: Iterable[str]) -> dict[str, float]:
        """Return how long notebooks took last, in seconds; others are taken for an average one."""
        told = {name: _read(self.folder / name / _LAST).get("seconds") for name in names}
        known = [each for each in told.values() if isinstance(each, float | int)]
        mean = sum(known) / len(known) if known else 1.0
        return {name: float(each or mean) for name, each in told.items()}

    def forget(self, *, all_but: Mapping[str, Key]) -> None:
        """Delete results from other data, and those of notebooks that no longer exist."""
        for folder in self.folder.glob("*/"):
            if folder.name not in all_but:
                shutil.rmtree(folder)
                continue
            signs = (f"{_sign({})}-", f"{_sign(all_but[folder.name].data)}-")
            entries = (each for each in folder.iterdir() if each.name != _LAST)
            files = sorted(entries, key=lambda each: each.stat().st_mtime, reverse=True)
            for number, file in enumerate(files):
                if not file.name.startswith(signs) or number >= _KEPT_FOR_A_NOTEBOOK:
                    file.unlink()

    def _entry(self, name: str, key: Key) -> Path:
        """Return the file of a notebook's earlier outputs; its name depends on the data."""
        return self.folder / name / f"{_sign(key.data)}-{key.hash[:40]}.json"


def _sign(data: Mapping[str, str]) -> str:
    """Return the start of a hash of what is read, for the names of files."""
    return hash_of_json(data)[:16] if data else "none"


def _read(file: Path) -> dict[str, Any]:
    """Read a file of the cache; empty if it is missing or broken."""
    try:
        read = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _write(file: Path, value: Mapping[str, object]) -> None:
    """Put a file in place in one step, for this person only."""
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(value), encoding="ascii")
    partial.replace(file)
