"""Values that stand for all others where two answers are compared with each other.

What is compared directly or through others shares one grid of values: those that tests name, the
limits, and between them as many more as there are answers, so that they can stand in every order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from toolkit.guide.topic.answers import date_bounds, duration_days
from toolkit.guide.topic.outcomes import around, written

_Steps = Mapping[str, dict[str, Any]]
_Atoms = Mapping[str, list[Any]]


def comparable_values(
    pairs: Iterable[list[Any]], atoms: _Atoms, steps: _Steps
) -> dict[str, list[Any]]:
    """List for each answer that is compared with another the values that stand for all.

    Parameters
    ----------
    pairs : iterable of list
        Tests of kind ``pair``.

    Returns
    -------
    dict of str to list
        Values by ref, each of the type of its question and within its limits.
    """
    found: dict[str, list[Any]] = {}
    for kind, refs in _compared(pairs):
        tests = [atom for ref in refs for atom in atoms.get(ref, ())]
        found |= _GRIDS[kind]({ref: steps[ref] for ref in refs}, tests)
    return found


def _compared(pairs: Iterable[list[Any]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the answers that are compared with each other, directly or through others."""
    together: list[tuple[str, dict[str, None]]] = []
    for _, _, one, two, kind in pairs:
        refs = dict.fromkeys((one, two))
        apart = []
        for other, some in together:
            if refs.keys() & some.keys():
                refs = some | refs
            else:
                apart.append((other, some))
        together = [*apart, (kind, refs)]
    yield from ((kind, list(refs)) for kind, refs in together)


# Numbers ------------------------------------------------------------------------------------


def _numbers(steps: _Steps, tests: list[Any]) -> dict[str, list[Any]]:
    named = [each for atom in tests for each in _numbers_in(atom)]
    named += [each for step in steps.values() for each in step["limits"] if each is not None]
    points = {Fraction(str(each)) for each in named} or {Fraction(0)}
    places = {step.get("decimals") for step in steps.values()}
    finest = 1 + max((each for each in places if each is not None), default=0)
    for each in sorted(finest if place is None else place for place in places):
        points |= set(_between(sorted(points), Fraction(1, 10**each), len(steps) + 1))
    return {ref: list(_fitting(sorted(points), step)) for ref, step in steps.items()}


def _numbers_in(atom: list[Any]) -> list[float]:
    named: list[float] = atom[2] if atom[0] == "in" else [atom[3]] if atom[0] == "number" else []
    return named


def _between(points: list[Fraction], unit: Fraction, wanted: int) -> Iterator[Fraction]:
    """Yield multiples of a unit between neighbouring points, spread out, and beyond the ends."""
    wide = unit * (wanted + 1)
    low, high = points[0], points[-1]
    outer = [low - wide * (wanted + 1), *points, high + wide * (wanted + 1)]
    for one, two in pairwise(outer):
        first, last = floor(one / unit) + 1, ceil(two / unit) - 1
        step = max(1, (last - first + 1) // (wanted + 1))
        yield from (unit * number for number in range(first, last + 1, step))
        if first <= last:
            yield unit * last


def _fitting(points: list[Fraction], step: dict[str, Any]) -> Iterator[float]:
    (low, high), places = step["limits"], step.get("decimals")
    for each in points:
        inside = (low is None or each >= Fraction(str(low))) and (
            high is None or each <= Fraction(str(high))
        )
        if inside and (places is None or (each * 10**places).denominator == 1):
            yield int(each) if each.denominator == 1 else float(each)


# Dates --------------------------------------------------------------------------------------


def _dates(steps: _Steps, tests: list[Any]) -> dict[str, list[Any]]:
    limits = [each for step in steps.values() for each in step.get("limits", ()) if each]
    named = [each for atom in tests if atom[0] == "date" for each in atom[3:5]]
    marks = sorted({date.fromisoformat(each) for each in (*limits, *named)} or {date(2000, 6, 15)})
    wanted = len(steps) + 1
    edges = [marks[0] - timedelta(days=800), *marks, marks[-1] + timedelta(days=800)]
    days = {mark + timedelta(days=shift) for mark in marks for shift in (-1, 0, 1)}
    for one, two in pairwise(edges):
        # Neighbouring days, and days in other months and years, so that periods can lie apart,
        # touch, or hold each other.
        for step in (1, 31, 366):
            days |= {one + timedelta(days=step * number) for number in range(1, wanted + 1)}
        days = {each for each in days if edges[0] <= each <= edges[-1]}
        days.add(two - timedelta(days=1))
    said = dict.fromkeys(each for day in sorted(days) for each in around(day))
    return {ref: [each for each in said if _date_fits(each, step)] for ref, step in steps.items()}


def _date_fits(said: str, step: dict[str, Any]) -> bool:
    low, high = step.get("limits", (None, None))
    bounds = date_bounds(said)
    if bounds is None or (low and bounds[1] < low) or (high and bounds[0] > high):
        return False
    return bounds[0] == bounds[1] or not step.get("exact")


# Lengths of time ----------------------------------------------------------------------------


def _lengths(steps: _Steps, tests: list[Any]) -> dict[str, list[Any]]:
    marks = sorted({0.0, *(atom[3] for atom in tests if atom[0] == "duration")})
    wanted = len(steps) + 1
    days = [*marks]
    for one, two in pairwise([*marks, marks[-1] + 100.0 * (wanted + 1)]):
        days += [one + (two - one) * part / (wanted + 1) for part in range(1, wanted + 1)]
    by_days: dict[float | None, str] = {}
    for each in days:
        for said in written(each):
            # A named length has to be met exactly, as rounding would put it to one side of it.
            if each not in marks or duration_days(said) == each:
                by_days.setdefault(duration_days(said), said)
    return {ref: list(by_days.values()) for ref in steps}


_GRIDS = {"number": _numbers, "date": _dates, "duration": _lengths}
