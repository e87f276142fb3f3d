"""Halves go up, on exact decimals: a reader with a pencil comes to the figure of the page."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rounding import mean, median, percent, printed, quartiles, rounded

counts = st.integers(1, 5000).flatmap(
    lambda whole: st.tuples(st.integers(0, whole), st.just(whole))
)


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (62.5, ".0f", "63"),
        (0.5, ".0f", "1"),
        (47.5, ".0f", "48"),
        (65.25, ".1f", "65.3"),
        (0.15, ".1f", "0.2"),
        (1.005, ".2f", "1.01"),
        (-2.5, ".0f", "-3"),
        (1234.5, ",.0f", "1,235"),
        (20.0, ".1f", "20.0"),
        (float("inf"), ".1f", "inf"),
        (0.25, "g", "0.25"),
    ],
)
def test_a_half_goes_up_in_every_format(value, spec, text):
    assert printed(value, spec) == text


@given(counts, st.integers(0, 3))
def test_a_percentage_is_rounded_as_its_fraction_is(pair, places):
    part, whole = pair
    exact = Fraction(100 * part, whole)
    by_hand = math.floor(exact * 10**places + Fraction(1, 2))
    assert printed(percent(part, whole), f".{places}f") == f"{Decimal(by_hand).scaleb(-places)}"


@given(st.decimals(-999, 999, places=4), st.integers(0, 3))
def test_any_decimal_is_rounded_as_a_pencil_does(value, places):
    wanted = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert rounded(float(value), places) == float(wanted)


def test_a_percentage_of_nothing_is_no_number():
    assert math.isnan(percent(0, 0))
    assert math.isnan(mean([]))
    assert math.isnan(median([math.nan]))


def test_medians_halve_exactly_and_quartiles_lie_on_a_line():
    assert median([47, 48]) == 47.5
    assert median([3, 1, 2]) == 2
    assert quartiles([1, 2, 3, 4]) == (1.75, 2.5, 3.25)
    assert quartiles([7, math.nan]) == (7, 7, 7)


def test_a_mean_of_tenths_has_no_dust_of_binary_fractions():
    assert mean([0.1, 0.2]) == 0.15
    assert printed(mean([0.1, 0.2]), ".1f") == "0.2"
