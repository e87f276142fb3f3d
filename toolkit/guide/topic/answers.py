"""An answer: a value of the question's type, or the reason why there is no value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

Missing = Literal["dont-know", "refused", "not-asked", "skipped"]
MISSING: tuple[Missing, ...] = ("dont-know", "refused", "not-asked", "skipped")

# Days in one unit. Months and years are means of the Gregorian calendar: people's "two months"
# is not a count of days, and a comparison needs one fixed length.
_DAYS = {"M": 30.436875, "Y": 365.2425, "W": 7.0, "D": 1.0, "TH": 1 / 24, "TM": 1 / 1440}
_DURATION = re.compile(
    r"P(\d{1,6}(?:\.\d{1,3})?)([YMWD])|PT(\d{1,6}(?:\.\d{1,3})?)([HM])", re.ASCII
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_SEASONS = {"21": ("03", "05"), "22": ("06", "08"), "23": ("09", "11"), "24": ("12", "12")}
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or the reason why there is no value.

    Attributes
    ----------
    value : object
        By type of the question: text and single str; multiple list of ids; scale int; number
        int or float; date an EDTF string; duration an ISO 8601 string; yes-no "yes" or "no";
        tick True. None if `missing` says why.
    missing : str or None
        ``dont-know``, ``refused``, ``not-asked``, or ``skipped`` (probes).
    other : str or None
        The participant's own words where ``other`` was chosen.
    """

    value: Any = None
    missing: Missing | None = None
    other: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values; empty parts are left out."""
        parts = {"value": self.value, "missing": self.missing, "other": self.other}
        return {name: each for name, each in parts.items() if each is not None}

    @classmethod
    def from_json(cls, said: dict[str, Any] | None) -> Answer:
        """Build an answer from JSON values.

        Parameters
        ----------
        said : dict or None
            What `to_json` gave; None and an empty mapping give an empty answer.
        """
        said = said or {}
        return cls(value=said.get("value"), missing=said.get("missing"), other=said.get("other"))


def date_bounds(edtf: str) -> tuple[str, str] | None:
    """Return the first and last day that an EDTF date can mean.

    Parameters
    ----------
    edtf : str
        A year, month, season (21 spring to 24 winter, ending in February of the next year) or
        day of level 1 of the Extended Date/Time Format (Library of Congress 2019). A year from
        1900 to 2199.

    Returns
    -------
    tuple of str or None
        Two ISO days; None if the text is not such a date.
    """
    parts = _DATE.fullmatch(edtf)
    if not parts or not "1900" <= parts[1] <= "2199":
        return None
    year, month, day = parts.groups()
    if day is not None:
        fits = month <= "12" and "01" <= day <= f"{_days_in(year, month):02d}"
        return (edtf, edtf) if fits else None
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    if month in _SEASONS:
        first, last = _SEASONS[month]
        year_of_last = year
        if month == "24":
            year_of_last, last = str(int(year) + 1), "02"
        return f"{year}-{first}-01", f"{year_of_last}-{last}-{_days_in(year_of_last, last):02d}"
    if "01" <= month <= "12":
        return f"{year}-{month}-01", f"{year}-{month}-{_days_in(year, month):02d}"
    return None


def duration_days(iso: str) -> float | None:
    """Return the length in days of an ISO 8601 duration with one unit (P3W, P2M, PT45M).

    Returns
    -------
    float or None
        Days; a month counts 30.436875 and a year 365.2425. None if it is no such duration.
    """
    parts = _DURATION.fullmatch(iso)
    if not parts:
        return None
    if parts[2]:
        return float(parts[1]) * _DAYS[parts[2]]
    return float(parts[3]) * _DAYS["T" + parts[4]]


def _days_in(year: str, month: str) -> int:
    if not "01" <= month <= "12":
        return 0
    number = int(year)
    leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return 29 if month == "02" and leap else _MONTH_DAYS[int(month) - 1]
