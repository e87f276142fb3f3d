"""What may happen when in a call, and what is refused; nothing that is refused leaves a trace."""

import pytest

from tests.capture.conftest import Desk, set_wall
from toolkit.capture import Session
from toolkit.capture.session import afterwards, ending, steps
from toolkit.errors import CaptureError
from toolkit.guide import Answer


def refused(code: str) -> object:
    return pytest.raises(CaptureError, match=f"^{code}")


@pytest.fixture
def call(desk: Desk) -> Session:
    """A call whose opening script is confirmed."""
    session = desk.call()
    steps.confirm(session, "hello")
    return session


@pytest.fixture
def ended(call: Session) -> Session:
    """A call that is finished."""
    steps.answer(call, "agreed", Answer("yes"))
    steps.answer(call, "helped", Answer("yes"))
    steps.confirm(call, "bye")
    ending.finish(call)
    return call


@pytest.mark.parametrize("ref", ["agreed", "helped", "helped.who", "wish"])
def test_nothing_is_asked_before_the_opening_is_said(desk: Desk, ref: str) -> None:
    """P04, P11."""
    call = desk.call()
    before = desk.kinds("K01")
    with refused("CAPTURE-012"):
        steps.answer(call, ref, Answer(missing="refused"))
    with refused("CAPTURE-012|CAPTURE-011"):
        steps.visit(call, ref)
    assert desk.kinds("K01") == before


def test_every_script_that_is_missing_is_named(desk: Desk) -> None:
    """P03, P04, P11, P25, P26: the opening of the telephone guide."""
    call = desk.call(guide="telephone-interview")
    steps.confirm(call, "role")
    with pytest.raises(CaptureError) as caught:
        steps.visit(call, "q1")
    missing = [each.found.split("'")[1] for each in caught.value.findings]
    assert missing == ["study", "support-line", "complaints", "withdrawal", "consent-read-back"]


def test_a_script_on_a_closed_branch_holds_nobody_up(call: Session) -> None:
    steps.answer(call, "helped", Answer("yes"))
    steps.visit(call, "wish")
    steps.answer(call, "helped", Answer("no"))
    with refused("CAPTURE-012"):
        steps.visit(call, "wish")


def test_a_round_waits_for_the_script_of_the_same_round(call: Session) -> None:
    steps.answer(call, "visits", Answer(2))
    steps.confirm(call, "again@1")
    steps.answer(call, "visit@1", Answer("fine"))
    with refused("CAPTURE-012 question visit@2"):
        steps.answer(call, "visit@2", Answer("fine"))


def test_people_jump_to_any_question_and_back(call: Session) -> None:
    for ref in ("wish", "helped", "wish"):
        steps.visit(call, ref)
    assert call.state.current == "wish"


@pytest.mark.parametrize(
    ("ref", "answer", "code"),
    [
        ("helped", Answer("perhaps"), "GUIDE-061"),
        ("helped.often", Answer(9), "GUIDE-062"),
        ("helped.often", Answer("secretword"), "GUIDE-061"),
        ("waited", Answer(51), "GUIDE-062"),
        ("helped.who", Answer("secretword"), "GUIDE-061"),
        ("wish", Answer(), "GUIDE-061"),
        ("wish", Answer("secretword", missing="refused"), "GUIDE-061"),
        ("visits", Answer(4), "CAPTURE-025"),
        ("visits", Answer(True), "CAPTURE-025"),
        ("visits", Answer("secretword"), "CAPTURE-025"),
        ("hello", Answer(True), "CAPTURE-011"),
        ("nothing", Answer("secretword"), "CAPTURE-010"),
    ],
)
def test_an_ill_typed_answer_is_refused_and_not_repeated(
    call: Session, desk: Desk, ref: str, answer: Answer, code: str
) -> None:
    before = desk.kinds("K01")
    with refused(code) as caught:
        steps.answer(call, ref, answer)
    assert "secretword" not in str(caught.value)
    assert desk.kinds("K01") == before


def test_an_answer_keeps_the_one_before_it_in_the_journal(call: Session, desk: Desk) -> None:
    steps.answer(call, "helped", Answer("no"))
    steps.answer(call, "helped", Answer("yes"))
    *_, last = desk.store.read(session="K01")
    assert (last.old_value, last.new_value) == ({"value": "no"}, {"value": "yes"})


