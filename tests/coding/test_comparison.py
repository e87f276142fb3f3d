"""Two coders over characters, by interval algebra (P14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.coding.agreement import cohen_kappa
from toolkit.coding.comparison import Disagreement, compare, disagreements, total_overlap
from toolkit.coding.segments import Segment
from toolkit.errors import CodingError

LENGTHS = {"K01/q3": 12, "K02/q3": 7, "K03/q3": 0}
CODERS = ("coder-1", "coder-2")
CODES = ("delay", "heard")


@st.composite
def segment(draw):
    source = draw(st.sampled_from(["K01/q3", "K02/q3"]))
    start = draw(st.integers(0, LENGTHS[source] - 1))
    end = draw(st.integers(start + 1, LENGTHS[source]))
    return Segment(source, start, end, draw(st.sampled_from(CODES)), draw(st.sampled_from(CODERS)))


def characters(segments, code, coder):
    """Every character with this code by this coder, one by one."""
    return {
        (each.source, position)
        for each in segments
        if each.code == code and each.coder == coder
        for position in range(each.start, each.end)
    }


def test_the_published_example_of_a_thousand_characters_agrees_in_85_percent():
    segments = [
        Segment("K01/q3", 0, 50, "delay", "coder-1"),
        Segment("K01/q3", 0, 200, "delay", "coder-2"),
    ]
    (overlap,) = compare(segments, {"K01/q3": 1000}, CODERS, ["delay"])
    assert (overlap.both, overlap.first, overlap.second, overlap.none) == (50, 0, 150, 800)
    assert overlap.agreement == pytest.approx(0.85)
    assert overlap.kappa.value == pytest.approx(cohen_kappa([[50, 0], [150, 800]]).value)


@given(st.lists(segment(), max_size=12))
def test_interval_algebra_counts_what_counting_characters_counts(segments):
    total = sum(LENGTHS.values())
    for overlap in compare(segments, LENGTHS, CODERS, CODES):
        one, two = (characters(segments, overlap.code, coder) for coder in CODERS)
        assert overlap.both == len(one & two)
        assert overlap.first == len(one - two)
        assert overlap.second == len(two - one)
        assert overlap.none == total - len(one | two)


@given(st.lists(segment(), max_size=12))
def test_disagreements_are_exactly_the_characters_of_one_coder_only(segments):
    listed = disagreements(segments, LENGTHS, CODERS, CODES)
    for code in CODES:
        one, two = (characters(segments, code, coder) for coder in CODERS)
        for coder, alone in ((CODERS[0], one - two), (CODERS[1], two - one)):
            found = characters(listed, code, coder)
            assert found == alone


@given(st.lists(segment(), max_size=12))
def test_swapping_the_coders_swaps_the_counts_and_keeps_kappa(segments):
    there = compare(segments, LENGTHS, CODERS, CODES)
    back = compare(segments, LENGTHS, CODERS[::-1], CODES)
    for one, two in zip(there, back, strict=True):
        assert (one.first, one.second) == (two.second, two.first)
        assert one.kappa.value == pytest.approx(two.kappa.value)


def test_disagreements_say_where_and_who_in_the_order_of_the_text():
    segments = [
        Segment("K01/q3", 2, 8, "delay", "coder-1"),
        Segment("K01/q3", 4, 6, "delay", "coder-2"),
        Segment("K02/q3", 0, 3, "heard", "coder-2"),
    ]
    assert disagreements(segments, LENGTHS, CODERS, CODES) == [
        Disagreement("K01/q3", 2, 4, "delay", "coder-1"),
        Disagreement("K01/q3", 6, 8, "delay", "coder-1"),
        Disagreement("K02/q3", 0, 3, "heard", "coder-2"),
    ]


def test_touching_texts_do_not_run_into_each_other():
    segments = [
        Segment("K01/q3", 6, 12, "delay", "coder-1"),
        Segment("K02/q3", 0, 3, "delay", "coder-1"),
    ]
    ends = [(each.source, each.end) for each in disagreements(segments, LENGTHS, CODERS, CODES)]
    assert ends == [("K01/q3", 12), ("K02/q3", 3)]


def test_segments_of_others_and_on_other_sources_are_left_aside():
    segments = [
        Segment("K01/q3", 0, 5, "delay", "coder-3"),
        Segment("K09/q3", 0, 5, "delay", "coder-1"),
    ]
    (overlap,) = compare(segments, LENGTHS, CODERS, ["delay"])
    assert (overlap.both, overlap.first, overlap.second, overlap.none) == (0, 0, 0, 19)
    assert overlap.kappa.value is None


def test_nothing_to_compare_is_no_number():
    (overlap,) = compare([], {}, CODERS, ["delay"])
    assert overlap.agreement is None
    assert overlap.kappa.value is None
    assert total_overlap([]).agreement is None


def test_total_adds_up_over_codes():
    segments = [Segment("K01/q3", 0, 5, code, coder) for code in CODES for coder in CODERS]
    total = total_overlap(compare(segments, LENGTHS, CODERS, CODES))
    assert (total.both, total.first, total.second, total.none) == (10, 0, 0, 28)


def test_a_coder_is_not_compared_with_themselves():
    with pytest.raises(CodingError, match="CODING-020"):
        compare([], LENGTHS, ("coder-1", "coder-1"), CODES)
