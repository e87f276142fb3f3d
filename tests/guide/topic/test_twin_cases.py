"""The evaluator on the table of cases that it shares with its twin in the browser (P17)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guide.strategies import Data
from tests.guide.topic.spoken_dates import read_date
from tests.guide.twin_cases import asked, guide_for, said, table
from toolkit.guide import check_answers, compile_guide, evaluate, validate_answer
from toolkit.guide.topic.answers import Answer, date_bounds, duration_days
from toolkit.guide.topic.program import holds
from toolkit.guide.topic.wordings import fill

CASES = table()


def named(case: Any) -> str:
    return str(case["name"]) if isinstance(case, dict) else ""


@pytest.mark.parametrize("case", CASES["routing"], ids=named)
def test_answers_lead_where_the_table_says(case: Data) -> None:
    route = evaluate(compile_guide(guide_for(case)), said(case["answers"]))
    assert [*route.open] == case["open"]
    assert [*route.parked] == case["parked"]
    assert [*route.pending] == case["pending"]
    assert route.ending == case["ending"]


@pytest.mark.parametrize(("test", "live", "round_", "expected"), CASES["tests"])
def test_a_test_holds_where_the_table_says(
    test: list[Any], live: Data, round_: str, expected: bool
) -> None:
    assert holds(test, said(live), round_) is expected


@pytest.mark.parametrize("case", CASES["checks"], ids=named)
def test_the_checks_that_do_not_hold_are_those_of_the_table(case: Data) -> None:
    guide, answers = guide_for(case), said(case["answers"])
    program = compile_guide(guide)
    levels = {"error": "hard", "warning": "soft"}
    found = [
        [each.place.removeprefix("question "), levels[each.severity]]
        for each in check_answers(guide, program, answers, evaluate(program, answers))
    ]
    assert found == [each[:2] for each in case["unheld"]]


@pytest.mark.parametrize(("item", "answer", "problem"), CASES["answers"])
def test_an_answer_fits_where_the_table_says(item: Data, answer: Data, problem: str) -> None:
    whole = asked(item)
    is_probe = "probe" in whole
    items = [{"question": "q", "text": "?", "probes": [whole]}] if is_probe else [whole]
    ref = "q.it" if is_probe else "it"
    found = validate_answer(guide_for({"items": items}), ref, Answer.from_json(answer))
    assert bool(found) is bool(problem)
    assert all(problem in each.found for each in found)


@pytest.mark.parametrize(("edtf", "days"), CASES["dates"])
def test_a_date_means_the_days_of_the_table(edtf: str, days: list[str] | None) -> None:
    assert date_bounds(edtf) == (tuple(days) if days else None)


@pytest.mark.parametrize(("words", "edtf"), CASES["said_dates"])
def test_a_date_that_people_say_is_read_as_in_the_table(words: str, edtf: str | None) -> None:
    assert read_date(words) == edtf


@pytest.mark.parametrize(("iso", "days"), CASES["durations"])
def test_a_length_of_time_has_the_days_of_the_table(iso: str, days: float | None) -> None:
    assert duration_days(iso) == days


@pytest.mark.parametrize(("text", "pieces", "filled"), CASES["wordings"])
def test_pieces_are_put_in_as_in_the_table(text: str, pieces: Data, filled: str) -> None:
    assert fill(text, pieces.get) == filled
