"""Whole guides held against every talk that can be held: nothing found falsely, nothing missed.

``python -m tests.guide.topic.brute_force`` tries two thousand guides; the tests try a tenth.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from tests.guide.strategies import FINITE, Data, Shape, guides, refs
from toolkit.guide import Answer, compile_guide, evaluate
from toolkit.guide.topic.answering import can_be_made
from toolkit.guide.topic.answers import MISSING, date_bounds
from toolkit.guide.topic.model import Guide, base_ref
from toolkit.guide.topic.program import Program, Route, holds
from toolkit.guide.topic.reach import decide

SEED = 20190201
MOST_TALKS = 2000
SHAPES = (
    Shape(types=FINITE, most=6, rounds=1, pairs=False),
    Shape(types=FINITE, most=4, rounds=1),
    Shape(types=("date", "duration", "yes-no"), most=3, rounds=1),
    Shape(types=("number", "scale"), most=4, rounds=1),
)


# Trying everything --------------------------------------------------------------------------


@cache
def all_dates() -> list[str]:
    """Years, seasons, months and a good many days from 2015 to 2018."""
    days = {date(2015, 12, 1) + timedelta(days=shift) for shift in range(0, 1000, 13)}
    near = [date(2016, 1, 1), date(2016, 3, 1), date(2016, 4, 1), date(2017, 3, 1)]
    near += [date(2016, 12, 1), date(2017, 6, 1), date(2017, 7, 1), date(2018, 1, 1)]
    near += [date(2017, 3, 5), date(2017, 3, 6), date(2017, 6, 30), date(2017, 7, 2)]
    days |= {day - timedelta(days=shift) for day in near for shift in (0, 1)}
    years = range(2015, 2019)
    months = [f"{year}-{part:02d}" for year in years for part in (*range(1, 13), *range(21, 25))]
    return [*sorted(each.isoformat() for each in days), *months, *map(str, years)]


def all_lengths() -> list[str]:
    named = ["P3W", "P2M", "PT45M", "P1Y", "P20D", "P0.5D", "PT12H", "P21D", "PT480H"]
    return [*named, *(f"P{days}D" for days in (0, 0.1, 0.4, 1, 20.5, 30, 60, 61, 100, 365, 366))]


def values(item: Data) -> list[Any]:
    """Every value that an item can be answered with, or enough to stand for all."""
    if "group" in item:
        return list(range(item["repeat"]["min"], item["repeat"]["max"] + 1))
    if "script" in item:
        return [True]
    ids = [each["id"] for each in item.get("choices", ())] + ["other"] * item.get("other", False)
    alone = [each["id"] for each in item.get("choices", ()) if each.get("exclusive")]
    free = [each for each in ids if each not in alone]
    sets = [list(some) for size in range(len(free)) for some in combinations(free, size + 1)]
    return {
        "text": ["words"],
        "tick": [True],
        "yes-no": ["yes", "no"],
        "single": ids,
        "multiple": [*sets, *([each] for each in alone)],
        "scale": list(range(item.get("from", 0), item.get("to", 0) + 1)),
        "number": list(range(item.get("min", -2), item.get("max", 6) + 1)),
        "date": [each for each in all_dates() if date_fits(each, item)],
        "duration": all_lengths(),
    }[item["type"]]


def date_fits(said: str, item: Data) -> bool:
    (first, last), exact = date_bounds(said) or ("", ""), item.get("precision") == "exact"
    low = (date_bounds(item.get("earliest", "1900")) or ("", ""))[0]
    high = (date_bounds(item.get("latest", "2199")) or ("", ""))[1]
    return (first == last or not exact) and last >= low and first <= high


# Comparing ----------------------------------------------------------------------------------


def harden(data: Data) -> Data:
    """Turn the soft checks of a drawn guide into hard ones."""

    def walk(items: list[Data]) -> None:
        for item in items:
            for check in item.get("checks", ()):
                check["hard"] = check.pop("soft", None) or check["hard"]
            walk(item.get("items", []))

    for section in data["sections"]:
        walk(section["items"])
    return data


def held_talks(data: Data, program: Program) -> Iterator[tuple[Route, dict[str, Answer]]]:
    """Hold every talk whose answers routing or a check looks at."""
    items = {ref: item for ref, item, _ in refs(data)}
    said = Counter(json.dumps(program).split('"'))

    def matters(ref: str) -> bool:
        base = base_ref(ref)
        return "group" in items[base] or said[base] + said[f"{base}@"] > 1

    waiting: list[dict[str, Answer | None]] = [{}]
    held = 0
    while waiting:
        held += 1
        assume(held + len(waiting) < MOST_TALKS)
        decided = waiting.pop()
        given_ = {ref: each for ref, each in decided.items() if each is not None}
        route = evaluate(program, given_)
        ref = next((each for each in route.open if each not in decided and matters(each)), None)
        if ref is None:
            yield route, given_
            continue
        item = items[base_ref(ref)]
        some = [Answer(each) for each in values(item)]
        if "group" not in item and "script" not in item:
            some += [Answer(missing=each) for each in MISSING]
        waiting += [decided | {ref: each} for each in (None, *some)]


def hard_checks(program: Program) -> dict[str, list[dict[str, Any]]]:
    """The hard checks of each question, in order."""
    found: dict[str, list[dict[str, Any]]] = {}

    def walk(steps: list[dict[str, Any]]) -> None:
        for step in steps:
            for each in (step, *step.get("probes", ())):
                hard = [check for check in each.get("checks", ()) if check["level"] == "hard"]
                if hard:
                    found[each["id"]] = hard
            walk(step.get("steps", []))

    walk(program["steps"])
    return found


def compare(data: Data) -> None:
    """Decide a guide, try every talk, and demand the same of both."""
    guide: Guide = Guide.model_validate(harden(data))
    program = compile_guide(guide)
    checks = hard_checks(program)
    reached: set[str] = set()
    endings: set[str] = set()
    made: set[tuple[str, int]] = set()
    met: set[tuple[str, int]] = set()
    for route, given_ in held_talks(data, program):
        reached |= {base_ref(ref) for ref in route.open}
        endings.add(route.ending)
        live = {ref: given_[ref] for ref in route.open if ref in given_}
        for ref in route.open:
            mark = ref.partition("@")[2]
            round_ = f"@{mark}" if mark else ""
            for check in checks.get(base_ref(ref), ()):
                if can_be_made(check["test"], live, round_):
                    made.add((base_ref(ref), check["number"]))
                    if holds(check["test"], live, round_):
                        met.add((base_ref(ref), check["number"]))
    reach = decide(program)
    assert reach.undecided == ()
    assert reach.reached == reached
    assert reach.endings == endings
    # The drawn guides have one check at most for each question, so none fail only together.
    assert set(reach.unmet) == made - met


def trial(shape: Shape, count: int) -> None:
    """Compare so many drawn guides; the same ones each time."""
    every = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seed(SEED)(every(given(guides(shape))(compare)))()


if __name__ == "__main__":
    for each in SHAPES:
        trial(each, 500)
    print(f"{500 * len(SHAPES)} guides, seed {SEED}: every talk was held, nothing differed.")
