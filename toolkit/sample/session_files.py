"""What the files of interviews, forums and codings may contain: frozen models."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.guide.study.parts import Part, Words
from toolkit.guide.topic.model import Id
from toolkit.sample.parts import ClockTime, Day, Fictional, Pseudonym

_STEPS = ("confirm", "question", "pause", "concern")
_SAID = ", ".join(_STEPS)


class Turn(Part):
    """What somebody said at a forum, and how others took it."""

    seat: Pseudonym = Field(description="Who spoke.")
    says: Words = Field(description="The words.")
    agree: tuple[Pseudonym, ...] = Field(default=(), description="Who agreed.")
    disagree: tuple[Pseudonym, ...] = Field(default=(), description="Who disagreed.")
    nod: tuple[Pseudonym, ...] = Field(default=(), description="Who nodded.")


class Step(Part):
    """One thing that happened in a session, in the order in which it happened."""

    minutes: float = Field(default=0, ge=0, le=600, description="Time it took, in minutes.")
    confirm: Id | None = Field(default=None, description="A script that was said and confirmed.")
    question: Id | None = Field(default=None, description="A question that was talked about.")
    answer: Any = Field(default=None, description="Answer to the question, as it then stood.")
    probes: dict[str, Any] = Field(default={}, description="Answers to its probes; tick or skip.")
    note: Words | None = Field(default=None, description="Note of the interviewer.")
    turns: tuple[Turn, ...] = Field(default=(), description="Forum: who said what.")
    each: dict[str, dict[Pseudonym, Any]] = Field(
        default={}, description="Forum: probe, seat and what they answered for themselves."
    )
    pause: Literal["distress", "break"] | None = Field(default=None, description="A pause.")
    concern: Literal[True] | None = Field(default=None, description="A concern was flagged.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        named = [name for name in _STEPS if getattr(self, name) is not None]
        if len(named) != 1:
            raise PydanticCustomError("one_thing", "should say one of {steps}", {"steps": _SAID})
        return self


class _SessionFile(Fictional):
    guide: Id = Field(description="Id of the topic guide.")
    date: Day = Field(description="Local day.")
    start: ClockTime = Field(description="Local time, in quotes: '10:00'.")
    flow: tuple[Step, ...] = Field(min_length=1, description="What happened, in order.")
    ending: Id = Field(description="Ending that the answers must lead to.")
    write_up: Words | None = Field(default=None, description="Notes and themes afterwards.")
    deviations: dict[str, Words] = Field(
        default={}, description="Why something was not as planned, by clause."
    )


class InterviewFile(_SessionFile):
    """A call with one participant."""

    case: Pseudonym = Field(description="Pseudonym.")
    participant_role: Id = Field(description="mother, father, carer, grandparent.")
    user: Id = Field(description="Who held it: role and number.")


class ForumFile(_SessionFile):
    """A forum."""

    session: Pseudonym = Field(description="Id of the forum.")
    facilitator: Id = Field(description="Who led it.")
    note_taker: Id = Field(description="Who took notes.")
    support_worker: Id = Field(description="Who was there to talk with people.")
    seats: dict[Pseudonym, Id] = Field(min_length=1, description="Seat: role.")


class Coded(Part):
    """A quotation and what it was coded with."""

    source: Words = Field(description="Where it stands: K01/q3, F1/q2/3.")
    quote: Words = Field(description="Exact words that occur once there.")
    codes: tuple[Id, ...] = Field(min_length=1, description="Codes of the codebook.")


class Memo(Part):
    """A thought about a code."""

    code: Id = Field(description="The code.")
    text: Words = Field(description="The thought.")


class SignedOff(Part):
    """Words that may be printed in the report, and in which form."""

    source: Words = Field(description="Where they stand: K01/q3, F1/q2/3.")
    quote: Words = Field(description="Exact words that occur once there.")
    printed: Words | None = Field(
        default=None, description="As printed, replacements in [square brackets]; else as said."
    )


class CodingFile(Fictional):
    """The coding of one coder, or a part of it."""

    coder: Id = Field(description="Role and number.")
    segments: tuple[Coded, ...] = Field(description="Quotations with their codes.")
    memos: tuple[Memo, ...] = Field(default=(), description="Thoughts about codes.")
    signed_off: tuple[SignedOff, ...] = Field(
        default=(), description="Quotations that this person signed off (clause P35)."
    )
