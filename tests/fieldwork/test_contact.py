"""Attempts that did not become a call, call-backs and appointments, with what follows from them."""

from __future__ import annotations

from functools import partial

import pytest

from toolkit.fieldwork import Recruitment, draw
from toolkit.fieldwork.attempts import OUTCOMES, Contact
from toolkit.fieldwork.contact import Tried, read_contact, record_attempt
from toolkit.store import NewEvent


@pytest.fixture
def desk(store, study) -> Recruitment:
    """K01 to K03 were drawn; nobody is tried more than three times in a row in vain."""
    limits = study.limits.model_copy(update={"unanswered_attempts": 3})
    made = Recruitment(store, limits, "researcher-1")
    made.drawn(draw("abcdefghi", start=1, interval=3), ["K01", "K02", "K03"], at=1)
    return made


@pytest.fixture
def tried(desk, local):
    """Record an attempt of the first of February."""

    def record(outcome: str, when: str = "", case: str = "K01", **more: object) -> Contact:
        told = Tried(outcome, when, **more)
        return record_attempt(desk, case, told, at=local("2019-02-01 10:00"))

    return record


def begin(store, case, start, user="researcher-1"):
    new = {"mode": "interview"}
    store.append(
        [NewEvent("begin", case=case, session=case, user=user, start=start, new_value=new)]
    )


def test_every_outcome_has_a_code_and_says_whether_somebody_was_reached():
    reached = {name for name, each in OUTCOMES.items() if each.reached}
    assert OUTCOMES.keys() - reached == {"no-answer", "engaged", "voicemail", "wrong-number"}
    assert all(each.aapor[0] in "1234" and "." in each.aapor for each in OUTCOMES.values())


def test_attempts_are_listed_with_the_time_to_ring_again(tried, local):
    tried("no-answer")
    found = tried("call-back-requested", "2019-02-04 18:30")
    assert [(e.number, e.outcome, e.call_back) for e in found.attempts] == [
        (1, "no-answer", None),
        (2, "call-back-requested", local("2019-02-04 18:30")),
    ]
    assert found.booked is None


def test_an_appointment_is_an_attempt_and_a_booking_in_one_go(store, tried, local):
    """P28."""
    found = tried("appointment-made", "2019-02-07 11:00", chosen_by="researcher")
    assert (found.booked.start, found.booked.chosen_by) == (local("2019-02-07 11:00"), "researcher")
    assert [each.event for each in store.read(case="K01")] == ["attempt", "booking"]


def test_a_third_appointment_of_a_day_leaves_neither_attempt_nor_booking(store, tried, refused):
    """P43."""
    tried("appointment-made", "2019-02-07 00:30", "K01")
    tried("appointment-made", "2019-02-07 15:00", "K02")
    third = refused(lambda: tried("appointment-made", "2019-02-07 23:30", "K03"))
    assert third == ["FIELD-010"]
    assert list(store.read(case="K03")) == []
    tried("appointment-made", "2019-02-08 00:10", "K03")


def test_interviews_that_were_held_without_a_booking_count(store, tried, local, refused):
    """P43."""
    for case, hour in (("K08", 9), ("K09", 10)):
        begin(store, case, local(f"2019-02-07 {hour:02}:00"))
    assert refused(lambda: tried("appointment-made", "2019-02-07 18:00")) == ["FIELD-010"]


def test_a_call_held_on_another_day_than_booked_frees_that_day(store, tried, local):
    """P43: nobody is counted twice, and nobody on a day that they were not called."""
    for case in ("K01", "K02"):
        tried("appointment-made", "2019-02-07 11:00", case)
    begin(store, "K02", local("2019-02-06 11:00"))
    tried("appointment-made", "2019-02-07 18:00", "K03")


def test_the_local_day_counts_on_the_day_that_the_clocks_change(tried, refused):
    """P43: half past midnight in summer is the day before in UTC."""
    tried("appointment-made", "2019-04-01 00:30", "K01")
    tried("appointment-made", "2019-04-01 11:00", "K02")
    assert refused(lambda: tried("appointment-made", "2019-04-01 18:00", "K03")) == ["FIELD-010"]
    tried("appointment-made", "2019-03-31 23:30", "K03")


def test_who_refuses_has_no_appointment_any_more(desk, tried):
    tried("appointment-made", "2019-02-07 11:00")
    found = tried("refused")
    assert (found.booked, found.disposition) == (None, "refused")
    assert desk.coming(0) == []


def test_appointments_that_are_to_come_are_listed_in_order(store, desk, tried, local):
    tried("appointment-made", "2019-02-08 11:00", "K01")
    tried("appointment-made", "2019-02-07 11:00", "K02")
    tried("appointment-made", "2019-02-05 11:00", "K03")
    begin(store, "K03", local("2019-02-05 11:00"))
    assert [each.case for each in desk.coming(local("2019-02-02 09:00"))] == ["K02", "K01"]
    assert [each.case for each in desk.coming(local("2019-02-07 12:00"))] == ["K01"]


def test_after_the_last_attempt_in_a_row_only_a_reason_leads_on(store, tried, refused):
    for outcome in ("no-answer", "engaged", "voicemail"):
        tried(outcome)
    assert refused(lambda: tried("wrong-number")) == ["FIELD-035"]
    tried("no-answer", reason="a new number")
    *_, last = store.read(case="K01")
    assert (last.new_value["number"], last.change_reason) == (4, "a new number")


def test_somebody_who_was_reached_is_tried_afresh(tried):
    for _ in range(3):
        found = tried("no-answer")
    assert found.unanswered == 3
    tried("call-back-requested", "2019-02-04 18:30", reason="they rang")
    assert tried("no-answer").unanswered == 1


def test_without_a_limit_in_the_protocol_there_is_none(store, study, local):
    desk = Recruitment(store, study.limits, "researcher-1")
    assert [desk.attempt("K01", "no-answer", at=2) for _ in range(12)][-1] == 12


@pytest.mark.parametrize(
    ("outcome", "when", "code"),
    [
        ("appointment-made", "", "FIELD-040"),
        ("call-back-requested", "", "FIELD-040"),
        ("appointment-made", "2019-02-01 09:00", "FIELD-036"),
        ("appointment-made", "Thursday", "FIELD-037"),
        ("appointment-made", "2019-03-31 01:30", "FIELD-038"),
        ("call-back-requested", "2019-10-27 01:30", "FIELD-039"),
        ("slammed", "", "FIELD-032"),
    ],
)
def test_what_cannot_be_is_refused_and_not_recorded(store, tried, refused, outcome, when, code):
    assert refused(lambda: tried(outcome, when)) == [code]
    assert list(store.read(case="K01")) == []


def test_an_attempt_that_is_told_twice_is_recorded_once(tried, refused):
    tried("no-answer", number=1)
    assert len(tried("no-answer", number=1).attempts) == 1
    assert refused(lambda: tried("engaged", number=1)) == ["FIELD-041"]
    assert len(tried("engaged", number=2).attempts) == 2


def test_nobody_is_tried_under_a_pseudonym_that_nobody_has(tried, refused):
    """P23."""
    assert refused(lambda: tried("no-answer", case="K77")) == ["FIELD-031"]


def test_a_name_is_no_researcher(desk, tried, local, refused):
    """P31."""
    told = Tried("appointment-made", "2019-02-07 11:00")
    at = local("2019-02-01 10:00")
    by_name = partial(record_attempt, desk, "K01", told, at=at, researcher="Hesper")
    assert refused(by_name) == ["FIELD-053"]
    assert read_contact(desk, "K01") == Contact()
