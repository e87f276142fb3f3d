"""Who may withdraw, until when, and for which reason (clauses P26, P27, P38).

The rule is the protocol's; how far somebody has come is read from the journal. Days are local
calendar days of the study.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from toolkit.errors import FieldworkError
from toolkit.fieldwork.limits import Moment, local_day, may_withdraw, withdrawal_deadline
from toolkit.guide.study.model import Study
from toolkit.guide.study.parts import days_of
from toolkit.store.event import Event
from toolkit.store.journal.interface import Store

Reason = Literal["withdrawal", "retention"]
WITHDRAWAL = "withdrawal"
"""Event of the study as a whole that says who has withdrawn, when it was asked, what is stale."""
APPROACHES = ("invite", "attempt", "outcome")
"""Events of somebody who was drawn and has been approached."""
TOGETHER = "+"
"""Joins the pseudonyms of a case that several people share, as in ``K14+K15``."""
_ENDS = ("finish", "stop")
ROLE_AND_NUMBER = re.compile(r"[a-z][a-z-]{0,38}-[0-9]{1,3}", re.ASCII)
"""How whoever did something is named: ``researcher-1``, never by name (clause P31)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a participant has come, and until when they may withdraw.

    Attributes
    ----------
    case : str
        Pseudonym.
    strand : str
        Strand of the study that they belong to.
    approached : bool
        Whether they were invited or tried to be reached: who was drawn, and no seat of a forum.
    session : str
        Their interview, or the forum that they sit in; empty before it has begun.
    held_by : str
        Who holds their interview: role and number; empty before it, and for forums.
    began, ended : int or None
        When that session began and ended, in milliseconds since 1970-01-01 UTC.
    left : int or None
        When they left their session for good and wanted nothing of it kept, in the same unit; that
        was a request to withdraw, however late it is carried out.
    until : datetime.date or None
        Last local day on which they may withdraw. None if no day is set yet, and after a forum,
        where there is none.
    """

    case: str
    strand: str
    approached: bool = False
    session: str = ""
    held_by: str = ""
    began: int | None = None
    ended: int | None = None
    left: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request to withdraw, as it is recorded.

    Attributes
    ----------
    user : str
        Who carries it out: role and number.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.
    asked : int
        When it was asked for, in the same unit; the rule looks at this moment.
    reason : {"withdrawal", "retention"}
        The participant asks for it (clause P26), or the time of the data is over (clause P38).
    """

    user: str
    at: int
    asked: int
    reason: Reason = "withdrawal"


def standing_of(events: Iterable[Event], study: Study, case: str) -> Standing:
    """Return how far a participant has come, from the events of the journal.

    Parameters
    ----------
    events : iterable of Event
        All events, in order.

    Raises
    ------
    FieldworkError
        They have withdrawn already (FIELD-050), or nobody has this pseudonym (FIELD-051).
    """
    seen = _Seen(study, case)
    for event in events:
        seen.take(event)
    if not seen.known:
        # What was typed may be a name, so it is not repeated.
        raise FieldworkError.of("FIELD-051", place="pseudonym")
    return seen.standing()


def may_go(standing: Standing, study: Study, request: Request) -> Moment:
    """Return at which moment a request to withdraw comes, or refuse it.

    Before anything was said it is always possible, whatever the protocol says; when the time of the
    data is over (clause P38) as well.

    Raises
    ------
    FieldworkError
        It comes too late, with the protocol's reason and the day (FIELD-011 to FIELD-013); the
        data are to be kept still (FIELD-052); the user is not a role and number (FIELD-053).
    """
    if not ROLE_AND_NUMBER.fullmatch(request.user):
        raise FieldworkError.of("FIELD-053", place="user")
    zone, asked = study.limits.timezone, asked_at(standing, request)
    moment = moment_of(standing, asked)
    if request.reason == "retention":
        day = retention_day(study)
        if local_day(request.asked, zone) < day:
            raise FieldworkError.of("FIELD-052", place=f"study {study.study}", day=day.isoformat())
        return moment
    if moment == "before":
        return moment
    # Who asked by stopping asked during the session: it was over only with that.
    ended = None if asked == standing.left else standing.ended
    rule = study.withdrawal_of(standing.strand)
    return may_withdraw(rule, began=standing.began, ended=ended, now=asked, timezone=zone)


def retention_day(study: Study) -> date:
    """Return the first local day on which retention allows data to be destroyed (clause P38).

    Parameters
    ----------
    study : Study
        The protocol: the day or month that it lays down, or else so many years after the last day
        on which the report may have come out.
    """
    kept = study.retention
    if kept.destroy_by:
        return days_of(kept.destroy_by)[0]
    out = days_of(study.windows.report)[1]
    year = out.year + kept.years_after_publication
    return date(year, out.month, min(out.day, monthrange(year, out.month)[1]))


