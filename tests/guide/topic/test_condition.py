"""The little language of conditions: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.guide.topic.condition import (
    COMPARISONS,
    MAX_LENGTH,
    STATES,
    ConditionError,
    Several,
    Test,
    parse_condition,
    tests_of,
    unit_of,
)

# pytest collects classes called Test...; this one is a test of a condition.
Test.__test__ = False
tests_of.__test__ = False


@pytest.mark.parametrize(
    ("text", "kind", "sign", "values"),
    [
        ("q2 = involved", "compare", "=", ("involved",)),
        ("q2!=involved", "compare", "!=", ("involved",)),
        ("q2 >= 3", "compare", ">=", ("3",)),
        ("q2 < -1.5", "compare", "<", ("-1.5",)),
        ("q2 = 2017-03-05", "compare", "=", ("2017-03-05",)),
        ("q2 > 3 weeks", "compare", ">", ("3 weeks",)),
        ("q2 > 1 year", "compare", ">", ("1 year",)),
        ("q2 = 'two words'", "compare", "=", ("two words",)),
        ('q2 = "it\'s"', "compare", "=", ("it's",)),
        ("q2 = and", "compare", "=", ("and",)),
        ("q2 in (a, b,c)", "in", "", ("a", "b", "c")),
        ("q2 includes parent", "includes", "", ("parent",)),
        ("q2 is answered", "is", "", ("answered",)),
        ("q2 is not refused", "is not", "", ("refused",)),
        ("count(q2) >= 2", "count", ">=", ("2",)),
        ("count ( q2 ) = 0", "count", "=", ("0",)),
    ],
)
def test_every_kind_of_test(text: str, kind: str, sign: str, values: tuple[str, ...]) -> None:
    assert parse_condition(text) == Test(kind, "q2", sign, values)


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_asked_for_and_ruled_out(state: str) -> None:
    assert parse_condition(f"q2.asked is {state}") == Test("is", "q2.asked", "", (state,))
    assert parse_condition(f"q2.asked is not {state}") == Test("is not", "q2.asked", "", (state,))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a = x or b = y and c = z", "a = x or (b = y and c = z)"),
        ("a = x and b = y or c = z", "(a = x and b = y) or c = z"),
        ("not a = x and b = y", "(not a = x) and b = y"),
        ("not not a = x", "a = x"),
        ("not not not a = x", "not a = x"),
        ("((a = x))", "a = x"),
        ("a=x\n  and\tb=y", "a = x and b = y"),
    ],
)
def test_not_binds_closest_then_and_then_or(text: str, same: str) -> None:
    assert parse_condition(text) == parse_condition(same)


def test_what_is_joined_stands_in_one_row() -> None:
    joined = parse_condition("a = x and b = y and c = z")
    assert isinstance(joined, Several)
    assert (joined.kind, [each.ref for each in tests_of(joined)]) == ("and", ["a", "b", "c"])
    assert tests_of(None) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("  \n ", "it is empty"),
        ("q2", "it ends where a sign or 'is' is needed"),
        ("q2 =", "it ends where a value is needed"),
        ("q2 == yes", "'=' stands where a value is needed, write '=' once"),
        ("q2 <> yes", "'>' stands where a value is needed, write '!='"),
        ("q2 = yes AND q3 = no", "'AND' is not expected after the condition, write 'and'"),
        ("q2 = yes & q3 = no", "'&' cannot stand in a condition, write 'and'"),
        ("q2 = yes || q3 = no", "'|' cannot stand in a condition, write 'or'"),
        ("!q2", "'!' cannot stand in a condition, write 'not' or '!='"),
        ("q2 ≥ 3", "'≥' cannot stand in a condition, write '>='"),
        ("q2 = “yes”", "'“' cannot stand in a condition, write straight quotes"),
        ("q2 = 'yes", "''' cannot stand in a condition, a quote is not closed"),
        ("q2 = ä", "'ä' cannot stand in a condition"),
        ("q2 = yes)", "')' is not expected after the condition"),
        ("(q2 = yes", "it ends where ')' is needed"),
        ("q2 = yes q3 = no", "'q3' is not expected after the condition"),
        ("q2 = yes and", "it ends where a question is needed"),
        ("3 = q2", "'3' stands where a question's id is needed"),
        ("q2 is gone", "'gone' is not one of answered, dont-know, refused, not-asked, "),
        ("q2 is not", "it ends where a state is needed"),
        ("q2 in a", "'a' stands where '(' is needed"),
        ("q2 in ()", "')' stands where a value is needed"),
        ("q2 in (a", "it ends where ')' is needed"),
        ("count(q2)", "it ends where a comparison sign is needed"),
        ("count(q2) includes 2", "'includes' is not a comparison sign"),
        ("q2 has 2", "'has' stands where =, !=, <, >, is, in or includes is needed"),
        ("q2.a.b = 1", "'q2.a.b' stands where a question's id is needed"),
        ("q2@1 = 1", "'@' cannot stand in a condition"),
        ("(" * 30 + "q2 = 1" + ")" * 30, "its brackets are nested more than 20 deep"),
        ("q2 = " + "x" * MAX_LENGTH, f"it is longer than {MAX_LENGTH} characters"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, problem: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert caught.value.problem.startswith(problem)


pieces = st.sampled_from(
    [
        *"()=<>!,'\"&.-_3",
        *COMPARISONS,
        *STATES,
        "q1",
        "q1.p",
        "and",
        "or",
        "not",
        "in",
        "is",
        "count",
    ]
)


@given(st.text() | st.lists(pieces, max_size=25).map(" ".join) | st.lists(pieces).map("".join))
@example("not " * 400 + "a = b")
@example("(" * 1999)
@example("²")
def test_any_text_is_a_condition_or_a_condition_error(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ConditionError as fault:
        problem, tests = fault.problem, []
    else:
        problem, tests = "", tests_of(condition)
    assert bool(problem) is not bool(tests)


words = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True).filter(
    lambda word: word not in ("and", "or", "not", "in", "is", "count", "includes")
)
one = st.builds("{} {} {}".format, words, st.sampled_from(COMPARISONS), words)
conditions = st.recursive(
    one,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=8,
)


@given(conditions)
def test_spaces_and_brackets_around_it_change_nothing(text: str) -> None:
    condition = parse_condition(text)
    assert parse_condition(f"  ( {text} )\n") == condition
    assert len(tests_of(condition)) == sum(text.count(f" {sign} ") for sign in COMPARISONS)


@pytest.mark.parametrize(
    ("word", "unit"),
    [("week", "week"), ("weeks", "week"), ("weekss", ""), ("wombats", ""), ("s", "")],
)
def test_units_of_time(word: str, unit: str) -> None:
    assert unit_of(word) == unit
