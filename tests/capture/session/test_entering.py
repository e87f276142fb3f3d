"""Drafts, numbered edits, and two windows on one session."""

from __future__ import annotations

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session, resume_session
from toolkit.capture.session import ending, entering, steps
from toolkit.errors import CaptureError, ConflictError
from toolkit.guide import Answer


@pytest.fixture
def call(desk: Desk) -> Session:
    """A call whose opening script is confirmed."""
    session = desk.call()
    steps.confirm(session, "hello")
    return session


def again(desk: Desk) -> Session:
    """The same call as another program has it."""
    return resume_session(
        desk.store,
        desk.study,
        desk.guides["small"],
        session="K01",
        user="researcher-1",
        clock=desk.clock,
    )


def test_what_is_typed_comes_back_after_a_crash(desk: Desk, call: Session) -> None:
    for text in ("T", "Th", "Thé", "The", "The \U0001f600 end"):
        entering.draft(call, "wish#answer", text)
    assert again(desk).state.drafts == {"wish#answer": "The \U0001f600 end"}
    assert again(desk).state.answers == {}


def test_a_draft_goes_on_from_the_answer_that_stands_there(desk: Desk, call: Session) -> None:
    steps.answer(call, "wish", Answer("More time."))
    entering.draft(call, "wish#answer", "More time. And sleep.")
    written = [event.new_value for event in desk.store.read() if event.event == "draft"]
    assert written == [{"at": 10, "cut": 0, "put": " And sleep."}]
    assert again(desk).state.drafts == {"wish#answer": "More time. And sleep."}


def test_an_answer_hands_in_what_was_typed(call: Session) -> None:
    entering.draft(call, "wish#answer", "More")
    entering.draft(call, "helped#other", "an aunt")
    steps.answer(call, "wish", Answer("More time."))
    assert call.state.drafts == {"helped#other": "an aunt"}


def test_nothing_is_typed_before_the_opening_is_said(desk: Desk) -> None:
    """P04, P11. A note is always possible."""
    call = desk.call()
    with pytest.raises(CaptureError, match=r"^CAPTURE-012"):
        entering.draft(call, "wish#answer", "More")
    entering.draft(call, "wish#note", "they are in a hurry")
    entering.draft(call, "#note", "line is bad")


@pytest.mark.parametrize("field", ["wish", "wish#voice", "#answer", "nothing#answer", ""])
def test_there_is_no_typing_into_nothing(call: Session, field: str) -> None:
    with pytest.raises(CaptureError, match=r"^CAPTURE-0(40|10)"):
        entering.draft(call, field, "words")


def test_a_pause_takes_notes_only(call: Session) -> None:
    steps.pause(call, "distress")
    entering.draft(call, "#note", "they are crying")
    with pytest.raises(CaptureError, match=r"^CAPTURE-015"):
        entering.draft(call, "wish#answer", "words")


def test_the_end_hands_in_what_was_still_being_typed(desk: Desk, call: Session) -> None:
    steps.answer(call, "agreed", Answer("yes"))
    steps.answer(call, "helped", Answer("yes"))
    entering.draft(call, "helped.how#answer", "They rang.")
    entering.draft(call, "wish#note", "said with a smile")
    entering.draft(call, "#note", "  ")
    entering.draft(call, "helped.often#answer", "4")
    steps.confirm(call, "bye")
    ending.finish(call)
    assert call.state.answers["helped.how"] == Answer("They rang.")
    assert [(note.ref, note.text) for note in call.state.notes] == [("wish", "said with a smile")]
    assert call.state.drafts == {"#note": "  ", "helped.often#answer": "4"}


@pytest.mark.parametrize("keep", [True, False])
def test_a_stop_hands_it_in_unless_it_is_to_be_deleted(call: Session, keep: bool) -> None:
    """P29."""
    entering.draft(call, "wish#answer", "More")
    ending.stop(call, keep=keep)
    assert ("wish" in call.state.answers) is keep


def test_an_edit_is_marked_in_the_append_that_writes_it(desk: Desk, call: Session) -> None:
    with call.edit_of("window-a", 7):
        entering.draft(call, "wish#answer", "M")
    assert desk.kinds("K01")[-2:] == ["draft", "taken"]
    assert call.taken("window-a") == again(desk).taken("window-a") == 7
    assert call.taken("window-b") == 0


def test_a_refused_edit_is_not_marked(desk: Desk, call: Session) -> None:
    before = desk.kinds("K01")
    with pytest.raises(CaptureError), call.edit_of("window-a", 7):
        entering.draft(call, "nothing#answer", "M")
    entering.draft(call, "wish#answer", "M")
    assert desk.kinds("K01")[len(before) :] == ["draft"]


def test_a_window_is_told_what_another_wrote_since(desk: Desk, call: Session) -> None:
    base = call.last
    with call.edit_of("window-a", 1):
        entering.draft(call, "wish#answer", "M")
    for one in (call, again(desk)):
        assert entering.written_by_another(one, "wish#answer", "window-b", base)
        assert not entering.written_by_another(one, "wish#answer", "window-a", base)
        assert not entering.written_by_another(one, "wish#answer", "window-b", one.last)
        assert not entering.written_by_another(one, "helped#answer", "window-b", base)
        assert entering.written_by_others(one, "window-b", base)
        assert not entering.written_by_others(one, "window-a", base)


def test_steps_without_a_window_are_somebody_else_s(call: Session) -> None:
    with call.edit_of("window-a", 1):
        entering.draft(call, "wish#answer", "M")
    base = call.last
    steps.visit(call, "wish")
    assert entering.written_by_others(call, "window-a", base)


def test_both_versions_stay_until_somebody_chooses(desk: Desk, call: Session) -> None:
    steps.answer(call, "wish", Answer("from one window"))
    entering.keep_apart(call, "wish#answer", {"text": "from the other"})
    state = again(desk).state
    assert state.answers["wish"] == Answer("from one window")
    assert state.conflicts == {"wish#answer": {"text": "from the other"}}
    steps.answer(call, "wish", Answer("from the other"))
    assert call.state.conflicts == {}


def test_another_program_that_wrote_meanwhile_is_a_conflict(desk: Desk, call: Session) -> None:
    other = again(desk)
    entering.draft(call, "wish#answer", "M")
    with pytest.raises(ConflictError):
        entering.draft(other, "wish#answer", "N")
