"""P02: a concern goes to the officer on duty, and falls to the deputy when nobody takes it up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import toolkit
from toolkit.fieldwork.concern import Lookout, acknowledge, concerns_of
from toolkit.fieldwork.concern_terms import KINDS, URGENCIES
from toolkit.fieldwork.duty import Duty, duties_in, duty_at, enter_duty, title_of
from toolkit.guide.study.promises import Safeguarding
from toolkit.store import NewEvent

OFFICER, DEPUTY = "safeguarding-officer-1", "deputy-safeguarding-officer-2"
MINUTE = 60_000
PAGE = Path(toolkit.__file__).parent / "capture" / "page"


@pytest.fixture
def flag(store, local):
    """Flag a concern in a session on the fourth of March; give when."""

    def raised(session: str = "K07", at: str = "14:02", detail: object = True) -> int:
        moment = local(f"2019-03-04 {at}")
        new = {"raised": detail}
        store.append(
            [
                NewEvent(
                    "concern", case=session, session=session, user="researcher-1", start=moment,
                    new_value=new,
                )
            ]
        )  # fmt: skip
        return moment

    return raised


def only(store, study):
    (found,) = concerns_of(store.read(), study)
    return found


def test_a_concern_is_with_the_officer_and_falls_to_the_deputy(store, study, flag):
    at = flag()
    found = only(store, study)
    assert (found.id, found.duty.officer) == ("K07-1", "safeguarding-officer")
    assert found.duty.deputy == "deputy-safeguarding-officer"
    assert found.state(at + 15 * MINUTE - 1) == "with-officer"
    assert found.state(at + 15 * MINUTE) == "with-deputy"


def test_the_protocol_may_set_the_clock(store, study, flag):
    at = flag()
    quick = Safeguarding(acknowledge_minutes=5, source="a test")
    found = only(store, study.model_copy(update={"safeguarding": quick}))
    assert (found.state(at + 4 * MINUTE), found.falls) == ("with-officer", at + 5 * MINUTE)


@pytest.mark.parametrize("user", [OFFICER, DEPUTY])
@pytest.mark.parametrize("late", [7, 40])
def test_officer_or_deputy_take_it_up_and_its_clock_stops(store, study, flag, user, late):
    at = flag()
    done = acknowledge(store, study, "K07-1", user=user, at=at + late * MINUTE)
    assert done == only(store, study)
    assert (done.state(at + 90 * MINUTE), done.by) == ("acknowledged", user)
    assert done.by_officer == (user == OFFICER)


def test_who_took_it_up_first_has_it(store, study, flag):
    at = flag()
    acknowledge(store, study, "K07-1", user=OFFICER, at=at + 1)
    again = acknowledge(store, study, "K07-1", user=DEPUTY, at=at + 2)
    assert (again.by, again.acknowledged) == (OFFICER, at + 1)
    assert [e.event for e in store.read(session="fieldwork")] == ["concern-acknowledged"]


@pytest.mark.parametrize(
    ("user", "code"),
    [
        ("researcher-1", "FIELD-061"),
        ("safeguarding-officer", "FIELD-053"),
        ("Hesper Hampersail", "FIELD-053"),
    ],
)
def test_nobody_else_takes_it_up(store, study, flag, refused, user, code):
    at = flag()
    assert refused(lambda: acknowledge(store, study, "K07-1", user=user, at=at)) == [code]
    assert only(store, study).acknowledged is None


@pytest.mark.parametrize("name", ["K07-2", "K08-1", "", "what was said"])
def test_a_concern_that_is_none_is_not_taken_up(store, study, flag, refused, name):
    at = flag()
    assert refused(lambda: acknowledge(store, study, name, user=OFFICER, at=at)) == ["FIELD-060"]


def test_each_concern_of_a_session_has_its_own_clock(store, study, flag):
    first, second = flag(at="14:02"), flag(at="14:30")
    flag("F1", at="14:31")
    acknowledge(store, study, "K07-1", user=OFFICER, at=first + MINUTE)
    found = concerns_of(store.read(), study)
    assert [each.id for each in found] == ["K07-1", "K07-2", "F1-1"]
    assert [each.state(second) for each in found] == ["acknowledged", *["with-officer"] * 2]


def test_taking_it_up_leaves_the_call_alone(store, study, flag):
    """The call goes on: what it expects to be last in its session is last still."""
    at = flag()
    last = list(store.read(session="K07"))[-1].seq
    acknowledge(store, study, "K07-1", user=OFFICER, at=at)
    next_one = NewEvent("note", case="K07", session="K07", new_value={"text": "on we go"})
    store.append([next_one], expect=last)


def test_it_goes_with_whoever_withdraws(store, study, flag):
    """P26."""
    at = flag()
    acknowledge(store, study, "K07-1", user=OFFICER, at=at)
    store.withdraw("K07", user="researcher-1", at=at + 1)
    assert concerns_of(store.read(), study) == []
    assert "K07-1" not in str(list(store.read()))


def test_who_goes_on_looking_sees_what_is_new_and_nobody_who_has_withdrawn(store, study, flag):
    lookout = Lookout(store, study)
    assert lookout.look() == []
    at = flag()
    assert [each.id for each in lookout.look()] == ["K07-1"]
    flag("K08")
    acknowledge(store, study, "K07-1", user=OFFICER, at=at + 1)
    assert [each.by for each in lookout.look()] == [OFFICER, ""]
    assert lookout.look() == concerns_of(store.read(), study)
    store.withdraw("K07", user="researcher-1", at=at + 2)
    assert [each.id for each in lookout.look()] == ["K08-1"]


def test_the_rota_names_who_is_on_duty_and_a_later_entry_counts(store, study, flag, local):
    day = local("2019-03-04 09:00"), local("2019-03-04 17:00")
    enter_duty(store, study, Duty(OFFICER, DEPUTY, *day), user="researcher-1", at=1)
    instead = Duty(DEPUTY, OFFICER, local("2019-03-04 14:00"), day[1])
    enter_duty(store, study, instead, user="researcher-1", at=2)
    flag(at="10:00")
    flag(at="14:00")
    flag(at="17:00")
    found = [each.duty for each in concerns_of(store.read(), study)]
    assert [each.officer for each in found] == [OFFICER, DEPUTY, "safeguarding-officer"]
    by_name = acknowledge(store, study, "K07-2", user=DEPUTY, at=local("2019-03-04 14:10"))
    assert by_name.by_officer
    assert [each.on_rota for each in found] == [True, True, False]


@pytest.mark.parametrize(
    ("officer", "deputy", "hours", "code"),
    [
        ("Hesper", DEPUTY, (9, 17), "FIELD-062"),
        (OFFICER, "researcher-1", (9, 17), "FIELD-062"),
        (OFFICER, OFFICER, (9, 17), "FIELD-063"),
        (OFFICER, DEPUTY, (17, 9), "FIELD-064"),
    ],
)
def test_a_rota_that_cannot_be_is_refused(
    store, study, local, refused, officer, deputy, hours, code
):
    times = [local(f"2019-03-04 {hour:02}:00") for hour in hours]
    entry = Duty(officer, deputy, *times)
    assert refused(lambda: enter_duty(store, study, entry, user="researcher-1", at=1)) == [code]
    assert duties_in(store.read()) == []


def test_roles_of_the_protocol_stand_in_for_a_rota(study):
    """The officer stands before the deputy; both have their titles on the page."""
    found = duty_at([], study, 0)
    assert title_of(study, found.officer) == "Designated safeguarding officer"
    assert title_of(study, DEPUTY) == "Deputy of the designated safeguarding officer 2"


def test_the_form_is_told_and_its_note_is_not(store, study, flag):
    flag()
    (plain,) = Lookout(store, study).look()
    assert (plain.said, plain.noted) == ("now: kind not said", False)
    form = {"raised": True, "urgency": "today", "kind": "child", "note": "canary"}
    store.append(
        [NewEvent("concern", case="K08", session="K08", user="researcher-1", new_value=form)]
    )
    told = Lookout(store, study).look()[-1]
    assert told.said == "today: a child may be at risk of significant harm, with a note"
    assert "canary" not in repr(told)


def test_the_page_and_the_journal_have_the_same_kinds():
    page = (PAGE / "views" / "concern-panel.js").read_text(encoding="utf-8")
    for name, words in (("URGENCIES", URGENCIES), ("KINDS", KINDS)):
        listed = page.partition(f"export const {name} = [")[2].partition("];")[0]
        assert re.findall(r'\["([a-z]+)"', listed) == list(words)
