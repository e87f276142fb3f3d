"""One entry of the journal, and what the journal as a whole is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any
"""What JSON can hold: None, bool, int, float, str, list of these, dict of str to these."""

REHEARSAL = "rehearsal"
"""What a store of a rehearsal holds, and how whoever does something in one is named."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, before the store has numbered and sealed it.

    Columns are named as in ODK's audit log where it has them.

    Attributes
    ----------
    event : str
        What happened, in one word: ``answer``, ``consent``, ``draw``.
    node : str
        What it happened to: the ref of a question, script or probe, or a code of the event's own.
    start, end : int, int or None
        When it began and when it was over, in ms since 1970-01-01 UTC; no end where it has none.
    old_value, new_value : JSON
        Value before and after.
    user : str
        Role account that did it, such as ``researcher-1``.
    change_reason : str
        Why it was changed afterwards, or why it departs from the protocol.
    case : str
        Pseudonym of the case; empty for what concerns the whole study.
    session : str
        Id of the session, or of the record it belongs to: ``K07``, ``F1``, ``fieldwork``.
    mono : int
        Time since the session began, in ms, by a clock that never goes backwards.
    guide, guide_version, guide_hash : str
        Topic guide in use; empty outside a session.
    """

    event: str
    node: str = ""
    start: int = 0
    end: int | None = None
    old_value: Json = None
    new_value: Json = None
    user: str = ""
    change_reason: str = ""
    case: str = ""
    session: str = ""
    mono: int = 0
    guide: str = ""
    guide_version: str = ""
    guide_hash: str = ""

    @property
    def stream(self) -> tuple[str, str]:
        """The sequence of events that it belongs to: its session, or else its case."""
        return (self.session, "") if self.session else ("", self.case)


@dataclass(frozen=True, slots=True)
class Event(NewEvent):
    """An entry of the journal: it has a number and a seal, and is never changed.

    Attributes
    ----------
    seq : int
        Its number in the store, from 1, without gaps.
    chain : str
        SHA-256 (64 hex digits) over the seal before it and its own canonical JSON.
    """

    seq: int = 0
    chain: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a store is: whose data it holds, and of which kind.

    Attributes
    ----------
    study : str
        Id of the study.
    fictional : bool
        Whether all data in it are invented.
    created : str
        Day on which the store was made, ISO 8601.
    holds : str
        ``research``, ``identity`` or ``identity-audit``; or ``rehearsal``.
    """

    study: str
    fictional: bool
    created: str
    holds: str = "research"
