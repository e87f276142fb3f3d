"""A session that is under way or over: what it has come to, what it allows, and how it writes.

There is one kind of session, for calls and for forums; a call is one without seats. Its steps are
functions in the modules beside this one: `steps`, `turns`, `marking`, `entering`, `ending` and
`afterwards`. Each checks what it is asked, appends to the store, and only then takes it into the
state; it returns the number of its last event, which a page may show as saved. A step that is
refused raises CaptureError and changes nothing. No widget and no server in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from toolkit.capture.clock import Clock
from toolkit.capture.session.course import Course, Place, round_of, seat_of
from toolkit.capture.session.drafts import split_shared
from toolkit.capture.session.fold import Fold
from toolkit.capture.session.private import PrivateWords
from toolkit.capture.session.state import SessionState
from toolkit.errors import CaptureError, finding
from toolkit.fieldwork.limits import local_day
from toolkit.guide import Answer, validate_answer
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Group, Script
from toolkit.store.event import NewEvent
from toolkit.store.journal.interface import Store

_WHILE_PAUSED = frozenset({"resume", "note", "assign", "tag", "language", "concern", "stop"})
_AFTER_THE_END = frozenset({"edit", "write-up"})
# What was heard before a pause or the end may still be written down after it; nothing is asked.
_HEARD = frozenset({"turn", "nods", "react", "note"})
# The end of a forum is the facilitator's, who leads both screens (clauses P09, P29).
_LEADS = frozenset({"finish", "stop"})


class Session:
    """One session. Make it with `begin_session`, `begin_forum` or what resumes them.

    Parameters
    ----------
    store : Store
        Where events go.
    study : Study
        The protocol.
    fold : Fold
        What the session has come to so far.
    user : str
        Who holds it: role and number, ``researcher-1``.
    clock : Clock
        What the time is asked of.

    Attributes
    ----------
    codebook : Codebook or None
        Where live tags come from; without one there are none.
    private : PrivateWords or None
        What seals the words that whoever holds the session writes for themselves.
    """

    def __init__(self, store: Store, study: Study, fold: Fold, user: str, clock: Clock) -> None:
        self.store = store
        self.study = study
        self.fold = fold
        self.user = user
        self.codebook: Codebook | None = None
        self.private: PrivateWords | None = None
        self._clock = clock
        guide = fold.course.guide
        self._guide = (guide.guide, guide.version, guide.hash)
        self._mark: tuple[str, int] | None = None
        self._role = ""
        self._heard_at: int | None = None
        self._opened = clock.mono_ms()
        # Between two programs only the wall clock tells how long it was; it may have been set back.
        gap = clock.wall_ms() - fold.seen if fold.last else 0
        self._base = fold.mono + max(0, gap)

    @property
    def course(self) -> Course:
        """The guide that the session follows, with its routing."""
        return self.fold.course

    @property
    def state(self) -> SessionState:
        """What the session has come to: the fold of its events."""
        return self.fold.state()

    @property
    def to_do(self) -> tuple[str, ...]:
        """Refs that are open and have nothing yet, in the order of the guide."""
        return self.fold.to_do()

    @property
    def disposition(self) -> str:
        """What the session counts as; empty before its end."""
        return self.fold.disposition

    @property
    def last(self) -> int:
        """Number of the last event that it knows of."""
        return self.fold.last

    @property
    def flagged(self) -> bool:
        """Whether a concern was flagged in it (clause P02)."""
        return bool(self.fold.concerns)

    @property
    def over(self) -> bool:
        """Whether it was finished or broken off for good."""
        return self.fold.phase in ("finished", "stopped")

    @property
    def elapsed(self) -> int:
        """Milliseconds since it began, by now."""
        return max(self.fold.mono, self._base + self._clock.mono_ms() - self._opened)

    def is_today(self, moment: int) -> bool:
        """Return whether a moment (ms since 1970-01-01 UTC) is of this day, where the study is."""
        zone = self.study.limits.timezone
        return local_day(moment, zone) == local_day(self._clock.wall_ms(), zone)

    @property
    def place(self) -> str:
        """How a message names it."""
        return f"session {self.fold.session}"

    @property
    def note_taker(self) -> str:
        """Who writes turns down: the user of the screen, else the note taker of the forum."""
        return self.user if self._role else self.fold.roles["note-taker"]

    @property
    def numbers(self) -> dict[str, int]:
        """Number of the last edit that was taken, by window of the page."""
        return dict(self.fold.taken)

    def taken(self, client: str) -> int:
        """Return the number of the last edit taken from a window of the page; 0 for none."""
        return self.fold.taken.get(client, 0)

    def refresh(self) -> int:
        """Apply what another screen has appended meanwhile; return the last event's number."""
        for event in self.store.read(session=self.fold.session, after=self.fold.last):
            self.fold.take(event)
        return self.fold.last

    @contextmanager
    def edit_of(self, client: str, number: int) -> Iterator[None]:
        """Mark what is written inside as one edit of a window; it is written once, or not at all.

        Parameters
        ----------
        client : str
            Id of the window.
        number : int
            Number of the edit, from 1.
        """
        self._mark = client, number
        try:
            yield
        finally:
            self._mark = None

    @contextmanager
    def hand(self, role: str, at: int | None = None) -> Iterator[None]:
        """Record the steps inside as those of one role's screen at a forum.

        Both screens write into one journal and neither waits for the other. What was heard carries
        the moment at which it was heard, so that a screen that was cut off can hand it in later.

        Parameters
        ----------
        role : str
            ``facilitator`` or ``note-taker``.
        at : int, optional
            When it was heard, in milliseconds since the session began, by the clock of the screen.
        """
        before = self.user
        self._role, self.user = role, self.fold.roles.get(role, before)
        self._heard_at = None if at is None else max(0, min(at, self.elapsed))
        try:
            yield
        finally:
            self._role, self.user, self._heard_at = "", before, None

    def allow(self, kind: str) -> None:
        """Refuse a step that the phase of the session, or the role of the screen, rules out.

        Raises
        ------
        CaptureError
            It is refused.
        """
        if kind in _LEADS and self._role not in ("", "facilitator"):
            raise CaptureError.of("CAPTURE-038", place=self.place, kind=kind)
        if kind in _HEARD and self._was_heard():
            return
        if self.fold.phase == "paused" and kind not in _WHILE_PAUSED:
            raise CaptureError.of("CAPTURE-015", place=self.place, kind=kind)
        if self.over and kind not in _AFTER_THE_END:
            raise CaptureError.of("CAPTURE-014", place=self.place, kind=kind, phase=self.fold.phase)

    def allow_after_the_end(self) -> None:
        """Refuse what belongs to the write-up before the end, and where nothing was kept.

        Raises
        ------
        CaptureError
            It is refused.
        """
        if not self.over:
            raise CaptureError.of("CAPTURE-021", place=self.place)
        if not self.fold.kept:
            raise CaptureError.of("CAPTURE-024", place=self.place)

    def words(self, text: str, kind: str) -> str:
        """Return the words; refuse none.

        Parameters
        ----------
        text, kind : str
            What was typed, and what it is: ``note``.

        Raises
        ------
        CaptureError
            There are none (CAPTURE-022).
        """
        if not text.strip():
            raise CaptureError.of("CAPTURE-022", place=self.place, kind=kind)
        return text

    def handed_in(self, field: str) -> dict[str, Any]:
        """Return when a screen heard what it hands in, and from which field, where it says so."""
        when = {} if self._heard_at is None else {"at": self._heard_at}
        return when | ({"field": field} if field and self.shared(field) else {})

    def shared(self, field: str) -> tuple[str, str, str] | None:
        """Return ref, kind and role of a field of a forum's screens; None for any other field."""
        return split_shared(field) if self.fold.seats else None

    def said(self, ref: str) -> dict[str, Any] | None:
        """Return the answer under a ref, as the journal has it."""
        answer = self.fold.said.get(ref)
        return answer.to_json() if answer is not None else None

    def fits(self, ref: str, place: Place, answer: Answer) -> None:
        """Refuse an answer that does not fit this ref; the message never shows the answer.

        Parameters
        ----------
        ref, place : str, Place
            What is answered, and where that is in the guide.
        answer : Answer
            The answer.

        Raises
        ------
        CaptureError
            It does not fit.
        """
        item = place.item
        if isinstance(item, Script):
            kind = "question or probe"
            raise CaptureError.of("CAPTURE-011", place=self.place, ref=ref, kind=kind)
        if isinstance(item, Group):
            most = item.repeat.max if item.repeat else 0
            if type(answer.value) is not int or not 0 <= answer.value <= most:
                raise CaptureError.of("CAPTURE-025", place=f"group {ref}", most=most)
            return
        if self.fold.seats and place.for_each:
            self.present(seat_of(ref), ref)
        found = validate_answer(self.course.guide, ref, answer)
        if found:
            raise CaptureError(found)

    def present(self, seat: str, ref: str = "") -> None:
        """Refuse a seat that nobody has at this forum, or whose participant withdrew (clause P27).

        Parameters
        ----------
        seat, ref : str
            Pseudonym; the question that the seat answers, where it answers one.

        Raises
        ------
        CaptureError
            It is refused.
        """
        place = f"question {ref}" if ref else ""
        if seat not in self.fold.seats:
            seats = ", ".join(self.fold.seats)
            raise CaptureError.of("CAPTURE-031", place=place or self.place, seats=seats)
        if seat in self.fold.withdrawn:
            raise CaptureError.of("CAPTURE-032", place=place or f"seat {seat}")

    def past_the_gate(self, ref: str, gate: frozenset[str]) -> None:
        """Refuse a question until the scripts before it are confirmed (clauses P04, P11).

        Parameters
        ----------
        ref, gate : str, frozenset of str
            The question, and the scripts before it.

        Raises
        ------
        CaptureError
            One for each script that is missing.
        """
        if gate <= self.fold.confirmed.keys():
            return
        inside = round_of(ref)
        wanted = {each[:-1] + inside if each[-1] == "@" else each for each in gate}
        missing = [each for each in self.fold.route().pending if each in wanted]
        if missing:
            place = f"question {ref}"
            raise CaptureError([finding("CAPTURE-012", place=place, script=s) for s in missing])

    def event(
        self,
        kind: str,
        node: str = "",
        new: Any = None,
        *,
        old: Any = None,
        reason: str = "",
        user: str = "",
        seat: str = "",
    ) -> NewEvent:
        """Return an event; what a seat of a forum says belongs to that seat's case (clause P27).

        Parameters
        ----------
        kind, node, new, old, reason
            As in `NewEvent`: what happened to which ref, its values, and why it was changed.
        user, seat : str
            Where they are others than who holds the session, and the seat in the ref.
        """
        fold = self.fold
        return NewEvent(
            kind,
            node,
            self._clock.wall_ms(),
            None,
            old,
            new,
            user or self.user,
            reason,
            seat or seat_of(node) or fold.case,
            fold.session,
            self.elapsed,
            *self._guide,
        )

    def write(self, *events: NewEvent) -> int:
        """Append events, take them in, and return the number of the last one."""
        if self._mark is not None:
            client, number = self._mark
            value = {"number": number, "events": len(events)}
            events = (*events, self.event("taken", client, value))
        for event in self.store.append(events, expect=self.fold.last):
            self.fold.take(event)
        return self.fold.last

    def _was_heard(self) -> bool:
        """Return whether it was heard before the present pause, or before the end."""
        fold = self.fold
        if self.over:
            at = self._heard_at
            return fold.kept and at is not None and at <= (fold.ended or 0)
        return fold.phase == "paused"
