"""Routing: what is open, what is parked, and where it ends (P17)."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guide.strategies import (
    Data,
    answer_to,
    answered_guides,
    answers,
    build,
    guides,
    refs,
    write,
)
from toolkit.guide import Answer, Route, check_guide, compile_guide, evaluate, validate_answer
from toolkit.guide.topic.model import base_ref
from toolkit.guide.topic.program import holds

Case = tuple[Data, dict[str, Answer]]
law = settings(max_examples=40)


def route_of(case: Case) -> tuple[dict[str, Any], Route]:
    program = compile_guide(build(case[0]))
    return program, evaluate(program, case[1])


# Laws ---------------------------------------------------------------------------------------


@law
@given(answered_guides())
def test_the_same_answers_always_lead_the_same_way(case: Case) -> None:
    _, route = route_of(case)
    turned = dict(reversed(case[1].items()))
    again = evaluate(compile_guide(build(case[0])), turned)
    assert (again.open, again.pending, again.ending) == (route.open, route.pending, route.ending)
    assert set(again.parked) == set(route.parked)


@law
@given(answered_guides())
def test_a_program_is_plain_json_and_routes_alike_after_it_was_stored(case: Case) -> None:
    program, route = route_of(case)
    stored = json.loads(json.dumps(program, allow_nan=False))
    said = json.loads(json.dumps({ref: each.to_json() for ref, each in case[1].items()}))
    assert stored == program
    assert evaluate(stored, {ref: Answer.from_json(each) for ref, each in said.items()}) == route


@settings(max_examples=80)
@given(st.data())
def test_every_talk_ends_where_the_checker_is_happy(drawn: st.DataObject) -> None:
    data = drawn.draw(guides())
    with TemporaryDirectory() as folder:
        faults = {each.code for each in check_guide(write(data, Path(folder) / "guide.yaml"))}
    route = evaluate(compile_guide(build(data)), drawn.draw(answers(data)))
    # What cannot be reached does no harm; a path without an ending is GUIDE-006.
    assert faults <= {"GUIDE-005", "GUIDE-006", "GUIDE-040"}
    assert route.ending in {"done", "left"} or "GUIDE-006" in faults


@law
@given(answered_guides())
def test_what_is_open_stands_once_and_in_the_order_of_the_guide(case: Case) -> None:
    data, _ = case
    _, route = route_of(case)
    order = [ref for ref, _, _ in refs(data)]
    assert len(set(route.open)) == len(route.open)
    once = [ref for ref in route.open if "@" not in ref]
    assert once == sorted(once, key=order.index)
    for mark in {ref.partition("@")[2] for ref in route.open} - {""}:
        round_ = [base_ref(ref) for ref in route.open if ref.endswith(f"@{mark}")]
        assert round_ == sorted(round_, key=order.index)


@law
@given(answered_guides())
def test_parking_loses_nothing_and_doubles_nothing(case: Case) -> None:
    _, route = route_of(case)
    assert set(route.open) & set(route.parked) == set()
    assert set(case[1]) <= set(route.open) | set(route.parked)
    assert set(route.parked) <= set(case[1])
    assert len(set(route.parked)) == len(route.parked)


@law
@given(answered_guides())
def test_a_parked_answer_has_no_influence(case: Case) -> None:
    program, route = route_of(case)
    counted = {ref: each for ref, each in case[1].items() if ref not in route.parked}
    assert evaluate(program, counted) == Route(route.open, (), route.pending, route.ending)


@law
@given(st.data())
def test_an_answer_comes_back_when_its_branch_opens_again(drawn: st.DataObject) -> None:
    """One set of answers is changed and changed back, as in a talk."""
    data, said = drawn.draw(answered_guides())
    program = compile_guide(build(data))
    before, kept = evaluate(program, said), dict(said)
    ref, item, _ = drawn.draw(st.sampled_from(list(refs(data))))
    said[ref] = drawn.draw(answer_to(item))
    during = evaluate(program, said)
    assert set(kept) <= set(during.open) | set(during.parked)
    assert {each: said[each] for each in kept if each != ref} == {
        each: kept[each] for each in kept if each != ref
    }
    if ref in kept:
        said[ref] = kept[ref]
    else:
        del said[ref]
    after = evaluate(program, said)
    assert (after.open, after.ending) == (before.open, before.ending)
    assert set(after.parked) == set(before.parked)


@law
@given(answered_guides())
def test_what_is_pending_is_open_required_and_unanswered(case: Case) -> None:
    data, said = case
    _, route = route_of(case)
    required = {ref for ref, item, _ in refs(data) if item.get("required") or item.get("confirm")}
    expected = [ref for ref in route.open if base_ref(ref) in required and ref not in said]
    assert list(route.pending) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=3,
)


@law
@given(st.data())
def test_no_stored_value_whatever_breaks_routing(drawn: st.DataObject) -> None:
    """An answer of an older version of a guide may be of another kind: the tests are false."""
    data = drawn.draw(guides())
    marks = ("", "@1", "@2")
    said = {
        ref + drawn.draw(st.sampled_from(marks)): Answer(drawn.draw(json_values))
        for ref, _, _ in refs(data)
    }
    route = evaluate(compile_guide(build(data)), said)
    assert set(said) <= set(route.open) | set(route.parked)


@law
@given(answered_guides())
def test_the_answers_of_these_laws_are_answers(case: Case) -> None:
    data, said = case
    guide = build(data)
    items = {ref: item for ref, item, _ in refs(data)}
    for ref, answer in said.items():
        item = items[base_ref(ref)]
        if "script" not in item and "group" not in item:
            assert {each.code for each in validate_answer(guide, ref, answer)} <= {"GUIDE-062"}


# Single cases -------------------------------------------------------------------------------


def guide_of(*items: Data, **more: Any) -> dict[str, Any]:
    data: Data = {
        "guide": "g",
        "title": "T",
        "version": "1",
        "source": "s",
        "languages": ["en"],
        "mode": "survey",
        "sections": [{"section": "one", "title": "One", "items": items}],
        "endings": [{"ending": "end", "disposition": "end", "text": "Bye", "default": True}],
    }
    return compile_guide(build(data | more))


def question(id_: str, type_: str = "yes-no", **more: Any) -> Data:
    return {"question": id_, "text": "What?", "type": type_, **more}


YES, NO = Answer("yes"), Answer("no")


def test_a_closed_branch_is_parked_and_comes_back_with_its_answer() -> None:
    program = guide_of(question("q1"), question("q2", when="q1 = yes"))
    both = {"q1": YES, "q2": NO}
    assert evaluate(program, both).open == ("q1", "q2")
    closed = evaluate(program, both | {"q1": NO})
    assert (closed.open, closed.parked) == (("q1",), ("q2",))
    assert evaluate(program, both).parked == ()


def test_a_parked_answer_does_not_open_what_hangs_on_it() -> None:
    program = guide_of(
        question("q1"), question("q2", when="q1 = yes"), question("q3", when="q2 = yes")
    )
    route = evaluate(program, {"q1": NO, "q2": YES, "q3": YES})
    assert (route.open, route.parked) == (("q1",), ("q2", "q3"))


@pytest.mark.parametrize("test", ["q1 = yes", "q1 != yes", "q1 in (yes, no)"])
@pytest.mark.parametrize("answer", [None, Answer(missing="refused"), Answer(missing="dont-know")])
def test_nobody_is_routed_by_what_they_did_not_say(test: str, answer: Answer | None) -> None:
    program = guide_of(question("q1"), question("q2", when=test))
    assert evaluate(program, {"q1": answer} if answer else {}).open == ("q1",)


@pytest.mark.parametrize(
    ("test", "answer", "is_open"),
    [
        # `not` turns the result round: it also holds where there is no answer.
        ("not (q1 = yes)", None, True),
        ("not (q1 = yes)", Answer(missing="refused"), True),
        ("not (q1 = yes)", YES, False),
        ("q1 is refused", Answer(missing="refused"), True),
        ("q1 is refused", None, False),
        ("q1 is not refused", None, True),
        ("q1 is not answered", Answer(missing="dont-know"), True),
        ("q1 is answered", Answer(missing="dont-know"), False),
        ("q1 is answered", NO, True),
        ("q1 is dont-know or q1 is not-asked", Answer(missing="not-asked"), True),
    ],
)
def test_states_look_at_why_there_is_no_answer(
    test: str, answer: Answer | None, is_open: bool
) -> None:
    program = guide_of(question("q1"), question("q2", when=test))
    assert ("q2" in evaluate(program, {"q1": answer} if answer else {}).open) is is_open


def test_a_route_jumps_over_what_lies_between_and_parks_it() -> None:
    route = {"when": "q1 = no", "to": "q3"}
    program = guide_of(question("q1", routes=[route]), question("q2"), question("q3"))
    jumped = evaluate(program, {"q1": NO, "q2": YES})
    assert (jumped.open, jumped.parked) == (("q1", "q3"), ("q2",))


def test_the_first_route_that_holds_is_taken_and_an_ending_ends() -> None:
    routes = [{"when": "q1 = no", "to": "left"}, {"when": "q1 is answered", "to": "q3"}]
    endings = [
        {"ending": "end", "disposition": "end", "text": "Bye", "default": True},
        {"ending": "left", "disposition": "left", "text": "Bye"},
    ]
    items = question("q1", routes=routes), question("q2"), question("q3")
    program = guide_of(*items, endings=endings)
    assert evaluate(program, {"q1": NO}) == Route(("q1",), (), (), "left")
    assert evaluate(program, {"q1": YES}).open == ("q1", "q3")
    assert evaluate(program, {}).open == ("q1", "q2", "q3")


def test_a_closed_question_takes_no_route_even_if_it_has_an_answer() -> None:
    items = (
        question("q1"),
        question("q2", when="q1 = yes", routes=[{"to": "q4"}]),
        question("q3"),
        question("q4"),
    )
    assert evaluate(guide_of(*items), {"q1": NO, "q2": YES}).open == ("q1", "q3", "q4")


def test_a_route_is_taken_whether_the_last_probe_is_open_or_not() -> None:
    probe = {"probe": "p", "text": "More?", "when": "q1 = yes"}
    items = question("q1", probes=[probe], routes=[{"when": "q1 = no", "to": "q3"}])
    program = guide_of(items, question("q2"), question("q3"))
    assert evaluate(program, {"q1": NO}).open == ("q1", "q3")


def test_a_guide_without_a_default_ending_says_so() -> None:
    bare = [{"ending": "end", "disposition": "end", "text": "Bye"}]
    assert evaluate(guide_of(question("q1"), endings=bare), {}).ending == ""


# Repeats ------------------------------------------------------------------------------------


def repeated(least: int = 0, most: int = 3) -> dict[str, Any]:
    again = question("q2", when="q1 = yes", required=True)
    items = [question("q1"), again]
    group = {"group": "g1", "repeat": {"min": least, "max": most}, "items": items}
    return guide_of(group, question("q3", when="count(g1) >= 2"))


def test_each_round_has_refs_of_its_own_and_looks_at_itself() -> None:
    said = {"g1": Answer(2), "q1@1": YES, "q1@2": NO, "q2@2": YES}
    route = evaluate(repeated(), said)
    assert route.open == ("g1", "q1@1", "q2@1", "q1@2", "q3")
    assert (route.parked, route.pending) == (("q2@2",), ("q2@1",))


@pytest.mark.parametrize(
    ("given_", "rounds"), [(None, 1), (Answer(0), 1), (Answer(2), 2), (Answer(99), 3)]
)
def test_rounds_stay_between_fewest_and_most(given_: Answer | None, rounds: int) -> None:
    route = evaluate(repeated(least=1), {"g1": given_} if given_ else {})
    assert [ref for ref in route.open if ref.startswith("q1")] == [
        f"q1@{number}" for number in range(1, rounds + 1)
    ]


def test_a_round_beyond_the_number_is_parked() -> None:
    route = evaluate(repeated(), {"g1": Answer(1), "q1@1": NO, "q1@2": YES})
    assert route.parked == ("q1@2",)


def test_what_is_counted_is_what_is_gone_through() -> None:
    group = {"group": "g1", "repeat": {"max": 3}, "items": [question("q1")]}
    program = guide_of(group, question("q2", when="count(g1) > 3"))
    assert "q2" not in evaluate(program, {"g1": Answer(99)}).open


def test_a_seat_s_answer_is_open_where_its_question_is() -> None:
    probe = {"probe": "own", "text": "You?", "type": "yes-no", "each_participant": True}
    items = question("q1"), question("q2", "text", when="q1 = yes", probes=[probe])
    program = guide_of(*items, mode="forum")
    said = {"q1": YES, "q2.own[F1-A]": YES, "q2.own[F1-B]": NO}
    assert evaluate(program, said).parked == ()
    closed = evaluate(program, said | {"q1": NO})
    assert closed.parked == ("q2.own[F1-A]", "q2.own[F1-B]")


# Comparisons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "sign", "named", "expected"),
    [
        ("2017-03", "=", "2017", True),  # lies wholly inside
        ("2017", "=", "2017-03", False),  # may be another month
        ("2017", "=", "2017", True),
        ("2016", "!=", "2017", True),  # lies wholly outside
        ("2017", "!=", "2017-03", False),  # may be that month: unsure is false
        ("2017-03", "!=", "2017", False),
        ("2017-21", "<", "2017-06", True),
        ("2017-21", "<", "2017-05", False),
        ("2017-21", "<=", "2017-05", True),
        ("2017", "<", "2018", True),
        ("2017", "<", "2017-12", False),
        ("2017", ">", "2016", True),
        ("2017-24", ">", "2017", False),  # winter begins in December
        ("2017-24", ">=", "2017-12", True),
        ("2017-24", "<=", "2018-02", True),
        ("2016-02-29", "=", "2016-02", True),
        ("nonsense", "=", "2017", False),
    ],
)
def test_dates_are_compared_by_all_the_days_they_can_mean(
    said: str, sign: str, named: str, expected: bool
) -> None:
    program = guide_of(question("q1", "date"), question("q2", when=f"q1 {sign} {named}"))
    assert ("q2" in evaluate(program, {"q1": Answer(said)}).open) is expected


@pytest.mark.parametrize(
    ("type_", "test", "value", "expected"),
    [
        ("number", "q1 >= 3", 3, True),
        ("number", "q1 >= 3", 2.9, False),
        ("number", "q1 < -1.5", -2, True),
        ("number", "q1 in (1, 2.5)", 2.5, True),
        ("duration", "q1 > 2 weeks", "P15D", True),
        ("duration", "q1 > 2 weeks", "P14D", False),
        ("duration", "q1 = 1 month", "P1M", True),
        ("duration", "q1 <= 45 minutes", "PT0.5H", True),
    ],
)
def test_measures_are_compared_as_numbers(
    type_: str, test: str, value: Any, expected: bool
) -> None:
    program = guide_of(question("q1", type_), question("q2", when=test))
    assert ("q2" in evaluate(program, {"q1": Answer(value)}).open) is expected


@pytest.mark.parametrize(
    ("type_", "one", "two", "expected"),
    [
        ("date", "2016", "2017", True),
        ("date", "2017", "2017-03", False),
        ("duration", "P13D", "P2W", True),
        ("number", 1, 2, True),
        ("number", 2, 2, False),
        ("number", None, 2, False),
    ],
)
def test_two_answers_can_be_compared(type_: str, one: Any, two: Any, expected: bool) -> None:
    program = guide_of(question("q1", type_), question("q2", type_), question("q3", when="q1 < q2"))
    said = {"q1": Answer(one), "q2": Answer(two)}
    assert ("q3" in evaluate(program, said).open) is expected


def test_sizes_and_members_of_a_choice_can_be_asked() -> None:
    choices = [{"id": each, "label": each} for each in ("a", "b", "c")]
    many = question("q1", "multiple", choices=choices)
    program = guide_of(many, question("q2", when="count(q1) >= 2 and not (q1 includes c)"))
    assert evaluate(program, {"q1": Answer(["a", "b"])}).open == ("q1", "q2")
    assert evaluate(program, {"q1": Answer(["a", "c"])}).open == ("q1",)


def test_a_value_of_another_kind_is_no_answer_to_a_test() -> None:
    assert holds(["number", ">=", "q1", 1], {"q1": Answer("5")}) is False
    assert holds(["count", ">=", "q1", 1], {"q1": Answer("abc")}) is False
    assert holds(["number", "=", "q1", 1], {"q1": Answer(True)}) is False
