"""One entry of the journal, in canonical form and sealed into the chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

Json = Any
"""What JSON can hold: None, bool, int, float, str, list of these, dict of str to these."""


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
        Id of the session, or of the record it belongs to: ``P07``, ``F1``, ``fieldwork``.
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
        ``research``, ``identity`` or ``identity-audit``.
    """

    study: str
    fictional: bool
    created: str
    holds: str = "research"


_COLUMNS = tuple(each.name for each in fields(NewEvent))
_EMPTY = tuple("" if each.default == "" else None for each in fields(NewEvent))
_OLD = _COLUMNS.index("old_value")  # new_value stands next to it
_values_of = attrgetter(*_COLUMNS)
# Depth is limited before anything is encoded (`toolkit.store.entry`), so circles cannot occur.
_encode = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
).encode


def canonical(value: Json) -> str:
    """Give a JSON value as text in its one canonical form: sorted keys, no spaces, Unicode as is.

    Raises
    ------
    ValueError
        A number is not finite; the entry check tells that to people before it comes here.
    """
    return _encode(value)


def content_of(event: NewEvent, seq: int) -> bytes:
    """Give what is sealed of an event, as canonical JSON in UTF-8.

    Empty columns are left out, so that a column added by a later version leaves old seals valid.
    An empty text is a value where a value stands, and nothing where a text stands.
    """
    triples = zip(_COLUMNS, _values_of(event), _EMPTY, strict=True)
    content = {name: value for name, value, empty in triples if value != empty}
    content["seq"] = seq
    return _encode(content).encode()


def genesis(about: About) -> str:
    """Give the seal before the first event: a journal fits its own study and no other."""
    plain = {each.name: getattr(about, each.name) for each in fields(About)}
    return hashlib.sha256(_encode(plain).encode()).hexdigest()


def seal(previous: str, content: bytes) -> str:
    """Give the seal of an event's content (from `content_of`) after the one before it."""
    return hashlib.sha256(previous.encode("ascii") + content).hexdigest()


def numbered(event: NewEvent, seq: int, chain: str) -> Event:
    """Give an event its number and its seal, with values that nobody else can change.

    Parameters
    ----------
    event : NewEvent
        The event.
    seq : int
        Its number, from 1.
    chain : str
        Its seal.
    """
    values = _values_of(event)
    old, new = map(_copied, values[_OLD : _OLD + 2])
    return Event(*(*values[:_OLD], old, new, *values[_OLD + 2 :], seq, chain))


def _copied(value: Json) -> Json:
    """Copy lists and mappings all the way down; what cannot be changed is given as it is."""
    kind = type(value)
    if kind is dict:
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if kind is list else value


def to_line(content: bytes, chain: str) -> bytes:
    """Give the line of a journal file: the event's content with its seal as one more column."""
    return content[:-1] + b',"chain":"' + chain.encode("ascii") + b'"}\n'


def from_line(line: bytes) -> Event:
    """Read an event from its line in a journal file.

    Raises
    ------
    ValueError
        The line is not JSON, or not an event.
    """
    try:
        event = Event(**json.loads(line))
    except (TypeError, RecursionError) as fault:
        raise ValueError("not an event") from fault
    if type(event.seq) is not int or type(event.chain) is not str:
        raise ValueError("no number or no seal")
    return event
