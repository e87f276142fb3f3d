"""What can be reached, where talks end, which checks can be met: decided, not guessed (P17)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guide.strategies import Data, Shape, build
from tests.guide.topic.brute_force import SEED, SHAPES, trial
from toolkit.guide import compile_guide, prove
from toolkit.guide.topic.program import Program
from toolkit.guide.topic.reach import Reach, decide


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "+".join(shape.types[:3]))
def test_nothing_is_found_falsely_and_nothing_is_missed(shape: Shape) -> None:
    print(f"seed {SEED}")
    trial(shape, 50)


def program_of(*items: Data, **more: Any) -> Program:
    data: Data = {
        "guide": "g",
        "title": "T",
        "version": "1",
        "source": "s",
        "languages": ["en"],
        "mode": "survey",
        "sections": [{"section": "one", "title": "One", "items": items}],
        "endings": [{"ending": "end", "disposition": "end", "text": "Bye", "default": True}],
    } | more
    return compile_guide(build(data))


def decided(*items: Data, **more: Any) -> Reach:
    return decide(program_of(*items, **more))


def question(id_: str, type_: str = "yes-no", **more: Any) -> Data:
    return {"question": id_, "text": "What?", "type": type_, **more}


def many(count: int, type_: str = "multiple") -> Data:
    choices = [{"id": f"c{number}", "label": f"Choice {number}"} for number in range(count)]
    return question("q1", type_, choices=choices)


FOLLOWED_UP = [question(f"x{n}", when=f"q1 includes c{n}") for n in range(13)]


def test_thirteen_followed_up_choices_hide_nothing_that_cannot_be_reached() -> None:
    never = question("never", when="q1 includes c3 and not (q1 includes c3)")
    ends = [
        {"ending": "end", "disposition": "end", "text": "Bye"},
        {"ending": "lost", "disposition": "lost", "text": "Bye"},
    ]
    reach = decided(many(13), *FOLLOWED_UP, never, endings=ends)
    assert reach.reached == {"q1", *(f"x{n}" for n in range(13))}
    assert reach.endings == {""}  # no default ending, no route to one
    assert reach.undecided == ()


def test_paths_that_can_be_counted_are_counted() -> None:
    proof = prove(program_of(many(13), *FOLLOWED_UP))
    assert (proof.complete, proof.paths, proof.endings) == (True, 8192, {"end": 8192})


@pytest.mark.parametrize(
    ("test", "reached"),
    [
        ("count(q1) >= 400", True),
        ("count(q1) > 400", False),
        ("count(q1) = 0", False),  # no choice is no answer
        ("count(q1) < 3 and q1 includes c0 and q1 includes c1 and q1 includes c2", False),
        ("count(q1) = 3 and q1 includes c0 and q1 includes c1 and q1 includes c2", True),
        ("count(q1) <= 2 and q1 includes c399", True),
    ],
)
def test_choices_are_counted_however_many_there_are(test: str, reached: bool) -> None:
    reach = decided(many(400), question("q2", when=test))
    assert ("q2" in reach.reached) is reached


@pytest.mark.parametrize(
    ("kind", "limits", "test", "reached"),
    [
        ("number", {"min": 0, "max": 3}, "q1 > q2 and q2 > q3 and q3 > q1", False),
        ("number", {"min": 0, "max": 2, "decimals": 0}, "q1 > q2 and q2 > q3 and q3 >= 0", True),
        ("number", {"min": 0, "max": 1, "decimals": 0}, "q1 > q2 and q2 > q3", False),
        ("number", {"min": 0, "max": 1, "decimals": 1}, "q1 > q2 and q2 > q3 and q3 > 0.7", True),
        ("number", {"min": 0, "max": 1, "decimals": 1}, "q1 > q2 and q2 > q3 and q3 > 0.8", False),
        ("number", {}, "q1 > 5 and q2 < 5 and q1 <= q2", False),
        ("date", {"precision": "exact"}, "q1 < q2 and q2 < q3 and q3 < q1", False),
        ("date", {"precision": "exact"}, "q1 > 2017-05 and q1 < q2 and q2 < 2017-06-03", True),
        ("date", {"precision": "exact"}, "q1 > 2017-05 and q1 < q2 and q2 < 2017-06-02", False),
        ("duration", {}, "q1 > 2 weeks and q2 < 14 days and q1 <= q2", False),
        ("duration", {}, "q1 > 2 weeks and q2 < 15 days and q1 <= q2", True),
    ],
)
def test_answers_compared_with_each_other_are_no_guess(
    kind: str, limits: Data, test: str, reached: bool
) -> None:
    items = [question(f"q{number}", kind, **limits) for number in (1, 2, 3)]
    reach = decided(*items, question("q4", when=test))
    assert ("q4" in reach.reached) is reached


def test_hard_checks_that_only_together_refuse_every_answer_are_found() -> None:
    checks = [{"hard": "q1 > 3", "message": "m"}, {"hard": "q1 < 2", "message": "m"}]
    both = question("q1", "number", checks=checks)
    assert decided(both).unmet == (("q1", 1),)
    soft = question("q1", "number", checks=[checks[0], {"soft": "q1 < 2", "message": "m"}])
    assert decided(soft).unmet == ()


def test_a_check_of_a_question_that_nobody_is_asked_is_not_blamed() -> None:
    check = [{"hard": "q2 > 3", "message": "m"}]
    never = question("q2", "number", when="q1 = yes and q1 = no", checks=check)
    reach = decided(question("q1"), never)
    assert (reach.unmet, "q2" in reach.reached) == ((), False)


def test_the_effort_is_spent_once_and_what_is_left_is_named() -> None:
    items: list[Data] = []
    for number in range(9):
        each = question(
            f"q{number}",
            "single",
            choices=[{"id": f"c{c}", "label": f"Choice {c}"} for c in range(8)],
        )
        each["routes"] = [{"when": f"q{number} is not answered", "to": "early"}]
        for choice in range(8 if number else 0):
            same = " or ".join(f"q{before} = c{choice}" for before in range(number))
            each["routes"].append({"when": f"q{number} = c{choice} and ({same})", "to": "early"})
        items.append(each)
    ends = [
        {"ending": "early", "disposition": "early", "text": "Bye"},
        {"ending": "end", "disposition": "end", "text": "Bye", "default": True},
    ]
    program = program_of(*items, question("last"), endings=ends)
    assert decide(program, effort=100).undecided == ("last", "ending 'end'")
    with_effort = decide(program)
    assert (with_effort.undecided, "last" in with_effort.reached) == ((), False)
