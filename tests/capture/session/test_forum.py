"""Forums: three roles (P09, P10), size (P15), the same guidance (P16), withdrawal (P27)."""

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session, begin_forum, resume_forum
from toolkit.capture.session import ending, steps, turns
from toolkit.errors import CaptureError
from toolkit.guide import Answer, Guide


def refused(code: str) -> object:
    return pytest.raises(CaptureError, match=f"^{code}")


@pytest.fixture
def forum(desk: Desk) -> Session:
    """A forum whose opening is said, with the first question in view."""
    forum = desk.forum()
    for script in forum.to_do[:6]:
        steps.confirm(forum, script)
    steps.answer(forum, "recording", Answer("no"))
    steps.visit(forum, "q1")
    return forum


def close(forum: Session) -> None:
    steps.confirm(forum, "thanks")
    steps.confirm(forum, "support-worker-again")
    ending.finish(forum)


@pytest.mark.parametrize("role", ["facilitator", "note_taker", "support_worker"])
def test_a_forum_waits_until_each_role_is_filled(desk: Desk, role: str) -> None:
    """P09, P10."""
    with refused("CAPTURE-030"):
        desk.forum(**{role: ""})
    assert desk.kinds("F1") == []


@pytest.mark.parametrize("role", ["note_taker", "support_worker"])
def test_nobody_fills_two_roles(desk: Desk, role: str) -> None:
    """P09: a separate note taker."""
    with refused("CAPTURE-030"):
        desk.forum(**{role: "facilitator-1"})


def test_everybody_has_a_seat_of_their_own_and_a_consent(desk: Desk) -> None:
    """P25."""
    given = {"facilitator": "f-1", "note_taker": "n-1", "support_worker": "s-1"}
    for seats, code in (((), "037"), (("F1-A", "F1-A"), "037"), (("F1-A", "F1-B"), "001")):
        with refused(f"CAPTURE-{code}"):
            begin_forum(
                desk.store,
                desk.study,
                desk.guides["parent-forum"],
                session="F1",
                seats=seats,
                clock=desk.clock,
                **given,
            )


def test_a_guide_for_calls_is_not_for_a_forum(desk: Desk) -> None:
    desk.guides = desk.guides | {"parent-forum": desk.guides["small"]}
    with refused("CAPTURE-006"):
        desk.forum()


@pytest.mark.parametrize(("people", "told"), [(3, ["P15"]), (4, []), (8, []), (9, ["P15"])])
def test_a_size_outside_the_plan_is_a_deviation(desk: Desk, people: int, told: list[str]) -> None:
    """P15: four to eight."""
    forum = desk.forum(people=people)
    assert [each.clause for each in forum.state.deviations] == told


def test_another_version_of_the_guide_than_at_the_first_forum_is_a_deviation(
    desk: Desk, newer: dict[str, Guide]
) -> None:
    """P16."""
    assert desk.forum("F1").state.deviations == ()
    assert desk.forum("F2").state.deviations == ()
    desk.guides = newer
    (found,) = desk.forum("F3").state.deviations
    assert (found.clause, found.what) == ("P16", "another version of the guide than at F1, F2")


def test_two_forums_of_one_facilitator_are_no_interviews(desk: Desk) -> None:
    """P43 counts interviews."""
    for name in ("F1", "F2", "F3"):
        desk.forum(name)


def test_turns_are_numbered_within_the_question_and_are_the_note_takers(
    forum: Session, desk: Desk
) -> None:
    assert turns.turn(forum, "F1-A", "We waited.") == 1
    assert turns.turn(forum, "F1-B", "So did we.") == 2
    assert turns.turn(forum, "F1-A", "It got better.", "q2") == 1
    said = [(turn.question, turn.number, turn.seat) for turn in forum.state.turns]
    assert said == [("q1", 1, "F1-A"), ("q1", 2, "F1-B"), ("q2", 1, "F1-A")]
    *_, last = desk.store.read(session="F1")
    assert last.user == "note-taker-1"


def test_a_turn_needs_a_seat_words_and_a_question(desk: Desk, forum: Session) -> None:
    with refused("CAPTURE-031"):
        turns.turn(forum, "F1-Z", "Hello.")
    with refused("CAPTURE-022"):
        turns.turn(forum, "F1-A", " ")
    with refused("CAPTURE-036"):
        turns.turn(forum, "F1-A", "Hello.", "q3.protected")
    other = desk.forum("F2")
    with refused("CAPTURE-036"):
        turns.turn(other, "F2-A", "Hello.")
    with refused("CAPTURE-012"):
        turns.turn(other, "F2-A", "Hello.", "q1")


def test_others_agree_disagree_or_nod_each_once(forum: Session) -> None:
    turns.turn(forum, "F1-A", "We waited.")
    turns.react(forum, 1, "F1-B", "agree")
    turns.react(forum, 1, "F1-B", "nod")
    turns.react(forum, 1, "F1-C", "disagree")
    assert [(each.seat, each.kind) for each in forum.state.reactions] == [
        ("F1-B", "agree"),
        ("F1-B", "nod"),
        ("F1-C", "disagree"),
    ]
    for seat, kind in (("F1-A", "agree"), ("F1-B", "agree"), ("F1-C", "clap")):
        with refused("CAPTURE-034"):
            turns.react(forum, 1, seat, kind)
    with refused("CAPTURE-033"):
        turns.react(forum, 2, "F1-B", "agree")


def test_each_participant_answers_for_themselves(forum: Session) -> None:
    steps.answer(forum, "q3.protected[F1-A]", Answer("yes"))
    steps.answer(forum, "q3.protected[F1-B]", Answer(missing="refused"))
    assert forum.state.statuses["q3.protected[F1-A]"] == "counted"
    for ref in ("q3.protected", "q3.protected[F1-Z]"):
        with refused("CAPTURE-031"):
            steps.answer(forum, ref, Answer("no"))


