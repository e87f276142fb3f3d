"""Generated studies of any size, for benchmarks: everything invented, every step by the machine.

The same seed gives the same events. Nothing is kept but counts, so that a study of any size can
stream into a store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from toolkit.capture import Register, ScriptedClock, Session, begin_forum, begin_session
from toolkit.capture.rehearsal.invented_answers import invent
from toolkit.capture.rehearsal.invented_words import invented_note, invented_text
from toolkit.capture.session import ending, steps, turns
from toolkit.capture.session.course import Course, course_of
from toolkit.capture.session.start import strand_of
from toolkit.errors import CaptureError, SampleError
from toolkit.fieldwork import DISPOSITIONS, Recruitment, record_consent
from toolkit.guide import Answer, Guide
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Group, Probe, Question, Script, base_ref
from toolkit.store import Store

_FIRST_DAY = date(2019, 1, 7)
_WORKDAYS = 60
_SLOTS = ("10:00", "14:00")
_REFUSE = 0.15
_ROLES = ("mother", "mother", "mother", "father", "carer", "grandparent")
_FORUM_SIZE = 6
_TRIES = 8


@dataclass(frozen=True)
class Generated:
    """What was generated.

    Attributes
    ----------
    participants, sessions : int
        People approached, and sessions held (counts).
    broken_off : int
        Sessions among them whose invented answers no hard check would let finish (count).
    """

    participants: int
    sessions: int
    broken_off: int


@dataclass(frozen=True)
class Field:
    """Where a study is generated.

    Attributes
    ----------
    store : Store
        A store of a fictional study.
    study : Study
        The protocol.
    guide : Guide
        The guide of all sessions, of any mode.
    form : ConsentForm
        What everybody signs.
    """

    store: Store
    study: Study
    guide: Guide
    form: ConsentForm


def generate(field: Field, *, participants: int, seed: int) -> Generated:
    """Generate a fictional study.

    Parameters
    ----------
    participants : int
        People approached, 1 or more (count). About one in seven refuses.
    seed : int
        The same seed gives the same events, byte for byte.

    Raises
    ------
    SampleError
        The store is not marked fictional (SAMPLE-011), or there are no participants (SAMPLE-014).
    """
    if not field.store.about.fictional:
        raise SampleError.of("SAMPLE-011", place="store", problem="is not marked as fictional")
    if participants < 1:
        raise SampleError.of("SAMPLE-014", place="participants", count=participants)
    study = _Generator(field, participants, seed)
    return study.forums() if field.guide.mode == "forum" else study.calls()


class _Generator:
    """One run of the generator."""

    def __init__(self, field: Field, participants: int, seed: int) -> None:
        self.field = field
        self.participants = participants
        self.seed = seed
        self.course = course_of(field.guide)
        self.steering = steering_refs(self.course)
        strand = strand_of(field.study, field.guide)
        self.strand = strand.strand if strand else field.guide.mode
        self.size = max(1, strand.size.from_ if strand and strand.size else _FORUM_SIZE)
        self.register = Register(field.store)
        self.records = Recruitment(field.store, field.study.limits, "researcher-1")
        self.digits = max(2, len(str(participants)))
        self.broken_off = 0

    def calls(self) -> Generated:
        """Hold one call (or survey) with everybody who does not refuse."""
        most = self.field.study.limits.interviews_per_researcher_per_day
        daily = min(most, len(_SLOTS))
        held = 0
        for number in range(1, self.participants + 1):
            random = Random(f"{self.seed}:{number}")  # noqa: S311 - repeatable, nothing secret
            case = f"{self.field.study.pseudonyms.prefix}{number:0{self.digits}d}"
            # The day fills slot by slot; each round of all days is another researcher's.
            turn, slot = divmod(held, daily)
            researcher, day = divmod(turn, _WORKDAYS)
            clock = self._clock(_workday(day), _SLOTS[slot])
            if random.random() < _REFUSE:
                self._refusal(case, clock.wall_ms())
                continue
            self._admit(case, {}, random, clock.wall_ms())
            session = begin_session(
                self.field.store,
                self.field.study,
                self.field.guide,
                case=case,
                user=f"researcher-{researcher + 1}",
                clock=clock,
                register=self.register,
            )
            disposition = self._hold(session, random, clock)
            # A guide may end in an outcome of its own, which only the session then tells.
            if disposition in DISPOSITIONS:
                self.records.conclude(case, disposition, at=clock.wall_ms())
            held += 1
        return Generated(self.participants, held, self.broken_off)

    def forums(self) -> Generated:
        """Hold forums of the smallest size that the protocol plans, with everybody."""
        held = 0
        for first in range(0, self.participants, self.size):
            held += 1
            name = f"F{held}"
            random = Random(f"{self.seed}:{name}")  # noqa: S311 - repeatable, nothing secret
            clock = self._clock(_workday(held - 1), _SLOTS[0])
            people = min(self.size, self.participants - first)
            seats = [f"{name}-{chr(ord('A') + place)}" for place in range(people)]
            for seat in seats:
                self._admit(seat, {"session": name}, random, clock.wall_ms())
            forum = begin_forum(
                self.field.store,
                self.field.study,
                self.field.guide,
                session=name,
                seats=seats,
                facilitator="facilitator-1",
                note_taker="note-taker-1",
                support_worker="support-worker-1",
                clock=clock,
                register=self.register,
            )
            self._hold(forum, random, clock)
        return Generated(self.participants, held, self.broken_off)

    def _clock(self, day: date, start: str) -> ScriptedClock:
        return ScriptedClock(day, start, self.field.study.limits.timezone)

    def _refusal(self, case: str, at: int) -> None:
        self.records.attempt(case, "refused", at=at)
        self.records.conclude(case, "refused", at=at)

    def _admit(self, case: str, attributes: dict[str, str], random: Random, at: int) -> None:
        """Record consent and attributes of somebody who takes part."""
        field = self.field
        clauses = {
            clause.clause: clause.answer == "required" or random.random() < 0.8
            for clause in field.form.clauses_for(self.strand)
        }
        self.records.attempt(case, "appointment-made", at=at)
        record_consent(
            field.store,
            field.form,
            self.strand,
            case=case,
            date=_FIRST_DAY.isoformat(),
            clauses=clauses,
            user="researcher-1",
            at=at,
        )
        described = {"role": random.choice(_ROLES), "strand": self.strand, **attributes}
        self.records.describe(case, described, at=at)

    def _hold(self, session: Session, random: Random, clock: ScriptedClock) -> str:
        """Play a session to an ending; return its disposition."""
        for tried in range(_TRIES):
            self._walk(session, random, clock)
            try:
                ending.finish(session)
            except CaptureError as fault:
                self._mend(session, fault, random, give_up=tried > _TRIES // 2)
            else:
                return session.disposition
        ending.stop(session, keep=True)
        self.broken_off += 1
        return session.disposition

    def _walk(self, session: Session, random: Random, clock: ScriptedClock) -> None:
        """Read out and ask everything that is open and not done yet, in order."""
        waiting = iter(session.to_do)
        while (ref := next(waiting, None)) is not None:
            item = session.course.find(ref).item
            clock.advance(random.randrange(2_000, 60_000))
            if isinstance(item, Script):
                steps.confirm(session, ref)
                continue
            if isinstance(item, Group):
                most = item.repeat.max if item.repeat else 0
                steps.answer(session, ref, Answer(value=random.randint(0, min(most, 3))))
            else:
                self._ask(session, ref, item, random)
            if base_ref(ref) in self.steering:
                waiting = iter(session.to_do)

    def _ask(self, session: Session, ref: str, item: Question | Probe, random: Random) -> None:
        forum = bool(session.fold.seats)
        if isinstance(item, Question):
            steps.visit(session, ref)
        if forum and item.type == "text" and isinstance(item, Question):
            _discuss(session, random)
        elif forum and item.each_participant:
            for seat in session.state.seats:
                steps.answer(session, f"{ref}[{seat}]", invent(item, random))
        else:
            steps.answer(session, ref, invent(item, random))
        if random.random() < 0.05:
            steps.note(session, invented_note(random), ref)

    def _mend(
        self, session: Session, fault: CaptureError, random: Random, *, give_up: bool
    ) -> None:
        """Answer again what a hard check may look at, and in the end say that it is not known."""
        answers = session.state.answers
        for each in fault.findings:
            ref = each.place.removeprefix("question ")
            question = session.course.find(ref).question if each.code == "GUIDE-063" else ""
            for base, place in session.course.places.items():
                again = base + ref[len(base_ref(ref)) :]
                if place.question != question or again not in answers:
                    continue
                if isinstance(place.item, Question | Probe) and place.item.type != "text":
                    unknown = Answer(missing="dont-know")
                    steps.answer(session, again, unknown if give_up else invent(place.item, random))


def steering_refs(course: Course) -> frozenset[str]:
    """Return the refs on which any condition or route of a guide looks."""
    return frozenset(base_ref(ref) for ref in _named(course.program["steps"])) & (
        course.places.keys()
    ) | {ref for ref, place in course.places.items() if isinstance(place.item, Group)}


def _named(part: Any) -> Iterator[str]:
    """Yield every text in the tests of a program; more than the refs does no harm."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _named(each)
    elif isinstance(part, dict):
        for name in ("when", "routes", "probes", "steps"):
            yield from _named(part.get(name))


def _discuss(forum: Session, random: Random) -> None:
    seats = forum.state.seats
    for _ in range(random.randint(3, 9)):
        speaker = random.choice(seats)
        number = turns.turn(forum, speaker, invented_text(random))
        for seat in seats:
            if seat != speaker and random.random() < 0.2:
                turns.react(forum, number, seat, random.choice(("agree", "disagree", "nod")))


def _workday(number: int) -> date:
    """Return the n-th workday from the first day, from 0."""
    weeks, days = divmod(number, 5)
    return _FIRST_DAY + timedelta(weeks=weeks, days=days)
