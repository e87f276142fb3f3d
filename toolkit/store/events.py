"""One event of the journal: what was said or done, by whom, when, and under which guide.

The columns that ODK's audit log has carry its names (event, node, start, end, old-value,
new-value, user, change-reason). Events are never changed; what is true now is derived from them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

# The chain begins here, so that a dropped first event shows as well.
ORIGIN = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event on its way into the journal; the store gives it its number and its link.

    Attributes
    ----------
    event : str
        What happened: ``begin``, ``answer``, ``confirm``, ``note``, ``turn``, ``finish`` ...
    node : str
        What it happened to: ref of a question, id of a script; empty for the whole session.
    start : int
        Wall clock at the start, in milliseconds since 1970-01-01 UTC.
    end : int or None
        Wall clock at the end, in the same unit; None where it has no length.
    old_value, new_value : object
        JSON values before and after.
    user : str
        Role and number of who did it, e.g. ``researcher-1``; never a name.
    change_reason : str
        Why something was changed after the session.
    case : str
        Pseudonym of the participant, or the id of a forum.
    session : str
        Id of the session, or of the record that the event belongs to.
    mono : int
        Milliseconds since the session began, by a clock that never goes back.
    guide, guide_version, guide_hash : str
        The guide in force; empty outside sessions.
    """

    event: str
    case: str
    session: str
    user: str
    start: int
    node: str = ""
    end: int | None = None
    old_value: Any = None
    new_value: Any = None
    change_reason: str = ""
    mono: int = 0
    guide: str = ""
    guide_version: str = ""
    guide_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """An event in the journal.

    Attributes
    ----------
    seq : int
        Its number in the journal, from 1.
    chain : str
        SHA-256 (hex) over the chain of the event before and this event in canonical JSON.
    """

    seq: int
    chain: str


COLUMNS = tuple(NewEvent.__dataclass_fields__)


def sealed(new: NewEvent, seq: int, before: str) -> Event:
    """Give an event its number and its link in the chain.

    Parameters
    ----------
    new : NewEvent
        The event.
    seq : int
        Its number, from 1.
    before : str
        Chain of the event before; `ORIGIN` for the first.
    """
    values = {name: getattr(new, name) for name in COLUMNS}
    return Event(**values, seq=seq, chain=link(values, seq, before))


def link(values: dict[str, Any], seq: int, before: str) -> str:
    """Compute the chain value of an event.

    Parameters
    ----------
    values : dict
        Its columns.
    seq : int
        Its number.
    before : str
        Chain of the event before.
    """
    text = json.dumps([seq, values], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
