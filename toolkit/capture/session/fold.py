"""From the events of a session to its state, one event at a time.

A live session and one that is read again after a crash use this same fold, so that they cannot
come to different states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from toolkit.capture.clock import MINUTE
from toolkit.capture.session.course import Course, course_of, seat_of
from toolkit.capture.session.drafts import changed, fields_of, written
from toolkit.capture.session.marks import Marks
from toolkit.capture.session.state import (
    Deviation,
    Note,
    Pause,
    Phase,
    Reaction,
    SessionState,
    Status,
    Turn,
)
from toolkit.guide import Answer, Guide, Route, evaluate
from toolkit.guide.topic.program import Program
from toolkit.store.event import Event
from toolkit.store.journal.projection import Stopwatch

CONFIRMED = Answer(value=True)
"""What stands under a confirmed script among the answers that steer the routing."""


class Fold:
    """What the events so far come to.

    Parameters
    ----------
    course : Course
        The guide of the session.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.session = self.case = self.mode = self.guide_hash = ""
        self.marks = Marks(course)
        self.started = self.seen = self.mono = self.last = 0
        self.phase: Phase = "not-begun"
        self.kept = True
        self.current = self.ending = self.disposition = self.write_up = ""
        self.said: dict[str, Answer] = {}
        self.confirmed: dict[str, int] = {}
        self.notes: list[Note] = []
        self.pauses: list[Pause] = []
        self.turns: list[Turn] = []
        self.numbers: dict[str, int] = {}
        self.reactions: list[Reaction] = []
        self.deviations: list[Deviation] = []
        self.concerns: list[int] = []
        self.seats: tuple[str, ...] = ()
        self.withdrawn: list[str] = []
        self.roles: dict[str, str] = {}
        self.audio: list[str] = []
        self.drafts: dict[str, str] = {}
        self.conflicts: dict[str, Any] = {}
        self.taken: dict[str, int] = {}
        self.touched: dict[str, tuple[int, str]] = {}
        self.apart: dict[str, tuple[int, str]] = {}
        self.writers: dict[str, int] = {}
        self.unmarked: list[int] = []
        self.watch = Stopwatch()
        self.ended: int | None = None
        self.finished_by = ""
        self.finished_at = self._at_end = self._unplanned = 0
        self._route: Route | None = None

    def take(self, event: Event) -> None:
        """Apply the next event of the session; unknown kinds change nothing."""
        self.watch.see(event)
        self.last, self.seen, self.mono = event.seq, event.start, event.mono
        take = _TAKES.get(event.event)
        if take is not None:
            take(self, event, event.new_value)
        self.marks.see(event)
        # What was not as planned is written right before the end, and goes if that is taken back.
        self._unplanned = self._unplanned + 1 if event.event == "deviation" else 0
        if event.event != "taken":
            self.unmarked.append(event.seq)
        for field in fields_of(event):
            self.touched[field] = (event.seq, "")
            self.conflicts.pop(field, None)
            self.apart.pop(field, None)
            if event.event != "draft":
                self.drafts.pop(field, None)

    def route(self) -> Route:
        """Return where the answers lead so far."""
        if self._route is None:
            self._route = evaluate(self.course.program, self.said)
        return self._route

    def text_in(self, field: str) -> str:
        """Return the text that a field of the page shows, typed or answered."""
        draft = self.drafts.get(field)
        return written(field, self.said) if draft is None else draft

    def pending(self) -> tuple[str, ...]:
        """Return the refs that still need an answer or confirmation, by seat where each answers."""
        each = self.course.each
        found: list[str] = []
        for ref in self.route().pending:
            if ref in each and self.seats:
                wanted = (f"{ref}[{seat}]" for seat in self.seats if seat not in self.withdrawn)
                found += [one for one in wanted if one not in self.said]
            else:
                found.append(ref)
        return tuple(found)

    def to_do(self) -> tuple[str, ...]:
        """Return the open refs without an answer, a confirmation or turns, in order."""
        each = self.course.each
        present = [seat for seat in self.seats if seat not in self.withdrawn]
        return tuple(
            ref
            for ref in self.route().open
            if ref not in self.said
            and ref not in self.numbers
            and not (
                ref in each and present and all(f"{ref}[{seat}]" in self.said for seat in present)
            )
        )

    def supposing(self, ref: str, answer: Answer) -> Fold:
        """Return what it would come to with another answer; this one stays as it is.

        Parameters
        ----------
        ref, answer : str, Answer
            The answer that is put in place of the one there is.
        """
        other = copy(self)
        other.said = {**self.said, ref: answer}
        other._route = None
        return other

    def state(self) -> SessionState:
        """Return the state as plain frozen values."""
        route = self.route()
        answers = {ref: said for ref, said in self.said.items() if ref not in self.confirmed}
        over = self.phase in ("finished", "stopped")
        return SessionState(
            session=self.session,
            case=self.case,
            mode=self.mode,
            language=self.marks.language,
            languages=MappingProxyType(self.marks.languages),
            guide_hash=self.guide_hash,
            started=self.started,
            phase=self.phase,
            kept=self.kept,
            current=self.current,
            answers=MappingProxyType(answers),
            statuses=MappingProxyType(self._statuses(answers)),
            confirmed=MappingProxyType(dict(self.confirmed)),
            open=route.open,
            pending=self.pending(),
            ending=self.ending if over else route.ending,
            disposition=self.disposition,
            notes=tuple(self.notes),
            pauses=tuple(self.pauses),
            turns=tuple(self.turns),
            reactions=tuple(self.reactions),
            deviations=tuple(self.deviations),
            concerns=tuple(self.concerns),
            seats=self.seats,
            withdrawn=tuple(self.withdrawn),
            roles=MappingProxyType(dict(self.roles)),
            audio=tuple(self.audio),
            write_up=self.write_up,
            themes=self.marks.themes,
            tags=tuple(self.marks.tags.values()),
            corrections=tuple(self.marks.corrections),
            drafts=MappingProxyType(dict(self.drafts)),
            conflicts=MappingProxyType(dict(self.conflicts)),
            seconds=MappingProxyType(_seconds(self.watch)),
            minutes=(self.mono if self.ended is None else self.ended) / MINUTE,
            pause_minutes=sum(self.watch.paused.values()) / MINUTE,
            last=self.last,
        )

    def _statuses(self, answers: Iterable[str]) -> dict[str, Status]:
        parked = set(self.route().parked)
        return {
            ref: "withdrawn"
            if self.withdrawn and seat_of(ref) in self.withdrawn
            else "parked"
            if ref in parked
            else "counted"
            for ref in answers
        }

    def _begin(self, event: Event, value: Any) -> None:
        self.session, self.case = event.session, event.case
        self.mode = value["mode"]
        self.guide_hash, self.started = event.guide_hash, event.start
        self.seats = tuple(value.get("seats", ()))
        self.roles = dict(value.get("roles", {}))
        self.phase = "open"

    def _confirm(self, event: Event, _: Any) -> None:
        self.confirmed.setdefault(event.node, event.mono)
        self.said[event.node] = CONFIRMED
        self._route = None

    def _visit(self, event: Event, _: Any) -> None:
        self.current = event.node

    def _answer(self, event: Event, value: Any) -> None:
        if value is None:  # taken back
            self.said.pop(event.node, None)
        else:
            self.said[event.node] = Answer.from_json(value)
        self._route = None

    def _note(self, event: Event, value: Any) -> None:
        called = value.get("id") or str(event.seq)
        self.notes.append(Note(event.node, value["text"], value.get("at", event.mono), called))

    def _assign(self, event: Event, value: Any) -> None:
        self.notes = [
            replace(each, ref=event.node) if each.id == value["note"] else each
            for each in self.notes
        ]

    def _pause(self, event: Event, value: Any) -> None:
        self.pauses.append(Pause(value["kind"], event.mono, None))
        self.phase = "paused"

    def _resume(self, event: Event, _: Any) -> None:
        self._close_pause(event)
        self.phase = "open"

    def _close_pause(self, event: Event) -> None:
        if self.pauses and self.pauses[-1].end is None:
            self.pauses[-1] = replace(self.pauses[-1], end=event.mono)

    def _concern(self, event: Event, _: Any) -> None:
        self.concerns.append(event.mono)

    def _turn(self, event: Event, value: Any) -> None:
        number, heard = value["number"], value.get("at", event.mono)
        turn = Turn(
            event.node,
            number,
            value["seat"],
            value["text"],
            heard,
            id=value.get("id", f"{event.node}/{number}"),
            user=event.user,
            seen=event.seq,
        )
        self.turns.append(turn)
        self.numbers[event.node] = number

    def _turn_edit(self, event: Event, value: Any) -> None:
        for at, turn in enumerate(self.turns):
            if turn.question == event.node and turn.number == value["number"]:
                before = (*turn.before, (turn.text, event.change_reason))
                new = {"text": value["text"], "user": event.user, "seen": event.seq}
                self.turns[at] = replace(turn, before=before, **new)

    def _react(self, event: Event, value: Any) -> None:
        self.reactions.append(Reaction(event.node, value["number"], value["seat"], value["kind"]))

    def _turn_back(self, event: Event, _: Any) -> None:
        gone = event.node, (event.old_value or {}).get("number", 0)
        self.turns = [turn for turn in self.turns if (turn.question, turn.number) != gone]
        self.reactions = [each for each in self.reactions if (each.question, each.number) != gone]

    def _unreact(self, event: Event, _: Any) -> None:
        value = event.old_value or {}
        gone = event.node, value.get("number"), value.get("seat"), value.get("kind")
        self.reactions = [
            each
            for each in self.reactions
            if (each.question, each.number, each.seat, each.kind) != gone
        ]

    def _seat_withdrawn(self, _: Event, value: Any) -> None:
        seat = value["seat"]
        self.withdrawn.append(seat)
        self.drafts = {field: said for field, said in self.drafts.items() if seat_of(field) != seat}
        self.turns = [replace(t, withdrawn=True) if t.seat == seat else t for t in self.turns]
        # What was said to a turn goes with it, be it marked only or destroyed already.
        left = {(t.question, t.number) for t in self.turns if not t.withdrawn}
        self.reactions = [
            r if r.seat != seat and (r.question, r.number) in left else replace(r, withdrawn=True)
            for r in self.reactions
        ]
        self._route = None

    def _deviation(self, event: Event, value: Any) -> None:
        self.deviations.append(Deviation(event.node, value["what"], event.change_reason))

    def _audio(self, _: Event, value: Any) -> None:
        self.audio.append(value["reference"])

    def _finish(self, event: Event, value: Any) -> None:
        if self.phase != "finished":
            self.finished_by, self.finished_at = event.user, event.start
            self._at_end = self._unplanned
        self.phase = "finished"
        self.ending, self.disposition = value["ending"], value["disposition"]
        self.ended = event.mono if self.ended is None else self.ended

    def _reopen(self, _: Event, __: Any) -> None:
        del self.deviations[len(self.deviations) - self._at_end :]
        self.phase, self.ended = "open", None
        self.ending = self.disposition = ""

    def _stop(self, event: Event, value: Any) -> None:
        self._close_pause(event)
        self.phase, self.kept = "stopped", value["keep"]
        self.disposition, self.ended = value["disposition"], event.mono

    def _write_up(self, _: Event, value: Any) -> None:
        self.write_up = value["text"]

    def _draft(self, event: Event, value: Any) -> None:
        self.drafts[event.node] = changed(self.text_in(event.node), value)

    def _conflict(self, event: Event, value: Any) -> None:
        self.conflicts[event.node] = value
        self.apart[event.node] = (event.seq, "")

    def _taken(self, event: Event, value: Any) -> None:
        """Note that a window's edit was saved: the events just before this one belong to it."""
        client = event.node
        self.taken[client] = value["number"]
        self.writers[client] = event.seq
        del self.unmarked[len(self.unmarked) - value["events"] :]
        first = event.seq - value["events"]
        for fields in (self.touched, self.apart):
            for field, (seq, _) in fields.items():
                if seq >= first:
                    fields[field] = (seq, client)


