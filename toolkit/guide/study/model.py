"""The study protocol as data: everything that ``study.yaml`` says, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from toolkit.guide.study.declarations import Declarations
from toolkit.guide.study.design import (
    Eligibility,
    Pseudonyms,
    Question,
    Role,
    Sampling,
    SecondListening,
    Strand,
)
from toolkit.guide.study.dispositions import Disposition, OwnDisposition, dispositions
from toolkit.guide.study.parts import Part, Version, Words, shaped
from toolkit.guide.study.promises import (
    Clause,
    Disclosure,
    Limits,
    Outlet,
    Retention,
    Safeguarding,
    Use,
    Windows,
    Withdrawal,
)
from toolkit.guide.study.published import Published
from toolkit.guide.topic.model import Id, Wording

_shape, _check = shaped(r"[a-z][a-z0-9_]{0,63}", "a name such as support_line")
FactName = Annotated[str, _shape, _check]


def _as_text(value: object) -> object:
    """Return a number as the text that is read aloud: 4 is "4"."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Fact = Annotated[
    Wording,
    BeforeValidator(_as_text),
    WithJsonSchema({"anyOf": [{"type": each} for each in ("string", "integer", "object")]}),
]


class Study(Part):
    """A study protocol.

    Parts refer to each other by id; `toolkit.guide.load_study` makes sure that every id exists.
    """

    study: Id = Field(description="Id of the study; names its folders and outputs.")
    title: Words = Field(description="What readers see it called.")
    version: Version = Field(description='Version of the protocol, in quotes: "1.0".')
    source: Words = Field(description="Chapters of the report or plan that it follows.")
    question: Question = Field(description="The research question.")
    roles: tuple[Role, ...] = Field(min_length=1, description="Functions, never people.")
    strands: tuple[Strand, ...] = Field(min_length=1, description="Ways of collecting data.")
    eligibility: Eligibility = Field(description="Who may be drawn.")
    sampling: Sampling | None = Field(default=None, description="How people are drawn.")
    pseudonyms: Pseudonyms = Field(
        default_factory=Pseudonyms, description="What participants are called in the data."
    )
    second_listening: SecondListening | None = Field(
        default=None, description="Sessions that a second listener takes."
    )
    limits: Limits = Field(description="What a researcher may take on.")
    safeguarding: Safeguarding | None = Field(
        default=None, description="How soon a concern is taken up; 15 minutes where left out."
    )
    windows: Windows = Field(description="When things happen.")
    withdrawal: tuple[Withdrawal, ...] = Field(
        min_length=1, description="Until when people may withdraw, by strand."
    )
    retention: Retention = Field(description="How long data are kept.")
    dispositions: tuple[OwnDisposition, ...] = Field(
        default=(), description="What endings of the study's own count as."
    )
    uses: tuple[Use, ...] = Field(min_length=1, description="Products that may quote people.")
    disclosure: Disclosure = Field(description="When a number would identify somebody.")
    outlet: Outlet = Field(description="How findings are written up and spread.")
    facts: dict[FactName, Fact] = Field(
        default_factory=dict, description="What guides pipe into their wording: {protocol.name}."
    )
    declarations: Declarations = Field(
        default_factory=Declarations, description="What no record can show, for the checklists."
    )
    codebook: Words = Field(description="File name of the codebook, in the same folder.")
    consent: Words = Field(description="File name of the consent form, in the same folder.")
    clauses: tuple[Clause, ...] = Field(description="All clauses of the protocol, P01 to P45.")
    published: Published = Field(
        default_factory=Published, description="The report's figures; empty before there is one."
    )

    @property
    def hash(self) -> str:
        """SHA-256 of the protocol's content (64 hex digits)."""
        return self.fingerprint()

    @property
    def known_dispositions(self) -> Mapping[str, Disposition]:
        """The dispositions that every study has and this study's own, by id."""
        return dispositions(self.dispositions)

    def strand(self, name: str) -> Strand:
        """Return a strand by its id.

        Raises
        ------
        KeyError
            There is no such strand.
        """
        return {each.strand: each for each in self.strands}[name]

    def withdrawal_of(self, strand: str) -> Withdrawal:
        """Return a strand's rule of withdrawal.

        Raises
        ------
        KeyError
            The strand has none.
        """
        return {each.strand: each for each in self.withdrawal}[strand]
