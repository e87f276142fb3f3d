"""The systematic draw, and that anybody can do it again (P24)."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toolkit.errors import FieldworkError
from toolkit.fieldwork import Draw, draw, replay
from toolkit.fieldwork.draw import hash_frame, sort_frame

names = st.text(max_size=4)


def in_order(keys: list[str]) -> list[str]:
    return [keys[place] for place in sort_frame(keys)]


frames = st.lists(names, min_size=1, max_size=30).map(in_order)
steps = st.integers(1, 9).flatmap(lambda k: st.tuples(st.integers(1, k), st.just(k)))


def drawn(frame: list[str], step: tuple[int, int]) -> Draw:
    return draw(frame, start=step[0], interval=step[1])


@given(frame=frames, step=steps)
def test_every_kth_is_drawn_from_the_start_to_the_end_of_the_frame(frame, step):
    """P24."""
    (start, interval), size = step, len(frame)
    positions = drawn(frame, step).positions
    assert len(positions) == max(0, ceil((size - start + 1) / interval))
    assert positions[:1] == ((start,) if start <= size else ())
    assert all(b - a == interval for a, b in pairwise(positions))
    assert not positions or size - interval < positions[-1] <= size


@given(frame=frames, interval=st.integers(1, 9))
def test_the_possible_starts_share_the_frame_out_without_gap_or_overlap(frame, interval):
    """P24: everybody has the same chance of being drawn."""
    all_drawn = [
        place
        for start in range(1, interval + 1)
        for place in drawn(frame, (start, interval)).positions
    ]
    assert sorted(all_drawn) == list(range(1, len(frame) + 1))


@pytest.mark.parametrize(("start", "expected"), [(1, 28), (2, 27), (3, 27)])
def test_the_reports_frame_of_82_gives_28_or_27(study, start, expected):
    """P24."""
    plan = study.sampling
    frame = in_order([f"person {number}" for number in range(plan.frame)])
    record = draw(frame, start=start, interval=plan.interval, order=plan.order)
    assert len(record.positions) == expected == plan.drawn(start)


@given(frame=frames, step=steps)
def test_a_draw_done_again_from_its_record_is_the_same(frame, step):
    """P24."""
    record = drawn(frame, step)
    assert replay(record, list(frame)) == record


@given(frame=frames, step=steps)
def test_a_record_survives_being_written_down_and_read(frame, step):
    """P24."""
    record = drawn(frame, step)
    said = json.loads(json.dumps(record.to_json()))
    assert Draw.from_json({**said, "seed": 7}) == record
    assert replay(Draw.from_json(said), frame) == record


@given(frame=frames, step=steps, data=st.data())
def test_any_key_that_was_changed_dropped_added_or_moved_is_found(frame, step, data):
    """P24."""
    record, now = drawn(frame, step), list(frame)
    place = data.draw(st.integers(0, len(now) - 1))
    how = data.draw(st.sampled_from(["change", "drop", "add", "move"]))
    if how == "change":
        now[place] = data.draw(names)
    elif how == "add":
        now.insert(place, data.draw(names))
    else:
        key = now.pop(place)
        if how == "move":
            now.insert(data.draw(st.integers(0, len(now))), key)
    assume(now != frame)
    with pytest.raises(FieldworkError, match="FIELD-004"):
        replay(record, now)


def test_two_keys_never_hash_like_one_that_joins_them():
    """P24."""
    assert len({hash_frame(keys) for keys in (["a,b"], ["a", "b"], ['a","b'], ["ab"], [])}) == 5


@given(frame=frames, step=steps, data=st.data())
def test_a_record_that_names_other_places_than_its_rule_gives_is_found(frame, step, data):
    """P24."""
    record = drawn(frame, step)
    places = data.draw(st.sets(st.integers(1, len(frame) + 2)).map(sorted).map(tuple))
    assume(places != record.positions)
    with pytest.raises(FieldworkError, match="FIELD-005"):
        replay(replace(record, positions=places), frame)


@given(frame=frames, step=steps, other=steps)
def test_a_record_with_another_start_or_interval_is_found(frame, step, other):
    """P24."""
    record = drawn(frame, step)
    assume(drawn(frame, other).positions != record.positions)
    with pytest.raises(FieldworkError, match="FIELD-005"):
        replay(replace(record, start=other[0], interval=other[1]), frame)


@given(frame=frames, start=st.integers(-3, 12), interval=st.integers(-3, 9))
def test_a_start_beyond_the_interval_or_before_the_first_is_refused(frame, start, interval):
    """P24."""
    assume(not 1 <= start <= interval)
    with pytest.raises(FieldworkError, match="FIELD-002"):
        draw(frame, start=start, interval=interval)


def test_nobody_can_be_drawn_from_an_empty_frame(refused):
    """P24."""
    assert refused(lambda: draw([], start=1, interval=3)) == ["FIELD-003"]


def test_a_frame_that_is_not_in_alphabetical_order_is_not_drawn_from(refused):
    """P24."""
    assert refused(lambda: draw(["b", "a"], start=1, interval=1)) == ["FIELD-007"]


@given(keys=st.lists(names, max_size=30))
def test_the_frame_is_sorted_without_regard_to_case_and_loses_nobody(keys):
    """P24."""
    places = sort_frame(keys)
    assert sorted(places) == list(range(len(keys)))
    folded = [keys[place].casefold() for place in places]
    assert folded == sorted(folded)


def test_the_order_does_not_depend_on_how_the_list_came():
    """P24."""
    keys = ["de Vries", "Adams", "adams", "Zwick", "De Vries"]
    assert (
        in_order(keys)
        == in_order(keys[::-1])
        == ["Adams", "adams", "De Vries", "de Vries", "Zwick"]
    )


def test_equal_keys_keep_their_order():
    """P24."""
    assert sort_frame(["b", "a", "b", "a"]) == [1, 3, 0, 2]


def test_the_record_says_nothing_about_anybody():
    """P24, P31."""
    said = json.dumps(draw(["Adams, Ann", "Zwick, Zoe"], start=1, interval=1).to_json())
    assert "Adams" not in said
