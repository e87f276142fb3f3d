"""A guide's routing as one JSON program, and the one function that evaluates it.

The program is plain JSON so that the call page evaluates the very same thing in the browser.
Steps stand in the order of the guide and every route leads forwards: each evaluation ends.

Format ``toolkit-routing/1``::

    {"format", "guide", "version", "default": ending id or null,
     "steps": [{"id", "kind": "script" | "question" | "group", "section", "when": test or null,
                "required": bool, "type", "probes": [{"id", "type", "when", "required"}],
                "routes": [{"when": test or null, "to": step number or ending id}],
                "checks": [{"level": "hard" | "soft", "test", "number"}] (probes too),
                "choices", "exclusive", "limits", "decimals", "exact" (probes too, by type),
                "repeat": {"min", "max"}, "steps": [...]}]}

A test is a list: ``["and", ...]``, ``["or", ...]``, ``["not", test]``, ``["state", ref, state,
wanted]``, ``["choice", sign, ref, value]``, ``["number", sign, ref, value]``, ``["date", sign,
ref, first day, last day]``, ``["duration", sign, ref, days]``, ``["in", ref, values]``,
``["includes", ref, value]``, ``["count", sign, ref, number]``, ``["pair", sign, ref, ref, kind]``
(two answers compared with each other). A ref that ends in ``@`` is of the
same round of a repeated group.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.guide.topic.answers import Answer, date_bounds, duration_days

Program = dict[str, Any]

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a set of answers leads.

    Attributes
    ----------
    open : tuple of str
        Refs of the scripts, questions and probes that are asked, in order.
    parked : tuple of str
        Refs that have an answer but are not open: kept, marked, never counted.
    pending : tuple of str
        Open refs that must have an answer, or be confirmed, and are not yet. What every
        participant of a forum answers for themselves stays here: seats are not known to routing.
    ending : str
        Id of the ending that the answers lead to; empty if the guide has none for them.
    """

    open: tuple[str, ...]
    parked: tuple[str, ...]
    pending: tuple[str, ...]
    ending: str


