"""The different outcomes that the tests on one question can have together.

Instead of solving tests symbolically we try answers that stand for all others: every choice, the
values at, between and around those that tests name, every reason for having no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, combinations, pairwise, product
from math import floor
from typing import Any

from toolkit.guide.topic.answers import MISSING, Answer, date_bounds, duration_days
from toolkit.guide.topic.program import holds

# With more choices that tests name one by one, their combinations are too many to be counted.
_MOST_NAMED = 14
_ONE_DAY = timedelta(days=1)
_LENGTHS = ("P{}Y", "P{}M", "P{}W", "P{}D", "PT{}H", "PT{}M")


def outcomes_of(
    step: dict[str, Any], ref: str, atoms: list[Any]
) -> tuple[list[tuple[bool, ...]], tuple[bool, ...]]:
    """List what the tests on a question can come to.

    Returns
    -------
    outcomes : list of tuple of bool
        Each different combination of results, one result for each test. Empty if they are
        too many to be listed.
    none : tuple of bool
        The results where there is no answer at all, as on a closed branch.
    """
    none = tuple(atom[0] == "state" and not atom[3] for atom in atoms)
    if len(_named(step, atoms)) > _MOST_NAMED:
        return [], none
    single = [atom for atom in atoms if atom[0] != "pair"]
    found: dict[tuple[bool, ...], None] = {}
    for answer in _answers(step, single):
        live = {} if answer is None else {ref.rstrip("@"): answer}
        some = answer is not None and answer.value is not None
        results = [
            [holds(atom, live, "")] if atom[0] != "pair" else [False, True][: 1 + some]
            for atom in atoms
        ]
        found.update(dict.fromkeys(product(*results)))
    return list(found), none


def _answers(step: dict[str, Any], atoms: list[Any]) -> Iterator[Answer | None]:
    yield None
    if step.get("kind") == "group":
        limits = step["repeat"]
        yield from (Answer(number) for number in range(limits["min"], limits["max"] + 1))
        return
    yield from (Answer(missing=reason) for reason in MISSING)
    for value in _VALUES[step["type"]](step, atoms):
        yield Answer(value)


def _one(step: dict[str, Any], atoms: list[Any]) -> Iterator[Any]:
    """Yield the choices that tests name, and one that stands for all the others."""
    named = {atom[3] for atom in atoms if atom[0] == "choice"}
    named.update(*(atom[2] for atom in atoms if atom[0] == "in"))
    choices = step.get("choices", ("yes", "no"))
    yield from (each for each in choices if each in named)
    yield from [each for each in choices if each not in named][:1]


def _named(step: dict[str, Any], atoms: list[Any]) -> list[str]:
    """Return the choices of a multiple choice that tests name one by one."""
    if step.get("type") != "multiple":
        return []
    asked = {atom[2] for atom in atoms if atom[0] == "includes"}
    alone = step.get("exclusive", ())
    return [each for each in step["choices"] if each in asked and each not in alone]


def _several(step: dict[str, Any], atoms: list[Any]) -> Iterator[list[str]]:
    """Yield every set of the choices that tests name, filled up with others where size counts."""
    alone = step.get("exclusive", ())
    named = _named(step, atoms)
    rest = [each for each in step["choices"] if each not in named and each not in alone]
    if not any(atom[0] == "count" for atom in atoms):
        del rest[1:]
    yield from ([each] for each in alone)
    for size in range(len(named) + 1):
        for picked in combinations(named, size):
            for more in range(len(rest) + 1):
                if picked or more:
                    yield [*picked, *rest[:more]]


def _number(step: dict[str, Any], atoms: list[Any]) -> Iterator[float]:
    """Yield the numbers that tests name and one of each stretch between them, within the limits."""
    low, high = step["limits"]
    # Only tests of numbers: the True of a state would be taken for 1.
    named = [atom[2] if atom[0] == "in" else [atom[3]] for atom in atoms if atom[0] != "state"]
    marks = {each for each in chain(*named, (low, high)) if each is not None} or {0}
    places = step.get("decimals")
    if places is None:
        tried = marks | _between(marks) | {min(marks) - 1}
    else:
        near = (floor(each * 10**places) + shift for each in marks for shift in (-1, 0, 1, 2))
        tried = {round(each / 10**places, places) for each in near}
    for value in sorted(tried):
        if (low is None or value >= low) and (high is None or value <= high):
            yield int(value) if places == 0 else value


def _between(marks: Iterable[float]) -> set[float]:
    """Return one number between each two neighbours, and one above them all."""
    ordered = sorted(marks)
    return {(one + two) / 2 for one, two in pairwise(ordered)} | {ordered[-1] + 1}


def _date(step: dict[str, Any], atoms: list[Any]) -> Iterator[str]:
    """Yield the days on both sides of each border that tests draw, and what contains them.

    A month, season or year can lie on both sides of a border; then it contains the day after it.
    """
    low, high = step.get("limits", (None, None))
    days = {date(2000, 1, 1)} | {date.fromisoformat(each) for each in (low, high) if each}
    for atom in atoms:
        if atom[0] == "date":
            first, last = (date.fromisoformat(each) for each in atom[3:5])
            days |= {first - _ONE_DAY, first, last, last + _ONE_DAY}
    for said in dict.fromkeys(each for day in sorted(days) for each in around(day)):
        bounds = date_bounds(said)
        if bounds is None or (low and bounds[1] < low) or (high and bounds[0] > high):
            continue
        if bounds[0] == bounds[1] or not step.get("exact"):
            yield said


def around(day: date) -> tuple[str, ...]:
    """Return a day with its month, season and year."""
    written = day.isoformat()
    winters = day.year - 1 if day.month < 3 else day.year
    return (
        written,
        written[:7],
        f"{winters}-{24 if day.month < 3 else 20 + day.month // 3}",
        written[:4],
    )


def _duration(step: dict[str, Any], atoms: list[Any]) -> Iterator[str]:
    """Yield each length that a test names, and one from each range between them."""
    marks = {atom[3] for atom in atoms if atom[0] == "duration"} or {1.0}
    for days in marks:
        yield from (each for each in written(days) if duration_days(each) == days)
    for days in _between({0.0, *marks}):
        yield from written(days)


def written(days: float) -> Iterator[str]:
    """Write a length in each unit, as nearly as three decimal places can."""
    for form in _LENGTHS:
        amount = days / (duration_days(form.format(1)) or 1)
        said = form.format(f"{amount:.3f}".rstrip("0").rstrip("."))
        if duration_days(said) is not None:
            yield said


_VALUES: dict[str, Any] = {
    "yes-no": _one,
    "single": _one,
    "multiple": _several,
    "scale": _number,
    "number": _number,
    "date": _date,
    "duration": _duration,
    "text": lambda step, atoms: iter(("words",)),
    "tick": lambda step, atoms: iter((True,)),
}
