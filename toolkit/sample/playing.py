"""Recorded calls and forums, played through the session machine step by step."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from toolkit.capture import (
    Register,
    ScriptedClock,
    Session,
    begin_forum,
    begin_session,
)
from toolkit.capture.clock import MINUTE
from toolkit.capture.session import afterwards, ending, steps, turns
from toolkit.errors import SampleError
from toolkit.guide import Answer, Guide
from toolkit.guide.study.model import Study
from toolkit.guide.topic.answers import MISSING
from toolkit.guide.yaml.validate import nearest
from toolkit.sample.reading import Faults, File
from toolkit.sample.session_files import ForumFile, InterviewFile, Step, Turn
from toolkit.store import Store

# How much an answer without words weighs when a question's time is shared out, in characters.
_SHORT = 40
# The write-up comes this long after the end.
_LATER = 20 * MINUTE
_REACTIONS: tuple[Literal["agree", "disagree", "nod"], ...] = ("agree", "disagree", "nod")

# How long it is in characters, where in its step it stands, and what happens.
_Happening = tuple[int, tuple[Hashable, ...], Callable[[], None]]


@dataclass(frozen=True)
class Stage:
    """Where sessions are played.

    Attributes
    ----------
    store : Store
        Where their events go.
    study : Study
        The protocol.
    guides : mapping of str to Guide
        Guides by id.
    register : Register
        What starts depend on.
    faults : Faults
        Where refusals are collected.
    """

    store: Store
    study: Study
    guides: Mapping[str, Guide]
    register: Register
    faults: Faults

    def clock(self, day: str, start: str) -> ScriptedClock:
        """Return a clock set to a local time of the study.

        Parameters
        ----------
        day, start : str
            Local day and time.
        """
        return ScriptedClock(date.fromisoformat(day), start, self.study.limits.timezone)

    def guide(self, name: str) -> Guide:
        """Return a guide of the study.

        Raises
        ------
        SampleError
            The study has no such guide.
        """
        if name not in self.guides:
            hint = nearest(name, self.guides) or f"choose one of {', '.join(self.guides)}"
            raise SampleError.of("SAMPLE-003", place="guide", guide=name, hint=hint)
        return self.guides[name]


def play_interview(file: File[InterviewFile], stage: Stage) -> None:
    """Play a call."""
    said = file.content
    clock = stage.clock(said.date, said.start)
    with stage.faults.at(file.document, "case"):
        session = begin_session(
            stage.store,
            stage.study,
            stage.guide(said.guide),
            case=said.case,
            user=said.user,
            clock=clock,
            register=stage.register,
        )
        _Player(file, session, clock, stage.faults).play()


def play_forum(file: File[ForumFile], stage: Stage) -> None:
    """Play a forum."""
    said = file.content
    clock = stage.clock(said.date, said.start)
    with stage.faults.at(file.document, "session"):
        forum = begin_forum(
            stage.store,
            stage.study,
            stage.guide(said.guide),
            session=said.session,
            seats=list(said.seats),
            facilitator=said.facilitator,
            note_taker=said.note_taker,
            support_worker=said.support_worker,
            clock=clock,
            register=stage.register,
        )
        _Player(file, forum, clock, stage.faults).play()


def answer_of(said: Any, kind: str) -> Answer:
    """Read an answer as a sample file writes it.

    Parameters
    ----------
    said : object
        A value, ``{missing: refused}``, ``{other: "words"}``; ``tick`` or ``skip`` for a tick.

    Raises
    ------
    SampleError
        The mapping is neither of the two, or a tick is meant for something else.
    """
    if isinstance(said, dict):
        if len(said) == 1 and said.get("missing") in MISSING:
            return Answer(missing=said["missing"])
        if len(said) == 1 and isinstance(said.get("other"), str):
            return Answer(value=["other"] if kind == "multiple" else "other", other=said["other"])
        raise SampleError.of("SAMPLE-004", place="answer")
    if kind == "tick":
        return {"tick": Answer(value=True), "skip": Answer(missing="skipped")}.get(
            said, Answer(value=said)
        )
    if said in ("tick", "skip"):
        raise SampleError.of("SAMPLE-007", place="answer", kind=kind)
    return Answer(value=said)


@dataclass(frozen=True)
class _Player:
    """Plays what happened after a session has begun."""

    file: File[InterviewFile] | File[ForumFile]
    session: Session
    clock: ScriptedClock
    faults: Faults

    def play(self) -> None:
        """Play every step, and check that the session ends as the file says."""
        said, session = self.file.content, self.session
        for number, step in enumerate(said.flow):
            with self.faults.at(self.file.document, "flow", number):
                self._step(number, step)
        with self.faults.at(self.file.document, "ending"):
            led_to = session.state.ending
            if led_to != said.ending:
                place = f"session {session.state.session}"
                raise SampleError.of("SAMPLE-002", place=place, ending=led_to)
            ending.finish(session, said.deviations)
            if said.write_up:
                self.clock.advance(_LATER)
                afterwards.write_up(session, said.write_up)

    def _step(self, number: int, step: Step) -> None:
        session, length = self.session, round(step.minutes * MINUTE)
        if step.confirm is not None:
            steps.visit(session, step.confirm)
            self.clock.advance(length)
            steps.confirm(session, step.confirm)
        elif step.pause is not None:
            steps.pause(session, step.pause)
            self.clock.advance(length)
            steps.resume(session)
        elif step.concern is not None:
            self.clock.advance(length)
            steps.concern(session)
        else:
            self._question(number, step, length)

    def _question(self, number: int, step: Step, length: int) -> None:
        """Play a question: answer, turns and probes, its time divided by their length."""
        question = step.question or ""
        steps.visit(self.session, question)
        happened = list(self._happenings(question, step))
        shares = _shares(length, [weight for weight, _, _ in happened])
        for share, (_, path, happens) in zip(shares, happened, strict=True):
            self.clock.advance(share)
            with self.faults.at(self.file.document, "flow", number, *path):
                happens()
        if step.note is not None:
            steps.note(self.session, step.note, question)

    def _happenings(self, question: str, step: Step) -> Iterator[_Happening]:
        if step.answer is not None:
            yield self._answered(question, step.answer, "answer")
        for place, turn in enumerate(step.turns):
            yield len(turn.says), ("turns", place), partial(_take_turn, self.session, turn)
        for probe, value in step.probes.items():
            yield self._answered(f"{question}.{probe}", value, "probes", probe)
        for probe, by_seat in step.each.items():
            for seat, value in by_seat.items():
                yield self._answered(f"{question}.{probe}[{seat}]", value, "each", probe, seat)

    def _answered(self, ref: str, said: Any, *path: str) -> _Happening:
        words = len(said) if isinstance(said, str) else 0
        return max(words, _SHORT), path, partial(_give_answer, self.session, ref, said)


def _give_answer(session: Session, ref: str, said: Any) -> None:
    kind = getattr(session.course.find(ref).item, "type", "")
    steps.answer(session, ref, answer_of(said, kind))


def _take_turn(session: Session, turn: Turn) -> None:
    if not session.fold.seats:
        raise SampleError.of("SAMPLE-008", place=f"seat {turn.seat}")
    number = turns.turn(session, turn.seat, turn.says)
    for kind in _REACTIONS:
        for seat in getattr(turn, kind):
            turns.react(session, number, seat, kind)


def _shares(length: int, weights: Sequence[int]) -> list[int]:
    """Divide milliseconds by weight, so that they add up exactly."""
    total = sum(weights)
    shares: list[int] = []
    seen = given = 0
    for weight in weights:
        seen += weight
        upto = length * seen // total
        shares.append(upto - given)
        given = upto
    return shares
