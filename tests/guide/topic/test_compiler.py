"""From a guide to its routing program: every form of test, and every fault told at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from tests.guide.strategies import Data, build, guides, refs
from toolkit.errors import GuideError
from toolkit.guide import compile_guide
from toolkit.guide.topic.compiler import compile_with_faults

CHOICES = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}, {"id": "c", "label": "C"}]
MEASURES: list[Data] = [
    {"question": "yes-no", "text": "?", "type": "yes-no"},
    {"question": "single", "text": "?", "type": "single", "choices": CHOICES, "other": True},
    {"question": "multiple", "text": "?", "type": "multiple", "choices": CHOICES},
    {"question": "scale", "text": "?", "type": "scale", "from": 1, "to": 5},
    {"question": "number", "text": "?", "type": "number"},
    {"question": "date", "text": "?", "type": "date"},
    {"question": "duration", "text": "?", "type": "duration"},
    {"question": "text", "text": "?", "probes": [{"probe": "tick", "text": "?"}]},
    {"question": "own", "text": "?", "type": "yes-no", "each_participant": True},
    {"script": "words", "text": "."},
    {"group": "plain", "items": [{"question": "date-two", "text": "?", "type": "date"}]},
    {
        "group": "again",
        "repeat": {"max": 3},
        "items": [{"question": "inner", "text": "?", "type": "yes-no"}],
    },
]


def guide_with(*items: Data, **more: Any) -> Data:
    return {
        "guide": "g",
        "title": "T",
        "version": "1",
        "source": "s",
        "languages": ["en"],
        "mode": "forum",
        "sections": [{"section": "one", "title": "One", "items": [*MEASURES, *items]}],
        "endings": [{"ending": "end", "disposition": "end", "text": "Bye", "default": True}],
        **more,
    }


def asked_when(condition: str) -> Data:
    return guide_with({"question": "last", "text": "?", "when": condition})


def faults_of(data: Data) -> list[tuple[str, dict[str, Any]]]:
    return [(each.code, each.values) for each in compile_with_faults(build(data)).faults]


@pytest.mark.parametrize(
    ("condition", "test"),
    [
        ("yes-no = yes", ["choice", "=", "yes-no", "yes"]),
        ("single != b", ["choice", "!=", "single", "b"]),
        ("single = other", ["choice", "=", "single", "other"]),
        ("single in (a, b)", ["in", "single", ["a", "b"]]),
        ("multiple includes a", ["includes", "multiple", "a"]),
        ("count(multiple) >= 2", ["count", ">=", "multiple", 2]),
        ("scale > 3", ["number", ">", "scale", 3]),
        ("scale in (1, 5)", ["in", "scale", [1, 5]]),
        ("number <= -1.50", ["number", "<=", "number", -1.5]),
        ("number = 007", ["number", "=", "number", 7]),
        ("date < 2017-21", ["date", "<", "date", "2017-03-01", "2017-05-31"]),
        ("date = 2016", ["date", "=", "date", "2016-01-01", "2016-12-31"]),
        ("duration > 3 weeks", ["duration", ">", "duration", 21.0]),
        ("duration = 36 hours", ["duration", "=", "duration", 1.5]),
        ("duration < '2 months'", ["duration", "<", "duration", 60.87375]),
        ("date >= date-two", ["pair", ">=", "date", "date-two", "date"]),
        ("scale = number", ["pair", "=", "scale", "number", "number"]),
        ("text is answered", ["state", "text", "answered", True]),
        ("text.tick is not ticked", ["state", "text.tick", "ticked", False]),
        ("text.tick is skipped", ["state", "text.tick", "skipped", True]),
        ("count(again) = 0", ["count", "=", "again", 0]),
        ("not text is refused", ["not", ["state", "text", "refused", True]]),
        (
            "scale = 1 or scale = 2 and scale = 3",
            [
                "or",
                ["number", "=", "scale", 1],
                ["and", ["number", "=", "scale", 2], ["number", "=", "scale", 3]],
            ],
        ),
    ],
)
def test_every_test_fits_the_type_of_its_question(condition: str, test: list[Any]) -> None:
    program = compile_guide(build(asked_when(condition)))
    assert program["steps"][-1]["when"] == test


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("yes-no = maybe", "'maybe' is not one of its choices; known are yes, no"),
        ("single = d", "'d' is not one of its choices; known are a, b, c, other"),
        ("single in (a, othr)", "'othr' is not one of its choices; did you mean 'other'?"),
        ("single > a", "'>' needs numbers, dates or durations"),
        ("single includes a", "'includes' is for multiple choice"),
        ("multiple = a", "only 'is answered', 'is refused' and the like can be asked of it"),
        ("multiple in (a, b)", "'in' is for single choice, yes-no, scales and numbers"),
        ("date in (2016, 2017)", "'in' is for single choice, yes-no, scales and numbers"),
        ("multiple includes other", "'other' is not one of its choices; known are a, b, c"),
        ("count(single) = 1", "'count' is for multiple choice and repeated groups"),
        ("count(plain) = 1", "'count' is for multiple choice and repeated groups"),
        ("count(multiple) >= few", "'few' is not a whole number"),
        ("count(multiple) >= '²'", "'²' is not a whole number"),
        ("count(multiple) >= -1", "'-1' is not a whole number"),
        ("scale = high", "'high' is not a number"),
        ("number > nan", "'nan' is not a number"),
        ("number > inf", "'inf' is not a number"),
        ("number > 1_000", "'1_000' is not a number"),
        ("number > 2 weeks", "'2 weeks' is not a number"),
        ("number > 1e999", "'1e999' is not a number"),
        ("date = spring", "'spring' is not a date such as 2017, 2017-03 or 2017-21 (spring)"),
        ("duration > 3", "'3' is not a length of time such as 3 weeks"),
        ("duration > '3 wombats'", "'3 wombats' is not a length of time such as 3 weeks"),
        ("duration > date", "'date' is of type date"),
        ("date > scale", "'scale' is of type scale"),
        ("date > text", "'text' is of type text"),
        ("text = fine", "only 'is answered', 'is refused' and the like can be asked of it"),
        ("text is ticked", "'ticked' is for probes without an answer of their own; write "),
        ("words is answered", "a script or group has no answer"),
        ("again is answered", "a script or group has no answer"),
    ],
)
def test_a_test_that_does_not_fit_says_why(condition: str, problem: str) -> None:
    ((code, values),) = faults_of(asked_when(condition))
    assert code == "GUIDE-015"
    assert values["problem"].startswith(problem)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("none = 1", "GUIDE-011"),
        ("last = 1", "GUIDE-012"),
        ("inner = yes", "GUIDE-013"),
        ("own = yes", "GUIDE-014"),
        ("scale >", "GUIDE-010"),
        ("date > none-such", "GUIDE-015"),
        ("count(none) > 1", "GUIDE-011"),
    ],
)
def test_a_condition_looks_at_what_is_there_and_was_asked(condition: str, code: str) -> None:
    assert [each for each, _ in faults_of(asked_when(condition))] == [code]


def test_every_fault_of_one_condition_is_told() -> None:
    codes = [each for each, _ in faults_of(asked_when("none = 1 and last = 2 and inner = yes"))]
    assert codes == ["GUIDE-011", "GUIDE-012", "GUIDE-013"]


def test_faults_that_stop_a_compilation_are_all_raised_together() -> None:
    items = [{"question": f"x{n}", "text": "?", "when": f"none{n} = 1"} for n in range(3)]
    with pytest.raises(GuideError) as caught:
        compile_guide(build(guide_with(*items)))
    assert [each.code for each in caught.value.findings] == ["GUIDE-011"] * 3
    assert all(each.place == "guide g" for each in caught.value.findings)


# Steps --------------------------------------------------------------------------------------


def step(id_: str, program: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in program["steps"] if each["id"] == id_)


def test_what_stands_around_an_item_must_hold_for_it_too() -> None:
    group = {"group": "g1", "when": "scale = 1", "items": [{"question": "x", "text": "?"}]}
    sections = [
        {"section": "one", "title": "One", "items": MEASURES},
        {"section": "two", "title": "Two", "when": "number = 2", "items": [group]},
    ]
    program = compile_guide(build(guide_with(sections=sections)))
    found = step("x", program)
    both = ["and", ["number", "=", "number", 2], ["number", "=", "scale", 1]]
    assert (found["when"], found["section"]) == (both, "two")


def test_inside_a_round_refs_are_of_the_same_round() -> None:
    items = [
        {"question": "x", "text": "?", "type": "yes-no"},
        {"question": "y", "text": "?", "when": "x = yes and yes-no = yes"},
    ]
    program = compile_guide(build(guide_with({"group": "r", "repeat": {"max": 2}, "items": items})))
    group = step("r", program)
    assert group["repeat"] == {"min": 0, "max": 2}
    tests = [["choice", "=", "x@", "yes"], ["choice", "=", "yes-no", "yes"]]
    assert group["steps"][1]["when"] == ["and", *tests]


@pytest.mark.parametrize("target", ["last", "words2", "g2", "two", "end"])
def test_routes_lead_to_questions_scripts_groups_sections_and_endings(target: str) -> None:
    sections = [
        {
            "section": "one",
            "title": "One",
            "items": [
                {"question": "first", "text": "?", "routes": [{"to": target}]},
                {"script": "words2", "text": "."},
                {"group": "g2", "items": [{"question": "last", "text": "?"}]},
            ],
        },
        {"section": "two", "title": "Two", "items": [{"question": "z", "text": "?"}]},
    ]
    program = compile_guide(build(guide_with(sections=sections)))
    ids = [each["id"] for each in program["steps"]]
    to = {"last": "last", "words2": "words2", "g2": "last", "two": "z"}
    expected = ids.index(to[target]) if target in to else target
    assert program["steps"][0]["routes"] == [{"when": None, "to": expected}]


@pytest.mark.parametrize(
    ("target", "code"),
    [("nowhere", "GUIDE-003"), ("scale", "GUIDE-004"), ("x", "GUIDE-004"), ("inside", "GUIDE-016")],
)
def test_routes_lead_forwards_to_what_is_there(target: str, code: str) -> None:
    later = {"group": "r", "repeat": {"max": 2}, "items": [{"question": "inside", "text": "?"}]}
    first = {"question": "x", "text": "?", "routes": [{"to": target}]}
    assert [each for each, _ in faults_of(guide_with(first, later))] == [code]


def test_a_repeated_group_is_neither_left_in_the_middle_nor_holds_another() -> None:
    inner = {"group": "r2", "repeat": {"max": 2}, "items": [{"question": "y", "text": "?"}]}
    leaving = {"question": "x", "text": "?", "routes": [{"to": "end"}]}
    outer = {"group": "r1", "repeat": {"max": 2}, "items": [leaving, inner]}
    assert {each for each, _ in faults_of(guide_with(outer))} == {"GUIDE-021", "GUIDE-022"}


def test_what_a_question_can_be_answered_with_is_in_the_program() -> None:
    many = [*CHOICES, {"id": "none", "label": "None", "exclusive": True}]
    items: list[Data] = [
        {"question": "m", "text": "?", "type": "multiple", "choices": many, "other": True},
        {"question": "n", "text": "?", "type": "number", "min": 0, "max": 50, "decimals": 1},
        {"question": "d", "text": "?", "type": "date", "earliest": 2010, "precision": "exact"},
    ]
    program = compile_guide(build(guide_with(*items)))
    found = {each: step(each, program) for each in ("scale", "m", "n", "d")}
    assert (found["scale"]["limits"], found["scale"]["decimals"]) == ([1, 5], 0)
    assert found["m"]["choices"] == ["a", "b", "c", "none", "other"]
    assert found["m"]["exclusive"] == ["none"]
    assert (found["n"]["limits"], found["n"]["decimals"]) == ([0, 50], 1)
    assert (found["d"]["limits"], found["d"]["exact"]) == (["2010-01-01", None], True)


def test_checks_look_at_their_own_answer_and_at_probes_of_it() -> None:
    probe = {"probe": "p", "text": "?", "type": "number"}
    checks = [
        {"hard": "x <= 40", "message": "Many"},
        {"soft": "x.p <= x", "message": "More"},
    ]
    item = {"question": "x", "text": "?", "type": "number", "probes": [probe], "checks": checks}
    found = step("x", compile_guide(build(guide_with(item))))["checks"]
    assert [each["level"] for each in found] == ["hard", "soft"]
    assert found[1]["test"] == ["pair", "<=", "x.p", "x", "number"]
    later = {"question": "z", "text": "?", "type": "number"}
    item["checks"] = [{"soft": "z > 1", "message": "Later"}]
    assert [each for each, _ in faults_of(guide_with(item, later))] == ["GUIDE-012"]


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ({}, "no condition"),
        ({"hard": "scale = 1", "soft": "scale = 1"}, "both 'hard' and 'soft'"),
    ],
)
def test_a_check_is_hard_or_soft(check: Data, found: str) -> None:
    item = {"question": "x", "text": "?", "checks": [{"message": "Really?", **check}]}
    assert faults_of(guide_with(item)) == [("GUIDE-028", {"found": found})]


@settings(max_examples=40)
@given(guides())
def test_every_step_stands_in_the_program_in_the_order_of_the_guide(data: Data) -> None:
    program = compile_guide(build(data))
    found: list[str] = []

    def walk(steps: list[dict[str, Any]]) -> None:
        for each in steps:
            found.append(each["id"])
            found.extend(probe["id"] for probe in each.get("probes", ()))
            walk(each.get("steps", []))

    walk(program["steps"])
    assert found == [ref for ref, _, _ in refs(data)]
    assert {each["to"] for each in jumps(program) if isinstance(each["to"], str)} <= {
        "done",
        "left",
    }
    assert all(at < to for at, to in leaps(program))
    assert json.loads(json.dumps(program, allow_nan=False)) == program


def jumps(program: dict[str, Any]) -> list[dict[str, Any]]:
    return [route for each in program["steps"] for route in each.get("routes", ())]


def leaps(program: dict[str, Any]) -> list[tuple[int, int]]:
    return [
        (number, route["to"])
        for number, each in enumerate(program["steps"])
        for route in each.get("routes", ())
        if isinstance(route["to"], int)
    ]
