"""What an attempt to reach somebody can come to, and what was tried with them before.

Codes are those of the American Association for Public Opinion Research, Standard Definitions
(9th edition, 2016): what somebody would count as if it stayed at that. What they count as in the
end is their disposition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from toolkit.store.event import Event

Needs = Literal["", "call-back", "appointment"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that an attempt can come to.

    Attributes
    ----------
    id : str
        What records name.
    label : str
        What pages and tables show.
    aapor : str
        AAPOR code, e.g. ``3.13``.
    reached : bool
        Whether the person was spoken to; attempts in a row that reach nobody may have a limit.
    needs : {"", "call-back", "appointment"}
        The time that goes with it: when to ring again, or when the interview is.
    """

    id: str
    label: str
    aapor: str
    reached: bool = False
    needs: Needs = ""


_ALL = (
    Outcome("no-answer", "No answer", "3.13"),
    Outcome("engaged", "Engaged", "3.12"),
    Outcome("voicemail", "Voicemail", "2.22"),
    # It says nothing about the person: whether they may take part is as unknown as before.
    Outcome("wrong-number", "Wrong number", "3.9"),
    Outcome("wrong-time", "Not a good time", "2.3", reached=True),
    Outcome("call-back-requested", "Ring again at", "2.3", reached=True, needs="call-back"),
    Outcome("appointment-made", "Appointment for", "2.3", reached=True, needs="appointment"),
    Outcome("refused", "Refused", "2.11", reached=True),
    Outcome("completed-call", "The interview was held", "1.1", reached=True),
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType({each.id: each for each in _ALL})
"""What a single attempt to reach somebody can come to, by id."""

NO_CALL = frozenset({"refused", "non-contact", "unavailable"})
"""Dispositions of those with whom there will be no call: an appointment of theirs is off."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as it is recorded.

    Attributes
    ----------
    number : int
        From 1.
    at : int
        When, in milliseconds since 1970-01-01 UTC.
    outcome : str
        Id of what it came to.
    call_back : int or None
        When they asked to be rung again, in the same unit.
    """

    number: int
    at: int
    outcome: str
    call_back: int | None = None

    @property
    def label(self) -> str:
        """What it came to, in words."""
        known = OUTCOMES.get(self.outcome)
        return known.label if known else self.outcome


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment for an interview.

    Attributes
    ----------
    case : str
        Pseudonym.
    start : int
        When, in milliseconds since 1970-01-01 UTC.
    researcher : str
        Who holds it.
    chosen_by : str
        ``participant`` or ``researcher`` (clause P28).
    """

    case: str
    start: int
    researcher: str
    chosen_by: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What was tried with somebody before their interview.

    Attributes
    ----------
    attempts : tuple of Attempt
        In order.
    booked : Booked or None
        The appointment that stands.
    disposition : str
        What it came to in the end; empty as long as nothing is settled.
    """

    attempts: tuple[Attempt, ...] = ()
    booked: Booked | None = None
    disposition: str = ""

    @property
    def unanswered(self) -> int:
        """Attempts in a row, up to the last, that reached nobody (count)."""
        count = 0
        for each in reversed(self.attempts):
            known = OUTCOMES.get(each.outcome)
            if known is not None and known.reached:
                break
            count += 1
        return count


def contact_of(events: Iterable[Event], case: str) -> Contact:
    """Return what was tried with somebody.

    Returns
    -------
    Contact
        Empty if nothing is recorded.
    """
    attempts: list[Attempt] = []
    booked, disposition = None, ""
    for event in events:
        value = event.new_value
        if event.case != case:
            continue
        if event.event == "attempt":
            told = (value["number"], event.start, value["outcome"], value.get("call_back"))
            attempts.append(Attempt(*told))
        elif event.event == "booking":
            booked = booked_in(event)
        elif event.event == "outcome":
            disposition = value["disposition"]
            booked = None if disposition in NO_CALL else booked
    return Contact(tuple(attempts), booked, disposition)


def booked_in(event: Event) -> Booked:
    """Return the appointment of an event ``booking``."""
    value = event.new_value
    held_by = value.get("researcher", event.user)
    return Booked(event.case, value["start"], held_by, value["chosen_by"])
