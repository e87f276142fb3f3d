"""Whether an answer fits its question, and whether the checks of a guide hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from toolkit.errors import Finding, finding
from toolkit.guide.topic.answers import Answer, date_bounds, duration_days
from toolkit.guide.topic.lowering import choice_ids
from toolkit.guide.topic.model import Guide, Probe, Question, base_ref, wording
from toolkit.guide.topic.program import Program, Route, holds

Asked = Question | Probe
_LONGEST_TEXT = 1_000_000


def validate_answer(guide: Guide, ref: str, answer: Answer) -> list[Finding]:
    """Return what is wrong with an answer: its type, its choices, its limits.

    Parameters
    ----------
    guide : Guide
        The guide that asks.
    ref : str
        ``q2``, ``q2.asked``, with a round (``@2``) or seat (``[F1-A]``) where there is one.
    answer : Answer
        The answer.

    Returns
    -------
    list of Finding
        Empty if the answer fits. The findings never repeat the answer.
    """
    place = f"question {ref}"
    try:
        item = guide.question(ref)
    except KeyError:
        return [finding("GUIDE-060", place=place)]
    if answer.missing is not None:
        if answer.value is None and answer.other is None:
            return []
        return [_unfit(place, item, "it has a value and a reason for none", "give one of the two")]
    if answer.value is None:
        return [_unfit(place, item, "it is empty", "give a value, or say why there is none")]
    problem = _TYPES[item.type](item, answer)
    if problem:
        return [_unfit(place, item, *problem)]
    limit = _LIMITS[item.type](item, answer) if item.type in _LIMITS else ""
    return [finding("GUIDE-062", place=place, problem=limit)] if limit else []


def _unfit(place: str, item: Asked, problem: str, remedy: str) -> Finding:
    return finding("GUIDE-061", place=place, type=item.type, problem=problem, remedy=remedy)


Problem = tuple[str, str] | None


def _text(item: Asked, answer: Answer) -> Problem:
    if not isinstance(answer.value, str):
        return "it is not text", "give text"
    if len(answer.value) > _LONGEST_TEXT:
        return f"it is longer than {_LONGEST_TEXT:,} characters", "split it into notes"
    return None


def _one(item: Asked, answer: Answer) -> Problem:
    known = choice_ids(item)
    if not isinstance(answer.value, str) or answer.value not in known:
        return "it is not one of the choices", f"choose one of {', '.join(known)}"
    return _other(answer, [answer.value])


def _several(item: Asked, answer: Answer) -> Problem:
    known = choice_ids(item)
    values = answer.value
    if not isinstance(values, list) or not values or any(each not in known for each in values):
        return "it is not a list of its choices", f"choose from {', '.join(known)}"
    if len(set(values)) != len(values):
        return "a choice stands in it twice", "name each choice once"
    alone = {choice.id for choice in item.choices or () if choice.exclusive}
    if len(values) > 1 and alone & set(values):
        return "a choice that excludes the others stands beside others", "keep one or the other"
    return _other(answer, values)


def _other(answer: Answer, values: list[str]) -> Problem:
    if answer.other is not None and "other" not in values:
        return "words for 'other' are given, but 'other' is not chosen", "choose 'other' as well"
    return None


def _scale(item: Asked, answer: Answer) -> Problem:
    if type(answer.value) is not int:
        return "it is not a whole number", "give a whole number on the scale"
    return None


def _number(item: Asked, answer: Answer) -> Problem:
    value = answer.value
    if type(value) not in (int, float) or value != value or abs(value) == float("inf"):
        return "it is not a number", "give a number"
    if item.decimals is not None and round(value, item.decimals) != value:
        return f"it has more than {item.decimals} decimal places", "round it"
    return None


def _date(item: Asked, answer: Answer) -> Problem:
    bounds = date_bounds(answer.value) if isinstance(answer.value, str) else None
    if bounds is None:
        return "it is not a date", "write 2017, 2017-03, 2017-21 (spring) or 2017-03-05"
    if item.precision == "exact" and bounds[0] != bounds[1]:
        return "it is not a day", "write a day such as 2017-03-05"
    return None


def _duration(item: Asked, answer: Answer) -> Problem:
    if not isinstance(answer.value, str) or duration_days(answer.value) is None:
        return "it is not a length of time", "write for example P3W (three weeks) or PT45M"
    return None


def _tick(item: Asked, answer: Answer) -> Problem:
    return None if answer.value is True else ("it is not a tick", "tick or skip the probe")


_TYPES: dict[str, Callable[[Asked, Answer], Problem]] = {
    "text": _text,
    "single": _one,
    "yes-no": _one,
    "multiple": _several,
    "scale": _scale,
    "number": _number,
    "date": _date,
    "duration": _duration,
    "tick": _tick,
}


def _scale_limit(item: Asked, answer: Answer) -> str:
    low, high = item.from_ or 0, item.to or 0
    return "" if low <= answer.value <= high else f"the scale goes from {low} to {high}"


def _number_limit(item: Asked, answer: Answer) -> str:
    unit = f" {item.unit}" if item.unit else ""
    if item.min is not None and answer.value < item.min:
        return f"at least {item.min:g}{unit}"
    if item.max is not None and answer.value > item.max:
        return f"at most {item.max:g}{unit}"
    return ""


def _date_limit(item: Asked, answer: Answer) -> str:
    bounds = date_bounds(answer.value) or ("", "")
    earliest = date_bounds(str(item.earliest)) if item.earliest is not None else None
    latest = date_bounds(str(item.latest)) if item.latest is not None else None
    if earliest and bounds[1] < earliest[0]:
        return f"not before {item.earliest}"
    if latest and bounds[0] > latest[1]:
        return f"not after {item.latest}"
    return ""


_LIMITS: dict[str, Callable[[Asked, Answer], str]] = {
    "scale": _scale_limit,
    "number": _number_limit,
    "date": _date_limit,
}


def check_answers(
    guide: Guide, program: Program, answers: Mapping[str, Answer], route: Route
) -> list[Finding]:
    """Return which hard and soft checks do not hold for the answers that count.

    Parameters
    ----------
    guide : Guide
        The guide; it has the wording of the messages.
    program : dict
        Its program, from `compile_guide`.
    answers : mapping of str to Answer
        All answers, by ref.
    route : Route
        From `evaluate` with the same answers.

    Returns
    -------
    list of Finding
        GUIDE-063 (hard) and GUIDE-064 (soft, a warning). A check of which an answer is still
        open, or of a kind without a value, is not made.
    """
    live = {ref: answers[ref] for ref in route.open if ref in answers}
    checks = dict(_checks_of(program["steps"]))
    found: list[Finding] = []
    for ref in route.open:
        for check in checks.get(base_ref(ref), ()):
            mark = ref.partition("@")[2]
            round_ = f"@{mark}" if mark else ""
            if can_be_made(check["test"], live, round_) and not holds(check["test"], live, round_):
                message = wording(guide.question(ref).checks[check["number"]].message)
                code = "GUIDE-063" if check["level"] == "hard" else "GUIDE-064"
                found.append(finding(code, place=f"question {ref}", message=message))
    return found


def _checks_of(steps: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for step in steps:
        for each in (step, *step.get("probes", ())):
            if "checks" in each:
                yield each["id"], each["checks"]
        yield from _checks_of(step.get("steps", []))


def can_be_made(test: list[Any] | None, live: Mapping[str, Answer], round_: str) -> bool:
    """Return whether every answer that a check looks at is there; parameters as in `holds`."""
    if test is None:
        return False
    if test[0] in ("and", "or", "not"):
        return all(can_be_made(part, live, round_) for part in test[1:])
    refs = test[1:2] if test[0] in ("state", "in", "includes") else test[2:4]
    if test[0] != "pair":
        refs = refs[:1]
    named = [ref[:-1] + round_ if ref[-1] == "@" else ref for ref in refs]
    if test[0] == "state":
        return named[0] in live
    return all(ref in live and live[ref].value is not None for ref in named)
