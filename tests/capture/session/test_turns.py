"""One forum on two screens: whose hand it was, when it was heard, what goes with a seat (P27)."""

from __future__ import annotations

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session, resume_forum
from toolkit.capture.session import ending, entering, steps, turns
from toolkit.capture.session.drafts import fields_of
from toolkit.errors import CaptureError
from toolkit.guide import Answer

WRITER = "note-taker"
TURN = "q1#turn-note-taker[F1-A]"


def refused(code: str) -> object:
    return pytest.raises(CaptureError, match=f"^{code}")


@pytest.fixture
def forum(desk: Desk) -> Session:
    """A forum whose opening is said, with the first question in view."""
    made = desk.forum()
    for script in made.to_do[:6]:
        steps.confirm(made, script)
    steps.answer(made, "recording", Answer("no"))
    steps.visit(made, "q1")
    return made


def say_goodbye(forum: Session) -> None:
    for script in ("thanks", "support-worker-again"):
        steps.confirm(forum, script)


def test_turns_stand_by_the_clock_and_keep_the_name_that_their_screen_gave(
    forum: Session, desk: Desk
) -> None:
    desk.minutes(10)
    with forum.hand("facilitator", at=400_000):
        turns.turn(forum, "F1-A", "Later.", "q1", name="f-1")
    with forum.hand(WRITER, at=300_000):
        turns.turn(forum, "F1-B", "Sooner, and cut off.", "q1", name="n-1")
    told = [(turn.id, turn.mono, turn.number, turn.user) for turn in forum.state.turns]
    assert told == [
        ("f-1", 400_000, 1, "facilitator-1"),
        ("n-1", 300_000, 2, "note-taker-1"),
    ]


def test_no_moment_lies_before_the_beginning_or_ahead_of_the_clock(
    forum: Session, desk: Desk
) -> None:
    desk.minutes(1)
    with forum.hand(WRITER, at=10**9):
        turns.turn(forum, "F1-A", "Hello.", "q1")
    assert forum.state.turns[0].mono == forum.elapsed


def test_a_reaction_finds_its_turn_by_name(forum: Session) -> None:
    turns.turn(forum, "F1-A", "Hello.", "q1", name="n-1")
    with forum.hand(WRITER):
        turns.react_to(forum, "n-1", "F1-B", "nod")
    (found,) = forum.state.reactions
    assert (found.question, found.number, found.seat, found.kind) == ("q1", 1, "F1-B", "nod")
    with refused("CAPTURE-033"):
        turns.react_to(forum, "n-2", "F1-B", "nod")


def test_what_is_typed_of_a_seat_belongs_to_the_seat_and_goes_with_it(
    forum: Session, desk: Desk
) -> None:
    """P27."""
    entering.draft(forum, TURN, "We wai")
    entering.draft(forum, "q3.protected[F1-A]#other", "hm")
    entering.draft(forum, "#note-note-taker", "loud")
    drafts = [each for each in desk.store.read(session="F1") if each.event == "draft"]
    assert [each.case for each in drafts] == ["F1-A", "F1-A", "F1"]
    turns.withdraw(forum, "F1-A")
    assert dict(forum.state.drafts) == {"#note-note-taker": "loud"}
    with refused("CAPTURE-032"):
        entering.draft(forum, TURN, "We waited")
    desk.store.withdraw("F1-A", user="facilitator-1", at=1)
    again = resume_forum(
        desk.store, desk.study, desk.guides["parent-forum"], session="F1", clock=desk.clock
    )
    assert dict(again.state.drafts) == {"#note-note-taker": "loud"}


def test_a_turn_takes_its_draft_and_the_reactions_to_it_along(forum: Session) -> None:
    entering.draft(forum, TURN, "We waited.")
    entering.draft(forum, TURN.replace("turn", "nods"), "nod F1-B")
    entering.draft(forum, TURN.replace("[F1-A]", "[F1-B]"), "So did we.")
    turns.turn(forum, "F1-A", "We waited.", "q1", name="n-1", field=TURN)
    assert dict(forum.state.drafts) == {TURN.replace("[F1-A]", "[F1-B]"): "So did we."}


def test_running_notes_of_one_screen_leave_those_of_the_other_alone(forum: Session) -> None:
    entering.draft(forum, "#note-facilitator", "mine")
    entering.draft(forum, "#note-note-taker", "theirs")
    with forum.hand("facilitator", at=0):
        steps.note(forum, "mine", field="#note-facilitator")
    assert dict(forum.state.drafts) == {"#note-note-taker": "theirs"}
    assert forum.state.notes[0].mono == 0


