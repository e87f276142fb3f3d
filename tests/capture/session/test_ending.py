"""How a session ends: nothing required is missing (P17), and what was not as planned is told."""

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session
from toolkit.capture.session import ending, steps
from toolkit.errors import CaptureError
from toolkit.guide import Answer


def ready(call: Session, helped: str = "yes", waited: int | None = None) -> Session:
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer("no"))
    steps.answer(call, "helped", Answer(helped))
    if helped == "no":
        steps.confirm(call, "careful")
    if waited is not None:
        steps.answer(call, "waited", Answer(waited))
    steps.confirm(call, "bye")
    return call


def deviations(call: Session) -> list[tuple[str, str]]:
    return [(each.clause, each.what) for each in call.state.deviations]


def test_what_is_pending_is_named_and_the_session_stays_open(desk: Desk) -> None:
    """P17."""
    call = desk.call()
    steps.confirm(call, "hello")
    with pytest.raises(CaptureError) as caught:
        ending.finish(call)
    pending = [each.found for each in caught.value.findings]
    assert pending == [
        "'agreed' has no answer",
        "'helped' has no answer",
        "'bye' was not confirmed",
    ]
    assert call.state.phase == "open"


def test_a_reason_for_no_answer_is_enough(desk: Desk) -> None:
    """P17: the conversation never hangs on an answer."""
    call = desk.call()
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer(missing="refused"))
    steps.answer(call, "helped", Answer(missing="dont-know"))
    steps.confirm(call, "bye")
    ending.finish(call)
    assert call.state.ending == "done"


def test_a_route_to_an_early_ending_needs_nothing_that_comes_after(desk: Desk) -> None:
    """P17."""
    call = desk.call()
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer("no"))
    steps.answer(call, "helped", Answer(missing="refused"))
    ending.finish(call)
    assert (call.state.ending, call.state.disposition) == ("stopped", "refused")


def test_asked_and_no_response_is_told_apart_from_never_involved(desk: Desk) -> None:
    """The screening of the telephone guide has outcomes of its own."""
    for case, asked in (("K01", "yes"), ("K02", "no")):
        call = desk.call(case, "telephone-interview")
        for script in call.to_do[:6]:
            steps.confirm(call, script)
        steps.answer(call, "recording", Answer("no"))
        steps.answer(call, "q2", Answer("not-involved"))
        steps.answer(call, "q2.asked", Answer(asked))
        ending.finish(call)
        wanted = "asked-no-response" if asked == "yes" else "never-involved"
        assert call.disposition == wanted


def test_a_hard_check_blocks_the_end_and_not_the_talk(desk: Desk) -> None:
    call = ready(desk.call(), "no", 45)
    steps.note(call, "they said a year, nearly")
    with pytest.raises(CaptureError, match=r"^GUIDE-063"):
        ending.finish(call)
    steps.answer(call, "waited", Answer(12))
    ending.finish(call)


def test_a_soft_check_without_a_note_is_a_deviation(desk: Desk) -> None:
    call = ready(desk.call(), "no", 30)
    desk.minutes(6)
    ending.finish(call)
    assert deviations(call) == [
        ("P17", "a soft check of waited does not hold, and no note says why")
    ]


def test_a_soft_check_with_a_note_is_not(desk: Desk) -> None:
    call = ready(desk.call(), "no", 30)
    steps.note(call, "counted from the first letter", "waited")
    desk.minutes(6)
    ending.finish(call)
    assert deviations(call) == []


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (4.4, [("P12", "4 minutes, planned 5 to 10")]),
        (4.6, []),
        (5, []),
        (10.4, []),
        (11, [("P12", "11 minutes, planned 5 to 10")]),
    ],
)
def test_a_length_outside_the_plan_is_a_deviation(
    desk: Desk, minutes: float, told: list[tuple[str, str]]
) -> None:
    """P12, in whole minutes."""
    call = ready(desk.call())
    desk.minutes(minutes)
    ending.finish(call)
    assert deviations(call) == told


def test_the_reason_for_a_deviation_is_kept_with_it(desk: Desk) -> None:
    """P12."""
    call = ready(desk.call())
    ending.finish(call, {"P12": "had to fetch a child"})
    assert [each.reason for each in call.state.deviations] == ["had to fetch a child"]


def test_a_call_that_was_screened_out_is_not_too_short(desk: Desk) -> None:
    """P12 is about interviews."""
    call = desk.call()
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer("no"))
    steps.answer(call, "helped", Answer(missing="refused"))
    ending.finish(call)
    assert deviations(call) == []
