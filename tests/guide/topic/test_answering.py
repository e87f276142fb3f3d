"""Answers fit their question, and checks of the guide hold or are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.guide.strategies import Data, build
from toolkit.guide import Answer, check_answers, compile_guide, evaluate, validate_answer

CHOICES = [
    {"id": "a", "label": "A"},
    {"id": "b", "label": "B"},
    {"id": "none", "label": "None", "exclusive": True},
]
TYPES: dict[str, Data] = {
    "text": {},
    "yes-no": {},
    "single": {"choices": CHOICES[:2]},
    "single-other": {"type": "single", "choices": CHOICES[:2], "other": True},
    "multiple": {"choices": CHOICES, "other": True},
    "scale": {"from": 1, "to": 5},
    "number": {"min": 0, "max": 50, "decimals": 1, "unit": "visits"},
    "date": {"precision": "approximate", "earliest": 2010, "latest": "2019-04"},
    "day": {"type": "date", "precision": "exact"},
    "duration": {},
}


def guide_of(*items: Data) -> Data:
    return {
        "guide": "g",
        "title": "T",
        "version": "1",
        "source": "s",
        "languages": ["en"],
        "mode": "survey",
        "sections": [{"section": "one", "title": "One", "items": items}],
        "endings": [{"ending": "end", "disposition": "end", "text": "Bye", "default": True}],
    }


ITEMS = [{"question": id_, "text": "?", "type": id_, **more} for id_, more in TYPES.items()]
ITEMS[0]["probes"] = [{"probe": "tick", "text": "?"}]
GUIDE = build(guide_of(*ITEMS))
REFS = [*TYPES, "text.tick"]


@pytest.mark.parametrize(
    ("ref", "answer"),
    [
        ("text", Answer("words")),
        ("text", Answer("")),
        ("yes-no", Answer("yes")),
        ("single", Answer("b")),
        ("single-other", Answer("other", other="an aunt")),
        ("single-other", Answer("other")),
        ("multiple", Answer(["a", "b"])),
        ("multiple", Answer(["none"])),
        ("multiple", Answer(["a", "other"], other="a bus")),
        ("scale", Answer(1)),
        ("number", Answer(0)),
        ("number", Answer(49.5)),
        ("date", Answer("2017-21")),
        ("date", Answer("2010")),
        ("date", Answer("2019-04-30")),
        ("day", Answer("2017-03-05")),
        ("duration", Answer("P3W")),
        ("text.tick", Answer(True)),
        ("text.tick", Answer(missing="skipped")),
    ],
)
def test_what_fits_is_taken(ref: str, answer: Answer) -> None:
    assert validate_answer(GUIDE, ref, answer) == []


@pytest.mark.parametrize(
    ("ref", "answer", "problem"),
    [
        ("text", Answer(5), "it is not text"),
        ("text", Answer("x" * 1_000_001), "it is longer than 1,000,000 characters"),
        ("yes-no", Answer(True), "it is not one of the choices"),
        ("single", Answer("other"), "it is not one of the choices"),
        ("single", Answer("a", other="words"), "words for 'other' are given, but 'other' is not"),
        ("multiple", Answer("a"), "it is not a list of its choices"),
        ("multiple", Answer([]), "it is not a list of its choices"),
        ("multiple", Answer(["a", 1]), "it is not a list of its choices"),
        ("multiple", Answer(["a", "a"]), "a choice stands in it twice"),
        ("multiple", Answer(["a", "none"]), "a choice that excludes the others stands beside"),
        ("multiple", Answer(["a"], other="words"), "words for 'other' are given"),
        ("scale", Answer(1.0), "it is not a whole number"),
        ("scale", Answer(True), "it is not a whole number"),
        ("number", Answer("5"), "it is not a number"),
        ("number", Answer(float("nan")), "it is not a number"),
        ("number", Answer(float("inf")), "it is not a number"),
        ("number", Answer(True), "it is not a number"),
        ("number", Answer(1.25), "it has more than 1 decimal places"),
        ("date", Answer("spring 2017"), "it is not a date"),
        ("date", Answer(2017), "it is not a date"),
        ("day", Answer("2017-03"), "it is not a day"),
        ("duration", Answer("3 weeks"), "it is not a length of time"),
        ("text.tick", Answer("yes"), "it is not a tick"),
        ("text.tick", Answer(False), "it is not a tick"),
        ("text", Answer(), "it is empty"),
        ("text", Answer("words", missing="refused"), "it has a value and a reason for none"),
        ("single-other", Answer(missing="refused", other="x"), "it has a value and a reason"),
    ],
)
def test_what_does_not_fit_is_told(ref: str, answer: Answer, problem: str) -> None:
    (only,) = validate_answer(GUIDE, ref, answer)
    assert (only.code, only.place) == ("GUIDE-061", f"question {ref}")
    assert problem in only.found


@pytest.mark.parametrize(
    ("ref", "value", "limit"),
    [
        ("scale", 6, "the scale goes from 1 to 5"),
        ("number", -0.5, "at least 0 visits"),
        ("number", 50.5, "at most 50 visits"),
        ("date", "2009", "not before 2010"),
        ("date", "2019-05", "not after 2019-04"),
    ],
)
def test_limits_hold_for_every_answer(ref: str, value: Any, limit: str) -> None:
    (only,) = validate_answer(GUIDE, ref, Answer(value))
    assert only.code == "GUIDE-062"
    assert only.found.endswith(limit)


@pytest.mark.parametrize("ref", REFS)
@pytest.mark.parametrize("reason", ["dont-know", "refused", "not-asked", "skipped"])
def test_there_may_be_no_answer_to_any_question(ref: str, reason: Any) -> None:
    assert validate_answer(GUIDE, ref, Answer(missing=reason)) == []


def test_an_answer_belongs_to_a_question() -> None:
    assert [each.code for each in validate_answer(GUIDE, "q99", Answer("x"))] == ["GUIDE-060"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.sampled_from(REFS), st.text(min_size=4), st.none() | st.text())
def test_no_answer_is_ever_repeated_in_a_finding(ref: str, secret: str, other: str | None) -> None:
    said = f"\N{SNOWMAN}{secret}"
    for answer in (Answer(said, other=other), Answer([said]), Answer("other", other=said)):
        for each in validate_answer(GUIDE, ref, answer):
            assert said not in str(each)
            assert "\N{SNOWMAN}" not in str(each)


@given(st.sampled_from(REFS), anything)
def test_no_value_whatever_raises(ref: str, value: Any) -> None:
    findings = validate_answer(GUIDE, ref, Answer(value))
    assert {each.code for each in findings} <= {"GUIDE-061", "GUIDE-062"}


# Checks -------------------------------------------------------------------------------------


def number(id_: str, *checks: Data, **more: Any) -> Data:
    return {"question": id_, "text": "?", "type": "number", "checks": checks, **more}


def told(data: Data, **values: Any) -> list[tuple[str, str, str]]:
    guide = build(data)
    program = compile_guide(guide)
    said = {
        ref.replace("__", "@"): each if isinstance(each, Answer) else Answer(each)
        for ref, each in values.items()
    }
    found = check_answers(guide, program, said, evaluate(program, said))
    return [(each.code, each.severity, each.place) for each in found]


SOFT = {"soft": "q1 <= 40", "message": {"en": "That is many."}}
HARD = {"hard": "q2 <= q1", "message": "More than all."}


def test_hard_checks_are_errors_and_soft_checks_warnings() -> None:
    data = guide_of(number("q1", SOFT), number("q2", HARD))
    assert told(data, q1=10, q2=5) == []
    assert told(data, q1=50, q2=51) == [
        ("GUIDE-064", "warning", "question q1"),
        ("GUIDE-063", "error", "question q2"),
    ]


def test_the_message_is_the_guide_s_own() -> None:
    guide = build(guide_of(number("q1", SOFT)))
    program = compile_guide(guide)
    said = {"q1": Answer(41)}
    (only,) = check_answers(guide, program, said, evaluate(program, said))
    assert only.found == "these answers are unusual: That is many."


@pytest.mark.parametrize("missing", ["refused", "dont-know", "not-asked"])
def test_a_check_waits_for_its_answers(missing: Any) -> None:
    data = guide_of(number("q1"), number("q2", HARD))
    assert told(data, q2=5) == []
    assert told(data, q2=5, q1=Answer(missing=missing)) == []
    assert told(data, q1=5, q2=Answer(missing=missing)) == []


def test_a_check_looks_at_answers_that_count_only() -> None:
    first = {"question": "q0", "text": "?", "type": "yes-no"}
    data = guide_of(first, number("q1", SOFT, when="q0 = yes"), number("q2", HARD))
    assert told(data, q0="no", q1=50, q2=60) == []
    assert [code for code, _, _ in told(data, q0="yes", q1=50, q2=60)] == ["GUIDE-064", "GUIDE-063"]


def test_a_check_in_a_round_looks_at_its_own_round() -> None:
    inner = [number("q1", SOFT), number("q2", HARD)]
    group = {"group": "g1", "repeat": {"max": 3}, "items": inner}
    found = told(guide_of(group), g1=2, q1__1=41, q2__1=1, q1__2=3, q2__2=4)
    assert found == [
        ("GUIDE-064", "warning", "question q1@1"),
        ("GUIDE-063", "error", "question q2@2"),
    ]


def test_a_check_on_a_state_is_made_without_a_value() -> None:
    check = {"hard": "q1 is not refused", "message": "Please ask again."}
    data = guide_of(number("q1", check))
    assert told(data, q1=Answer(missing="refused")) == [("GUIDE-063", "error", "question q1")]
    assert told(data, q1=3) == []


def test_a_check_of_a_probe_is_told_at_the_probe() -> None:
    probe = number("p", {"soft": "q1.p <= q1", "message": "More."})
    probe["probe"] = probe.pop("question")
    data = guide_of(number("q1", probes=[probe]))
    assert told(data, **{"q1": 1, "q1.p": 2}) == [("GUIDE-064", "warning", "question q1.p")]


def test_a_check_of_a_question_on_its_probe_does_not_wait_for_the_question() -> None:
    probe = {"probe": "p", "text": "?", "type": "number"}
    data = guide_of(number("q1", {"hard": "q1.p < 5", "message": "Many."}, probes=[probe]))
    assert told(data, **{"q1.p": 9}) == [("GUIDE-063", "error", "question q1")]
    assert told(data, **{"q1.p": 4}) == []
    assert told(data) == []