class _Walk:
    """One evaluation: what is open so far, and the answers that count."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.live: dict[str, Answer] = {}
        self.open: list[str] = []
        self.pending: list[str] = []

    def reach(self, ref: str, required: bool) -> None:
        self.open.append(ref)
        answer = self.answers.get(ref)
        if answer is not None:
            self.live[ref] = answer
        elif required:
            self.pending.append(ref)

    def step(self, step: dict[str, Any], round_: str) -> None:
        if step["kind"] == "group":
            self._group(step)
            return
        self.reach(step["id"] + round_, step["required"])
        for probe in step.get("probes", ()):
            when = probe["when"]
            if when is None or holds(when, self.live, round_):
                self.reach(probe["id"] + round_, probe["required"])

    def _group(self, step: dict[str, Any]) -> None:
        self.reach(step["id"], False)
        limits = step["repeat"]
        given = self.live.get(step["id"])
        rounds = limits["min"]
        if given is not None and type(given.value) is int:
            rounds = max(rounds, min(given.value, limits["max"]))
            # What is counted is what is gone through, whatever number was given.
            self.live[step["id"]] = Answer(rounds)
        for number in range(1, rounds + 1):
            for inner in step["steps"]:
                if inner["when"] is None or holds(inner["when"], self.live, f"@{number}"):
                    self.step(inner, f"@{number}")


def evaluate(program: Program, answers: Mapping[str, Answer]) -> Route:
    """Follow the routing of a guide for a set of answers.

    Pure: the same program and answers always give the same route. Only answers that are open
    steer the rest; a parked answer has no effect until its branch opens again.

    Parameters
    ----------
    program : dict
        From `compile_guide`.
    answers : mapping of str to Answer
        By ref. Confirmed scripts stand under their id with the value True, the number of rounds
        of a repeated group under the group's id.

    Returns
    -------
    Route
        What is open, parked and pending, and the ending.
    """
    walk = _Walk(answers)
    steps: list[dict[str, Any]] = program["steps"]
    position = 0
    ending: str | None = None
    while position < len(steps):
        step = steps[position]
        position += 1
        when = step["when"]
        if when is not None and not holds(when, walk.live, ""):
            continue
        walk.step(step, "")
        if "routes" in step:
            to = _taken(step["routes"], walk.live)
            if isinstance(to, str):
                ending = to
                break
            position = position if to is None else to
    reached = set(walk.open)
    parked = tuple(ref for ref in answers if ref.partition("[")[0] not in reached)
    return Route(
        open=tuple(walk.open),
        parked=parked,
        pending=tuple(walk.pending),
        ending=ending if ending is not None else program["default"] or "",
    )


def _taken(routes: list[dict[str, Any]], live: Mapping[str, Answer]) -> int | str | None:
    for route in routes:
        if route["when"] is None or holds(route["when"], live, ""):
            to: int | str = route["to"]
            return to
    return None


def holds(test: list[Any], live: Mapping[str, Answer], round_: str = "") -> bool:
    """Return whether a test holds for the answers that count.

    Parameters
    ----------
    round_ : str
        ``@2`` inside the second round of a repeated group, else empty.
    """
    kind = test[0]
    if kind == "and":
        return all(holds(part, live, round_) for part in test[1:])
    if kind == "or":
        return any(holds(part, live, round_) for part in test[1:])
    if kind == "not":
        return not holds(test[1], live, round_)
    ref = test[1] if kind in ("state", "in", "includes") else test[2]
    answer = live.get(_in_round(ref, round_))
    if kind == "state":
        return _in_state(answer, test[2]) is test[3]
    if kind == "pair":
        return _pair(test, answer, live.get(_in_round(test[3], round_)))
    if answer is None or type(answer.value) not in _VALUES[kind]:
        return False
    return bool(_TESTS[kind](test, answer.value))


def _in_round(ref: str, round_: str) -> str:
    return ref[:-1] + round_ if ref[-1] == "@" else ref


def _in_state(answer: Answer | None, state: str) -> bool:
    if answer is None:
        return False
    if state in ("answered", "ticked"):
        return answer.value is not None
    return answer.missing == state


def _count(test: list[Any], value: Any) -> bool:
    size = len(value) if isinstance(value, list) else value
    return _SIGNS[test[1]](size, test[3])


def _plain(test: list[Any], value: Any) -> bool:
    return _SIGNS[test[1]](value, test[3])


def _duration(test: list[Any], value: Any) -> bool:
    days = duration_days(value)
    return days is not None and _SIGNS[test[1]](days, test[3])


def _date(test: list[Any], value: Any) -> bool:
    """Compare what a date can mean with what the other can mean; unsure is false.

    ``=`` holds where the answer lies wholly inside, ``!=`` where it lies wholly outside.
    """
    said = date_bounds(value)
    if said is None:
        return False
    (first, last), (low, high) = said, test[3:5]
    results: dict[str, bool] = {
        "=": low <= first and last <= high,
        "!=": last < low or high < first,
        "<": last < low,
        "<=": last <= high,
        ">": first > high,
        ">=": first >= low,
    }
    return results[test[1]]


def _pair(test: list[Any], one: Answer | None, two: Answer | None) -> bool:
    fits = _VALUES[test[4]]
    if one is None or two is None or type(one.value) not in fits or type(two.value) not in fits:
        return False
    if test[4] == "date":
        bounds = date_bounds(two.value)
        return bounds is not None and _date([*test[:3], *bounds], one.value)
    if test[4] == "duration":
        days = duration_days(two.value)
        return days is not None and _duration([*test[:3], days], one.value)
    return bool(_SIGNS[test[1]](one.value, two.value))


# A value of another kind than the test asks for is no answer to it: the test is false.
_VALUES: dict[str, tuple[type, ...]] = {
    "choice": (str,),
    "number": (int, float),
    "count": (int, list),
    "duration": (str,),
    "date": (str,),
    "in": (str, int, float),
    "includes": (list,),
}
_TESTS: dict[str, Callable[[list[Any], Any], Any]] = {
    "choice": _plain,
    "number": _plain,
    "count": _count,
    "duration": _duration,
    "date": _date,
    "in": lambda test, value: value in test[2],
    "includes": lambda test, value: test[2] in value,
}
