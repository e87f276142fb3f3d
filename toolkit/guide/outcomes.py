"""The different outcomes that the tests on one question can have together.

Instead of solving tests symbolically we try answers that stand for all others: every choice, the
values at and around each number that a test names, every reason for having no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from toolkit.guide.answers import MISSING, Answer
from toolkit.guide.program import holds

_MOST_NAMED = 8


def outcomes_of(
    step: dict[str, Any], ref: str, atoms: list[Any]
) -> tuple[list[tuple[bool, ...]], tuple[bool, ...]]:
    """List what the tests on a question can come to.

    Parameters
    ----------
    step : dict
        The step or probe of the program.
    ref : str
        Its ref as the tests name it.
    atoms : list
        The tests that look at it.

    Returns
    -------
    outcomes : list of tuple of bool
        Each different combination of results, one result for each test.
    none : tuple of bool
        The results where there is no answer at all, as on a closed branch.
    """
    single = [atom for atom in atoms if atom[0] != "pair"]
    found: dict[tuple[bool, ...], None] = {}
    for answer in _answers(step, single):
        live = {} if answer is None else {ref.rstrip("@"): answer}
        results = [
            [holds(atom, live, "")] if atom[0] != "pair" else [False, answer is not None]
            for atom in atoms
        ]
        found.update(dict.fromkeys(product(*results)))
    none = tuple(atom[0] == "state" and not atom[3] for atom in atoms)
    return list(found), none


def _answers(step: dict[str, Any], atoms: list[Any]) -> Iterator[Answer | None]:
    yield None
    if step.get("kind") == "group":
        top = step["repeat"]["max"]
        yield from (Answer(number) for number in range(step["repeat"]["min"], top + 1))
        return
    yield from (Answer(missing=reason) for reason in MISSING)
    for value in _VALUES[step["type"]](step, atoms):
        yield Answer(value)


def _one(step: dict[str, Any], atoms: list[Any]) -> Iterator[Any]:
    yield from step.get("choices", ("yes", "no"))


def _several(step: dict[str, Any], atoms: list[Any]) -> Iterator[list[str]]:
    """Give every set of the choices that tests name, filled up with others where size counts."""
    choices: list[str] = step["choices"]
    alone = set(step.get("exclusive", ()))
    named = [each for each in choices if any(atom[2] == each for atom in atoms)][:_MOST_NAMED]
    rest = [each for each in choices if each not in named and each not in alone]
    yield from ([each] for each in alone)
    free = [each for each in named if each not in alone]
    for size in range(len(free) + 1):
        for picked in combinations(free, size):
            for more in range(len(rest) + 1):
                if picked or more:
                    yield [*picked, *rest[:more]]


def _scale(step: dict[str, Any], atoms: list[Any]) -> Iterator[int]:
    low, high = step["limits"]
    yield from range(low, min(high, low + 200) + 1)


def _number(step: dict[str, Any], atoms: list[Any]) -> Iterator[float]:
    low, high = step["limits"]
    named = {
        value
        for atom in atoms
        for value in (atom[2] if atom[0] == "in" else atom[3:4])
        if isinstance(value, int | float)
    }
    near = {value + shift for value in named or {0} for shift in (-1, -0.5, 0, 0.5, 1)}
    near |= {each for each in (low, high) if each is not None}
    whole = step.get("decimals") == 0
    for value in sorted(near):
        inside = (low is None or value >= low) and (high is None or value <= high)
        if inside and not (whole and value != int(value)):
            yield value


def _date(step: dict[str, Any], atoms: list[Any]) -> Iterator[str]:
    for atom in atoms:
        if atom[0] == "date":
            first, last = (date.fromisoformat(each) for each in atom[3:5])
            one = timedelta(days=1)
            yield from (each.isoformat() for each in (first - one, first, last, last + one))
            yield from (first.isoformat()[:4], (last + one).isoformat()[:4])
    yield "2000-01-01"


def _duration(step: dict[str, Any], atoms: list[Any]) -> Iterator[str]:
    for atom in atoms:
        if atom[0] == "duration":
            yield from (f"P{max(atom[3] + shift, 0):.3f}D" for shift in (-0.5, 0, 0.5))
    yield "P1D"


_VALUES: dict[str, Any] = {
    "yes-no": _one,
    "single": _one,
    "multiple": _several,
    "scale": _scale,
    "number": _number,
    "date": _date,
    "duration": _duration,
    "text": lambda step, atoms: iter(("words",)),
    "tick": lambda step, atoms: iter((True,)),
}
