"""Hashes of files and values, by which a run knows that something has not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from toolkit.store.canonical import canonical
from toolkit.store.event import Json


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of bytes (64 hex digits)."""
    return hashlib.sha256(content).hexdigest()


def hash_of_json(value: Mapping[str, object]) -> str:
    """Return the SHA-256 of values in their one canonical form as JSON (64 hex digits)."""
    return hash_of(as_json(value).encode())


def as_json(value: Mapping[str, object]) -> str:
    """Return values in their one canonical form as JSON."""
    return canonical(_plain(value))


def _plain(value: Any) -> Json:
    """Return tuples as lists and mappings of any kind as dicts: what seals take as JSON."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
