"""What may enter the journal: checked before anything is written, so that nothing half enters."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.errors import StoreError, finding
from toolkit.store.canonical import DEEPEST, canonical
from toolkit.store.event import REHEARSAL, About, Json, NewEvent
from toolkit.store.journal.sealing import content_of

LARGEST = 1024 * 1024
"""Most text in one value: 1 MiB, counted in bytes of UTF-8."""
_INT64 = 2**63
_TEXTS = (
    "event",
    "node",
    "user",
    "change_reason",
    "case",
    "session",
    "guide",
    "guide_version",
    "guide_hash",
)
_TIMES = ("start", "mono")


def checked_content(event: NewEvent, seq: int) -> bytes:
    """Return the sealed content of an event, or refuse it.

    Most events are fine, which shows on their content; only an odd one is looked at closely.

    Raises
    ------
    StoreError
        As `check_entry`.
    """
    try:
        content = content_of(event, seq)
    except (ValueError, TypeError):
        check_entry(event)
        raise
    if len(content) > LARGEST or b"\\u0000" in content or not event.event:
        check_entry(event)
    return content


def check_entry(event: NewEvent) -> None:
    """Refuse an event that the journal could not return unchanged.

    Raises
    ------
    StoreError
        A value has NUL or half a surrogate pair, is larger than 1 MiB, nests deeper than 20
        levels, or is not JSON. The message says which column, never what stands in it.
    """
    _check_kinds(event)
    for column in _TEXTS:
        _check_text(event, column, getattr(event, column))
    for column in ("old_value", "new_value"):
        value = getattr(event, column)
        _check_value(event, column, value, 0)
        if isinstance(value, dict | list):
            _check_size(event, column, canonical(value))


def refuse_mixing(about: About, events: Iterable[NewEvent]) -> None:
    """Refuse events of a rehearsal in a store of real data, and real ones in that of a rehearsal.

    Raises
    ------
    StoreError
        One of them belongs in the other kind of store (STORE-110, STORE-111).
    """
    rehearsed = about.holds == REHEARSAL
    for each in events:
        if each.user.startswith(f"{REHEARSAL}-") != rehearsed:
            code = "STORE-111" if rehearsed else "STORE-110"
            raise StoreError.of(code, place=f"store of study {about.study}")


def _check_kinds(event: NewEvent) -> None:
    """Refuse values of the wrong type, whatever the type checker believed."""
    if not event.event:
        raise _refused("STORE-004", event, "event")
    for column in (*_TEXTS, *_TIMES):
        if type(getattr(event, column)) is not (int if column in _TIMES else str):
            raise _refused("STORE-004", event, column)
    if event.end is not None and type(event.end) is not int:
        raise _refused("STORE-004", event, "end")


def _check_text(event: NewEvent, column: str, text: str) -> None:
    if "\x00" in text:
        raise _refused("STORE-001", event, column)
    try:
        _check_size(event, column, text)
    except UnicodeEncodeError:
        raise _refused("STORE-002", event, column) from None


def _check_size(event: NewEvent, column: str, text: str) -> None:
    size = len(text) if text.isascii() else len(text.encode())
    if size > LARGEST:
        raise _refused("STORE-003", event, column, size=f"{size / LARGEST:.1f}")


def _check_value(event: NewEvent, column: str, value: Json, depth: int) -> None:
    kind = type(value)
    if kind is str:
        _check_text(event, column, value)
    elif kind is dict:
        _check_inner(event, column, [*value, *value.values()], depth)
        if any(type(key) is not str for key in value):
            raise _refused("STORE-004", event, column)
    elif kind is list:
        _check_inner(event, column, value, depth)
    elif kind is float:
        if value != value or value in (float("inf"), float("-inf")):
            raise _refused("STORE-004", event, column)
    elif kind is int:
        if not -_INT64 <= value < _INT64:
            raise _refused("STORE-004", event, column)
    elif value is not None and kind is not bool:
        raise _refused("STORE-004", event, column)


def _check_inner(event: NewEvent, column: str, values: list[Json], depth: int) -> None:
    if depth >= DEEPEST:
        raise _refused("STORE-005", event, column)
    for each in values:
        _check_value(event, column, each, depth + 1)


def _refused(code: str, event: NewEvent, column: str, size: str = "") -> StoreError:
    """Build the refusal; the event's content may be unfit to print, so it names only ids."""
    kind: object = event.event
    told = kind if isinstance(kind, str) and kind.isascii() and kind.isprintable() else "?"
    place = f"event {told}, column {column}"
    return StoreError([finding(code, place=place, size=size, deepest=DEEPEST)])
