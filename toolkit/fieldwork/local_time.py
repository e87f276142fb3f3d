"""Local times as people say them, and moments as the journal keeps them.

Twice a year the clocks change: one hour of the day does not exist in spring, and one comes twice in
autumn. An appointment in either is asked about, and never guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from toolkit.errors import FieldworkError

_NEEDED = len("2019-03-05T18:00")


def local_moment(said: str, timezone: str, place: str) -> int:
    """Return the moment of a local time.

    Parameters
    ----------
    said : str
        Day and time, ISO 8601: ``2019-03-05 18:00``; with its offset where the hour comes twice.

    Returns
    -------
    int
        Milliseconds since 1970-01-01 UTC.

    Raises
    ------
    FieldworkError
        It is not a day and time (FIELD-037), a time that the clocks jump over (FIELD-038), or one
        that comes twice and does not say which is meant (FIELD-039).
    """
    text = said.strip()
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or len(text) < _NEEDED:
        raise FieldworkError.of("FIELD-037", place=place)
    if when.tzinfo is None:
        when = _in_zone(when, timezone, place)
    return round(when.timestamp() * 1000)


def local_said(ms: int, timezone: str) -> str:
    """Return a moment in local words: ``Tue 5 March 2019, 18:00``.

    Parameters
    ----------
    ms : int
        Milliseconds since 1970-01-01 UTC.
    """
    local = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(timezone))
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"


def _in_zone(when: datetime, timezone: str, place: str) -> datetime:
    zone = ZoneInfo(timezone)
    first, second = when.replace(tzinfo=zone), when.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == when
        if not there:
            raise FieldworkError.of("FIELD-038", place=place)
        both = [f"{each:%z}" for each in (first, second)]
        early, late = (f"{each[:3]}:{each[3:]}" for each in both)
        raise FieldworkError.of("FIELD-039", place=place, early=early, late=late)
    return first
