"""What is being typed and is no answer yet: kept from the first keystroke on, change by change.

A field of the page is named by the ref that it belongs to and its part: ``q3#answer``,
``q2.who#other``, ``q3#note``, ``#note`` for notes that belong to no question; after the end
``#write-up``, ``#themes``, ``q3#edit`` for a correction and ``q3#reason`` for why. Only what
changed goes into the journal, so that a long answer does not cost the square of its length.
"""

from __future__ import annotations

import re
from typing import Any

from toolkit.guide import Answer
from toolkit.store.event import NewEvent

PARTS = ("answer", "other", "note", "write-up", "themes", "edit", "reason")
"""What can be typed about a ref, or about the session as a whole."""
AFTERWARDS = frozenset({"write-up", "themes", "edit", "reason"})
"""Those of them that are typed after the end."""
_FIELD = re.compile(r"([^#]{0,160})#([a-z-]{1,16})")
# At a forum each screen has fields of its own: two people never write into one.
_SHARED = re.compile(
    r"(?:([^#]{0,160})#(turn|nods)-(facilitator|note-taker)\[[^\[\]]{1,64}\]"
    r"|#(note)-(facilitator|note-taker))"
)


def split_field(field: str) -> tuple[str, str] | None:
    """Return ref and part of a field, or None."""
    parts = _FIELD.fullmatch(field)
    return (parts[1], parts[2]) if parts and parts[2] in PARTS else None


def split_shared(field: str) -> tuple[str, str, str] | None:
    """Return ref, kind (turn, nods, note) and role of a forum screen's field; else None."""
    parts = _SHARED.fullmatch(field)
    if parts is None:
        return None
    return parts[1] or "", parts[2] or parts[4], parts[3] or parts[5]


def change(before: str, after: str) -> dict[str, Any]:
    """Return what turns one text into another.

    Returns
    -------
    dict
        ``at`` and ``cut`` (code points) say what goes, ``put`` what comes in its place.
    """
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    left = most - start
    same = next((n for n in range(left) if before[-1 - n] != after[-1 - n]), left)
    return {
        "at": start,
        "cut": len(before) - start - same,
        "put": after[start : len(after) - same],
    }


def changed(before: str, what: dict[str, Any]) -> str:
    """Return a text after a change from `change`."""
    start = what["at"]
    return before[:start] + str(what["put"]) + before[start + what["cut"] :]


def fields_of(event: NewEvent) -> tuple[str, ...]:
    """Return the fields of the page that an event writes to."""
    if event.event in ("answer", "edit"):
        parts = ("answer", "other", *(("edit", "reason") if event.event == "edit" else ()))
        return tuple(f"{event.node}#{part}" for part in parts)
    if event.event in ("note", "turn") and "field" in event.new_value:
        field = str(event.new_value["field"])
        return field, field.replace("#turn-", "#nods-")
    if event.event in ("note", "write-up", "themes"):
        return (f"{event.node}#{event.event}",)
    # A version that is kept apart writes to nothing: what stands in the field is still the other's.
    return (event.node,) if event.event == "draft" else ()


def written(field: str, said: dict[str, Answer]) -> str:
    """Return the text that a field shows as long as nothing new is typed."""
    ref, _, part = field.partition("#")
    answer = said.get(ref)
    if answer is None:
        return ""
    found = answer.value if part == "answer" else answer.other if part == "other" else None
    return found if isinstance(found, str) else ""
