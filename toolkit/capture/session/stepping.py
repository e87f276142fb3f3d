"""What all sessions stand on: the checks before a step, and the events that it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from toolkit.capture.clock import Clock
from toolkit.capture.session.course import Course, Place, round_of, seat_of
from toolkit.capture.session.fold import Fold
from toolkit.capture.session.state import SessionState
from toolkit.errors import CaptureError, finding
from toolkit.guide import Answer, validate_answer
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Group, Script
from toolkit.store.event import NewEvent
from toolkit.store.journal.interface import Store

_WHILE_PAUSED = frozenset({"resume", "note", "assign", "tag", "language", "concern", "stop"})
_AFTER_THE_END = frozenset({"edit", "write-up"})


class Stepping:
    """A session without its steps: what it has come to, and how it writes.

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
    """

    def __init__(self, store: Store, study: Study, fold: Fold, user: str, clock: Clock) -> None:
        self._store = store
        self._study = study
        self._fold = fold
        self._user = user
        self._clock = clock
        guide = fold.course.guide
        self._guide = (guide.guide, guide.version, guide.hash)
        self._mark: tuple[str, int] | None = None
        self._opened = clock.mono_ms()
        # Between two programs only the wall clock tells how long it was; it may have been set back.
        gap = clock.wall_ms() - fold.seen if fold.last else 0
        self._base = fold.mono + max(0, gap)

    @property
    def course(self) -> Course:
        """The guide that the session follows, with its routing."""
        return self._fold.course

    @property
    def state(self) -> SessionState:
        """What the session has come to: the fold of its events."""
        return self._fold.state()

    @property
    def to_do(self) -> tuple[str, ...]:
        """Refs that are open as things stand and have nothing yet, in the order of the guide."""
        return self._fold.to_do()

    @property
    def disposition(self) -> str:
        """What the session counts as; empty before its end."""
        return self._fold.disposition

    def refresh(self) -> int:
        """Take in what another screen has appended to the session meanwhile.

        Returns
        -------
        int
            Number of the last event.
        """
        for event in self._store.read(session=self._fold.session, after=self._fold.last):
            self._fold.take(event)
        return self._fold.last

    @property
    def last(self) -> int:
        """Number of the last event that it knows of."""
        return self._fold.last

    @property
    def flagged(self) -> bool:
        """Whether a concern was flagged in it (P02)."""
        return bool(self._fold.concerns)

    @property
    def elapsed(self) -> int:
        """Milliseconds since it began, by now."""
        return self._mono()

    @property
    def numbers(self) -> dict[str, int]:
        """Number of the last edit that was taken, by window of the page."""
        return dict(self._fold.taken)

    def taken(self, client: str) -> int:
        """Return the number of the last edit taken from a window of the page; 0 for none."""
        return self._fold.taken.get(client, 0)

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

    def _place(self) -> str:
        return f"session {self._fold.session}"

    def _words(self, text: str, kind: str) -> str:
        if not text.strip():
            raise CaptureError.of("CAPTURE-022", place=self._place(), kind=kind)
        return text

    def _may(self, kind: str) -> None:
        """Refuse what the phase of the session does not allow."""
        phase = self._fold.phase
        if phase == "paused" and kind not in _WHILE_PAUSED:
            raise CaptureError.of("CAPTURE-015", place=self._place(), kind=kind)
        if phase in ("finished", "stopped") and kind not in _AFTER_THE_END:
            raise CaptureError.of("CAPTURE-014", place=self._place(), kind=kind, phase=phase)

    def _after_the_end(self) -> None:
        if self._fold.phase not in ("finished", "stopped"):
            raise CaptureError.of("CAPTURE-021", place=self._place())
        if not self._fold.kept:
            raise CaptureError.of("CAPTURE-024", place=self._place())

    def _fits(self, ref: str, place: Place, answer: Answer) -> None:
        """Refuse an answer that is not one to this ref; the answer itself is never told."""
        item = place.item
        if isinstance(item, Script):
            kind = "question or probe"
            raise CaptureError.of("CAPTURE-011", place=self._place(), ref=ref, kind=kind)
        if isinstance(item, Group):
            most = item.repeat.max if item.repeat else 0
            if type(answer.value) is not int or not 0 <= answer.value <= most:
                raise CaptureError.of("CAPTURE-025", place=f"group {ref}", most=most)
            return
        self._fits_seat(ref, place.for_each)
        found = validate_answer(self._fold.course.guide, ref, answer)
        if found:
            raise CaptureError(found)

    def _fits_seat(self, ref: str, for_each: bool) -> None:
        seat = seat_of(ref)
        fold = self._fold
        if fold.seats and (for_each and seat not in fold.seats):
            raise CaptureError.of(
                "CAPTURE-031", place=f"question {ref}", seats=", ".join(fold.seats)
            )
        if seat and seat in fold.withdrawn:
            raise CaptureError.of("CAPTURE-032", place=f"question {ref}")

    def _through_the_gate(self, ref: str, gate: frozenset[str]) -> None:
        """Refuse a question before the scripts that stand before it are confirmed (P04, P11)."""
        if gate <= self._fold.confirmed.keys():
            return
        inside = round_of(ref)
        wanted = {each[:-1] + inside if each[-1] == "@" else each for each in gate}
        missing = [each for each in self._fold.route().pending if each in wanted]
        if missing:
            place = f"question {ref}"
            raise CaptureError([finding("CAPTURE-012", place=place, script=s) for s in missing])

    def _mono(self) -> int:
        return max(self._fold.mono, self._base + self._clock.mono_ms() - self._opened)

    def _event(
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
        """Return an event; what a seat of a forum says belongs to that seat's case (P27)."""
        fold = self._fold
        return NewEvent(
            kind,
            node,
            self._clock.wall_ms(),
            None,
            old,
            new,
            user or self._user,
            reason,
            seat or seat_of(node) or fold.case,
            fold.session,
            self._mono(),
            *self._guide,
        )

    def _write(self, *events: NewEvent) -> int:
        if self._mark is not None:
            client, number = self._mark
            value = {"number": number, "events": len(events)}
            events = (*events, self._event("taken", client, value))
        for event in self._store.append(events, expect=self._fold.last):
            self._fold.take(event)
        return self._fold.last
