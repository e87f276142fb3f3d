"""The guides of the worked study ask what the report asked, in its order, with its routing."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from toolkit.guide import (
    Answer,
    Guide,
    check_answers,
    check_guide,
    compile_guide,
    evaluate,
    load_guide,
    prove,
)
from toolkit.guide.topic.model import Question, Script, walk

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"
CALL = load_guide(STUDY / "telephone-interview.yaml")
FORUM = load_guide(STUDY / "parent-forum.yaml")
PROGRAM = compile_guide(CALL)


def items(guide: Guide) -> list[Any]:
    return [item for section in guide.sections for item in walk(section.items)]


def questions(guide: Guide) -> list[str]:
    return [item.question for item in items(guide) if isinstance(item, Question)]


def scripts(guide: Guide) -> list[Script]:
    return [item for item in items(guide) if isinstance(item, Script)]


def said(**values: Any) -> dict[str, Answer]:
    return {
        ref.replace("__", ".").replace("_", "-"): each if isinstance(each, Answer) else Answer(each)
        for ref, each in values.items()
    }


@pytest.mark.parametrize("name", ["telephone-interview", "parent-forum"])
def test_the_check_finds_nothing_wrong(name: str) -> None:
    assert check_guide(STUDY / f"{name}.yaml") == []


def test_ten_questions_stand_in_the_report_s_order() -> None:
    numbered = [each for each in questions(CALL) if each[0] == "q"]
    assert numbered == [f"q{number}" for number in range(1, 11)]


def test_five_questions_of_a_forum_have_a_quarter_of_an_hour_each() -> None:
    """P18: five times 15 minutes and 15 for the rest make 90."""
    assert [each for each in questions(FORUM) if each[0] == "q"] == ["q1", "q2", "q3", "q4", "q5"]
    minutes = {section.section: section.minutes for section in FORUM.sections}
    held = ["offered", "safety", "protected", "family", "partnership"]
    assert [minutes[section] for section in held] == [15] * 5
    assert sum(each or 0 for each in minutes.values()) == FORUM.planned_minutes == 90


def test_a_call_is_planned_for_sixty_to_ninety_minutes() -> None:
    """P12."""
    planned = CALL.planned_minutes
    assert (planned.from_, planned.to) == (60, 90)
    assert 60 <= sum(section.minutes or 0 for section in CALL.sections) <= 90


@pytest.mark.parametrize(
    ("guide", "clauses"),
    [(CALL, ["P11", "P04", "P03", "P26", "P25"]), (FORUM, ["P11", "P37", "P10", "P27", "P25"])],
    ids=["call", "forum"],
)
def test_what_has_to_be_said_before_the_first_question_is_confirmed(
    guide: Guide, clauses: list[str]
) -> None:
    first = [item for item in walk(guide.sections[0].items) if isinstance(item, Script)]
    assert all(script.confirm for script in first)
    assert set(clauses) <= {script.clause for script in first}
    recording = guide.question("recording")
    assert (recording.type, recording.required, recording.clause) == ("yes-no", True, "P07")
    assert scripts(guide)[-1].confirm


def test_every_ending_is_courteous_and_of_its_own() -> None:
    """P17: "asked, no response" is never lumped with "never involved"."""
    endings = {each.ending: each for each in CALL.endings}
    assert set(endings) == {"complete", "asked-no-response", "never-involved", "screening-unclear"}
    assert len({each.disposition for each in CALL.endings}) == 4
    assert all("hank you" in str(each.text) for each in (*CALL.endings, *FORUM.endings))


NO = "not-involved"


@pytest.mark.parametrize(
    ("answers", "ending"),
    [
        (said(q2="involved"), "complete"),
        (said(), "complete"),
        (said(q2=NO, q2__asked="yes"), "asked-no-response"),
        (said(q2=NO, q2__asked="no"), "never-involved"),
        (said(q2=NO), "screening-unclear"),
        (said(q2=NO, q2__asked=Answer(missing="refused")), "screening-unclear"),
        (said(q2=Answer(missing="dont-know")), "screening-unclear"),
        (said(q2=Answer(missing="refused")), "screening-unclear"),
        (said(q2=Answer(missing="not-asked")), "screening-unclear"),
    ],
)
def test_screening_has_its_outcomes(answers: dict[str, Answer], ending: str) -> None:
    route = evaluate(PROGRAM, answers)
    assert route.ending == ending
    assert ("q3" in route.open) is (ending == "complete")


@pytest.mark.parametrize(
    ("answers", "opened"),
    [
        (said(q2="involved"), {"q2.when", "q2.who"}),
        (said(q2=NO), {"q2.asked"}),
        (said(q6="yes"), {"q6.first-placement", "q6.changed", "q6.effect"}),
        (said(q6="no"), set()),
        (said(q7="no"), {"q7.how"}),
        (said(q7="partly"), {"q7.how"}),
        (said(q7="yes"), set()),
        (said(q7__records="yes"), {"q7.accurate", "q7.explain"}),
        (said(q7__records="no"), set()),
    ],
)
def test_probes_open_where_the_report_asks_them(
    answers: dict[str, Answer], opened: set[str]
) -> None:
    always = set(evaluate(PROGRAM, {}).open)
    assert set(evaluate(PROGRAM, answers).open) - always == opened


def test_answers_parked_by_screening_come_back() -> None:
    answers = said(q2="involved", q3="words", q3__assessment="yes")
    out = evaluate(PROGRAM, answers | said(q2=NO))
    assert out.parked == ("q3", "q3.assessment")
    assert evaluate(PROGRAM, answers).parked == ()


def test_the_proof_counts_every_way_a_call_can_go() -> None:
    """Every answer that routing looks at, tried in every combination (P17)."""
    reasons = [None, *(Answer(missing=each) for each in ("dont-know", "refused", "skipped"))]
    yes_no = [*reasons, Answer("yes"), Answer("no")]
    tried = {
        "q2": [*reasons, Answer("involved"), Answer(NO), Answer(missing="not-asked")],
        "q2.asked": yes_no,
        "q6": yes_no,
        "q7": [*yes_no, Answer("partly")],
        "q7.records": yes_no,
    }
    paths = set()
    for some in product(*tried.values()):
        given = {ref: each for ref, each in zip(tried, some, strict=True) if each is not None}
        route = evaluate(PROGRAM, given)
        paths.add((route.open, route.ending))
    proof = prove(PROGRAM)
    assert (proof.paths, proof.endless, proof.complete) == (len(paths), 0, True)
    assert {ending for _, ending in paths} == set(proof.endings) == {e.ending for e in CALL.endings}
    assert proof.reached == {ref for path, _ in paths for ref in path}


def test_a_forum_has_one_way_and_each_answers_for_themselves() -> None:
    proof = prove(compile_guide(FORUM))
    assert (proof.paths, proof.endings) == (1, {"complete": 1})
    assert FORUM.question("q3.protected[F1-A]").each_participant


def test_dates_that_cannot_be_are_told() -> None:
    late = said(q1__when="2018-06")
    hard = check_answers(CALL, PROGRAM, late, evaluate(PROGRAM, late))
    assert [(each.code, each.place) for each in hard] == [("GUIDE-063", "question q1")]
    before = said(q1__when="2016", q2="involved", q2__when="2015")
    soft = check_answers(CALL, PROGRAM, before, evaluate(PROGRAM, before))
    assert [(each.code, each.place) for each in soft] == [("GUIDE-064", "question q2")]
    fine = said(q1__when="2016-21", q2="involved", q2__when="2016")
    assert check_answers(CALL, PROGRAM, fine, evaluate(PROGRAM, fine)) == []
