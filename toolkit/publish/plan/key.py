"""When a notebook has to run again: everything that what it shows depends on, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from toolkit.publish.notebooks.hashes import hash_of_json
from toolkit.publish.notebooks.parameters import Value


@dataclass(frozen=True, slots=True)
class Key:
    """What one notebook depends on. Two runs with equal keys give equal outputs.

    Prose is not in it: where only prose changed, what ran before is put into the new prose.

    Attributes
    ----------
    cells : tuple of str
        SHA-256 of the source of each code cell.
    parameters : mapping of str to value
        What is set for it.
    files : mapping of str to str
        Files of the study that it reads, and their SHA-256.
    data : mapping of str to str
        What it reads of the data, and the fingerprint of each; empty if it reads none.
    code : mapping of str to str
        Files of the toolkit that it imports, directly or not, and their SHA-256.
    packages : mapping of str to str
        Packages of others behind it, and their versions.
    after : mapping of str to str
        Notebooks that it comes after, and the hashes of their keys.
    """

    cells: tuple[str, ...]
    parameters: Mapping[str, Value]
    files: Mapping[str, str]
    data: Mapping[str, str]
    code: Mapping[str, str]
    packages: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def hash(self) -> str:
        """SHA-256 over all of it (64 hex digits)."""
        return hash_of_json(self.to_json())

    @property
    def run(self) -> str:
        """What a notebook shows as the id of its run (12 hex digits)."""
        return self.hash[:12]

    @property
    def code_version(self) -> str:
        """Start of the hash of the toolkit's source behind it (8 hex digits)."""
        return hash_of_json(self.code)[:8]

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read it back from what `to_json` gave.

        Raises
        ------
        TypeError
            It is something else.
        """
        if not isinstance(value.get("data"), Mapping):
            raise TypeError
        return cls(**{**value, "cells": tuple(value.get("cells", ()))})

    def differences(self, before: Key) -> Iterator[str]:
        """Return in words what changed; values of parameters are never shown.

        Parameters
        ----------
        before : Key
            Of the last run of the same notebook.
        """
        yield from _cells(self.cells, before.cells)
        for name in _changed(self.parameters, before.parameters):
            yield f"parameter {name} changed"
        yield from _files(_changed(self.files, before.files))
        if others := _changed(self.data, before.data):
            yield f"{', '.join(others)} changed"
        yield from _files(_changed(self.code, before.code))
        for name in _changed(self.packages, before.packages):
            now, then = self.packages.get(name, "none"), before.packages.get(name, "none")
            yield f"{name} is {now}, it was {then}"
        for name in _changed(self.after, before.after):
            yield f"upstream notebook {name} changed"


def _changed(now: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
    """Return the names whose value changed, or that are on one side only."""
    return sorted(each for each in {*now, *before} if now.get(each) != before.get(each))


def _cells(now: tuple[str, ...], before: tuple[str, ...]) -> Iterator[str]:
    """Yield which code cells changed."""
    if len(now) != len(before):
        yield f"it has {len(now)} code cells, and had {len(before)}"
        return
    for number, (one, other) in enumerate(zip(now, before, strict=True), 1):
        if one != other:
            yield f"code cell {number} changed"


def _files(names: list[str]) -> Iterator[str]:
    """Yield which files changed; many are only counted."""
    if names:
        more = f" and {len(names) - 1} more files" if len(names) > 1 else ""
        yield f"{names[0]}{more} changed"
