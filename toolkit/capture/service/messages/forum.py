"""What the forum page and the server say to each other, beyond what a call says (`wire`).

Each screen is a role's. What it writes carries the moment at which it was heard, by the clock of
the forum, and a record id of its own: both screens' records stand side by side.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from toolkit.capture.service.messages.session import Edit, Edits, Opened, Receipt, Ref, Step, View
from toolkit.guide.topic.model import Part

Role = Literal["facilitator", "note-taker"]
Seat = Annotated[str, StringConstraints(max_length=64)]
Name = Annotated[str, StringConstraints(max_length=64)]


class ForumEdit(Edit):
    """One step of a forum, made on one of its screens."""

    step: Step | Literal["turn", "turn-edit", "turn-back", "react", "unreact", "withdraw"] = Field(  # type: ignore[assignment]  # a forum has more steps than a call
        description="Which step."
    )
    by: Role = Field(description="Whose screen it is.")
    at: StrictInt | None = Field(
        default=None, ge=0, description="turn, react, note, draft: when it was heard, ms."
    )
    seat: Seat = Field(default="", description="turn, react, withdraw: pseudonym.")
    name: Name = Field(default="", description="Record id of the turn.")
    field: Ref = Field(default="", description="turn, note: field in which it was typed.")
    how: Literal["agree", "disagree", "nod"] = Field(default="nod", description="react: how.")


class ForumEdits(Edits):
    """What a screen sends."""

    by: Role = Field(default="note-taker", description="Whose screen it is.")
    edits: tuple[ForumEdit, ...] = Field(default=(), max_length=500, description="In order.")


class Named(Part):
    """Who is there: asked for before a forum begins."""

    seats: tuple[Seat, ...] = Field(max_length=40, description="Pseudonyms, in seating order.")
    facilitator: Name = Field(description="Role and number (clause P09).")
    note_taker: Name = Field(description="Role and number (clause P09).")
    support_worker: Name = Field(description="Role and number (clause P10).")
    language: Name = Field(default="", description="One of the guide's languages.")


class Said(Part):
    """A turn."""

    name: str = Field(description="Record id.")
    question: str = Field(description="What it was about.")
    number: int = Field(description="Number within the question.")
    seat: str = Field(description="Who spoke.")
    text: str = Field(description="The words; empty of somebody who withdrew (clause P27).")
    at: int = Field(description="When it was heard, ms since the start.")
    withdrawn: bool = Field(description="Whether they withdrew.")
    before: tuple[tuple[str, str], ...] = Field(
        default=(), description="Words before each correction, and why; none of who withdrew."
    )


class Taken(Part):
    """A reaction to a turn."""

    name: str = Field(description="Record id of the turn.")
    seat: str = Field(description="Who reacted.")
    how: str = Field(description="agree, disagree or nod.")


class ForumView(View):
    """What a forum has come to."""

    seats: tuple[str, ...] = Field(default=(), description="Pseudonyms, in seating order.")
    withdrawn: tuple[str, ...] = Field(default=(), description="Those who withdrew (clause P27).")
    roles: dict[str, str] = Field(default_factory=dict, description="Who fills each role.")
    turns: tuple[Said, ...] = Field(default=(), description="By the clock.")
    reactions: tuple[Taken, ...] = Field(default=(), description="That count.")
    unplanned: tuple[str, ...] = Field(default=(), description="Deviations, with their clause.")


class ForumReceipt(Receipt):
    """What became of edits of a screen."""

    now: int = Field(default=0, description="ms since the start: screens set their clocks by it.")
    beside: bool = Field(default=False, description="Whether the other role's screen is there.")


class ForumOpened(Opened):
    """Everything that a screen needs to begin or go on."""

    beside: bool = Field(default=False, description="Whether the other role's screen is there.")
    known: tuple[tuple[str, bool], ...] = Field(
        default=(),
        description="Pseudonyms of the forum, and whether they may take a seat (clause P25).",
    )
    size: str = Field(default="", description="How many people are planned (clause P15).")
