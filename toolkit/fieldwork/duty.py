"""Who is on duty to take up a concern: the rota, or else the roles of the protocol (clause P02)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.errors import FieldworkError
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.withdrawal import ROLE_AND_NUMBER
from toolkit.guide.study.model import Study
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store

DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty, by role and number; by role alone where no rota says more.

    Attributes
    ----------
    officer, deputy : str
        Who is told first, and whom it falls to: ``safeguarding-officer-1``.
    start, end : int or None
        From when until when, in milliseconds since 1970-01-01 UTC; None if no rota says so.
    """

    officer: str
    deputy: str
    start: int | None = None
    end: int | None = None

    @property
    def on_rota(self) -> bool:
        """Return whether somebody is named for the time."""
        return self.start is not None


def enter_duty(store: Store, study: Study, duty: Duty, *, user: str, at: int) -> None:
    """Enter in the rota who is on duty; a later entry for the same time replaces an earlier one.

    Parameters
    ----------
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Raises
    ------
    FieldworkError
        Somebody is not given by a role of the protocol and a number (FIELD-062), both are the same
        (FIELD-063), or it ends before it begins (FIELD-064).
    """
    officer, deputy = _roles(study)
    for given, role in ((duty.officer, officer), (duty.deputy, deputy)):
        fits = ROLE_AND_NUMBER.fullmatch(given) and given.rpartition("-")[0] in (officer, deputy)
        if not fits:
            raise FieldworkError.of("FIELD-062", place="rota", role=role)
    if duty.officer == duty.deputy:
        raise FieldworkError.of("FIELD-063", place="rota")
    if duty.start is None or duty.end is None or duty.end <= duty.start:
        raise FieldworkError.of("FIELD-064", place="rota")
    value = {"officer": duty.officer, "deputy": duty.deputy, "from": duty.start, "to": duty.end}
    store.append([NewEvent(DUTY, start=at, user=user, session=FIELDWORK, new_value=value)])


def duties_in(events: Iterable[Event]) -> list[Duty]:
    """Return the entries of the rota, in the order in which they were made."""
    return [
        Duty(value["officer"], value["deputy"], value["from"], value["to"])
        for event in events
        if event.event == DUTY
        for value in (event.new_value,)
    ]


def duty_at(duties: Sequence[Duty], study: Study, moment: int) -> Duty:
    """Return who is on duty.

    Parameters
    ----------
    study : Study
        The protocol; its roles stand in where the rota has nobody for the time.
    moment : int
        In milliseconds since 1970-01-01 UTC.
    """
    for each in reversed(duties):
        if each.start is not None and each.end is not None and each.start <= moment < each.end:
            return each
    return Duty(*_roles(study))


def title_of(study: Study, holder: str) -> str:
    """Return the title of who is on duty, numbered: ``Designated safeguarding officer 1``."""
    titles = {each.role: each.title for each in study.roles}
    role, _, number = holder.rpartition("-")
    return f"{titles[role]} {number}" if role in titles else titles.get(holder, holder)


def _roles(study: Study) -> tuple[str, str]:
    """Return the roles of officer and deputy: those that serve P02, in the protocol's order."""
    roles = [each.role for each in study.roles if each.clause == "P02"]
    first = roles[0] if roles else "safeguarding-officer"
    return first, roles[1] if len(roles) > 1 else first
