"""Kinds of claims that a report makes with numbers, as typed data that can be computed again.

A claim holds what is printed, never what comes out: that is computed by
`toolkit.guide.study.claim_check`.
Counts that several claims use stand once, as figures, and are named by their id.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from toolkit.guide.study.parts import Part, Words, shaped
from toolkit.guide.topic.model import Id

_shape, _check = shaped(r"\d{1,3}(\.\d{1,4})?%", 'a percentage such as "96.9%"')
Percent = Annotated[str, _shape, _check]


class _Claim(Part):
    """What every claim has; `rests_on` lists the keys that name figures."""

    rests_on: ClassVar[tuple[str, ...]] = ()

    claim: Id = Field(description="Id of the claim.")
    says: Words = Field(description="What the report says, in our own words.")
    source: Words = Field(description="Chapter in which it says so.")


class Total(_Claim):
    """Parts make up a total: 19 mothers and 1 father are 20 parents."""

    rests_on: ClassVar[tuple[str, ...]] = ("parts", "whole")

    kind: Literal["total"] = Field(description="Kind of claim.")
    parts: tuple[Id, ...] = Field(min_length=2, description="Figures that are added up.")
    whole: Id = Field(description="Figure that they make up.")


class Share(_Claim):
    """So many out of so many, with the percentage where one is printed."""

    rests_on: ClassVar[tuple[str, ...]] = ("part", "of")

    kind: Literal["share"] = Field(description="Kind of claim.")
    part: Id = Field(description="Figure on top.")
    of: Id = Field(description="Figure that is the base.")
    printed: Percent | None = Field(
        default=None, description='Percentage as printed, in quotes: "99%". Null where none is.'
    )

    @property
    def printed_percent(self) -> Fraction | None:
        """The printed percentage (0 to 100), exactly; None if none is printed."""
        return Fraction(self.printed.removesuffix("%")) if self.printed else None

    @property
    def decimals(self) -> int:
        """Decimal places printed (count)."""
        return len((self.printed or "").removesuffix("%").partition(".")[2])


class Draw(_Claim):
    """A draw from the frame by the study's sampling rule, and how many of those drawn took part."""

    rests_on: ClassVar[tuple[str, ...]] = ("frame", "took_part", "approached", "left_out")

    kind: Literal["draw"] = Field(description="Kind of claim.")
    frame: Id = Field(description="Figure: people in the frame.")
    took_part: Id = Field(description="Figure: people who took part.")
    approached: Id | None = Field(
        default=None, description="Figure: people who were drawn and approached; null if unsaid."
    )
    left_out: tuple[Id, ...] | None = Field(
        default=None,
        description="Figures: drawn, but refused, not reached or not available; null if unsaid.",
    )


class Mean(_Claim):
    """A mean length of sessions, compared with the planned length."""

    rests_on: ClassVar[tuple[str, ...]] = ("minutes",)

    kind: Literal["mean"] = Field(description="Kind of claim.")
    strand: Id = Field(description="Strand whose sessions are meant.")
    minutes: Id = Field(description="Figure: the mean (minutes).")


class Sizes(_Claim):
    """A number of people in a number of sessions, compared with the planned size."""

    rests_on: ClassVar[tuple[str, ...]] = ("sessions", "people")

    kind: Literal["sizes"] = Field(description="Kind of claim.")
    strand: Id = Field(description="Strand whose sessions are meant.")
    sessions: Id = Field(description="Figure: sessions held.")
    people: Id = Field(description="Figure: people in all of them.")


class Population(_Claim):
    """The kinds of people in the report, compared with those on the list."""

    kind: Literal["population"] = Field(description="Kind of claim.")
    described: tuple[Words, ...] = Field(
        min_length=1, description="Kinds of people as the text on the sample names them."
    )


class Statement(Part):
    """What one place of the report says about everybody, or about one strand."""

    of: Id = Field(description="A strand, or 'all'.")
    holds: tuple[Words, ...] = Field(
        min_length=1, description="What is said to hold, in any order."
    )
    source: Words = Field(description="Where it is said.")


class Statements(_Claim):
    """One matter that the report speaks of in more than one place."""

    kind: Literal["statements"] = Field(description="Kind of claim.")
    about: Words = Field(description="The matter, as it stands in a message.")
    places: tuple[Statement, ...] = Field(min_length=2, description="What each place says.")
