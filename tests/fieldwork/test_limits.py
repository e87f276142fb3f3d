"""What the calendar sets: two interviews a day, and until when somebody may withdraw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.errors import FieldworkError
from toolkit.fieldwork import check_daily_limit, may_withdraw, withdrawal_deadline
from toolkit.fieldwork.limits import local_day

ZONE = "Europe/London"
MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
# Days around both changes of the clocks of 2019, and some years either side.
days = st.dates(date(2015, 1, 1), date(2027, 12, 31)) | st.dates(date(2019, 3, 1), date(2019, 4, 5))
times = st.times(timezones=st.just(ZoneInfo(ZONE))).map(lambda each: each.replace(microsecond=0))


def first_moment(day: date) -> int:
    """The first millisecond of a day in London."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))
    return round(start.timestamp() * 1000)


@pytest.fixture(scope="module")
def interview(study):
    return study.withdrawal_of("interview")


@pytest.fixture(scope="module")
def forum(study):
    return study.withdrawal_of("forum")


@given(day=days)
def test_a_local_day_begins_and_ends_at_local_midnight(day):
    """P26, P43."""
    start, end = first_moment(day), first_moment(day + timedelta(days=1))
    assert {local_day(start, ZONE), local_day(end - 1, ZONE)} == {day}
    assert local_day(start - 1, ZONE) == day - timedelta(days=1)


