"""Saturation by base size, run length and threshold."""

import pytest

from toolkit.coding.saturation import saturation
from toolkit.errors import CodingError


def test_published_example_is_saturated_after_five_interviews_and_a_run_of_two():
    found = saturation([4, 3, 2, 1, 1, 0, 0, 0], base=4, run=2, threshold=0.05)
    assert str(found) == "5+2"
    assert found.base_codes == 10
    assert found.shares == (0.1, 0.0, 0.0)


def test_a_looser_threshold_is_reached_sooner_and_includes_equality():
    assert str(saturation([4, 3, 2, 1, 1, 0, 0, 0], threshold=0.10)) == "4+2"


@pytest.mark.parametrize(
    ("new_codes", "reason"),
    [
        ([], "fewer than 6"),
        ([1, 1, 1, 1, 0], "fewer than 6"),
        ([0, 0, 0, 0, 1, 1], "no code"),
        ([1, 1, 1, 1, 1, 1], "not reached"),
    ],
)
def test_otherwise_it_says_why_not(new_codes, reason):
    found = saturation(new_codes)
    assert found.reached is None
    assert reason in str(found)


@pytest.mark.parametrize(("base", "run"), [(0, 2), (4, 0)])
def test_a_base_or_run_of_nothing_is_refused(base, run):
    with pytest.raises(CodingError, match="CODING-027"):
        saturation([1, 2, 3], base=base, run=run)


def test_what_came_after_the_run_is_said():
    """The rule gave 5+2, and new codes came all the same."""
    found = saturation([10, 8, 5, 3, 2, 0, 0, 2])
    assert (str(found), found.base_codes) == ("5+2", 26)
    assert "7.7 % of the base appeared for the first time later" in found.in_words()
    assert saturation([10, 8, 5, 3, 2, 0, 0]).in_words().endswith("nothing new came after them")
