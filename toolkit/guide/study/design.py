"""The research design in a study file: roles, strands, who may take part, how they are drawn."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from toolkit.guide.study.parts import ClauseId, Minutes, Part, Span, Words, shaped
from toolkit.guide.topic.model import Id

_Plain = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=200)]
Kind = Literal["interview", "forum", "survey"]
_shape, _check = shaped(r"[a-z][a-z0-9_]{0,63}", "a column name such as support_sessions")
_Column = Annotated[str, _shape, _check]
# A pseudonym must never be taken for a clause (P26), a forum (F1), a rehearsal (R01, RF-A) or
# somebody on the list who was not drawn (L03).
_shape, _check = shaped(
    r"(?!R|[FLP]$)[A-Z]{1,3}",
    "one to three capital letters such as K; not F, L or P, and no R first",
)
_Prefix = Annotated[str, _shape, _check]


class Question(Part):
    """What the study wants to find out."""

    text: Words = Field(description="The research question, in our own words.")
    source: Words = Field(description="Chapter of the report or plan that it comes from.")


class Pseudonyms(Part):
    """What participants are called in the data."""

    prefix: _Prefix = Field(
        default="K",
        description="What pseudonyms begin with: K07. Clauses, forums, rehearsals and people who "
        "were listed but not drawn begin with P, F, R and L.",
    )


class Role(Part):
    """Somebody's part in the study: a function, never a person."""

    role: Id = Field(description="Id that records and strands refer to.")
    title: Words = Field(description="What the role is called.")
    does: Words = Field(description="What whoever fills it does in the study.")
    competence: tuple[Words, ...] = Field(
        default=(), description="Training and experience that the role asks for (clause P21)."
    )
    clause: ClauseId | None = Field(default=None, description="Clause of the protocol it serves.")


class Schedule(Part):
    """How the minutes of a session are shared out."""

    questions: StrictInt = Field(ge=1, description="Number of questions (count).")
    minutes_each: StrictInt = Field(ge=1, description="Time for each question (minutes).")
    opening_minutes: StrictInt = Field(
        default=0, ge=0, description="Introductions, consent and goodbye together (minutes)."
    )

    @property
    def minutes(self) -> int:
        """Minutes in all."""
        return self.questions * self.minutes_each + self.opening_minutes

    def __str__(self) -> str:
        """Return ``5 x 15 + 15``."""
        return f"{self.questions} x {self.minutes_each} + {self.opening_minutes}"


class Strand(Part):
    """One way of collecting data: interviews, forums or a survey."""

    strand: Id = Field(description="Id; windows, claims and records refer to it.")
    kind: Kind = Field(description="With one participant (interview, survey) or several (forum).")
    title: Words = Field(description="What readers see it called.")
    guide: Words = Field(description="File name of its topic guide, in the same folder.")
    sessions: StrictInt = Field(ge=1, description="Sessions planned (count).")
    size: Span | None = Field(
        default=None, description="Participants planned in each session (count); forums need it."
    )
    minutes: Minutes = Field(description="Planned length of a session (minutes).")
    schedule: Schedule | None = Field(default=None, description="How those minutes are shared out.")
    by: Words = Field(description="How people meet: telephone, in person.")
    roles: tuple[Id, ...] = Field(
        min_length=1, description="Roles that are filled before a session starts."
    )
    recording: Literal["choice", "none"] = Field(
        default="choice", description="Whether sound is recorded: by choice of the participant."
    )
    clauses: tuple[ClauseId, ...] = Field(default=(), description="Clauses that it serves.")
    source: Words = Field(description="Chapter that it comes from.")


