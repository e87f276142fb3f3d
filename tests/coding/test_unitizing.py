"""Alpha for unitizing: the published example, laws, and what is undefined (P14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.coding.unitizing import unitizing_alpha
from toolkit.errors import CodingError

FIRST = [(225, 70), (370, 30)]
SECOND = [(220, 80), (355, 20), (400, 20)]


@st.composite
def coders(draw):
    """Two coders' units on a continuum of 40 characters, each coder's without overlap."""
    edges = [sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=8))) for _ in range(2)]
    return [
        [(start, end - start) for start, end in zip(edge[::2], edge[1::2], strict=False)]
        for edge in edges
    ]


def test_published_example_gives_its_alpha():
    alpha = unitizing_alpha([FIRST, SECOND], begin=150, length=300)
    assert alpha.value == pytest.approx(0.7286, abs=0.00005)


@given(coders())
def test_order_of_coders_and_place_of_the_continuum_do_not_matter(both):
    alpha = unitizing_alpha(both, begin=0, length=40).value
    moved = [[(start + 7, size) for start, size in units] for units in both]
    assert alpha == pytest.approx(unitizing_alpha(both[::-1], begin=0, length=40).value)
    assert alpha == pytest.approx(unitizing_alpha(moved, begin=7, length=40).value)


@given(coders())
def test_the_same_units_agree_perfectly(both):
    alpha = unitizing_alpha([both[0], both[0]], begin=0, length=41)
    assert alpha.value == pytest.approx(1)


@pytest.mark.parametrize(
    ("units", "length", "reason"),
    [([FIRST], 300, "one coder"), ([[], []], 300, "marked"), ([[(150, 1)]] * 2, 1, "variation")],
)
def test_without_two_coders_or_anything_marked_it_is_undefined(units, length, reason):
    alpha = unitizing_alpha(units, begin=150, length=length)
    assert alpha.value is None
    assert reason in alpha.reason


@pytest.mark.parametrize("units", [[(140, 20)], [(440, 20)], [(200, 0)], [(200, 9), (205, 9)]])
def test_units_outside_empty_or_overlapping_are_refused(units):
    with pytest.raises(CodingError, match="CODING-026"):
        unitizing_alpha([units, FIRST], begin=150, length=300)