def test_probes_are_ticked_skipped_or_answered_in_any_order(call: Session) -> None:
    steps.answer(call, "helped.how", Answer("with the forms"))
    steps.tick(call, "helped.who")
    steps.skip(call, "helped.often")
    steps.answer(call, "helped", Answer("yes"))
    assert call.state.counted == {
        "helped.how": Answer("with the forms"),
        "helped.who": Answer(True),
        "helped.often": Answer(missing="skipped"),
        "helped": Answer("yes"),
    }


def test_a_question_is_not_skipped_but_not_asked(call: Session) -> None:
    with refused("CAPTURE-013"):
        steps.skip(call, "helped")


def test_only_scripts_are_confirmed_and_only_questions_and_scripts_visited(call: Session) -> None:
    with refused("CAPTURE-011"):
        steps.confirm(call, "helped")
    with refused("CAPTURE-011"):
        steps.visit(call, "helped.who")


def test_notes_belong_to_a_question_or_to_none_and_say_something(call: Session) -> None:
    steps.note(call, "long silence", "helped")
    steps.note(call, "a dog barks")
    assert [(note.ref, note.text) for note in call.state.notes] == [
        ("helped", "long silence"),
        ("", "a dog barks"),
    ]
    with refused("CAPTURE-022"):
        steps.note(call, " \n")
    with refused("CAPTURE-010"):
        steps.note(call, "words", "nothing")


def test_in_a_distress_pause_nothing_is_asked_and_a_concern_can_be_raised(call: Session) -> None:
    """P02, P29."""
    steps.pause(call, "distress")
    with refused("CAPTURE-015"):
        steps.answer(call, "helped", Answer("yes"))
    steps.concern(call, "today", "participant", "in tears")
    for wrong in (("later", "child"), ("now", "canary")):
        with refused("CAPTURE-026") as fault:
            steps.concern(call, *wrong)
        assert "canary" not in str(fault.value)
    steps.note(call, "we wait")
    steps.resume(call)
    steps.answer(call, "helped", Answer("yes"))
    assert [pause.kind for pause in call.state.pauses] == ["distress"]
    assert len(call.state.concerns) == 1


def test_pauses_are_of_two_kinds_and_end_once(call: Session) -> None:
    with refused("CAPTURE-023"):
        steps.pause(call, "tea")
    with refused("CAPTURE-016"):
        steps.resume(call)


def test_a_concern_without_a_note_says_no_more_than_how_urgent_it_is(
    call: Session, desk: Desk
) -> None:
    """P02."""
    steps.concern(call)
    form = {"raised": True, "urgency": "now", "kind": "unsaid"}
    *_, last = desk.store.read(session="K01")
    assert (last.event, last.new_value, last.node) == ("concern", form, "")


def test_a_recording_is_kept_only_after_two_times_yes(call: Session, desk: Desk) -> None:
    """P07: in the form and in the call."""
    with refused("CAPTURE-018"):
        desk.record("K01")
    steps.answer(call, "agreed", Answer("no"))
    with refused("CAPTURE-018"):
        desk.record("K01")
    call.refresh()
    steps.answer(call, "agreed", Answer("yes"))
    desk.record("K01")
    call.refresh()
    assert call.state.audio == ("K01-audio-1",)


def test_a_no_in_the_form_is_not_overruled_in_the_call(desk: Desk) -> None:
    """P07."""
    call = desk.call(recording=False)
    steps.confirm(call, "hello")
    steps.answer(call, "agreed", Answer("yes"))
    with refused("CAPTURE-018"):
        desk.record("K01")


def test_a_stop_asks_whether_to_keep_what_was_said(call: Session) -> None:
    """P29."""
    steps.answer(call, "helped", Answer("yes"))
    steps.pause(call, "distress")
    ending.stop(call, keep=False)
    state = call.state
    assert (state.phase, state.kept, state.disposition) == ("stopped", False, "break-off")
    with refused("CAPTURE-024"):
        afterwards.write_up(call, "words")


@pytest.mark.parametrize("keep", [True, False])
def test_after_a_stop_nothing_is_asked_any_more(call: Session, keep: bool) -> None:
    """P29."""
    ending.stop(call, keep=keep)
    with refused("CAPTURE-014"):
        steps.answer(call, "helped", Answer("yes"))


