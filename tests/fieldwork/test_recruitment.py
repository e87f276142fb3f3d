"""From the list to the booked call, as events of the journal."""

from __future__ import annotations

import pytest

from toolkit.errors import ConflictError, FieldworkError
from toolkit.fieldwork import DISPOSITIONS, Draw, Recruitment, draw, replay
from toolkit.fieldwork.attempts import OUTCOMES
from toolkit.store import verify_chain

FRAME = [f"person {number:02d}" for number in range(9)]
RECORD = draw(FRAME, start=1, interval=3)
DEALT = ["K02", "K03", "K01"]


@pytest.fixture
def recruitment(store, study) -> Recruitment:
    return Recruitment(store, study.limits, "researcher-1")


@pytest.fixture
def running(recruitment) -> Recruitment:
    """Recruitment after the draw."""
    recruitment.drawn(RECORD, DEALT, at=1)
    return recruitment


def again(store, study, user="researcher-2") -> Recruitment:
    return Recruitment(store, study.limits, user)


def kinds(store) -> list[tuple[str, str]]:
    return [(each.event, each.case) for each in store.read()]


def test_sizes_and_reasons_of_the_list_are_recorded_as_counts(store, recruitment):
    """P23."""
    recruitment.listed(95, {"enough-support": 9, "other-programme": 4}, 82, at=1)
    (event,) = store.read(session="fieldwork")
    assert event.new_value == {
        "supported": 95,
        "excluded": {"enough-support": 9, "other-programme": 4},
        "frame": 82,
    }


def test_a_list_that_loses_somebody_is_refused(store, recruitment, refused):
    """P23."""
    nine = {"enough-support": 9}
    assert refused(lambda: recruitment.listed(95, nine, 82, at=1)) == ["FIELD-034"]
    assert kinds(store) == []


def test_the_journal_has_all_that_it_takes_to_draw_again(store, running):
    """P24."""
    (event,) = store.read()
    assert replay(Draw.from_json(event.new_value), FRAME) == RECORD
    assert not any(name in str(event) for name in FRAME)


def test_the_journal_does_not_tell_who_got_which_pseudonym(store, running):
    """P31: a place in an alphabetical list is as good as a name."""
    (event,) = store.read()
    assert event.new_value["dealt"] == ["K01", "K02", "K03"]
    known = {"order", "start", "interval", "frame_size", "frame_hash", "positions", "dealt"}
    assert event.new_value.keys() == known, "no seed either, which would deal them again"


@pytest.mark.parametrize(
    "dealt",
    [["K02", "K03"], [], ["K02", "K03", "K02"], ["K02", "K03", "K01", "K04"]],
)
def test_everybody_drawn_has_one_pseudonym_and_nobody_else(store, recruitment, refused, dealt):
    """P24, P31."""
    assert refused(lambda: recruitment.drawn(RECORD, dealt, at=1)) == ["FIELD-030"]
    assert kinds(store) == []


def test_a_pseudonym_of_an_earlier_draw_is_not_dealt_again(store, study, running, refused):
    """P31."""
    more = ["K04", "K01", "K05"]
    other = again(store, study)
    assert refused(lambda: other.drawn(RECORD, more, at=2)) == ["FIELD-030"]
    running.drawn(RECORD, ["K04", "K05", "K06"], at=3)
    running.invite("K05", at=4)


def test_only_people_who_were_drawn_are_invited(store, study, running, refused):
    """P23, P24."""
    running.invite("K02", at=2)
    again(store, study).invite("K03", at=3)
    assert refused(lambda: running.invite("K04", at=4)) == ["FIELD-031"]
    assert kinds(store) == [("draw", ""), ("invite", "K02"), ("invite", "K03")]


def test_before_the_draw_nobody_is_invited(recruitment, refused):
    """P23, P24."""
    assert refused(lambda: recruitment.invite("K01", at=1)) == ["FIELD-031"]


def test_attempts_are_counted_for_each_person_and_on_from_the_journal(store, study, running):
    numbers = [running.attempt("K01", each, at=2) for each in OUTCOMES]
    assert numbers == list(range(1, len(OUTCOMES) + 1))
    assert running.attempt("K02", "no-answer", at=3) == 1
    assert again(store, study).attempt("K01", "voicemail", at=4) == 10
    assert running.attempt("K01", "refused", at=5) == 11


def test_an_attempt_has_a_known_outcome(store, running, refused):
    assert refused(lambda: running.attempt("K01", "slammed the phone", at=2)) == ["FIELD-032"]
    assert running.attempt("K01", "no-answer", at=3) == 1


@pytest.mark.parametrize("picked", ["participant", "researcher"])
def test_a_booking_says_who_picked_the_time(store, running, local, picked):
    """P28."""
    start = local("2019-02-05 10:00")
    running.book("K01", start, picked, "researcher-1", at=2)
    *_, event = store.read(case="K01")
    assert event.new_value == {"start": start, "chosen_by": picked, "researcher": "researcher-1"}


