"""What a study promises to those who take part: limits, windows, retention, clauses, uses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from toolkit.guide.study.parts import ClauseId, Moment, Part, Period, Words, days_of
from toolkit.guide.topic.model import Id


def _is_timezone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError(
            "no_such_timezone",
            "is '{name}', and not a time zone such as Europe/London",
            {"name": name[:80]},
        )
    return name


class Limits(Part):
    """What a researcher may take on (clause P43), and how often somebody is tried."""

    interviews_per_researcher_per_day: StrictInt = Field(
        ge=1, description="Most interviews a researcher holds on one local day (count)."
    )
    timezone: Annotated[str, AfterValidator(_is_timezone)] = Field(
        description="IANA time zone whose calendar days count: Europe/London."
    )
    unanswered_attempts: StrictInt | None = Field(
        default=None,
        ge=1,
        description="Most attempts in a row that reach nobody (count); no limit where left out.",
    )
    clause: ClauseId = Field(default="P43", description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")


class Safeguarding(Part):
    """How soon a concern is taken up (clause P02)."""

    acknowledge_minutes: StrictInt = Field(
        ge=1, description="A concern that is not taken up by then falls to the deputy (minutes)."
    )
    clause: ClauseId = Field(default="P02", description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")


class Windows(Part):
    """When things happen."""

    support: Period | None = Field(
        default=None, description="Period in which participants had the service they speak of."
    )
    fieldwork: Period = Field(description="Period in which sessions are held.")
    report: Moment = Field(description="When the report is to come out; a year will do.")
    source: Words = Field(description="Chapter that it comes from.")


class Withdrawal(Part):
    """Until when somebody may withdraw (clauses P26, P27)."""

    strand: Id = Field(description="Strand that the rule is for.")
    before: StrictBool = Field(description="Before the session.")
    during: StrictBool = Field(description="During the session.")
    weeks_after: StrictInt = Field(
        ge=0, description="Up to this long afterwards (weeks); 0 for not at all."
    )
    reason: Words = Field(description="Why, as a participant is told.")
    clause: ClauseId = Field(description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")


class Retention(Part):
    """How long data are kept (clause P38)."""

    years_after_publication: StrictInt = Field(
        ge=0, description="Data are kept this long after the report comes out (years)."
    )
    destroy_by: Moment | None = Field(
        default=None, description="When they are to be destroyed, where that is laid down."
    )
    clause: ClauseId = Field(default="P38", description="Clause that it serves.")
    source: Words = Field(description="Chapter that it comes from.")

    @property
    def last_day(self) -> date | None:
        """Last day on which data may exist; None if no date is laid down."""
        return days_of(self.destroy_by)[1] if self.destroy_by else None


class Use(Part):
    """One product in which participants' words may appear (clause P36)."""

    use: Id = Field(description="Id; the consent form has a clause for each.")
    title: Words = Field(description="What readers see it called.")


class Disclosure(Part):
    """When a number would show who somebody is (clause P30)."""

    minimum_cell: StrictInt = Field(
        ge=1, description="Smallest number of people printed in a table crossed with anything."
    )
    identifying_below: StrictInt = Field(
        ge=1, description="A printed group smaller than this is looked at by hand (count)."
    )
    rule: Words = Field(description="The rule as it is printed under tables.")
    clause: ClauseId = Field(default="P30", description="Clause that it serves.")


class Outlet(Part):
    """How findings are written up and spread (clauses P19, P20, P41)."""

    pages: StrictInt = Field(ge=1, description="Planned length of the report (pages).")
    summary: StrictBool = Field(description="Whether it begins with an executive summary.")
    overseen_by: Words = Field(description="Who oversees how findings are spread.")
    feedback: tuple[Words, ...] = Field(
        min_length=1, description="Groups that hear how the work goes."
    )
    clauses: tuple[ClauseId, ...] = Field(default=(), description="Clauses that it serves.")
    source: Words = Field(description="Chapter that it comes from.")


class Clause(Part):
    """One clause of the protocol, as this study holds it."""

    clause: ClauseId = Field(description="Stable id, P01 to P45.")
    title: Words = Field(description="What it asks for, in a few words.")
    force: Literal["hard", "soft", "waived"] = Field(
        description="Hard: refused. Soft: a reason is recorded. Waived: does not apply here."
    )
    why: Words | None = Field(default=None, description="Why it is waived; needed then.")
