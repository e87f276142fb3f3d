"""Intervals of agreement: what they rest on, and that they say so."""

import pytest

from toolkit.coding.agreement import cohen_kappa
from toolkit.coding.intervals import intervals, sparse, student_t

SESSIONS = [[8, 1, 1, 40], [6, 2, 0, 42], [9, 0, 2, 39], [7, 3, 1, 39], [5, 1, 1, 43]]


def test_the_interval_of_kappa_is_around_it_and_not_narrower_than_its_standard_error():
    whole = [sum(part) for part in zip(*SESSIONS, strict=True)]
    kappa = cohen_kappa([whole[:2], whole[2:]])
    found = intervals(SESSIONS).kappa
    assert found.low < kappa.value < found.high
    assert found.high - found.low >= 2 * 1.95 * kappa.standard_error


def test_the_same_sessions_give_the_same_interval():
    assert intervals(SESSIONS) == intervals(SESSIONS)


def test_sessions_that_differ_give_a_wider_interval_than_sessions_that_are_alike():
    alike = [[7, 1, 1, 41]] * 5
    apart = [[16, 0, 0, 34], [0, 5, 5, 40], [16, 0, 0, 34], [0, 0, 0, 50], [3, 0, 0, 47]]
    widths = [each.kappa.high - each.kappa.low for each in map(intervals, (alike, apart))]
    assert widths[0] < widths[1]


def test_too_few_sessions_have_no_interval_of_what_has_no_standard_error():
    assert str(intervals(SESSIONS[:3]).ac1) == "–"
    assert intervals(SESSIONS[:3]).kappa.low is not None


@pytest.mark.parametrize(("degrees", "value"), [(3, 3.182), (4, 2.776), (9, 2.262), (30, 2.042)])
def test_student_s_t_is_that_of_the_tables(degrees, value):
    assert student_t(degrees) == pytest.approx(value, abs=0.03)


def test_caution_is_said_of_few_decisions_and_of_few_sessions():
    assert sparse([2, 1, 1, 50], 20) == "fewer than 5 decisions of a kind"
    assert sparse([20, 5, 5, 50], 5) == "5 sessions only"
    assert sparse([20, 5, 5, 50], 20) == ""
