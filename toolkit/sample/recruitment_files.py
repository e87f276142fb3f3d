"""What the file of a sample's recruitment may contain: frozen models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, StrictInt

from toolkit.guide.study.parts import Part, Version, Words
from toolkit.guide.topic.model import Id
from toolkit.sample.parts import ClockTime, Day, Fictional, Pseudonym


class Person(Part):
    """Somebody on the list of those supported; the name is made up."""

    name: Words = Field(description="Surname, forename.")
    relationship: Id = Field(description="mother, father, carer, grandparent.")
    support_sessions: StrictInt = Field(ge=0, description="Sessions of support (count).")
    other_programme: StrictBool = Field(description="Supported by the other programme.")
    last_support_month: Words = Field(description="2017-03.")


class Attempt(Part):
    """One attempt to reach somebody."""

    date: Day = Field(description="Local day.")
    time: ClockTime = Field(description="Local time.")
    outcome: Id = Field(description="What came of it.")


class ConsentGiven(Part):
    """A signed form."""

    form: Id = Field(description="Id of the consent form.")
    version: Version = Field(description="Its version.")
    date: Day = Field(description="Day of the signature.")
    clauses: dict[Id, Literal["yes", "no"]] = Field(description="Answer to each point.")


class Booking(Part):
    """A time that was agreed."""

    date: Day = Field(description="Local day.")
    start: ClockTime = Field(description="Local time.")
    chosen_by: Literal["participant", "researcher"] = Field(
        description="Whose choice (clause P28)."
    )


class Adjustment(Part):
    """Something that somebody needs in order to take part (clause P22)."""

    asked: Words = Field(description="What was asked for.")
    met: Literal["yes", "no"] = Field(description="Whether it could be met.")


class Approach(Part):
    """What became of somebody who was drawn."""

    invited: Day = Field(description="Day of the letter.")
    attempts: tuple[Attempt, ...] = Field(default=(), description="In order.")
    consent: ConsentGiven | None = Field(default=None, description="The form, if it came back.")
    booking: Booking | None = Field(default=None, description="Time of the interview.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="What was needed.")
    outcome: Id = Field(description="Final disposition.")


class ForumMember(Part):
    """Somebody at a forum; known by the seat only."""

    role: Id = Field(description="mother, father, grandmother.")
    consent: ConsentGiven = Field(description="The form.")
    adjustments: tuple[Adjustment, ...] = Field(default=(), description="What was needed.")


class Drawing(Part):
    """How people were drawn."""

    frame: StrictInt = Field(ge=1, description="People in the frame (count).")
    start: StrictInt = Field(ge=1, description="Position of the first.")
    interval: StrictInt = Field(ge=1, description="Every how many.")
    drawn: StrictInt = Field(ge=1, description="People drawn (count).")


class RecruitmentFile(Fictional):
    """From the list to the interview."""

    study: Id = Field(description="Id of the study.")
    support_list: tuple[Person, ...] = Field(min_length=1, description="Everybody supported.")
    draw: Drawing = Field(description="The draw.")
    deal_seed: StrictInt = Field(description="Seed with which pseudonyms were dealt.")
    dealt: dict[int, Pseudonym] = Field(description="Position in the frame: pseudonym.")
    people: dict[Pseudonym, Approach] = Field(description="What became of those drawn.")
    forums: dict[Pseudonym, dict[Pseudonym, ForumMember]] = Field(
        default={}, description="Forum, seat and who sat there."
    )