def replay(guide: Guide, program: Program, events: Iterable[Event]) -> SessionState:
    """Derive the state of a session from its events.

    Pure: the same events always give the same state.

    Parameters
    ----------
    guide : Guide
        The guide under which the session began.
    program : dict
        Its program, from `compile_guide`.
    events : iterable of Event
        Events of one session, in order; any number of the first ones.

    Returns
    -------
    SessionState
        After the last of them.
    """
    course = course_of(guide)
    fold = Fold(course if course.program is program else Course(guide, program))
    for event in events:
        fold.take(event)
    return fold.state()


def _seconds(watch: Stopwatch) -> dict[str, float]:
    return {ref: spent / 1000 for ref, spent in watch.spent.items() if ref}


_TAKES: dict[str, Callable[[Fold, Event, Any], None]] = {
    "begin": Fold._begin,
    "confirm": Fold._confirm,
    "visit": Fold._visit,
    "answer": Fold._answer,
    "edit": Fold._answer,
    "note": Fold._note,
    "assign": Fold._assign,
    "pause": Fold._pause,
    "resume": Fold._resume,
    "concern": Fold._concern,
    "turn": Fold._turn,
    "turn-edit": Fold._turn_edit,
    "turn-back": Fold._turn_back,
    "react": Fold._react,
    "unreact": Fold._unreact,
    "seat-withdrawn": Fold._seat_withdrawn,
    "deviation": Fold._deviation,
    "audio": Fold._audio,
    "finish": Fold._finish,
    "reopen": Fold._reopen,
    "stop": Fold._stop,
    "write-up": Fold._write_up,
    "draft": Fold._draft,
    "conflict": Fold._conflict,
    "taken": Fold._taken,
}
