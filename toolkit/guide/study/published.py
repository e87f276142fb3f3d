"""The report's published figures and the claims that rest on them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictFloat, StrictInt

from toolkit.guide.study.claims import Draw, Mean, Population, Share, Sizes, Statements, Total
from toolkit.guide.study.parts import Part, Words
from toolkit.guide.topic.model import Id

Claim = Annotated[
    Total | Share | Draw | Mean | Sizes | Population | Statements, Field(discriminator="kind")
]


class Figure(Part):
    """One number that the report prints."""

    figure: Id = Field(description="Id; claims refer to it.")
    value: Annotated[StrictInt, Field(ge=0)] | Annotated[StrictFloat, Field(ge=0)] = Field(
        description="The number as printed."
    )
    unit: Literal["participants", "people", "sessions", "minutes"] = Field(
        description="Participants took part and can be identified; people are on a list."
    )
    what: Words = Field(description="What was counted or measured.")
    source: Words = Field(description="Chapter that prints it.")


class Published(Part):
    """What the report prints: figures once each, and claims about them."""

    figures: tuple[Figure, ...] = Field(default=(), description="Numbers, each once.")
    claims: tuple[Claim, ...] = Field(default=(), description="What is said with them.")

    def value(self, figure: str) -> float:
        """Return a figure's value by its id.

        Raises
        ------
        KeyError
            There is no such figure.
        """
        return {each.figure: each.value for each in self.figures}[figure]
