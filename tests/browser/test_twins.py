"""What the call page works out by itself is what Python works out (P17)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.browser.modules import Modules, modules_in
from tests.guide.strategies import answers_by_lot, build, guides
from tests.guide.twin_cases import asked, guide_for, table
from toolkit.guide import Answer, check_answers, compile_guide, evaluate

CASES = table()
ROUTE = """(m, {program, answers}) => {
    const said = new Map(Object.entries(answers));
    const route = m.evaluate(program, said);
    const unheld = m.unheldChecks(program, said, route);
    return {...route, unheld: unheld.map((each) => [each.ref, each.level, each.number])};
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Modules]:
    made = modules_in(browser)
    yield made
    made.page.close()


def outcome(case: Any, *parts: str) -> Any:
    return {part: case[part] for part in parts}


def test_answers_lead_where_the_table_says(modules: Modules) -> None:
    cases = CASES["routing"]
    asked_of = [
        {"program": compile_guide(guide_for(case)), "answers": case["answers"]} for case in cases
    ]
    parts = ("open", "parked", "pending", "ending")
    found = modules.each("core/routing.js", ROUTE, asked_of)
    assert [outcome(each, *parts) for each in found] == [outcome(each, *parts) for each in cases]


def test_the_checks_that_do_not_hold_are_those_of_the_table(modules: Modules) -> None:
    cases = CASES["checks"]
    asked_of = [
        {"program": compile_guide(guide_for(case)), "answers": case["answers"]} for case in cases
    ]
    found = modules.each("core/routing.js", ROUTE, asked_of)
    assert [each["unheld"] for each in found] == [each["unheld"] for each in cases]


def test_a_test_holds_where_the_table_says(modules: Modules) -> None:
    holds = "(m, [test, live, round]) => m.holds(test, new Map(Object.entries(live)), round)"
    assert modules.each("core/routing.js", holds, CASES["tests"]) == [
        each[3] for each in CASES["tests"]
    ]


def test_an_answer_fits_where_the_table_says(modules: Modules) -> None:
    pairs = [(asked(item), answer) for item, answer, _ in CASES["answers"]]
    misfit = "(m, [item, answer]) => m.misfit(item, answer)?.problem ?? ''"
    found = modules.each("core/answer-checks.js", misfit, pairs)
    assert found == [each[2] for each in CASES["answers"]]


@pytest.mark.parametrize(
    ("name", "function"),
    [("dates", "dateBounds"), ("said_dates", "readDate"), ("durations", "durationDays")],
)
def test_dates_and_lengths_are_those_of_the_table(
    modules: Modules, name: str, function: str
) -> None:
    found = modules.each("core/answers.js", f"(m, [text]) => m.{function}(text)", CASES[name])
    assert found == [each[1] for each in CASES[name]]


def test_pieces_are_put_in_as_in_the_table(modules: Modules) -> None:
    filled = "(m, [text, pieces]) => m.fill(text, (ref, fallback) => pieces[ref] ?? fallback)"
    assert modules.each("core/wordings.js", filled, CASES["wordings"]) == [
        each[2] for each in CASES["wordings"]
    ]


def test_a_text_is_measured_in_code_points(modules: Modules) -> None:
    for text in ("", "words", "\U0001f600", "e\u0301", "\U0001f468\u200d\U0001f469"):
        assert modules.call("core/answer-checks.js", "(m, text) => m.lengthOf(text)", text) == len(
            text
        )


# Generated guides ---------------------------------------------------------------------------

GUIDES, SETS = 500, 20
# Values that no question of the guide would take: an older version of it may have.
ODD = [None, True, False, 0, 7, -1, 2.5, "", "yes", "2017", "P3W", [], ["a"], [1], {}]


def told(guide: Any, program: Any, said: dict[str, Answer]) -> dict[str, Any]:
    """What Python makes of it, in the form in which the browser tells it."""
    route = evaluate(program, said)
    unheld = [
        [each.place.removeprefix("question "), "hard" if each.severity == "error" else "soft"]
        for each in check_answers(guide, program, said, route)
    ]
    return {
        "open": [*route.open],
        "parked": [*route.parked],
        "pending": [*route.pending],
        "ending": route.ending,
        "unheld": unheld,
    }


def test_ten_thousand_generated_guides_and_answers_lead_the_same_way(modules: Modules) -> None:
    asked_of: list[Any] = []
    expected: list[Any] = []

    @settings(max_examples=GUIDES, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def draw(drawn: st.DataObject) -> None:
        data = drawn.draw(guides())
        guide = build(data)
        program = compile_guide(guide)
        lot = Random(drawn.draw(st.integers(0, 2**32)))
        for _ in range(SETS):
            said = answers_by_lot(data, lot)
            if lot.randrange(2):
                said[lot.choice([*said, "q1"])] = Answer(lot.choice(ODD))
            asked_of.append(
                {"program": program, "answers": {r: a.to_json() for r, a in said.items()}}
            )
            expected.append(told(guide, program, said))

    draw()
    assert len(asked_of) >= GUIDES * SETS
    for start in range(0, len(asked_of), 1000):
        found = modules.each("core/routing.js", ROUTE, asked_of[start : start + 1000])
        for each in found:
            each["unheld"] = [one[:2] for one in each["unheld"]]
        for at, each in enumerate(found, start):
            assert each == expected[at], json.dumps(asked_of[at])
