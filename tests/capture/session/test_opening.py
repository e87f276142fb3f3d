"""How a session begins: consent (P25), the daily limit (P43), one version of a guide."""

from datetime import date

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import ScriptedClock, begin_session, resume_session
from toolkit.capture.session import steps
from toolkit.errors import CaptureError, ConflictError
from toolkit.guide import Answer, Guide


def begin(desk: Desk, **changes: object) -> object:
    given = {"case": "K01", "user": "researcher-1", "clock": desk.clock}
    return begin_session(desk.store, desk.study, desk.guides["small"], **(given | changes))


def refused(*codes: str) -> object:
    return pytest.raises(CaptureError, match=" .*\n".join(codes))


def test_without_a_consent_record_nothing_is_captured(desk: Desk) -> None:
    """P25."""
    with refused("CAPTURE-001"):
        begin(desk)
    assert list(desk.store.read()) == []


def test_consent_of_somebody_else_does_not_do(desk: Desk) -> None:
    """P25."""
    desk.consent("K02")
    with refused("CAPTURE-001 participant K01"):
        begin(desk)


def test_the_first_event_names_the_consent_form_that_was_signed(desk: Desk) -> None:
    """P25."""
    desk.call()
    first = next(desk.store.read(session="K01"))
    assert first.event == "begin"
    assert first.new_value["consent"] == {
        "form": desk.form.consent,
        "version": desk.form.version,
        "hash": desk.form.hash,
    }


def test_a_third_interview_on_a_local_day_is_refused(desk: Desk) -> None:
    """P43."""
    desk.call("K01")
    desk.call("K02")
    with refused("FIELD-010"):
        desk.call("K03")
    assert desk.kinds("K03") == []


def test_another_researcher_may_still_hold_one_that_day(desk: Desk) -> None:
    """P43."""
    desk.call("K01")
    desk.call("K02")
    assert desk.call("K03", user="researcher-2").state.phase == "open"


def test_a_day_is_a_local_day_when_the_clocks_have_gone_forward(desk: Desk) -> None:
    """P43: 00:30 in London in summer is still the day before in UTC."""
    for case, start in (("K01", "10:00"), ("K02", "23:50")):
        desk.clock = ScriptedClock(date(2019, 4, 2), start)
        desk.call(case)
    desk.clock = ScriptedClock(date(2019, 4, 3), "00:30")
    assert desk.call("K03").state.phase == "open"


def test_a_session_begins_once(desk: Desk) -> None:
    desk.call()
    with refused("CAPTURE-003"):
        begin(desk)


def test_a_forum_guide_is_not_for_a_call(desk: Desk) -> None:
    with refused("CAPTURE-006"):
        desk.call(guide="parent-forum")


def test_names_do_not_stand_where_a_role_should(desk: Desk) -> None:
    """P31: and the message does not repeat them."""
    with refused("CAPTURE-008") as caught:
        desk.call(user="Morwenna Wickerspoon")
    assert "Morwenna" not in str(caught.value)


def test_a_language_that_the_guide_does_not_speak_is_refused(desk: Desk) -> None:
    desk.consent("K01")
    with refused("CAPTURE-007"):
        begin(desk, language="cy")
    assert begin(desk, language="en").state.language == "en"


def test_a_session_that_has_not_begun_cannot_be_resumed(desk: Desk) -> None:
    with refused("CAPTURE-004"):
        resume_session(
            desk.store,
            desk.study,
            desk.guides["small"],
            session="K01",
            user="researcher-1",
            clock=desk.clock,
        )


def resume(desk: Desk, guide: Guide | None = None) -> object:
    return resume_session(
        desk.store,
        desk.study,
        guide or desk.guides["small"],
        session="K01",
        user="researcher-1",
        clock=desk.clock,
    )


def test_an_open_session_keeps_to_its_version_of_the_guide(
    desk: Desk, newer: dict[str, Guide]
) -> None:
    desk.call()
    with refused("CAPTURE-005"):
        resume(desk, newer["small"])


def test_a_resumed_session_is_where_it_was_and_appends_nothing(desk: Desk) -> None:
    call = desk.call()
    steps.confirm(call, "hello")
    steps.visit(call, "helped")
    before = list(desk.store.read())
    again = resume(desk)
    assert again.state == call.state
    assert again.state.current == "helped"
    assert list(desk.store.read()) == before


def test_the_minutes_of_a_crash_count_and_a_clock_set_back_does_not(desk: Desk) -> None:
    call = desk.call()
    desk.minutes(2)
    steps.confirm(call, "hello")
    desk.clock = ScriptedClock(date(2019, 2, 5), "10:05")
    again = resume(desk)
    steps.note(again, "after five minutes")
    assert again.state.minutes == 5
    desk.clock = ScriptedClock(date(2019, 2, 5), "09:00")
    last = resume(desk)
    steps.note(last, "the wall clock was set back")
    assert last.state.minutes == 5


def test_of_two_screens_neither_overwrites_the_other(desk: Desk) -> None:
    call = desk.call()
    steps.confirm(call, "hello")
    other = resume(desk)
    steps.answer(call, "helped", Answer("yes"))
    with pytest.raises(ConflictError):
        steps.answer(other, "helped", Answer("no"))
    assert other.refresh() == call.state.last
    assert other.state == call.state
    steps.answer(other, "helped", Answer("no"))
    call.refresh()
    assert call.state.answers["helped"] == Answer("no")


def test_nobody_who_has_withdrawn_is_called_again_and_no_call_with_them_goes_on(desk: Desk) -> None:
    """P26."""
    desk.call("K01")
    desk.consent("K02")
    for case in ("K01", "K02"):
        desk.store.withdraw(case, user="researcher-1", at=1)
    people = {"user": "researcher-1", "clock": desk.clock}
    guide = desk.guides["small"]
    with pytest.raises(CaptureError, match="FIELD-050 participant K01"):
        resume_session(desk.store, desk.study, guide, session="K01", **people)
    for case in ("K01", "K02"):
        with pytest.raises(CaptureError, match=f"FIELD-050 participant {case}"):
            begin_session(desk.store, desk.study, guide, case=case, **people)


def test_a_guide_that_changed_while_its_version_did_not_is_asked_of_nobody_else(
    desk: Desk,
) -> None:
    """P16: answers are traced to what was asked, so that one version is one text."""
    desk.call("K01")
    desk.consent("K02")
    asked = desk.guides["small"]
    changed = asked.model_copy(update={"title": "Asked otherwise"})
    changed = Guide.model_validate(changed.model_dump(mode="json", by_alias=True))
    assert (changed.version, changed.hash != asked.hash) == (asked.version, True)
    with refused("CAPTURE-084"):
        begin_session(
            desk.store, desk.study, changed, case="K02", user="researcher-2", clock=desk.clock
        )
    assert desk.kinds("K02") == []
    raised = changed.model_copy(update={"version": "9.0"})
    raised = Guide.model_validate(raised.model_dump(mode="json", by_alias=True))
    begun = begin_session(
        desk.store, desk.study, raised, case="K02", user="researcher-2", clock=desk.clock
    )
    assert begun.state.phase == "open"
