"""Who is in the frame and who is not, each with a reason (P23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.fieldwork import apply_rules, draw
from toolkit.fieldwork.draw import sort_frame
from toolkit.fieldwork.eligibility import count_reasons

RULES = ("enough-support", "other-programme")
people = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(max_size=4),
            "support_sessions": st.integers(0, 8) | st.none(),
            "other_programme": st.booleans(),
        }
    ),
    max_size=40,
)


def person(sessions: object = 3, other: object = False) -> dict[str, object]:
    return {"support_sessions": sessions, "other_programme": other}


@given(listed=people)
def test_everybody_is_in_the_frame_or_left_out_with_one_reason(study, listed):
    """P23."""
    eligible, excluded = apply_rules(study.eligibility, listed)
    places = [*eligible, *(each.position for each in excluded)]
    assert sorted(places) == list(range(len(listed)))
    assert all(each.rule in RULES and each.reason and each.clause == "P23" for each in excluded)


@given(listed=people)
def test_the_frame_is_those_with_three_sessions_who_are_not_in_the_other_programme(study, listed):
    """P23."""
    eligible, _ = apply_rules(study.eligibility, listed)
    assert eligible == [
        place
        for place, each in enumerate(listed)
        if (each["support_sessions"] or 0) >= 3 and not each["other_programme"]
    ]


@given(listed=people, interval=st.integers(1, 5), data=st.data())
def test_nobody_who_is_left_out_can_be_drawn(study, listed, interval, data):
    """P23, P24."""
    eligible, excluded = apply_rules(study.eligibility, listed)
    names = [listed[place]["name"] for place in eligible]
    frame = [eligible[place] for place in sort_frame(names)]
    if not frame:
        return
    keys = [listed[place]["name"] for place in frame]
    record = draw(keys, start=data.draw(st.integers(1, interval)), interval=interval)
    drawn = {frame[position - 1] for position in record.positions}
    assert drawn.isdisjoint(each.position for each in excluded)


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (person(2), "enough-support"),
        (person(None), "enough-support"),
        (person(3, True), "other-programme"),
        (person(2, True), "enough-support"),
    ],
)
def test_the_first_rule_that_decides_gives_the_reason(study, who, rule):
    """P23."""
    eligible, (found,) = apply_rules(study.eligibility, [who])
    reasons = {
        each.rule: each.reason for each in (*study.eligibility.include, *study.eligibility.exclude)
    }
    assert (eligible, found.rule, found.reason) == ([], rule, reasons[rule])


def test_exactly_three_sessions_are_enough(study):
    """P23."""
    assert apply_rules(study.eligibility, [person(3), person(2)])[0] == [0]


@pytest.mark.parametrize("column", ["support_sessions", "other_programme"])
def test_a_list_without_a_column_that_a_rule_needs_is_refused(study, refused, column):
    """P23."""
    lacking = {name: value for name, value in person().items() if name != column}
    assert refused(lambda: apply_rules(study.eligibility, [person(), lacking])) == ["FIELD-001"]


@pytest.mark.parametrize(
    "odd", [person(other="true"), person(other=1), person(other=None), person("3"), person(True)]
)
def test_a_gap_or_a_word_where_a_rule_compares_puts_nobody_into_the_frame(study, refused, odd):
    """P23."""
    assert refused(lambda: apply_rules(study.eligibility, [person(), odd])) == ["FIELD-006"]


def test_the_refusal_says_which_row_and_never_what_stands_there(study):
    """P30."""
    with pytest.raises(Exception, match="row 2 of the list") as caught:
        apply_rules(study.eligibility, [person(), person("three, as Ann told us")])
    assert "Ann" not in str(caught.value)


def test_reasons_are_counted_by_rule(study):
    """P23."""
    _, excluded = apply_rules(study.eligibility, [person(1), person(5, True), person(0), person(9)])
    assert count_reasons(excluded) == {"enough-support": 2, "other-programme": 1}
