"""What page and server say to each other about attempts before a call, and about a concern."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictInt

from toolkit.fieldwork.concern_terms import Kind, Urgency
from toolkit.guide.topic.model import Part


class Trying(Part):
    """An attempt that did not become a call."""

    outcome: str = Field(max_length=40, description="What it came to: no-answer.")
    number: StrictInt = Field(ge=1, description="Which attempt it is; sent twice, taken once.")
    when: str = Field(default="", max_length=40, description="Local time of it, where it has one.")
    chosen_by: Literal["participant", "researcher"] = Field(
        default="participant", description="Who picked the time of an interview."
    )
    reason: str = Field(default="", max_length=400, description="Why once more, where needed.")


class TriedOnce(Part):
    """An attempt, as it is recorded."""

    number: int = Field(description="From 1.")
    at: str = Field(description="Local time, in words.")
    said: str = Field(description="What it came to, in words.")


class Before(Part):
    """What was tried before a call."""

    attempts: tuple[TriedOnce, ...] = Field(description="In order.")
    booked: str = Field(description="The appointment, in words; empty for none.")
    over: str = Field(description="What it came to in the end, in words; empty before.")
    limit: str = Field(description="That there is no further attempt, in words; empty where not.")
    outcomes: tuple[tuple[str, str, str], ...] = Field(
        description="Id and label of what an attempt can come to, and the time it needs."
    )


class Concerning(Part):
    """A concern that was flagged, and with whom it is; never what it is about."""

    id: str = Field(description="Session and number in it: K07-1.")
    urgency: Urgency = Field(description="How soon somebody has to act.")
    kind: Kind = Field(description="Which kind of thing it is.")
    officer: str = Field(description="Title of who was on duty.")
    deputy: str = Field(description="Title of whom it falls to.")
    since: str = Field(description="When it was flagged, by the local clock: 14:02.")
    rota: bool = Field(description="Whether the rota names somebody for the time.")
    falls: int = Field(description="When it falls to the deputy, in ms since 1970-01-01 UTC.")
    falls_at: str = Field(description="The same by the local clock.")
    acknowledged: str = Field(description="When it was taken up, by the local clock; or empty.")
    by: Literal["", "officer", "deputy"] = Field(description="Who took it up; or empty.")
