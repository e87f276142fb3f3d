"""From one test of a condition to its form in the program, fitted to the type of the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toolkit.guide.topic.answers import date_bounds, duration_days
from toolkit.guide.topic.condition import Test, unit_of
from toolkit.guide.topic.model import Probe, Question
from toolkit.guide.yaml.validate import nearest

Lowered = tuple[str, list[Any] | None]


def lower(test: Test, item: Any, kind: str, ref: str) -> Lowered:
    """Turn one test into the program's form.

    Returns
    -------
    problem : str
        Why the test does not fit the type; empty if it does.
    """
    if test.kind in ("is", "is not"):
        return _state(test, kind, ref)
    if test.kind == "count":
        return _counted(test, item, kind, ref)
    if test.kind == "includes":
        if kind != "multiple":
            return "'includes' is for multiple choice", None
        return _chosen(test, item, lambda values: ["includes", ref, values[0]])
    if kind in ("single", "yes-no"):
        return _of_choice(test, item, ref)
    if test.kind == "in" and kind not in ("scale", "number"):
        return "'in' is for single choice, yes-no, scales and numbers", None
    return _OF_TYPE.get(kind, _unfit)(test, kind, ref)


def _state(test: Test, kind: str, ref: str) -> Lowered:
    state = test.values[0]
    if kind in ("script", "group"):
        return "a script or group has no answer", None
    if state == "ticked" and kind != "tick":
        return "'ticked' is for probes without an answer of their own; write 'is answered'", None
    return "", ["state", ref, state, test.kind == "is"]


def _counted(test: Test, item: Any, kind: str, ref: str) -> Lowered:
    if kind != "multiple" and (kind != "group" or item.repeat is None):
        return "'count' is for multiple choice and repeated groups", None
    if not re.fullmatch("[0-9]{1,6}", test.values[0]):
        return f"'{test.values[0]}' is not a whole number", None
    return "", ["count", test.sign, ref, int(test.values[0])]


def _of_choice(test: Test, item: Any, ref: str) -> Lowered:
    if test.kind == "in":
        return _chosen(test, item, lambda values: ["in", ref, values])
    if test.sign not in ("=", "!="):
        return f"'{test.sign}' needs numbers, dates or durations", None
    return _chosen(test, item, lambda values: ["choice", test.sign, ref, values[0]])


def _chosen(test: Test, item: Any, form: Callable[[list[str]], list[Any]]) -> Lowered:
    known = choice_ids(item)
    for value in test.values:
        if value not in known:
            hint = nearest(value, known) or f"known are {', '.join(known)}"
            return f"'{value}' is not one of its choices; {hint}", None
    return "", form(list(test.values))


def choice_ids(item: Question | Probe) -> list[str]:
    """List the ids that an answer to a choice or yes-no question can have."""
    if item.type == "yes-no":
        return ["yes", "no"]
    ids = [choice.id for choice in item.choices or ()]
    return [*ids, "other"] if item.other else ids


def _numeric(test: Test, kind: str, ref: str) -> Lowered:
    numbers: list[float] = []
    for value in test.values:
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
            return f"'{value}' is not a number", None
        number = float(value)
        numbers.append(int(number) if number.is_integer() else number)
    if test.kind == "in":
        return "", ["in", ref, numbers]
    return "", ["number", test.sign, ref, numbers[0]]


def _dated(test: Test, kind: str, ref: str) -> Lowered:
    bounds = date_bounds(test.values[0])
    if bounds is None:
        return f"'{test.values[0]}' is not a date such as 2017, 2017-03 or 2017-21 (spring)", None
    return "", ["date", test.sign, ref, *bounds]


def _lasting(test: Test, kind: str, ref: str) -> Lowered:
    amount, _, word = test.values[0].partition(" ")
    unit = unit_of(word)
    time = "T" if unit in ("minute", "hour") else ""
    days = duration_days(f"P{time}{amount}{unit[:1].upper()}")
    if days is None:
        return f"'{test.values[0]}' is not a length of time such as 3 weeks", None
    return "", ["duration", test.sign, ref, days]


def _unfit(test: Test, kind: str, ref: str) -> Lowered:
    return "only 'is answered', 'is refused' and the like can be asked of it", None


MEASURED = {"number": "number", "scale": "number", "date": "date", "duration": "duration"}
_OF_TYPE = {"scale": _numeric, "number": _numeric, "date": _dated, "duration": _lasting}
