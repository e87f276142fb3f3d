"""The audit trail for people: one line an event, with columns named as in ODK's audit log."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.canonical import canonical
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.chain import Head
from toolkit.store.journal.interface import Store

_VALUES = ("old_value", "new_value")
_HIDDEN = "Cc Cf Zl Zp".split()  # controls, marks of direction, separators of lines


def as_record(event: Event, *, values: bool = False) -> dict[str, Any]:
    """Return an event as JSON values; what was said only where it is asked for."""
    names = ["seq", *NewEvent.__dataclass_fields__, "chain"]
    told = {name: getattr(event, name) for name in names}
    if not values:
        told |= {name: None if told[name] is None else "(kept back)" for name in _VALUES}
    return told


def as_line(event: Event, *, values: bool = False) -> str:
    """Return an event as one line for a terminal.

    Times are UTC. Characters that could hide or move what stands around them are shown by their
    number.
    """
    moment = datetime.fromtimestamp(event.start / 1000, UTC).isoformat(" ", "milliseconds")
    guide = f"{event.guide} {event.guide_version} {event.guide_hash[:12]}".strip()
    pieces = [
        f"{event.seq:>7}",
        moment[:23],
        f"+{event.mono / 1000:.3f}s",
        event.user or "-",
        event.session or "-",
        event.event,
        event.node or "-",
        _change(event, values),
        f"because: {event.change_reason}" if event.change_reason else "",
        f"[{guide}]" if guide else "",
    ]
    return "  ".join(_shown(each) for each in pieces if each)


def noted_head(text: str) -> Head | None:
    """Read the number and seal of an event as somebody noted them; None for an empty text.

    Raises
    ------
    StoreError
        It is not a number, a colon and 64 hex digits (STORE-063).
    """
    number, _, chain = text.strip().partition(":")
    if not text.strip():
        return None
    if not number.isdecimal() or not re.fullmatch("[0-9a-f]{64}", chain):
        raise StoreError.of("STORE-063", place="--noted")
    return Head(int(number), chain)


def missing_head(store: Store, noted: Head | None) -> list[Finding]:
    """Return whether an event that was noted earlier is no longer there."""
    if noted is None or store.holds(noted):
        return []
    return [finding("STORE-064", place=f"event {noted.seq}")]


def _change(event: Event, values: bool) -> str:
    if event.new_value is None and event.old_value is None:
        return ""
    if not values:
        changed = event.old_value is not None and event.new_value is not None
        return "changed" if changed else "set" if event.new_value is not None else "taken back"
    before, after = (canonical(each) for each in (event.old_value, event.new_value))
    return f"{before} -> {after}" if event.old_value is not None else after


def _shown(text: str) -> str:
    """Show characters that would not be seen, or that would turn the line around."""
    return "".join(
        f"<U+{ord(each):04X}>" if unicodedata.category(each) in _HIDDEN else each for each in text
    )