def test_who_withdraws_during_the_discussion_counts_no_more(forum: Session) -> None:
    """P27."""
    turns.turn(forum, "F1-A", "We waited.")
    turns.turn(forum, "F1-B", "So did we.")
    turns.react(forum, 1, "F1-B", "agree")
    turns.react(forum, 2, "F1-A", "nod")
    turns.react(forum, 2, "F1-C", "nod")
    steps.answer(forum, "q3.protected[F1-A]", Answer("yes"))
    turns.withdraw(forum, "F1-A")
    state = forum.state
    assert [turn.withdrawn for turn in state.turns] == [True, False]
    assert [each.withdrawn for each in state.reactions] == [True, True, False]
    assert state.statuses["q3.protected[F1-A]"] == "withdrawn"
    assert "q3.protected[F1-A]" not in state.counted


def test_nothing_more_of_who_withdrew_is_written_down(forum: Session) -> None:
    """P27."""
    turns.turn(forum, "F1-B", "We waited.")
    turns.withdraw(forum, "F1-A")
    for step in (
        lambda: turns.turn(forum, "F1-A", "Wait."),
        lambda: turns.react(forum, 1, "F1-A", "nod"),
        lambda: steps.answer(forum, "q3.protected[F1-A]", Answer("no")),
        lambda: turns.withdraw(forum, "F1-A"),
    ):
        with refused("CAPTURE-032"):
            step()


def test_what_a_seat_says_is_its_own_case_and_can_be_destroyed_alone(
    forum: Session, desk: Desk
) -> None:
    """P27: the words themselves go, not only their weight."""
    turns.turn(forum, "F1-A", "We waited.")
    turns.turn(forum, "F1-B", "So did we.")
    turns.react(forum, 1, "F1-B", "agree")
    turns.react(forum, 2, "F1-A", "nod")
    steps.answer(forum, "q3.protected[F1-A]", Answer("yes"))
    turns.withdraw(forum, "F1-A")
    marked = forum.state
    desk.store.withdraw("F1-A", user="facilitator-1", at=1)
    seen = [each for each in desk.store.read(session="F1") if each.event in ("turn", "answer")]
    assert [each.case for each in seen] == ["F1", "F1-B"]
    again = resume_forum(
        desk.store, desk.study, desk.guides["parent-forum"], session="F1", clock=desk.clock
    )
    assert [turn.seat for turn in again.state.turns] == ["F1-B"]
    assert [each.withdrawn for each in again.state.reactions] == [True]
    assert again.state.withdrawn == marked.withdrawn == ("F1-A",)
    turns.turn(again, "F1-B", "Go on.")


def test_a_recording_goes_on_when_somebody_has_left_for_good(desk: Desk) -> None:
    """P07, P27: who is no longer there is not asked."""
    forum = desk.forum()
    for script in forum.to_do[:6]:
        steps.confirm(forum, script)
    steps.answer(forum, "recording", Answer("yes"))
    turns.withdraw(forum, "F1-A")
    desk.store.withdraw("F1-A", user="facilitator-1", at=1)
    desk.record("F1", "parent-forum")


def test_who_has_withdrawn_before_cannot_be_seated(desk: Desk) -> None:
    """P27."""
    desk.consent("F1-A", strand="forum")
    desk.store.withdraw("F1-A", user="researcher-1", at=1)
    with pytest.raises(CaptureError, match="FIELD-050 participant F1-A"):
        begin_forum(
            desk.store,
            desk.study,
            desk.guides["parent-forum"],
            session="F1",
            seats=["F1-A", "F1-B"],
            facilitator="facilitator-1",
            note_taker="note-taker-1",
            support_worker="support-worker-1",
            clock=desk.clock,
        )


def test_after_the_forum_a_withdrawal_is_refused_with_the_reason(
    forum: Session, desk: Desk
) -> None:
    """P27."""
    close(forum)
    with pytest.raises(CaptureError, match="CAPTURE-035") as caught:
        turns.withdraw(forum, "F1-A")
    assert desk.study.withdrawal_of("forum").reason in str(caught.value)


@pytest.mark.parametrize(("minutes", "told"), [(80, ["P18"]), (82, []), (98, []), (100, ["P18"])])
def test_a_forum_of_about_ninety_minutes_is_as_planned(
    forum: Session, desk: Desk, minutes: int, told: list[str]
) -> None:
    """P18: a plan of one number allows a tenth more or less."""
    desk.minutes(minutes)
    close(forum)
    assert [each.clause for each in forum.state.deviations] == told


def test_a_forum_is_resumed_where_it_was(forum: Session, desk: Desk) -> None:
    turns.turn(forum, "F1-A", "We waited.")
    again = resume_forum(
        desk.store, desk.study, desk.guides["parent-forum"], session="F1", clock=desk.clock
    )
    assert again.state == forum.state
    assert turns.turn(again, "F1-B", "So did we.") == 2


def test_a_call_is_not_resumed_as_a_forum(desk: Desk) -> None:
    desk.call()
    with refused("CAPTURE-006"):
        resume_forum(desk.store, desk.study, desk.guides["small"], session="K01", clock=desk.clock)


def test_a_recording_needs_the_yes_of_everybody(desk: Desk) -> None:
    """P07: one no is a no for the room."""
    forum = desk.forum()
    for script in forum.to_do[:6]:
        steps.confirm(forum, script)
    steps.answer(forum, "recording", Answer("yes"))
    desk.record("F1", "parent-forum")
    desk.consent("F1-B", strand="forum", recording=False)
    with refused("CAPTURE-018"):
        desk.record("F1", "parent-forum")
