"""Local times as people say them, across the changes of the clocks."""

from __future__ import annotations

import pytest

from toolkit.fieldwork.local_time import local_moment, local_said

LONDON = "Europe/London"


def moment(said: str) -> int:
    return local_moment(said, LONDON, "participant K01")


@pytest.mark.parametrize("said", ["2019-03-05 18:00", "2019-03-05T18:00", " 2019-03-05T18:00:00 "])
def test_a_local_time_is_the_moment_at_which_the_clock_shows_it(said, local):
    assert moment(said) == local("2019-03-05 18:00")


def test_summer_and_winter_are_an_hour_apart(local):
    winter, summer = moment("2019-03-30 12:00"), moment("2019-03-31 12:00")
    assert summer - winter == 23 * 3_600_000


def test_a_time_that_the_clocks_jump_over_is_refused(refused):
    assert refused(lambda: moment("2019-03-31 01:30")) == ["FIELD-038"]
    moment("2019-03-31 00:59")
    moment("2019-03-31 02:00")


def test_a_time_that_comes_twice_is_asked_about(refused):
    assert refused(lambda: moment("2019-10-27 01:30")) == ["FIELD-039"]
    first, second = moment("2019-10-27 01:30+01:00"), moment("2019-10-27 01:30+00:00")
    assert second - first == 3_600_000


@pytest.mark.parametrize("said", ["", "tomorrow", "2019-03-05", "18:00", "2019-02-30 10:00"])
def test_what_is_no_day_and_time_is_refused(said, refused):
    assert refused(lambda: moment(said)) == ["FIELD-037"]


def test_a_moment_is_told_in_words(local):
    assert local_said(local("2019-07-09 18:05"), LONDON) == "Tue 9 July 2019, 18:05"
