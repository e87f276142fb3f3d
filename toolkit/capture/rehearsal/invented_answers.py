"""Invented answers: one that fits its question, whatever the type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from toolkit.capture.rehearsal.invented_words import invented_text
from toolkit.capture.session.course import Course
from toolkit.errors import CaptureError
from toolkit.guide import Answer
from toolkit.guide.topic.answering import Asked
from toolkit.guide.topic.answers import Missing, date_bounds
from toolkit.guide.topic.lowering import choice_ids
from toolkit.guide.topic.model import Probe, Question

_REASONS: tuple[Missing, ...] = ("dont-know", "refused", "not-asked")
_WITHOUT = 0.04
_SKIPPED = 0.25
_DEFAULT_DATES = (date(2014, 1, 1).toordinal(), date(2018, 12, 31).toordinal())


def invent(item: Asked, random: Random) -> Answer:
    """Invent an answer.

    Returns
    -------
    Answer
        Of the right type and within the limits; now and then a reason why there is none.
    """
    if item.type == "tick":
        left_out = random.random() < _SKIPPED
        return Answer(missing="skipped") if left_out else Answer(value=True)
    if random.random() < _WITHOUT and not (isinstance(item, Probe) and item.required):
        return Answer(missing=random.choice(_REASONS))
    value = _VALUES[item.type](item, random)
    with_words = value == "other" or (isinstance(value, list) and "other" in value)
    return Answer(value=value, other=invented_text(random) if with_words else None)


def invented_for(course: Course, ref: str) -> Answer:
    """Invent an answer to a question or probe of a session.

    Parameters
    ----------
    ref : str
        ``q2``, ``q2.asked``, ``q@2``.

    Raises
    ------
    CaptureError
        The guide has nothing of this name that is answered (CAPTURE-010, CAPTURE-011).
    """
    item = course.find(ref).item
    if not isinstance(item, Question | Probe):
        kind = "question or probe"
        raise CaptureError.of("CAPTURE-011", place=f"guide {course.guide.id}", ref=ref, kind=kind)
    return invent(item, Random())  # noqa: S311 - what is invented need not be secret


def _several(item: Asked, random: Random) -> list[str]:
    alone = [choice.id for choice in item.choices or () if choice.exclusive]
    others = [each for each in choice_ids(item) if each not in alone]
    if alone and (not others or random.random() < 0.3):
        return [random.choice(alone)]
    return sorted(random.sample(others, random.randint(1, len(others))), key=others.index)


def _number(item: Asked, random: Random) -> float | int:
    low = item.min if item.min is not None else 0
    high = item.max if item.max is not None else low + 100
    if item.decimals:
        return round(random.uniform(low, high), item.decimals)
    return random.randint(round(low), round(high))


def _date(item: Asked, random: Random) -> str:
    low, high = _DEFAULT_DATES
    earliest = date_bounds(str(item.earliest)) if item.earliest is not None else None
    latest = date_bounds(str(item.latest)) if item.latest is not None else None
    if earliest:
        low = date.fromisoformat(earliest[0]).toordinal()
        high = max(high, low)
    if latest:
        high = date.fromisoformat(latest[1]).toordinal()
        low = min(low, high)
    day = date.fromordinal(random.randint(low, high)).isoformat()
    return day if item.precision == "exact" else day[: random.choice((4, 7))]


def _scale(item: Asked, random: Random) -> int:
    return random.randint(item.from_ or 0, item.to or 0)


_VALUES: dict[str, Callable[[Asked, Random], Any]] = {
    "text": lambda _, random: invented_text(random),
    "single": lambda item, random: random.choice(choice_ids(item)),
    "yes-no": lambda _, random: random.choice(("yes", "no")),
    "multiple": _several,
    "scale": _scale,
    "number": _number,
    "date": _date,
    "duration": lambda _, random: f"P{random.randint(1, 20)}{random.choice('WM')}",
}
