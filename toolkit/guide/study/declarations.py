"""What a study declares of itself where nobody can record it: who asked whom, why, paid by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field, StrictBool

from toolkit.guide.study.parts import Part, Words

_LATER = re.compile(
    r"(t\.?b\.?[acds]\.?|to ?do|fix ?me|n\.?/?a\.?|x{2,}|[.?_\-\s…]+|to be \w+|not yet( \w+)?)\.?",
    re.IGNORECASE,
)


class Declarations(Part):
    """Statements for the reporting checklists, each in a sentence or two; never a name.

    What is left out stands as open in the pack for a review.
    """

    fictional: StrictBool = Field(
        default=False, description="Whether they are made up, as those of a sample study are."
    )
    problem: Words | None = Field(
        default=None, description="The problem, and what was known about it before."
    )
    orientation: Words | None = Field(
        default=None, description="Methodological orientation of the analysis, and why it."
    )
    researchers: Words | None = Field(
        default=None, description="Whether those who held sessions and coded are women or men."
    )
    relationship: Words | None = Field(
        default=None, description="What researchers and participants knew of each other before."
    )
    present: Words | None = Field(
        default=None, description="Who else was there or near at calls and other sessions."
    )
    pilot: Words | None = Field(
        default=None, description="Whether guides were tried out, with whom, and what changed."
    )
    transcripts: Words | None = Field(
        default=None, description="Whether participants got transcripts to comment on."
    )
    feedback: Words | None = Field(
        default=None, description="Whether participants commented on the findings, and how."
    )
    approval: Words | None = Field(
        default=None, description="Which body approved the study on ethical grounds, and when."
    )
    interests: Words | None = Field(
        default=None, description="Interests that could have played a part; that there are none."
    )
    funding: Words | None = Field(
        default=None, description="Who paid for the study, and what they had a say in."
    )
    source: Words | None = Field(default=None, description="Document that says all this.")

    @property
    def made(self) -> dict[str, str]:
        """What is declared, by name, in the order of the fields."""
        kept = {name: getattr(self, name) for name in statements()}
        return {name: text for name, text in kept.items() if text is not None}


def statements() -> dict[str, str]:
    """Return the names of all statements with what each says."""
    fields = Declarations.model_fields.items()
    return {name: each.description or "" for name, each in fields if name not in _NO_STATEMENT}


_NO_STATEMENT = ("fictional", "source")


def put_off(declarations: Declarations) -> Iterator[tuple[str, str]]:
    """Find statements that say nothing yet: ``tbc``, ``to be written``."""
    for name, text in declarations.made.items():
        if _LATER.fullmatch(text.strip()):
            yield name, text
