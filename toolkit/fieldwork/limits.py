"""Limits that the calendar sets: two interviews a day, and until when somebody may withdraw.

Days are local calendar days of the study's time zone. A call at half past midnight in summer is
on the day that the interviewer's calendar shows, not on the day before as in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from toolkit.errors import FieldworkError
from toolkit.guide.study.promises import Withdrawal

Moment = Literal["before", "during", "after"]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(ms: int, timezone: str) -> date:
    """Return the local calendar day of a moment.

    Parameters
    ----------
    ms : int
        Milliseconds since 1970-01-01 UTC.
    timezone : str
        Name of the time zone: ``Europe/London``.
    """
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(_zone(timezone)).date()


def check_daily_limit(
    starts: Iterable[int], user: str, start: int, timezone: str, most: int
) -> None:
    """Refuse one interview too many on a researcher's day (clause P43).

    Parameters
    ----------
    starts : iterable of int
        When the researcher's other interviews begin, in milliseconds since 1970-01-01 UTC.
    user : str
        Role and number of the researcher.
    start : int
        When the one asked about begins, in the same unit.
    timezone : str
        The study's time zone.
    most : int
        Interviews allowed on one local day (count).

    Raises
    ------
    FieldworkError
        The day is full (FIELD-010).
    """
    day = local_day(start, timezone)
    held = sum(local_day(each, timezone) == day for each in starts)
    if held >= most:
        raise FieldworkError.of(
            "FIELD-010", place=f"{user} on {day.isoformat()}", held=held, most=most
        )


def withdrawal_deadline(rule: Withdrawal, ended: int, timezone: str) -> date | None:
    """Return the last day on which a participant may withdraw after a session (clause P26).

    Parameters
    ----------
    rule : Withdrawal
        The protocol's rule for the strand.
    ended : int
        When the session ended, in milliseconds since 1970-01-01 UTC.
    timezone : str
        The study's time zone.

    Returns
    -------
    date or None
        A local calendar day, included to its end: four weeks are 28 days on the calendar, across
        the change of the clocks as well. None if withdrawal ends with the session (clause P27).
    """
    if rule.weeks_after == 0:
        return None
    return local_day(ended, timezone) + timedelta(weeks=rule.weeks_after)


def may_withdraw(
    rule: Withdrawal, *, began: int | None, ended: int | None, now: int, timezone: str
) -> Moment:
    """Return whether a request to withdraw is in time, and at which moment it comes.

    Parameters
    ----------
    rule : Withdrawal
        The protocol's rule for the strand.
    began, ended : int or None
        When the session began and ended, in milliseconds since 1970-01-01 UTC; None if it has
        not.
    now : int
        When the request came, in the same unit.
    timezone : str
        The study's time zone.

    Returns
    -------
    {"before", "during", "after"}
        The moment, where the rule allows it.

    Raises
    ------
    FieldworkError
        The request comes too late (FIELD-011 after the deadline, FIELD-012 where the rule has none
        after the session), or at another moment that the rule does not allow (FIELD-013). The
        message gives the protocol's reason.
    """
    moment = _moment_of(began, ended, now)
    if moment == "after":
        deadline = None if ended is None else withdrawal_deadline(rule, ended, timezone)
        if deadline is None:
            raise _refusal(rule, "FIELD-012")
        if local_day(now, timezone) > deadline:
            raise _refusal(rule, "FIELD-011", deadline.isoformat())
    elif not (rule.before if moment == "before" else rule.during):
        raise _refusal(rule, "FIELD-013", moment)
    return moment


def _moment_of(began: int | None, ended: int | None, now: int) -> Moment:
    if ended is not None and now >= ended:
        return "after"
    return "before" if began is None or now < began else "during"


def _refusal(rule: Withdrawal, code: str, when: str = "") -> FieldworkError:
    return FieldworkError.of(
        code, place=f"strand {rule.strand}", reason=rule.reason, clause=rule.clause, when=when
    )
