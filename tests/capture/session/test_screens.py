"""One forum on two screens: whose hand it was, when it was heard, what goes with a seat (P27)."""

from __future__ import annotations

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Forum, resume_forum
from toolkit.capture.session.drafts import fields_of
from toolkit.errors import CaptureError
from toolkit.guide import Answer

WRITER = "note-taker"
TURN = "q1#turn-note-taker[F1-A]"


def refused(code: str) -> object:
    return pytest.raises(CaptureError, match=f"^{code}")


@pytest.fixture
def forum(desk: Desk) -> Forum:
    """A forum whose opening is said, with the first question in view."""
    made = desk.forum()
    for script in made.to_do[:6]:
        made.confirm(script)
    made.answer("recording", Answer("no"))
    made.visit("q1")
    return made


def say_goodbye(forum: Forum) -> None:
    for script in ("thanks", "support-worker-again"):
        forum.confirm(script)


def test_turns_stand_by_the_clock_and_keep_the_name_that_their_screen_gave(
    forum: Forum, desk: Desk
) -> None:
    desk.minutes(10)
    with forum.hand("facilitator", at=400_000):
        forum.turn("F1-A", "Later.", "q1", name="f-1")
    with forum.hand(WRITER, at=300_000):
        forum.turn("F1-B", "Sooner, and cut off.", "q1", name="n-1")
    told = [(turn.id, turn.mono, turn.number, turn.user) for turn in forum.state.turns]
    assert told == [
        ("f-1", 400_000, 1, "facilitator-1"),
        ("n-1", 300_000, 2, "note-taker-1"),
    ]


def test_no_moment_lies_before_the_beginning_or_ahead_of_the_clock(
    forum: Forum, desk: Desk
) -> None:
    desk.minutes(1)
    with forum.hand(WRITER, at=10**9):
        forum.turn("F1-A", "Hello.", "q1")
    assert forum.state.turns[0].mono == forum.elapsed


def test_a_reaction_finds_its_turn_by_name(forum: Forum) -> None:
    forum.turn("F1-A", "Hello.", "q1", name="n-1")
    with forum.hand(WRITER):
        forum.react_to("n-1", "F1-B", "nod")
    (found,) = forum.state.reactions
    assert (found.question, found.number, found.seat, found.kind) == ("q1", 1, "F1-B", "nod")
    with refused("CAPTURE-033"):
        forum.react_to("n-2", "F1-B", "nod")


def test_what_is_typed_of_a_seat_belongs_to_the_seat_and_goes_with_it(
    forum: Forum, desk: Desk
) -> None:
    """P27."""
    forum.draft(TURN, "We wai")
    forum.draft("q3.protected[F1-A]#other", "hm")
    forum.draft("#note-note-taker", "loud")
    drafts = [each for each in desk.store.read(session="F1") if each.event == "draft"]
    assert [each.case for each in drafts] == ["F1-A", "F1-A", "F1"]
    forum.withdraw("F1-A")
    assert dict(forum.state.drafts) == {"#note-note-taker": "loud"}
    with refused("CAPTURE-032"):
        forum.draft(TURN, "We waited")
    desk.store.withdraw("F1-A", user="facilitator-1", at=1)
    again = resume_forum(
        desk.store, desk.study, desk.guides["parent-forum"], session="F1", clock=desk.clock
    )
    assert dict(again.state.drafts) == {"#note-note-taker": "loud"}


def test_a_turn_takes_its_draft_and_the_reactions_to_it_along(forum: Forum) -> None:
    forum.draft(TURN, "We waited.")
    forum.draft(TURN.replace("turn", "nods"), "nod F1-B")
    forum.draft(TURN.replace("[F1-A]", "[F1-B]"), "So did we.")
    forum.turn("F1-A", "We waited.", "q1", name="n-1", field=TURN)
    assert dict(forum.state.drafts) == {TURN.replace("[F1-A]", "[F1-B]"): "So did we."}


