"""Numbers as reports print them: halves go up, on exact decimals, in this one place.

`round` and `format` take 62.5 to 62 and 65.25 to 65.2, and a reader with a pencil comes to other
figures than the page. A float is taken for the shortest decimal that reads as it, which is exact
for counts, for shares that were divided once, and for minutes of whole milliseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

_FIXED = re.compile(r"(?P<group>,?)\.(?P<places>\d+)f")
Quartiles = tuple[float, float, float]


def percent(part: int, whole: int) -> float:
    """Return a percentage (0 to 100), nan of nothing."""
    return float(Fraction(100 * part, whole)) if whole else math.nan


def rounded(value: float | Fraction, places: int = 0) -> float:
    """Return a number rounded to some decimals, halves away from zero."""
    return float(_rounded(value, places))


def printed(value: float, spec: str) -> str:
    """Return a number in a format, rounded as `rounded` does.

    Parameters
    ----------
    spec : str
        ``.1f``, ``,.0f``; any other format is Python's own.
    """
    fixed = _FIXED.fullmatch(spec)
    if fixed is None or not math.isfinite(value):
        return format(value, spec)
    return format(_rounded(value, int(fixed["places"])), spec)


def mean(values: Iterable[float]) -> float:
    """Return the mean, nan of nothing."""
    known = _known(values)
    return float(sum(known, Fraction(0)) / len(known)) if known else math.nan


def quartiles(values: Iterable[float]) -> Quartiles:
    """Return lower quartile, median and upper quartile, nan of nothing.

    Between two values it is interpolated in a straight line (Hyndman and Fan 1996, type 7).

    Parameters
    ----------
    values : iterable of float
        In any order; missing ones (nan) are left out.
    """
    known = sorted(_known(values))
    if not known:
        return math.nan, math.nan, math.nan
    places = [Fraction(len(known) - 1) * quarter / 4 for quarter in (1, 2, 3)]
    lower, middle, upper = (float(_between(known, each)) for each in places)
    return lower, middle, upper


def median(values: Iterable[float]) -> float:
    """Return the median, nan of nothing."""
    return quartiles(values)[1]


def _between(known: list[Fraction], place: Fraction) -> Fraction:
    """Return the value at a place among sorted values, 0 the first."""
    below = math.floor(place)
    above = min(below + 1, len(known) - 1)
    return known[below] + (place - below) * (known[above] - known[below])


def _known(values: Iterable[float]) -> list[Fraction]:
    return [_exact(each) for each in values if not math.isnan(each)]


def _exact(value: float | Fraction) -> Fraction:
    """Return the number that is meant."""
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def _rounded(value: float | Fraction, places: int) -> Decimal:
    exact = _exact(value) * 10**places
    whole = math.floor(abs(exact) + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)
