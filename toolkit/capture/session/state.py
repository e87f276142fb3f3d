"""What a session has come to: plain frozen values, derived from its events alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.capture.session.marks import Correction, Tag
from toolkit.guide import Answer

Phase = Literal["not-begun", "open", "paused", "finished", "stopped"]
Status = Literal["counted", "parked", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something the interviewer wrote down.

    Attributes
    ----------
    ref : str
        What it belongs to; empty for the session as a whole.
    text : str
        The words.
    mono : int
        Milliseconds since the session began.
    id : str
        What it is called when it is assigned or tagged.
    """

    ref: str
    text: str
    mono: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause (clause P29).

    Attributes
    ----------
    kind : str
        ``distress`` or ``break``.
    start, end : int, int or None
        Milliseconds since the session began; no end while it lasts.
    """

    kind: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one participant of a forum said in one go.

    Attributes
    ----------
    question : str
        The question under discussion.
    number : int
        Its number within the question, from 1.
    seat : str
        Pseudonym of who said it.
    text : str
        The words.
    mono : int
        Milliseconds since the forum began, when it was heard.
    withdrawn : bool
        Whether the participant withdrew later during the discussion (clause P27).
    id : str
        Record id of the screen that wrote it down: the same however often it is sent.
    user : str
        Who wrote it down, or corrected it last: role and number.
    before : tuple of tuple of str
        What it was before each correction, and why it was corrected, in order.
    seen : int
        Number of the event that it stands by; the last correction, where there is one.
    """

    question: str
    number: int
    seat: str
    text: str
    mono: int
    withdrawn: bool = False
    id: str = ""
    user: str = ""
    before: tuple[tuple[str, str], ...] = ()
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Reaction:
    """How a participant took another's turn.

    Attributes
    ----------
    question, number : str, int
        The turn.
    seat : str
        Pseudonym of who reacted.
    kind : str
        ``agree``, ``disagree`` or ``nod``.
    withdrawn : bool
        Whether who reacted, or whose turn it was, withdrew later (clause P27).
    """

    question: str
    number: int
    seat: str
    kind: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that did not go as the protocol plans.

    Attributes
    ----------
    clause : str
        Clause of the protocol: ``P12``.
    what : str
        What was different.
    reason : str
        Why; empty if nobody has said.
    """

    clause: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """Everything that is true of a session after its last event.

    Attributes
    ----------
    session, case : str
        Ids.
    mode : str
        ``interview``, ``forum`` or ``survey``.
    language : str
        Language that is spoken; the last one, where it changed.
    languages : mapping of str to str
        By ref the language in which it stood before them when answered, else when last shown.
    guide_hash : str
        Hash of the guide under which it began; it keeps to that one.
    started : int
        Wall clock at the beginning, in milliseconds since 1970-01-01 UTC.
    phase : str
        ``not-begun``, ``open``, ``paused``, ``finished`` or ``stopped``.
    kept : bool
        False if the participant stopped and wants what was said deleted (clause P29).
    current : str
        Ref of the question or script in view.
    answers : mapping of str to Answer
        Latest answer by ref, parked ones too.
    statuses : mapping of str to str
        By the same refs: ``counted``, ``parked`` (its branch is closed) or ``withdrawn``.
    confirmed : mapping of str to int
        Confirmed scripts, with milliseconds since the session began.
    open, pending : tuple of str
        Refs that are asked at present, and those of them that still need something.
    ending, disposition : str
        Where the answers lead; after the end what was recorded, ``break-off`` after a stop.
    notes, pauses, turns, reactions, deviations : tuple
        In the order in which they happened.
    concerns : tuple of int
        When a concern was flagged (clause P02), in milliseconds since the session began.
    seats : tuple of str
        Pseudonyms at a forum.
    withdrawn : tuple of str
        Those of them who withdrew during the discussion (clause P27).
    roles : mapping of str to str
        Who fills the roles of a forum.
    audio : tuple of str
        References of recordings.
    write_up, themes : str
        Notes and emerging themes after the session (clause P13).
    tags : tuple of Tag
        Live tags, in the order in which they came: hunches, never coding decisions.
    corrections : tuple of Correction
        Answers that were changed after the end, in order.
    drafts : mapping of str to str
        What was typed and is no answer or note yet, by field of the page.
    conflicts : mapping of str to object
        What a second window wrote to a field meanwhile, until somebody has chosen, by field.
    seconds : mapping of str to float
        Time spent on each question or script, pauses left out, in seconds.
    minutes, pause_minutes : float
        From the beginning to the end (or to the last event), and of that in pauses; minutes.
    last : int
        Number of the last event, 0 for none.
    """

    session: str
    case: str
    mode: str
    language: str
    languages: Mapping[str, str]
    guide_hash: str
    started: int
    phase: Phase
    kept: bool
    current: str
    answers: Mapping[str, Answer]
    statuses: Mapping[str, Status]
    confirmed: Mapping[str, int]
    open: tuple[str, ...]
    pending: tuple[str, ...]
    ending: str
    disposition: str
    notes: tuple[Note, ...]
    pauses: tuple[Pause, ...]
    turns: tuple[Turn, ...]
    reactions: tuple[Reaction, ...]
    deviations: tuple[Deviation, ...]
    concerns: tuple[int, ...]
    seats: tuple[str, ...]
    withdrawn: tuple[str, ...]
    roles: Mapping[str, str]
    audio: tuple[str, ...]
    write_up: str
    themes: str
    tags: tuple[Tag, ...]
    corrections: tuple[Correction, ...]
    drafts: Mapping[str, str]
    conflicts: Mapping[str, Any]
    seconds: Mapping[str, float]
    minutes: float
    pause_minutes: float
    last: int

    @property
    def counted(self) -> dict[str, Answer]:
        """The answers that count, by ref."""
        return {ref: a for ref, a in self.answers.items() if self.statuses[ref] == "counted"}
