"""The one canonical encoding of JSON values, on which every seal and every hash rests."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

from toolkit.store.event import Json

DEEPEST = 20
"""Most levels of lists and mappings in one value."""
_INT64 = 2**63


def canonical(value: Json, depth: int = 0) -> str:
    """Return a JSON value as text in its one canonical form: sorted keys, no spaces, Unicode as is.

    The same text as ``json.dumps`` gives with these settings; in one pass with the checks.

    Raises
    ------
    ValueError
        It is not JSON, not finite, larger than 64 bits, or nests deeper than `DEEPEST` levels.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if depth >= DEEPEST and kind in (dict, list):
        raise ValueError("too deep")
    if kind is dict:
        inner = [f"{_key(key)}:{canonical(value[key], depth + 1)}" for key in sorted(value)]
        return "{" + ",".join(inner) + "}"
    if kind is list:
        return "[" + ",".join([canonical(each, depth + 1) for each in value]) + "]"
    if kind is int:
        if not -_INT64 <= value < _INT64:
            raise ValueError("more than 64 bits")
        return int.__repr__(value)
    if value is None or kind in (bool, float):
        return json.dumps(value, allow_nan=False)
    raise ValueError("not JSON")


def _key(key: Any) -> str:
    if type(key) is not str:
        raise ValueError("a key that is not text")
    return encode_basestring(key)
