"""A session that two people write down on screens of their own: whose hand it was, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from toolkit.capture.session.course import seat_of
from toolkit.capture.session.drafts import change, split_shared
from toolkit.capture.session.session import Session
from toolkit.errors import CaptureError
from toolkit.guide.topic.model import Question
from toolkit.store.event import NewEvent

# What was heard before a pause or the end may still be written down after it; nothing is asked.
_HEARD = frozenset({"turn", "nods", "react", "note"})
# The end of a forum is the facilitator's, who leads both screens (P09, P29).
_LEADS = frozenset({"finish", "stop"})


class Screens(Session):
    """A session whose steps come from more than one screen.

    Both screens write into one journal and neither waits for the other. What was heard carries the
    moment at which it was heard, so that a screen that was cut off can hand it in later.
    """

    _hand = ""
    _at: int | None = None

    @contextmanager
    def hand(self, role: str, at: int | None = None) -> Iterator[None]:
        """Let the steps inside be those of one role's screen.

        Parameters
        ----------
        role : str
            ``facilitator`` or ``note-taker``.
        at : int, optional
            When it was heard, in milliseconds since the session began, by the clock of the screen.
        """
        before = self._user
        self._hand, self._user = role, self._fold.roles.get(role, before)
        self._at = None if at is None else max(0, min(at, self._mono()))
        try:
            yield
        finally:
            self._hand, self._user, self._at = "", before, None

    def draft(self, field: str, text: str) -> int:
        """Keep what stands in a field of a screen; the last one counts.

        Parameters
        ----------
        field : str
            As in a call, and ``q1#turn-note-taker[F1-A]`` for a turn of a seat that is being
            written down, ``q1#nods-note-taker[F1-A]`` for the reactions to it,
            ``#note-facilitator`` for running notes.
        text : str
            All that stands in it; only what changed is written.

        Raises
        ------
        CaptureError
            As in a call; nobody has this seat, or they withdrew (P27).
        """
        parts = split_shared(field)
        if parts is None:
            return super().draft(field, text)
        self._field(field)
        self._may(parts[1])
        return self._write(self._event("draft", field, change(self._fold.text_in(field), text)))

    def note(self, text: str, ref: str = "", called: str = "", *, field: str = "") -> int:
        """Write a note on a question, or on none.

        Parameters
        ----------
        text, ref, called : str
            As in a call.
        field : str
            Field of the screen in which it was typed.

        Raises
        ------
        CaptureError
            As in a call.
        """
        self._may("note")
        if ref:
            self.course.find(ref)
        named = {"id": called} if called else {}
        value = {"text": self._words(text, "note"), **named, **self._where(field)}
        return self._write(self._event("note", ref, value))

    def _where(self, field: str) -> dict[str, object]:
        """Return when something was heard, and the field that it is handed in from."""
        found: dict[str, object] = {} if self._at is None else {"at": self._at}
        if field and split_shared(field):
            found["field"] = field
        return found

    def _may(self, kind: str) -> None:
        if kind in _LEADS and self._hand not in ("", "facilitator"):
            raise CaptureError.of("CAPTURE-038", place=self._place(), kind=kind)
        if kind not in _HEARD or not self._was_heard():
            super()._may(kind)

    def _was_heard(self) -> bool:
        """Whether it was heard before the pause that is on, or before the end."""
        fold = self._fold
        if fold.phase in ("finished", "stopped"):
            return fold.kept and self._at is not None and self._at <= (fold.ended or 0)
        return fold.phase == "paused"

    def _field(self, field: str) -> tuple[str, str]:
        parts = split_shared(field)
        if parts is None:
            return super()._field(field)
        ref, kind, _ = parts
        if kind != "note":
            self._present(seat_of(field))
            self._topic(ref)
        return ref, kind

    def _present(self, seat: str) -> None:
        fold = self._fold
        if seat not in fold.seats:
            seats = ", ".join(fold.seats)
            raise CaptureError.of("CAPTURE-031", place=self._place(), seats=seats)
        if seat in fold.withdrawn:
            raise CaptureError.of("CAPTURE-032", place=f"seat {seat}")

    def _topic(self, question: str) -> str:
        question = question or self._fold.current
        place = self.course.find(question) if question else None
        if place is None or not isinstance(place.item, Question):
            raise CaptureError.of("CAPTURE-036", place=self._place())
        self._through_the_gate(question, place.gate)
        return question

    def _settled(self) -> list[NewEvent]:
        """Hand in what both screens were still writing when the session ends."""
        found = super()._settled()
        numbers = dict(self._fold.numbers)
        for field, text in self._fold.drafts.items():
            parts = split_shared(field)
            if parts is None or parts[1] == "nods" or not text.strip():
                continue
            ref, kind, role = parts
            value: dict[str, object] = {"text": text, "field": field}
            seat = seat_of(field)
            if kind == "turn":
                numbers[ref] = numbers.get(ref, 0) + 1
                value |= {"number": numbers[ref], "seat": seat}
            user = self._fold.roles[role]
            found.append(self._event(kind, ref, value, user=user, seat=seat))
        return found