def book(recruitment, local, case, when, researcher="researcher-1"):
    recruitment.book(case, local(when), "participant", researcher, at=2)


def test_the_third_booking_of_a_researchers_day_is_refused_and_not_recorded(
    store, running, local, refused
):
    """P43."""
    book(running, local, "K01", "2019-02-07 11:00")
    book(running, local, "K02", "2019-02-07 15:00")
    before = kinds(store)
    assert refused(lambda: book(running, local, "K03", "2019-02-07 18:00")) == ["FIELD-010"]
    assert kinds(store) == before
    book(running, local, "K03", "2019-02-07 18:00", "researcher-2")


def test_the_limit_is_kept_after_opening_the_journal_again(store, study, running, local, refused):
    """P43."""
    book(running, local, "K01", "2019-02-07 11:00")
    book(running, local, "K02", "2019-02-07 15:00")
    later = again(store, study)
    assert refused(lambda: book(later, local, "K03", "2019-02-07 18:00")) == ["FIELD-010"]


def test_two_desks_cannot_overbook_a_day_between_them(store, study, running, local, refused):
    """P43."""
    other = again(store, study)
    book(running, local, "K01", "2019-02-07 11:00")
    book(other, local, "K02", "2019-02-07 15:00")
    assert refused(lambda: book(running, local, "K03", "2019-02-07 18:00")) == ["FIELD-010"]


def test_a_booking_decided_on_what_is_outdated_is_not_recorded(
    store, study, running, local, monkeypatch
):
    """P43: two desks at the very same moment."""
    other = again(store, study)
    appended = store.append

    def overtaken(events, *, expect=None):
        monkeypatch.setattr(store, "append", appended)
        book(other, local, "K02", "2019-02-07 15:00")
        return appended(events, expect=expect)

    monkeypatch.setattr(store, "append", overtaken)
    with pytest.raises(ConflictError):
        book(running, local, "K01", "2019-02-07 11:00")
    assert [case for event, case in kinds(store) if event == "booking"] == ["K02"]


def test_a_later_booking_takes_the_place_of_the_earlier(running, local):
    """P43: people may move their call within a full day, or off it."""
    book(running, local, "K01", "2019-02-07 11:00")
    book(running, local, "K02", "2019-02-07 15:00")
    book(running, local, "K02", "2019-02-07 16:00")
    book(running, local, "K01", "2019-02-08 11:00")
    book(running, local, "K03", "2019-02-07 11:00")


def test_a_call_handed_to_another_researcher_leaves_the_first_ones_day(running, local, refused):
    """P43."""
    book(running, local, "K01", "2019-02-07 11:00")
    book(running, local, "K02", "2019-02-07 15:00")
    book(running, local, "K01", "2019-02-07 11:00", "researcher-2")
    book(running, local, "K03", "2019-02-07 18:00")
    assert refused(lambda: book(running, local, "K04", "2019-02-07 19:00")) == ["FIELD-010"]


@pytest.mark.parametrize("name", DISPOSITIONS)
def test_who_drops_out_before_the_call_frees_the_day_and_nobody_else(running, local, name):
    """P43: a call that was held counts, whatever came of it."""
    book(running, local, "K01", "2019-02-07 11:00")
    book(running, local, "K02", "2019-02-07 15:00")
    running.conclude("K01", name, at=3)
    if name in ("refused", "non-contact", "unavailable"):
        book(running, local, "K03", "2019-02-07 18:00")
    else:
        with pytest.raises(FieldworkError, match="FIELD-010"):
            book(running, local, "K03", "2019-02-07 18:00")


@pytest.mark.parametrize("met", [True, False])
def test_an_adjustment_is_recorded_with_whether_it_was_met(store, running, met):
    """P22."""
    running.adjust("K01", "a call in the evening", met=met, at=2)
    *_, event = store.read(case="K01")
    assert event.new_value == {"asked": "a call in the evening", "met": met}


def test_attributes_and_outcome_are_recorded(store, running):
    running.describe("K01", {"role": "mother"}, at=2)
    running.conclude("K01", "complete", at=3)
    described, concluded = store.read(case="K01")
    assert described.new_value == {"role": "mother"}
    assert concluded.new_value == {"disposition": "complete"}


def test_an_outcome_is_a_known_disposition(store, running, refused):
    assert refused(lambda: running.conclude("K01", "forgotten", at=2)) == ["FIELD-033"]
    assert kinds(store) == [("draw", "")]


def test_all_of_it_is_one_sealed_record_of_who_did_what_when(store, study, running, local):
    """P24, P28."""
    running.invite("K01", at=2)
    again(store, study).attempt("K01", "appointment-made", at=3)
    book(running, local, "K01", "2019-02-05 10:00")
    events = list(store.read())
    assert {each.session for each in events} == {"fieldwork"}
    assert [each.user for each in events] == [f"researcher-{n}" for n in (1, 1, 2, 1)]
    assert [each.start for each in events] == [1, 2, 3, 2]
    assert verify_chain(events, store.about) == []