@pytest.mark.parametrize(
    "field",
    ["q1#turn-note-taker", "q1#turn-somebody[F1-A]", "q1#note-facilitator", "#turn[F1-A]"],
)
def test_a_field_that_belongs_to_no_screen_is_refused(forum: Session, field: str) -> None:
    with refused("CAPTURE-040"):
        entering.draft(forum, field, "x")


def test_a_call_has_no_fields_of_two_screens(desk: Desk) -> None:
    with refused("CAPTURE-040"):
        entering.draft(desk.call(), "#note-facilitator", "x")


def test_nothing_of_a_seat_that_nobody_has_is_kept(forum: Session) -> None:
    with refused("CAPTURE-031"):
        entering.draft(forum, "q1#turn-note-taker[F1-Z]", "x")
    with refused("CAPTURE-010"):
        entering.draft(forum, "q9#turn-note-taker[F1-A]", "x")


def test_what_was_heard_before_a_pause_can_be_written_down_in_it(forum: Session) -> None:
    """P29: nothing is asked in a pause; what was said is not lost for that."""
    steps.pause(forum, "distress")
    entering.draft(forum, TURN, "We waited.")
    assert turns.turn(forum, "F1-A", "We waited.", "q1", field=TURN) == 1
    with refused("CAPTURE-015"):
        steps.confirm(forum, "thanks")


def test_what_was_heard_before_the_end_and_arrives_after_it_is_taken(
    forum: Session, desk: Desk
) -> None:
    say_goodbye(forum)
    desk.minutes(5)
    ending.finish(forum)
    desk.minutes(1)
    with forum.hand(WRITER, at=60_000):
        turns.turn(forum, "F1-A", "We waited.", "q1", name="n-1")
        turns.react_to(forum, "n-1", "F1-B", "agree")
        steps.note(forum, "late")
    with refused("CAPTURE-014"), forum.hand(WRITER, at=330_000):
        turns.turn(forum, "F1-A", "After it.", "q1", name="n-2")
    with refused("CAPTURE-014"):
        turns.turn(forum, "F1-A", "At no time.", "q1")
    assert [turn.text for turn in forum.state.turns] == ["We waited."]


def test_nothing_is_taken_after_a_stop_that_deletes(forum: Session, desk: Desk) -> None:
    """P29."""
    desk.minutes(5)
    ending.stop(forum, keep=False)
    with refused("CAPTURE-014"), forum.hand(WRITER, at=60_000):
        turns.turn(forum, "F1-A", "We waited.", "q1")


def test_the_end_hands_in_what_both_screens_were_still_writing(forum: Session, desk: Desk) -> None:
    say_goodbye(forum)
    entering.draft(forum, TURN, "We waited.")
    entering.draft(forum, "q1#turn-facilitator[F1-B]", "So did we.")
    entering.draft(forum, "q1#turn-note-taker[F1-C]", "  ")
    entering.draft(forum, "#note-facilitator", "tired")
    ending.finish(forum)
    told = [(turn.number, turn.seat, turn.text, turn.user) for turn in forum.state.turns]
    assert told == [
        (1, "F1-A", "We waited.", "note-taker-1"),
        (2, "F1-B", "So did we.", "facilitator-1"),
    ]
    assert [note.text for note in forum.state.notes] == ["tired"]
    # The screen hears of the end a moment later and hands its turn in itself: it stands already.
    with forum.hand(WRITER, at=0):
        assert turns.turn(forum, "F1-A", "We waited.", "q1", name="n-1", field=TURN) == 1
    assert len(forum.state.turns) == 2


def test_an_end_hands_in_nothing_of_somebody_who_withdrew(forum: Session) -> None:
    """P27."""
    entering.draft(forum, TURN, "We waited.")
    turns.withdraw(forum, "F1-A")
    ending.stop(forum, keep=True)
    assert forum.state.turns == ()


def test_turns_of_older_records_have_a_name_too(forum: Session, desk: Desk) -> None:
    turns.turn(forum, "F1-A", "We waited.")
    assert forum.state.turns[0].id == "q1/1"
    *_, last = desk.store.read(session="F1")
    assert fields_of(last) == ()