class Rule(Part):
    """One test of a person on the list: an attribute, a comparison, a value, and the reason.

    A rule under ``include`` must hold; one under ``exclude`` must not.
    """

    rule: Id = Field(description="Id, recorded with each exclusion.")
    attribute: _Column = Field(description="_Column of the list that is looked at.")
    comparison: Literal["equals", "at-least", "at-most", "one-of"] = Field(
        description="How attribute and value are compared."
    )
    value: _Plain | tuple[_Plain, ...] = Field(description="What the attribute is compared with.")
    reason: Words = Field(description="Reason recorded for whoever is left out by the rule.")
    clause: ClauseId = Field(default="P23", description="Clause that it serves.")

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        several = isinstance(self.value, tuple)
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if several != (self.comparison == "one-of"):
            need = "a list" if self.comparison == "one-of" else "one value"
        elif self.comparison in ("at-least", "at-most") and not number:
            need = "a number"
        else:
            return self
        raise PydanticCustomError(
            "comparison_value",
            "does not fit '{comparison}', which needs {need}",
            {"comparison": self.comparison, "need": need},
        )

    def holds(self, found: object) -> bool:
        """Return whether a person's attribute passes the comparison.

        Parameters
        ----------
        found : object
            The attribute's value; None if the list has none, which never passes.
        """
        if found is None:
            return False
        if isinstance(self.value, tuple):
            return any(_same(found, each) for each in self.value)
        if self.comparison == "equals":
            return _same(found, self.value)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return False
        limit = float(self.value)
        return found >= limit if self.comparison == "at-least" else found <= limit


def _same(found: object, value: object) -> bool:
    """Compare without taking ``true`` for 1."""
    return isinstance(found, bool) == isinstance(value, bool) and found == value


class Eligibility(Part):
    """Who may be drawn, and why others may not (clause P23)."""

    population: tuple[Words, ...] = Field(
        min_length=1, description="Kinds of people on the list: parent, carer, grandparent."
    )
    include: tuple[Rule, ...] = Field(min_length=1, description="Rules that must hold.")
    exclude: tuple[Rule, ...] = Field(default=(), description="Rules that must not hold.")
    source: Words = Field(description="Chapter that it comes from.")


class Sampling(Part):
    """How people are drawn from the frame (clause P24)."""

    strand: Id = Field(description="Strand that the draw is for.")
    method: Literal["systematic"] = Field(description="Every n-th of a sorted list.")
    order: Literal["alphabetical"] = Field(description="How the list is sorted before the draw.")
    interval: StrictInt = Field(ge=1, description="Every how-manieth is drawn (count).")
    frame: StrictInt = Field(ge=1, description="People in the frame (count).")
    start: StrictInt | None = Field(
        default=None, ge=1, description="First position drawn, from 1; null where not recorded."
    )
    clause: ClauseId = Field(default="P24", description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")

    @model_validator(mode="after")
    def _start_within_interval(self) -> Self:
        if self.start is not None and self.start > self.interval:
            raise PydanticCustomError(
                "start_beyond_interval",
                "starts at {start}, beyond the interval of {interval}",
                {"start": self.start, "interval": self.interval},
            )
        return self

    def drawn(self, start: int) -> int:
        """Count how many are drawn from the frame with a given start.

        Parameters
        ----------
        start : int
            First position drawn, 1 to the interval.

        Returns
        -------
        int
            ``floor((frame - start) / interval) + 1``, and 0 where the start is beyond the frame
            (Cochran 1977, p. 205).
        """
        return max(0, (self.frame - start) // self.interval + 1)

    def __str__(self) -> str:
        """Return ``every third of 82``."""
        return f"every {_ordinal(self.interval)} of {self.frame}"


def _ordinal(number: int) -> str:
    """Return ``third`` for 3, ``22nd`` for 22."""
    words = {1: "single one", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 10: "tenth"}
    teens = number % 100 in (11, 12, 13)
    suffix = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return words.get(number, f"{number}{suffix}")


class SecondListening(Part):
    """A second listener takes some interviews, blind, and compares findings (clause P14)."""

    strand: Id = Field(description="Strand whose sessions are listened to again.")
    sessions: Span = Field(description="How many sessions (count).")
    role: Id = Field(description="Role of the second listener.")
    clause: ClauseId = Field(default="P14", description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")
