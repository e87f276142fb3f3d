"""Answers, dates as people remember them, and lengths of time."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.guide.topic.spoken_dates import read_date
from toolkit.guide.topic.answers import MISSING, Answer, date_bounds, duration_days

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("2017", ("2017-01-01", "2017-12-31")),
        ("2017-03", ("2017-03-01", "2017-03-31")),
        ("2016-02", ("2016-02-01", "2016-02-29")),
        ("1900-02", ("1900-02-01", "1900-02-28")),
        ("2017-21", ("2017-03-01", "2017-05-31")),
        ("2017-22", ("2017-06-01", "2017-08-31")),
        ("2017-23", ("2017-09-01", "2017-11-30")),
        ("2015-24", ("2015-12-01", "2016-02-29")),
        ("2017-03-05", ("2017-03-05", "2017-03-05")),
    ],
)
def test_a_date_means_all_the_days_it_can_mean(said: str, bounds: tuple[str, str]) -> None:
    assert date_bounds(said) == bounds


@pytest.mark.parametrize(
    "said",
    [
        *("", "17", "1899", "2200", "2017-13", "2017-00", "2017-20", "2017-25", "2017-3"),
        *("2017-02-29", "2017-04-31", "2017-03-00", "2017-21-05", "2017-03-05 ", "spring 2017"),
        *("2017/2018", "2017~", "-2017", "2017-03-05T10:00", "2017-03-05\n", "٢٠١٧"),
    ],
)
def test_what_is_no_date_has_no_days(said: str) -> None:
    assert date_bounds(said) is None


@given(days)
def test_every_day_lies_in_its_month_its_season_and_its_year(day: date) -> None:
    written = day.isoformat()
    winter = day.month in (12, 1, 2)
    season = f"{day.year - (day.month < 3)}-{24 if winter else 20 + day.month // 3}"
    for said in (written, written[:7], written[:4], season):
        bounds = date_bounds(said)
        if said[:4] >= "1900":
            assert bounds is not None
            assert bounds[0] <= written <= bounds[1]


@given(st.integers(1900, 2198), st.sampled_from([*range(1, 13), *range(21, 25)]))
def test_what_a_month_or_season_ends_with_the_next_begins_after(year: int, part: int) -> None:
    bounds = date_bounds(f"{year}-{part:02d}")
    assert bounds is not None
    first, last = (date.fromisoformat(each) for each in bounds)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert 27 <= (last - first).days <= 91


@pytest.mark.parametrize(
    ("said", "edtf"),
    [
        ("spring 2017", "2017-21"),
        ("Winter 2016", "2016-24"),
        ("March 2016", "2016-03"),
        ("sept 2016", "2016-09"),
        ("5 March 2016", "2016-03-05"),
        ("5th  march, 2016", "2016-03-05"),
        ("1st January 2000", "2000-01-01"),
        ("2017", "2017"),
        (" 2017-21 ", "2017-21"),
    ],
)
def test_dates_are_taken_as_people_say_them(said: str, edtf: str) -> None:
    assert read_date(said) == edtf


@pytest.mark.parametrize(
    "said",
    ["", "spring", "2017 spring", "31 June 2016", "5 spring 2016", "soon", "a b c 2016", "²"],
)
def test_what_is_not_a_date_in_words_is_left(said: str) -> None:
    assert read_date(said) is None


@given(st.text(max_size=30))
def test_no_words_whatever_break_dates_and_lengths(said: str) -> None:
    found = read_date(said)
    assert found is None or date_bounds(found) is not None
    assert date_bounds(said) is None or read_date(said) == said
    assert duration_days(said) is None or said.startswith("P")


@pytest.mark.parametrize(
    ("iso", "length"),
    [
        ("P3W", 21),
        ("P1D", 1),
        ("P0.5D", 0.5),
        ("PT12H", 0.5),
        ("PT45M", 0.03125),
        ("P2M", 60.87375),
        ("P1Y", 365.2425),
        ("P0D", 0),
    ],
)
def test_a_length_of_time_has_one_unit(iso: str, length: float) -> None:
    assert duration_days(iso) == length


@pytest.mark.parametrize(
    "iso", ["", "P", "3W", "P3", "PT3D", "P3H", "P1Y2M", "P-1D", "P1.5", "p3w", "P1234567D", "P³W"]
)
def test_what_is_no_length_of_time_has_no_days(iso: str) -> None:
    assert duration_days(iso) is None


# Answers ------------------------------------------------------------------------------------

answers = st.builds(
    Answer,
    value=st.none() | st.text() | st.integers() | st.booleans() | st.lists(st.text()),
    missing=st.none() | st.sampled_from(MISSING),
    other=st.none() | st.text(),
)


@given(answers)
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_json_of_an_answer_holds_what_there_is_and_nothing_else() -> None:
    assert Answer("other", other="an aunt").to_json() == {"value": "other", "other": "an aunt"}
    assert Answer(0).to_json() == {"value": 0}
    assert Answer().to_json() == {}
    assert Answer.from_json(None) == Answer()


def test_an_answer_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Answer("yes").value = "no"