def test_the_days_of_the_clock_change_are_an_hour_shorter_and_longer():
    """P26: so that the laws below are known to cross them."""
    lengths = {
        day: first_moment(day + timedelta(days=1)) - first_moment(day)
        for day in (date(2019, 3, 30), date(2019, 3, 31), date(2019, 10, 27))
    }
    assert [each // HOUR for each in lengths.values()] == [24, 23, 25]


@given(day=days, time=times)
@example(day=date(2019, 3, 14), time=datetime(2019, 3, 14, 12, tzinfo=UTC).time())
@example(day=date(2019, 10, 10), time=datetime(2019, 10, 10, 12, tzinfo=UTC).time())
def test_four_weeks_are_28_calendar_days_and_the_last_counts_whole(interview, day, time):
    """P26, across both changes of the clocks."""
    held = datetime.combine(day, time.replace(tzinfo=None), ZoneInfo(ZONE))
    ended = round(held.timestamp() * 1000)
    deadline = withdrawal_deadline(interview, ended, ZONE)
    assert deadline == day + timedelta(days=28)
    over = first_moment(day + timedelta(days=29))
    asked = {"began": ended - HOUR, "ended": ended, "timezone": ZONE}
    assert may_withdraw(interview, now=over - 1, **asked) == "after"
    with pytest.raises(FieldworkError, match="FIELD-011"):
        may_withdraw(interview, now=over, **asked)


@pytest.mark.parametrize(
    ("held", "last"),
    [("2019-03-14 12:00", "2019-04-11"), ("2019-10-10 12:00", "2019-11-07")],
)
def test_a_deadline_across_the_clock_change_is_not_counted_in_hours(interview, local, held, last):
    """P26: 28 times 24 hours would end an hour early or late."""
    ended = local(held)
    assert withdrawal_deadline(interview, ended, ZONE) == date.fromisoformat(last)
    in_hours = ended + 28 * DAY
    assert abs(in_hours - local(f"{last} 12:00")) == HOUR
    asked = {"began": ended - HOUR, "ended": ended, "timezone": ZONE}
    assert may_withdraw(interview, now=local(f"{last} 23:59"), **asked) == "after"


def test_an_interview_in_the_first_hour_of_a_summer_day_counts_from_that_day(interview, local):
    """P26: in UTC it would be the day before."""
    assert withdrawal_deadline(interview, local("2019-07-02 00:30"), ZONE) == date(2019, 7, 30)


@pytest.mark.parametrize("strand", ["interview", "forum"])
@pytest.mark.parametrize(
    ("began", "ended", "now", "moment"),
    [
        (None, None, "2019-03-01 09:00", "before"),
        ("2019-03-15 11:00", None, "2019-03-15 10:59", "before"),
        ("2019-03-15 11:00", None, "2019-03-15 11:00", "during"),
        ("2019-03-15 11:00", "2019-03-15 12:30", "2019-03-15 12:29", "during"),
    ],
)
def test_before_and_during_everybody_may_withdraw(study, local, strand, began, ended, now, moment):
    """P26, P27."""
    found = may_withdraw(
        study.withdrawal_of(strand),
        began=began and local(began),
        ended=ended and local(ended),
        now=local(now),
        timezone=ZONE,
    )
    assert found == moment


def test_after_a_forum_the_refusal_gives_the_reason(forum, local):
    """P27."""
    ended = local("2019-03-15 12:30")
    assert withdrawal_deadline(forum, ended, ZONE) is None
    with pytest.raises(FieldworkError) as caught:
        may_withdraw(forum, began=ended - HOUR, ended=ended, now=ended, timezone=ZONE)
    (found,) = caught.value.findings
    assert (found.code, found.rule) == ("FIELD-012", f"{forum.reason} (clause P27)")
    assert found.remedy.startswith("explain this kindly")


def test_after_the_deadline_the_refusal_gives_the_last_day_and_the_reason(interview, local):
    """P26."""
    ended = local("2019-02-05 11:00")
    with pytest.raises(FieldworkError) as caught:
        may_withdraw(
            interview, began=None, ended=ended, now=local("2019-03-06 00:00"), timezone=ZONE
        )
    (found,) = caught.value.findings
    assert "2019-03-05" in found.found
    assert found.rule == f"{interview.reason} (clause P26)"


@pytest.mark.parametrize(("moment", "began"), [("before", None), ("during", 0)])
def test_a_protocol_that_knows_no_withdrawal_at_a_moment_is_kept_to(interview, moment, began):
    """P26, P27: both moments have a rule of their own."""
    rule = interview.model_copy(update={moment: False})
    with pytest.raises(FieldworkError, match=f"FIELD-013 .*{moment} the session"):
        may_withdraw(rule, began=began, ended=None, now=1, timezone=ZONE)


def check(study, starts, start):
    most = study.limits.interviews_per_researcher_per_day
    check_daily_limit(starts, "researcher-1", start, study.limits.timezone, most)


def test_the_third_interview_of_a_day_is_refused(study, local):
    """P43."""
    two = [local("2019-02-07 11:00"), local("2019-02-07 15:00")]
    check(study, two[:1], two[1])
    with pytest.raises(
        FieldworkError,
        match="FIELD-010 researcher-1 on 2019-02-07: this researcher has 2 interviews",
    ):
        check(study, two, local("2019-02-07 18:00"))


def test_interviews_of_other_days_do_not_count(study, local):
    """P43."""
    starts = [local(f"2019-02-{day:02d} 11:00") for day in (5, 5, 6, 8, 8)]
    check(study, starts, local("2019-02-06 18:00"))
    check(study, starts, local("2019-02-07 18:00"))


def test_two_sides_of_a_summer_midnight_are_two_days_though_one_in_utc(study, local):
    """P43."""
    late, early = local("2019-07-01 23:30"), local("2019-07-02 00:30")
    assert datetime.fromtimestamp(late / 1000, UTC).date() == date(2019, 7, 1)
    assert datetime.fromtimestamp(early / 1000, UTC).date() == date(2019, 7, 1)
    full = [local("2019-07-01 10:00"), late]
    check(study, full, early)
    with pytest.raises(FieldworkError, match="2019-07-01"):
        check(study, full, local("2019-07-01 23:45"))


def test_two_sides_of_utc_midnight_are_one_summer_day(study, local):
    """P43."""
    first, second = local("2019-07-02 00:30"), local("2019-07-02 01:30")
    with pytest.raises(FieldworkError, match="2019-07-02"):
        check(study, [first, second], local("2019-07-02 14:00"))


@given(starts=st.lists(st.integers(0, 6 * 48), max_size=12), start=st.integers(0, 6 * 48))
def test_an_interview_is_refused_exactly_when_its_local_day_is_full(study, starts, start):
    """P43, by half hours from the Friday before the clocks go forward."""
    first = first_moment(date(2019, 3, 29))
    held = [first + 30 * MINUTE * each for each in starts]
    wanted = first + 30 * MINUTE * start
    zone = ZoneInfo(ZONE)
    on = [datetime.fromtimestamp(each / 1000, zone).date() for each in (*held, wanted)]
    if on[:-1].count(on[-1]) < 2:
        check(study, held, wanted)
    else:
        with pytest.raises(FieldworkError, match="FIELD-010"):
            check(study, held, wanted)
