"""P26, P27, P38: who may withdraw, until which local day, and what the refusal says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.errors import FieldworkError
from toolkit.fieldwork.withdrawal import (
    Request,
    Standing,
    may_go,
    moment_of,
    refuse_withdrawn,
    retention_day,
    standing_of,
)
from toolkit.store import NewEvent

ZONE = "Europe/London"
DAY = 24 * 3_600_000
BEGAN, ENDED = "2019-02-19 10:30", "2019-02-19 11:30"


@pytest.fixture
def tell(store, local):
    """Append an event: ``tell("finish", "K07", ENDED)``."""

    def told(kind, case, when, value=None, **columns):
        new = NewEvent(kind, case=case, start=local(when), new_value=value, **columns)
        store.append([new])

    return told


@pytest.fixture
def call(tell):
    """An interview with K07 that came to its end."""
    guide = {"session": "K07", "guide": "telephone-interview", "user": "researcher-1"}
    tell("consent", "K07", "2019-02-01 09:00", {})
    tell("begin", "K07", BEGAN, {"mode": "interview"}, **guide)
    tell("finish", "K07", ENDED, {"disposition": "complete"}, **guide)


@pytest.fixture
def forum(tell):
    """A forum of F1-A and F1-B; F1-C has consented and did not come."""
    for seat in ("F1-A", "F1-B", "F1-C"):
        tell("attributes", seat, "2019-02-01 09:00", {"strand": "forum", "session": "F1"})
    guide = {"session": "F1", "guide": "parent-forum"}
    tell("begin", "F1", BEGAN, {"mode": "forum", "seats": ["F1-A", "F1-B"]}, **guide)
    tell("seat-withdrawn", "F1", "2019-02-19 11:00", {"seat": "F1-B"}, **guide)
    tell("finish", "F1", ENDED, {"disposition": "complete"}, **guide)


@pytest.fixture
def ask(store, study, local):
    """Say at which moment a request comes: ``ask("K07", "2019-03-01 09:00")``."""

    def asked(case, when, reason="withdrawal"):
        standing = standing_of(store.read(), study, case)
        return may_go(standing, study, Request("researcher-1", local(when), local(when), reason))

    return asked


def test_before_anything_was_said_it_is_always_possible(tell, store, study, local):
    """P26: whatever a protocol says."""
    tell("invite", "K07", "2019-01-20 09:00", {})
    never = study.withdrawal_of("interview").model_copy(update={"before": False})
    strict = study.model_copy(update={"withdrawal": (never,)})
    standing = standing_of(store.read(), strict, "K07")
    assert standing == Standing("K07", "interview", approached=True)
    now = local("2030-01-01 09:00")
    assert may_go(standing, strict, Request("researcher-1", now, now)) == "before"


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("2019-02-19 10:29", "before"),
        ("2019-02-19 10:30", "during"),
        ("2019-02-19 11:30", "after"),
        ("2019-03-19 23:59", "after"),
    ],
)
def test_an_interview_can_be_taken_back_until_four_weeks_after_it(call, ask, when, moment):
    assert ask("K07", when) == moment


def test_the_standing_says_who_held_it_and_the_last_day(call, store, study, local):
    began, ended, last = local(BEGAN), local(ENDED), date(2019, 3, 19)
    assert standing_of(store.read(), study, "K07") == Standing(
        "K07", "interview", False, "K07", "researcher-1", began, ended, None, last
    )


def test_a_day_later_the_refusal_names_the_day_and_the_protocols_reason(call, ask, study):
    with pytest.raises(FieldworkError, match=r"FIELD-011 .*2019-03-19.*destroyed .clause P26"):
        ask("K07", "2019-03-20 00:00")


def test_a_call_that_was_never_ended_can_be_taken_back_at_any_time(tell, ask):
    guide = {"session": "K07", "guide": "telephone-interview"}
    tell("begin", "K07", BEGAN, {"mode": "interview"}, **guide)
    assert ask("K07", "2020-01-01 09:00") == "during"


def test_later_corrections_move_no_deadline(call, tell, store, study):
    guide = {"session": "K07", "guide": "telephone-interview"}
    tell("finish", "K07", "2019-04-01 09:00", {"disposition": "partial"}, **guide)
    assert standing_of(store.read(), study, "K07").until == date(2019, 3, 19)


def test_who_stopped_and_wanted_nothing_kept_has_asked_then(tell, ask):
    """P29: however late it is carried out."""
    guide = {"session": "K07", "guide": "telephone-interview"}
    tell("begin", "K07", BEGAN, {"mode": "interview"}, **guide)
    tell("stop", "K07", ENDED, {"keep": False, "disposition": "break-off"}, **guide)
    assert ask("K07", "2019-06-01 09:00") == "during"


def test_a_stop_is_heard_where_the_protocol_knows_no_withdrawal_afterwards(
    tell, store, study, local
):
    """P29: it was asked for during the session, which was over only with that."""
    guide = {"session": "K07", "guide": "telephone-interview"}
    tell("begin", "K07", BEGAN, {"mode": "interview"}, **guide)
    tell("stop", "K07", ENDED, {"keep": False, "disposition": "break-off"}, **guide)
    never = study.withdrawal_of("interview").model_copy(update={"weeks_after": 0})
    strict = study.model_copy(update={"withdrawal": (never,)})
    now = local("2019-06-01 09:00")
    standing = standing_of(store.read(), strict, "K07")
    assert may_go(standing, strict, Request("researcher-1", now, now)) == "during"
    assert moment_of(standing, local(ENDED)) == "during"


def test_a_seat_can_be_left_before_and_during_a_forum_and_not_after(forum, ask):
    """P27."""
    assert ask("F1-A", "2019-02-19 10:29") == "before"
    assert ask("F1-A", "2019-02-19 11:29") == "during"
    with pytest.raises(FieldworkError, match=r"FIELD-012 .*over.*talk of several.*P27"):
        ask("F1-A", "2019-02-19 11:30")


def test_who_left_during_the_forum_has_asked_then_and_who_never_came_can_go(forum, ask):
    """P27."""
    assert ask("F1-B", "2019-06-01 09:00") == "during"
    assert ask("F1-C", "2019-06-01 09:00") == "before"


@pytest.mark.parametrize("case", ["K09", "F1", "K14+K15", "", "Some Body"])
def test_what_is_no_participant_cannot_withdraw_and_is_not_repeated(forum, tell, ask, case):
    """What was typed may be a name."""
    tell("memo", "K14+K15", BEGAN, {})
    with pytest.raises(FieldworkError) as caught:
        ask(case, "2019-02-01 09:00")
    (found,) = caught.value.findings
    assert (found.code, found.place) == ("FIELD-051", "pseudonym")
    assert "Some Body" not in str(found)


def test_nobody_withdraws_twice(call, store, study, ask):
    store.withdraw("K07", user="researcher-1", at=1, reason="withdrawal")
    with pytest.raises(FieldworkError, match="FIELD-050 participant K07"):
        ask("K07", "2019-02-20 09:00")
    with pytest.raises(FieldworkError, match="FIELD-050 participant K07"):
        refuse_withdrawn(store, "K01", "K07")
    refuse_withdrawn(store, "K01")


@pytest.mark.parametrize("user", ["Some Body", "some-body", "", "researcher"])
def test_a_name_is_no_user(call, store, study, local, user):
    """P31."""
    now = local("2019-02-20 09:00")
    standing = standing_of(store.read(), study, "K07")
    with pytest.raises(FieldworkError, match="FIELD-053 user"):
        may_go(standing, study, Request(user, now, now))


def test_when_their_time_is_over_data_go_whatever_the_deadline(call, forum, ask):
    """P38."""
    for case, moment in (("K07", "after"), ("F1-A", "after"), ("F1-C", "before")):
        with pytest.raises(FieldworkError, match=r"FIELD-052 .*2020-11-01.*P38"):
            ask(case, "2020-10-31 23:59", "retention")
        assert ask(case, "2020-11-01 00:00", "retention") == moment


@pytest.mark.parametrize(
    ("laid_down", "out", "years", "day"),
    [
        ("2020-11-15", "2019", 1, date(2020, 11, 15)),
        (None, "2019", 1, date(2020, 12, 31)),
        (None, "2019-11", 2, date(2021, 11, 30)),
        (None, "2020-02-29", 1, date(2021, 2, 28)),
        (None, "2019", 0, date(2019, 12, 31)),
    ],
)
def test_without_a_day_laid_down_the_last_day_of_the_report_counts(
    study, laid_down, out, years, day
):
    """P38: no day on which somebody might still count on the data."""
    update = {"destroy_by": laid_down, "years_after_publication": years}
    windows = study.windows.model_copy(update={"report": out})
    kept = study.retention.model_copy(update=update)
    assert retention_day(study.model_copy(update={"retention": kept, "windows": windows})) == day


@given(ended=st.integers(0, 2 * 365 * 1440), minutes=st.integers(0, 90_000))
@example(ended=61 * 1440 + 1439, minutes=40_320)
@example(ended=297 * 1440 + 1410, minutes=40_319)
def test_the_deadline_is_28_days_on_the_calendar_across_every_change_of_the_clocks(
    study, ended, minutes
):
    """P26: a request is in time exactly while London's calendar shows the 28th day or an earlier.

    By minutes of two years that begin with 2019; two of the calls end just before a midnight whose
    deadline lies on the other side of a change of the clocks.
    """
    zone, first = ZoneInfo(ZONE), round(datetime(2019, 1, 1, tzinfo=UTC).timestamp() * 1000)
    ended_at = first + ended * 60_000
    now = ended_at + minutes * 60_000
    last = datetime.fromtimestamp(ended_at / 1000, zone).date() + timedelta(days=28)
    standing = Standing("K07", "interview", True, "K07", "researcher-1", ended_at - DAY, ended_at)
    request = Request("researcher-1", now, now)
    if datetime.fromtimestamp(now / 1000, zone).date() <= last:
        assert may_go(standing, study, request) == "after"
    else:
        with pytest.raises(FieldworkError, match=f"FIELD-011 .*{last.isoformat()}"):
            may_go(standing, study, request)


@given(began=st.integers(0, 9), length=st.integers(0, 9), now=st.integers(0, 20))
def test_a_forum_lets_go_exactly_until_it_ends(study, began, length, now):
    """P27."""
    standing = Standing("F1-A", "forum", False, "F1", "", began, began + length)
    request = Request("researcher-1", now, now)
    if now < began or now < began + length:
        assert may_go(standing, study, request) == moment_of(standing, now) != "after"
    else:
        with pytest.raises(FieldworkError, match="FIELD-012"):
            may_go(standing, study, request)
