"""A safeguarding concern: with whom it is, since when, and who has taken it up (clause P02).

A concern goes to the officer on duty. Where nobody takes it up in time it falls to the deputy: that
follows from the clock and is recorded nowhere, so that no program has to be running for it.

How urgent it is and which kind of thing it is are told to whoever looks; a note that was left with
it is sealed with the session, and is read by officer and deputy alone, one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from toolkit.errors import FieldworkError
from toolkit.fieldwork.concern_terms import KINDS, URGENCIES, Kind, Urgency
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.duty import DUTY, Duty, duties_in, duty_at
from toolkit.fieldwork.withdrawal import ROLE_AND_NUMBER
from toolkit.guide.study.model import Study
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store

MINUTES = 15
"""When a concern falls to the deputy, where the protocol does not say (minutes)."""
ACKNOWLEDGED = "concern-acknowledged"
READ = "concern-read"
_MINUTE = 60_000
_WANTED = frozenset({"concern", ACKNOWLEDGED, DUTY})
State = Literal["with-officer", "with-deputy", "acknowledged"]


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern that was flagged.

    Attributes
    ----------
    id : str
        Session and number in it: ``K07-1``.
    session, case : str
        Where it was flagged, and whose it is.
    raised : int
        When, in milliseconds since 1970-01-01 UTC.
    raised_by : str
        Who flagged it: role and number.
    falls : int
        When it falls to the deputy, in the same unit.
    duty : Duty
        Who was on duty.
    acknowledged : int or None
        When it was taken up, in the same unit.
    by : str
        Who took it up: role and number; empty before.
    urgency, kind : str
        A key of `URGENCIES` and one of `KINDS`.
    noted : bool
        Whether a note was left with it.
    """

    id: str
    session: str
    case: str
    raised: int
    raised_by: str
    falls: int
    duty: Duty
    acknowledged: int | None = None
    by: str = ""
    urgency: Urgency = "now"
    kind: Kind = "unsaid"
    noted: bool = False

    @property
    def said(self) -> str:
        """Urgency and kind in words; never the note."""
        note = ", with a note" if self.noted else ""
        return f"{URGENCIES[self.urgency]}: {KINDS[self.kind]}{note}"

    @property
    def by_officer(self) -> bool:
        """Whether it was taken up by the officer: who was on duty first, or has the role."""
        return self.duty.officer in (self.by, self.by.rpartition("-")[0])

    def state(self, now: int) -> State:
        """Return who has to take it up.

        Parameters
        ----------
        now : int
            In milliseconds since 1970-01-01 UTC.
        """
        if self.acknowledged is not None:
            return "acknowledged"
        return "with-deputy" if now >= self.falls else "with-officer"


def concerns_of(events: Iterable[Event], study: Study) -> list[Concern]:
    """Return the concerns that were flagged, in order.

    Parameters
    ----------
    events : iterable of Event
        Of the sessions in question and of fieldwork, or all of the journal.
    """
    events = list(events)
    duties = duties_in(events)
    asked = study.safeguarding
    wait = (asked.acknowledge_minutes if asked else MINUTES) * _MINUTE
    found: dict[str, Concern] = {}
    numbers: dict[str, int] = {}
    for event in events:
        if event.event == "concern":
            number = numbers[event.session] = numbers.get(event.session, 0) + 1
            name, at = f"{event.session}-{number}", event.start
            where = (name, event.session, event.case, at, event.user, at + wait)
            flagged = Concern(*where, duty_at(duties, study, at))
            found[name] = replace(flagged, **_form(event))
        elif event.event == ACKNOWLEDGED and event.node in found:
            known = found[event.node]
            if known.acknowledged is None:
                found[event.node] = replace(known, acknowledged=event.start, by=event.user)
    return list(found.values())


def _form(event: Event) -> dict[str, Any]:
    """Return what the form said; a concern of an earlier version has none."""
    said = event.new_value or {}
    return {
        "urgency": said.get("urgency", "now"),
        "kind": said.get("kind", "unsaid"),
        "noted": bool(said.get("note")),
    }


class Lookout:
    """The concerns of a study for somebody who goes on looking; reads only what is new.

    Parameters
    ----------
    store, study : Store, Study
        The research store and the protocol.
    """

    def __init__(self, store: Store, study: Study) -> None:
        self._store = store
        self._study = study
        self._after = 0
        self._events: list[Event] = []

    def look(self) -> list[Concern]:
        """Return the present concerns in order, without those about somebody who has withdrawn."""
        for event in self._store.read(after=self._after):
            self._after = event.seq
            if event.event in _WANTED:
                self._events.append(event)
        gone = self._store.withdrawn()
        return concerns_of([each for each in self._events if each.case not in gone], self._study)


def acknowledge(store: Store, study: Study, concern: str, *, user: str, at: int) -> Concern:
    """Record that the officer or the deputy has taken a concern up.

    Parameters
    ----------
    concern : str
        Id of the concern: ``K07-1``.
    user : str
        Who takes it up: role and number of the officer or the deputy.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Returns
    -------
    Concern
        Its present state; who took it up first has it.

    Raises
    ------
    FieldworkError
        The user is not a role and number (FIELD-053) or is neither officer nor deputy (FIELD-061);
        there is no such concern (FIELD-060).
    """
    found = _known(store, study, concern, user)
    if found.acknowledged is not None:
        return found
    # In fieldwork, so that a call that is going on has its own events to itself.
    new = NewEvent(
        ACKNOWLEDGED, concern, at, user=user, case=found.case, session=FIELDWORK, new_value={}
    )
    store.append([new])
    return replace(found, acknowledged=at, by=user)


def read_note(store: Store, study: Study, concern: str, *, user: str, at: int) -> str:
    """Return the note with a concern; the journal records that it was read.

    Returns
    -------
    str
        The words; empty if there is no note.

    Raises
    ------
    FieldworkError
        As in `acknowledge`.
    """
    found = _known(store, study, concern, user)
    flagged = [each for each in store.read(session=found.session) if each.event == "concern"]
    note = str(flagged[int(concern.rpartition("-")[2]) - 1].new_value.get("note", ""))
    if note:
        new = NewEvent(READ, concern, at, user=user, case=found.case, session=FIELDWORK)
        store.append([new])
    return note


def _known(store: Store, study: Study, concern: str, user: str) -> Concern:
    """Return a concern to somebody whose role takes concerns up, and to nobody else."""
    if not ROLE_AND_NUMBER.fullmatch(user):
        raise FieldworkError.of("FIELD-053", place="user")
    roles = [each.role for each in study.roles if each.clause == "P02"]
    if user.rpartition("-")[0] not in roles:
        raise FieldworkError.of("FIELD-061", place="user", roles=", ".join(roles))
    known = {each.id: each for each in concerns_of(store.read(), study)}
    if concern not in known:
        raise FieldworkError.of("FIELD-060", place="concern")
    return known[concern]
