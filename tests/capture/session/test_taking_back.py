"""What is done by a slip is taken back: finishing on the same day, a turn, a reaction."""

from __future__ import annotations

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session, replay, resume_session
from toolkit.capture.session import afterwards, ending, steps, turns
from toolkit.errors import CaptureError
from toolkit.fieldwork.withdrawal import standing_of
from toolkit.guide import Answer
from toolkit.store.journal.projection import project


def refused(code: str) -> object:
    return pytest.raises(CaptureError, match=f"^{code}")


@pytest.fixture
def finished(desk: Desk) -> Session:
    """A call that was finished after two minutes, too soon."""
    call = desk.call()
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer("yes"))
    steps.answer(call, "helped", Answer("yes"))
    steps.confirm(call, "bye")
    desk.minutes(2)
    ending.finish(call, {"P12": "a slip"})
    return call


def test_finishing_is_taken_back_with_a_reason_and_the_call_goes_on(
    desk: Desk, finished: Session
) -> None:
    assert finished.state.deviations
    desk.minutes(1)
    assert ending.against_reopening(finished) == ""
    ending.reopen(finished, "the wrong key")
    state = finished.state
    assert (state.phase, state.disposition, state.deviations) == ("open", "", ())
    steps.answer(finished, "wish", Answer("More time."))
    desk.minutes(20)
    ending.finish(finished, {"P12": "long"})
    assert finished.state.phase == "finished"
    assert [each.reason for each in finished.state.deviations] == ["long"]
    assert finished.state.minutes == pytest.approx(23, abs=0.1)
    told = [event for event in desk.store.read(session="K01") if event.event == "reopen"]
    assert [(each.change_reason, each.old_value["disposition"]) for each in told] == [
        ("the wrong key", "complete")
    ]
    events = list(desk.store.read(session="K01"))
    course = finished.course
    assert replay(course.guide, course.program, events) == finished.state


def test_what_counts_as_complete_counts_no_more_once_finishing_is_taken_back(
    desk: Desk, finished: Session
) -> None:
    assert project(desk.store.read()).dispositions["K01"] == "complete"
    assert standing_of(desk.store.read(), desk.study, "K01").ended is not None
    ending.reopen(finished, "the wrong key")
    assert "K01" not in project(desk.store.read()).dispositions
    assert standing_of(desk.store.read(), desk.study, "K01").ended is None


def test_the_time_after_the_end_is_nobodys_time(desk: Desk, finished: Session) -> None:
    before = dict(finished.state.seconds)
    desk.minutes(30)
    ending.reopen(finished, "the wrong key")
    steps.note(finished, "going on")
    spent = sum(finished.state.seconds.values()) - sum(before.values())
    assert spent < 1


def test_it_is_taken_back_by_whoever_finished(desk: Desk, finished: Session) -> None:
    other = resume_session(
        desk.store,
        desk.study,
        finished.course.guide,
        session="K01",
        user="researcher-2",
        clock=desk.clock,
    )
    with refused("CAPTURE-081"):
        ending.reopen(other, "not mine")


def test_it_is_taken_back_until_the_write_up_is_done(finished: Session) -> None:
    afterwards.write_up(finished, "They waited long.")
    assert ending.against_reopening(finished) == ""
    afterwards.themes(finished, "waiting")
    with refused("CAPTURE-082"):
        ending.reopen(finished, "late")


def test_it_is_taken_back_on_the_same_local_day_only(desk: Desk, finished: Session) -> None:
    desk.minutes(14 * 60 - 10)  # it began at ten in the morning
    assert ending.against_reopening(finished) == ""
    desk.minutes(10)
    with refused("CAPTURE-083"):
        ending.reopen(finished, "late")


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_needs_a_reason(finished: Session, reason: str) -> None:
    with refused("CAPTURE-022"):
        ending.reopen(finished, reason)
    assert finished.state.phase == "finished"


def test_a_stop_is_the_participants_and_an_open_call_has_nothing_to_take_back(desk: Desk) -> None:
    call = desk.call("K02")
    with refused("CAPTURE-080"):
        ending.reopen(call, "why")
    ending.stop(call, keep=True)
    with refused("CAPTURE-080"):
        ending.reopen(call, "why")


# Turns and reactions -----------------------------------------------------------------------------


@pytest.fixture
def forum(desk: Desk) -> Session:
    made = desk.forum()
    for script in made.to_do[:6]:
        steps.confirm(made, script)
    steps.answer(made, "recording", Answer("no"))
    steps.visit(made, "q1")
    for number, seat in enumerate("AB", start=1):
        turns.turn(made, f"F1-{seat}", f"Turn {number}.", "q1", name=f"n-{number}")
    turns.react_to(made, "n-1", "F1-C", "agree")
    turns.react_to(made, "n-2", "F1-C", "nod")
    return made


def test_a_turn_is_taken_back_with_its_reactions_and_its_number_is_not_given_again(
    desk: Desk, forum: Session
) -> None:
    turns.take_turn_back(forum, "n-1")
    assert [(turn.id, turn.number) for turn in forum.state.turns] == [("n-2", 2)]
    assert [(each.number, each.kind) for each in forum.state.reactions] == [(2, "nod")]
    assert turns.turn(forum, "F1-A", "Again.", "q1", name="n-3") == 3
    event = next(each for each in desk.store.read(session="F1") if each.event == "turn-back")
    assert (event.case, event.old_value["text"]) == ("F1-A", "Turn 1.")


def test_a_reaction_is_taken_back_and_can_be_given_again(forum: Session) -> None:
    turns.take_reaction_back(forum, "n-1", "F1-C", "agree")
    assert [(each.number, each.kind) for each in forum.state.reactions] == [(2, "nod")]
    turns.react_to(forum, "n-1", "F1-C", "agree")
    assert len(forum.state.reactions) == 2


def test_nothing_is_taken_back_of_who_withdrew_or_that_is_not_there(forum: Session) -> None:
    turns.withdraw(forum, "F1-A")
    with refused("CAPTURE-032"):
        turns.take_turn_back(forum, "n-1")
    with refused("CAPTURE-033"):
        turns.take_turn_back(forum, "n-9")
