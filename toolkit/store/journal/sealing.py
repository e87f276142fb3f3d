"""The sealed form of an event, and the seal that ties it to the events before it."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from json.encoder import encode_basestring
from operator import attrgetter

from toolkit.store.canonical import canonical
from toolkit.store.event import About, Event, Json, NewEvent

_OLD = [each.name for each in fields(NewEvent)].index("old_value")  # new_value stands next to it
_values_of = attrgetter(*(each.name for each in fields(NewEvent)))
# The columns of the sealed content in the order of their names: how each begins, the type that
# it takes, and whether there may be nothing in it.
_TYPES = {each.name: str(each.type) for each in fields(NewEvent)} | {"seq": "int"}
_LAYOUT = tuple(
    (f'"{name}":', {"str": str, "Json": None}.get(told, int), told in ("Json", "int | None"))
    for name, told in sorted(_TYPES.items())
)
_before_seq = attrgetter(*(name for name in sorted(_TYPES) if name < "seq"))
_after_seq = attrgetter(*(name for name in sorted(_TYPES) if name > "seq"))


def content_of(event: NewEvent, seq: int) -> bytes:
    """Return what is sealed of an event, as canonical JSON in UTF-8.

    Empty columns are left out, so that a column added by a later version leaves old seals valid.
    An empty text is a value where a value stands, and nothing where a text stands.

    Raises
    ------
    ValueError
        A column has something that it does not take; `toolkit.store.journal.entry` says what.
    """
    values = (*_before_seq(event), seq, *_after_seq(event))
    parts = []
    for (head, kind, optional), value in zip(_LAYOUT, values, strict=True):
        if (value is None and optional) or (kind is str and value == ""):
            continue
        if kind is not None and type(value) is not kind:
            raise ValueError("not of the column's type")
        parts.append(head + (encode_basestring(value) if kind is str else canonical(value)))
    return ("{" + ",".join(parts) + "}").encode()


def genesis(about: About) -> str:
    """Return the seal before the first event: a journal fits its own study and no other."""
    plain = {each.name: getattr(about, each.name) for each in fields(About)}
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def seal(previous: str, content: bytes) -> str:
    """Return the seal of an event's content (from `content_of`) after the one before it."""
    return hashlib.sha256(previous.encode("ascii") + content).hexdigest()


def numbered(event: NewEvent, seq: int, chain: str) -> Event:
    """Return an event its number and its seal, with values that nobody else can change.

    Parameters
    ----------
    seq : int
        Its number, from 1.
    """
    values = _values_of(event)
    old, new = values[_OLD : _OLD + 2]
    kept = (*values[:_OLD], _copied(old), _copied(new), *values[_OLD + 2 :], seq, chain)
    return Event(*kept)


def _copied(value: Json) -> Json:
    """Copy lists and mappings all the way down; what cannot be changed is given as it is."""
    kind = type(value)
    if kind is dict:
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if kind is list else value
