"""Hashes of files and values: how a run tells that something is the same as before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def hash_of(content: bytes) -> str:
    """Give the SHA-256 of bytes (64 hex digits)."""
    return hashlib.sha256(content).hexdigest()


def canonical(value: Mapping[str, object]) -> bytes:
    """Give JSON values as bytes: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