def test_running_notes_of_one_screen_leave_those_of_the_other_alone(forum: Forum) -> None:
    forum.draft("#note-facilitator", "mine")
    forum.draft("#note-note-taker", "theirs")
    with forum.hand("facilitator", at=0):
        forum.note("mine", field="#note-facilitator")
    assert dict(forum.state.drafts) == {"#note-note-taker": "theirs"}
    assert forum.state.notes[0].mono == 0


@pytest.mark.parametrize(
    "field",
    ["q1#turn-note-taker", "q1#turn-somebody[F1-A]", "q1#note-facilitator", "#turn[F1-A]"],
)
def test_a_field_that_belongs_to_no_screen_is_refused(forum: Forum, field: str) -> None:
    with refused("CAPTURE-040"):
        forum.draft(field, "x")


def test_a_call_has_no_fields_of_two_screens(desk: Desk) -> None:
    with refused("CAPTURE-040"):
        desk.call().draft("#note-facilitator", "x")


def test_nothing_of_a_seat_that_nobody_has_is_kept(forum: Forum) -> None:
    with refused("CAPTURE-031"):
        forum.draft("q1#turn-note-taker[F1-Z]", "x")
    with refused("CAPTURE-010"):
        forum.draft("q9#turn-note-taker[F1-A]", "x")


def test_what_was_heard_before_a_pause_can_be_written_down_in_it(forum: Forum) -> None:
    """P29: nothing is asked in a pause; what was said is not lost for that."""
    forum.pause("distress")
    forum.draft(TURN, "We waited.")
    assert forum.turn("F1-A", "We waited.", "q1", field=TURN) == 1
    with refused("CAPTURE-015"):
        forum.confirm("thanks")


def test_what_was_heard_before_the_end_and_arrives_after_it_is_taken(
    forum: Forum, desk: Desk
) -> None:
    say_goodbye(forum)
    desk.minutes(5)
    forum.finish()
    desk.minutes(1)
    with forum.hand(WRITER, at=60_000):
        forum.turn("F1-A", "We waited.", "q1", name="n-1")
        forum.react_to("n-1", "F1-B", "agree")
        forum.note("late")
    with refused("CAPTURE-014"), forum.hand(WRITER, at=330_000):
        forum.turn("F1-A", "After it.", "q1", name="n-2")
    with refused("CAPTURE-014"):
        forum.turn("F1-A", "At no time.", "q1")
    assert [turn.text for turn in forum.state.turns] == ["We waited."]


def test_nothing_is_taken_after_a_stop_that_deletes(forum: Forum, desk: Desk) -> None:
    """P29."""
    desk.minutes(5)
    forum.stop(keep=False)
    with refused("CAPTURE-014"), forum.hand(WRITER, at=60_000):
        forum.turn("F1-A", "We waited.", "q1")


def test_the_end_hands_in_what_both_screens_were_still_writing(forum: Forum, desk: Desk) -> None:
    say_goodbye(forum)
    forum.draft(TURN, "We waited.")
    forum.draft("q1#turn-facilitator[F1-B]", "So did we.")
    forum.draft("q1#turn-note-taker[F1-C]", "  ")
    forum.draft("#note-facilitator", "tired")
    forum.finish()
    told = [(turn.number, turn.seat, turn.text, turn.user) for turn in forum.state.turns]
    assert told == [
        (1, "F1-A", "We waited.", "note-taker-1"),
        (2, "F1-B", "So did we.", "facilitator-1"),
    ]
    assert [note.text for note in forum.state.notes] == ["tired"]
    # The screen hears of the end a moment later and hands its turn in itself: it stands already.
    with forum.hand(WRITER, at=0):
        assert forum.turn("F1-A", "We waited.", "q1", name="n-1", field=TURN) == 1
    assert len(forum.state.turns) == 2


def test_an_end_hands_in_nothing_of_somebody_who_withdrew(forum: Forum) -> None:
    """P27."""
    forum.draft(TURN, "We waited.")
    forum.withdraw("F1-A")
    forum.stop(keep=True)
    assert forum.state.turns == ()


def test_turns_of_older_records_have_a_name_too(forum: Forum, desk: Desk) -> None:
    forum.turn("F1-A", "We waited.")
    assert forum.state.turns[0].id == "q1/1"
    *_, last = desk.store.read(session="F1")
    assert fields_of(last) == ()
