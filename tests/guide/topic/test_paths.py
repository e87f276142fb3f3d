"""Path coverage: every path is counted, each once, and nothing else (P17)."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guide.strategies import FINITE, SPANS, Data, Shape, answers, build, guides, refs
from tests.guide.topic.brute_force import all_lengths, held_talks, values
from toolkit.guide import Answer, compile_guide, evaluate, prove
from toolkit.guide.topic.answers import duration_days
from toolkit.guide.topic.model import base_ref
from toolkit.guide.topic.paths import Proof

Path = tuple[tuple[str, ...], str]


def talks(data: Data, program: dict[str, Any]) -> set[Path]:
    """Every path, found by holding every talk that can be held."""
    return {(route.open, route.ending) for route, _ in held_talks(data, program)}


def assert_proven(proof: Proof, paths: set[Path]) -> None:
    endings = Counter(ending for _, ending in paths)
    endless = endings.pop("", 0)
    assert proof.complete
    assert (proof.paths, proof.endings, proof.endless) == (len(paths), dict(endings), endless)
    assert proof.reached == {base_ref(ref) for path, _ in paths for ref in path}


# Laws ---------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(guides(Shape(types=FINITE, most=6, rounds=1, pairs=False)))
def test_exactly_the_talks_that_can_be_held_are_counted(data: Data) -> None:
    program = compile_guide(build(data))
    assert_proven(prove(program), talks(data, program))


@settings(max_examples=40)
@given(guides(Shape(types=("date", "duration", "yes-no"), most=3, rounds=1, pairs=False)))
def test_exactly_the_talks_about_dates_and_durations_are_counted(data: Data) -> None:
    program = compile_guide(build(data))
    assert_proven(prove(program), talks(data, program))


@settings(max_examples=40)
@given(st.data())
def test_every_talk_whatever_is_among_those_that_were_proven(drawn: st.DataObject) -> None:
    data = drawn.draw(guides(Shape(rounds=1)))
    program = compile_guide(build(data))
    proof = prove(program)
    chance = Random(drawn.draw(st.integers(0, 999)))
    found = set()
    for _ in range(30):
        some = {
            ref + mark: Answer(chance.choice(values(item)))
            for ref, item, rounds in refs(data)
            for mark in (["@1"] if rounds else [""])
            if chance.random() < 0.8
        }
        route = evaluate(program, some)
        found.add((route.open, route.ending))
    assert {base_ref(ref) for path, _ in found for ref in path} <= proof.reached
    assert {ending for _, ending in found} <= {*proof.endings, *[""] * proof.endless}
    assert len(found) <= proof.paths


@settings(max_examples=40)
@given(st.data())
def test_what_is_open_in_any_round_was_found_within_reach(drawn: st.DataObject) -> None:
    data = drawn.draw(guides(Shape(rounds=3)))
    program = compile_guide(build(data))
    route = evaluate(program, drawn.draw(answers(data)))
    assert {base_ref(ref) for ref in route.open} <= prove(program).reached


@settings(max_examples=40)
@given(guides())
def test_a_stored_program_proves_the_same(data: Data) -> None:
    program = compile_guide(build(data))
    assert prove(json.loads(json.dumps(program))) == prove(program)


# What can be reached ------------------------------------------------------------------------


def proof_of(*items: Data) -> Proof:
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
    return prove(compile_guide(build(data)))


def question(id_: str, type_: str = "yes-no", **more: Any) -> Data:
    return {"question": id_, "text": "What?", "type": type_, **more}


@pytest.mark.parametrize(
    ("first", "test", "reached"),
    [
        (question("q1", "number"), "q1 > 5 and q1 < 5.2", True),
        (question("q1", "number", decimals=1), "q1 > 5 and q1 < 5.2", True),
        (question("q1", "number", decimals=0), "q1 > 5 and q1 < 5.2", False),
        (question("q1", "number", min=0), "q1 < 0", False),
        # The True of a state is not the number 1.
        (question("q1", "number"), "q1 is answered and q1 in (1, 4) and q1 < 2", True),
        (question("q1", "number", max=50), "q1 > 49 and q1 != 50", True),
        (question("q1", "number", max=50, decimals=0), "q1 > 49 and q1 != 50", False),
        (question("q1", "scale", **{"from": 1, "to": 5}), "q1 > 5", False),
        (question("q1", "scale", **{"from": 1, "to": 5}), "q1 in (2, 4) and q1 > 3", True),
        (question("q1", "duration"), "q1 = 1 month", True),
        (question("q1", "duration"), "q1 > 20 days and q1 < 3 weeks", True),
        (question("q1", "duration"), "q1 < 0 days", False),
        (question("q1", "date", latest=2017), "q1 > 2017", False),
        (question("q1", "date", latest=2017), "q1 is answered and not (q1 <= 2017)", True),
        (question("q1", "date", earliest="2017-03-05"), "q1 < 2017-03-06", True),
        # June 2017 lies on both sides of its 15th, and before the 20th of August.
        (
            question("q1", "date"),
            "not (q1 < 2017-06-15) and not (q1 >= 2017-06-15) and q1 < 2017-08-20",
            True,
        ),
        (
            question("q1", "date", precision="exact"),
            "q1 is answered and not (q1 < 2017-06-15) and not (q1 >= 2017-06-15)",
            False,
        ),
        (question("q1"), "q1 = yes and q1 = no", False),
        (question("q1"), "q1 is refused and q1 = yes", False),
        (question("q1", "text"), "q1 is answered and q1 is not refused", True),
    ],
)
def test_within_reach_is_what_some_answer_opens(first: Data, test: str, reached: bool) -> None:
    assert ("q2" in proof_of(first, question("q2", when=test)).reached) is reached


def many_choices(count: int, **more: Any) -> Data:
    choices = [{"id": f"c{number}", "label": "C"} for number in range(count)]
    return question("q1", "multiple", choices=choices, **more)


def test_an_exclusive_choice_stands_alone() -> None:
    first = many_choices(3)
    first["choices"][2]["exclusive"] = True
    both = question("q2", when="q1 includes c2 and count(q1) >= 2")
    assert "q2" not in proof_of(first, both).reached
    two = question("q2", when="q1 includes c0 and count(q1) = 2")
    assert "q2" in proof_of(first, two).reached
    assert "q2" not in proof_of(first, question("q2", when="count(q1) = 3")).reached


def test_a_test_that_is_written_twice_comes_out_the_same_twice() -> None:
    test = "q2 > q1"
    items = question("q1", "number"), question("q2", "number")
    proof = proof_of(*items, question("q3", when=test), question("q4", when=test))
    assert proof.paths == 2


def test_two_answers_compared_may_come_out_either_way() -> None:
    items = question("q1", "date"), question("q2", "date")
    proof = proof_of(*items, question("q3", when="q1 < q2"), question("q4", when="q1 = q2"))
    assert (proof.paths, {"q3", "q4"} <= proof.reached) == (4, True)


def test_a_section_s_condition_on_two_answers_is_worked_out_once() -> None:
    """It hangs on each of its twenty questions; once each way and not a million times."""
    items = [question("q1", "number"), question("q2", "number")]
    inside = {"group": "g1", "when": "q1 < q2", "items": [question(f"x{n}") for n in range(20)]}
    assert proof_of(*items, inside).paths == 2


# Too much to count --------------------------------------------------------------------------


def test_more_choices_than_can_be_combined_are_left_uncounted() -> None:
    def looking_at(count: int) -> Proof:
        tests = (question(f"x{n}", when=f"q1 includes c{n}") for n in range(count))
        return proof_of(many_choices(20), *tests)

    assert looking_at(6).paths == 2**6
    many = looking_at(15)
    assert not many.complete
    # What can be reached is decided all the same.
    assert (len(many.reached), many.leads_to, many.every_path_ends) == (16, {"end"}, True)


def test_more_combinations_than_can_be_followed_are_left_uncounted() -> None:
    firsts = [many_choices(8) | {"question": f"m{n}"} for n in range(6)]
    tests = [f"m{n} includes c{c}" for n in range(6) for c in range(8)]
    last = [question(f"x{number}", when=test) for number, test in enumerate(tests)]
    assert not proof_of(*firsts, *last).complete


def test_paths_without_number_are_counted_as_long_as_they_forget() -> None:
    items = []
    for number in range(100):
        items += [question(f"q{number}"), question(f"x{number}", when=f"q{number} = yes")]
    proof = proof_of(*items)
    assert (proof.complete, proof.paths) == (True, 2**100)


def test_the_spans_of_the_laws_are_spans() -> None:
    assert all(duration_days(each) is not None for each in all_lengths())
    assert len(SPANS) == len(set(SPANS))