def left_for_good(store: Store) -> dict[str, int]:
    """Return those who stopped or left and want nothing kept, and are not deleted yet (clause P29).

    Returns
    -------
    dict of str to int
        Pseudonym to when they left, in milliseconds since 1970-01-01 UTC; in that order.
    """
    found: dict[str, int] = {}
    for event in store.read():
        if event.event == "stop" and not event.new_value["keep"]:
            found.setdefault(event.case, event.start)
        elif event.event == "seat-withdrawn":
            found.setdefault(event.new_value["seat"], event.start)
    gone = store.withdrawn()
    return {case: at for case, at in found.items() if case not in gone}


def belongs_to(person: str, case: str) -> bool:
    """Return whether a case is a participant's own, or one that they share with others."""
    return person in case.split(TOGETHER)


def refuse_withdrawn(store: Store, *people: str) -> None:
    """Refuse to go on with somebody who has withdrawn.

    Raises
    ------
    FieldworkError
        One of them has (FIELD-050).
    """
    gone = store.withdrawn()
    for person in people:
        if person in gone:
            raise FieldworkError.of("FIELD-050", place=f"participant {person}")


class _Seen:
    """What the events so far say of one participant."""

    def __init__(self, study: Study, case: str) -> None:
        self.known = False
        self._study, self._case = study, case
        self._attributes: dict[str, Any] = {}
        self._approached = False
        self._begin: Event | None = None
        self._ended: int | None = None
        self._left: int | None = None

    def take(self, event: Event) -> None:
        """Apply the next event."""
        if event.event == "begin" and self._case in (event.case, *event.new_value.get("seats", ())):
            if event.new_value["mode"] == "forum" and event.case == self._case:
                raise FieldworkError.of("FIELD-051", place="pseudonym")
            self._begin = event
        if self._begin is not None and event.session == self._begin.session:
            self._of_the_session(event)
        if event.case == self._case and self._case:
            self._of_the_case(event)

    def _of_the_session(self, event: Event) -> None:
        value = event.new_value
        if event.event in _ENDS and self._ended is None:
            self._ended = event.start
        if event.event == "reopen":
            self._ended = None
        refused = event.event == "stop" and event.case == self._case and not value["keep"]
        if refused or (event.event == "seat-withdrawn" and value["seat"] == self._case):
            self._left = event.start

    def _of_the_case(self, event: Event) -> None:
        if event.event == "withdrawn":
            raise FieldworkError.of("FIELD-050", place=f"participant {self._case}")
        self.known = TOGETHER not in self._case
        self._approached |= event.event in APPROACHES
        if event.event == "attributes":
            self._attributes |= event.new_value

    def standing(self) -> Standing:
        """Return what all of it comes to."""
        strand, begin = self._strand(), self._begin
        if begin is None:
            return Standing(self._case, strand, self._approached)
        until = None
        if self._ended is not None:
            rule = self._study.withdrawal_of(strand)
            until = withdrawal_deadline(rule, self._ended, self._study.limits.timezone)
        held_by = begin.user if begin.new_value["mode"] == "interview" else ""
        times = (begin.start, self._ended, self._left, until)
        return Standing(self._case, strand, self._approached, begin.session, held_by, *times)

    def _strand(self) -> str:
        """Return the strand of the guide that was used, or else the one they were drawn for."""
        strands = {each.strand: each.guide.rpartition(".")[0] for each in self._study.strands}
        guide = self._begin.guide if self._begin else None
        used = [strand for strand, name in strands.items() if name == guide]
        drawn_for = self._study.sampling.strand if self._study.sampling else next(iter(strands))
        described = self._attributes.get("strand")
        return next(iter(used), described if described in strands else drawn_for)


def asked_at(standing: Standing, request: Request) -> int:
    """Return when somebody asked to withdraw: when they left for good, if that was earlier.

    Returns
    -------
    int
        In milliseconds since 1970-01-01 UTC.
    """
    return request.asked if standing.left is None else min(request.asked, standing.left)


def moment_of(standing: Standing, now: int) -> Moment:
    """Return whether a moment lies before, during or after a participant's session.

    Parameters
    ----------
    now : int
        The moment, in milliseconds since 1970-01-01 UTC.
    """
    if standing.began is None or now < standing.began:
        return "before"
    if now == standing.left:
        return "during"
    return "during" if standing.ended is None or now < standing.ended else "after"