@pytest.mark.parametrize(
    "step",
    [
        lambda call: steps.confirm(call, "bye"),
        lambda call: steps.visit(call, "helped"),
        lambda call: steps.answer(call, "helped", Answer("no")),
        lambda call: steps.tick(call, "helped.who"),
        lambda call: steps.note(call, "words"),
        lambda call: steps.pause(call, "break"),
        steps.resume,
        steps.concern,
        lambda call: ending.deviate(call, "P12", "longer", "much to say"),
        ending.finish,
        lambda call: ending.stop(call, keep=True),
    ],
)
def test_after_the_end_there_are_only_edits_and_the_write_up(
    ended: Session, desk: Desk, step: object
) -> None:
    before = desk.kinds("K01")
    with refused("CAPTURE-014"):
        step(ended)
    assert desk.kinds("K01") == before


def test_the_write_up_comes_after_the_end_and_the_last_one_counts(ended: Session) -> None:
    """P08, P13."""
    afterwards.write_up(ended, "first thoughts")
    afterwards.write_up(ended, "second thoughts")
    assert ended.state.write_up == "second thoughts"


def test_before_the_end_there_is_no_write_up_and_no_edit(call: Session) -> None:
    with refused("CAPTURE-021"):
        afterwards.write_up(call, "words")
    with refused("CAPTURE-021"):
        afterwards.edit(call, "helped", Answer("yes"), "a slip")


def test_an_edit_has_a_reason_and_keeps_the_old_value(ended: Session, desk: Desk) -> None:
    with refused("CAPTURE-022"):
        afterwards.edit(ended, "wish", Answer("a call back"), "  ")
    afterwards.edit(ended, "helped.often", Answer(3), "the recording says so")
    afterwards.edit(ended, "helped.often", Answer(4), "heard it again")
    *_, last = desk.store.read(session="K01")
    assert (last.event, last.old_value, last.new_value) == ("edit", {"value": 3}, {"value": 4})
    assert last.change_reason == "heard it again"
    assert ended.state.answers["helped.often"] == Answer(4)


def test_an_edit_that_leads_to_another_ending_changes_the_outcome(ended: Session) -> None:
    assert ended.state.disposition == "complete"
    afterwards.edit(ended, "helped", Answer(missing="refused"), "ticked the wrong box")
    assert (ended.state.ending, ended.state.disposition) == ("stopped", "refused")


def test_an_edit_cannot_leave_a_session_that_could_not_have_been_finished(
    ended: Session, desk: Desk
) -> None:
    before = desk.kinds("K01")
    with refused("CAPTURE-017"):
        afterwards.edit(ended, "helped", Answer("no"), "ticked the wrong box")
    assert desk.kinds("K01") == before


def test_what_does_not_go_as_planned_is_recorded_with_its_reason(call: Session) -> None:
    ending.deviate(call, "P05", "nobody of the support team was free", "illness")
    (found,) = call.state.deviations
    assert (found.clause, found.reason) == ("P05", "illness")
    with refused("CAPTURE-022"):
        ending.deviate(call, "P05", "nobody was free", "")


def test_every_step_tells_which_event_is_safe(call: Session, desk: Desk) -> None:
    number = steps.answer(call, "helped", Answer("yes"))
    *_, last = desk.store.read(session="K01")
    assert number == last.seq


def test_events_carry_user_guide_and_time(call: Session, desk: Desk) -> None:
    desk.minutes(3)
    steps.visit(call, "helped")
    *_, last = desk.store.read(session="K01")
    guide = desk.guides["small"]
    assert (last.user, last.case, last.session) == ("researcher-1", "K01", "K01")
    assert (last.guide, last.guide_version, last.guide_hash) == ("small", "1.0", guide.hash)
    assert (last.start, last.mono) == (desk.clock.wall_ms(), 180_000)


def test_a_wall_clock_that_jumps_back_leaves_the_order_and_the_lengths(
    call: Session, desk: Desk
) -> None:
    steps.visit(call, "helped")
    desk.minutes(1)
    set_wall(desk.clock, 0)
    desk.minutes(1)
    steps.visit(call, "wish")
    assert call.state.seconds["helped"] == 120
    monos = [event.mono for event in desk.store.read(session="K01")]
    assert monos == sorted(monos)
