"""What is laid over a call: notes that find their question, live tags, languages, the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.calls import CallPage, Desk
from tests.browser.every_type import end, of_kind, press
from toolkit.guide import Answer

people = iter(range(1, 31))


@pytest.fixture
def call(every_type: Desk, shared_context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, whose opening is said."""
    with every_type.window(shared_context, f"K{next(people):02d}") as made:
        made.begin()
        yield made
        assert made.complaints == []


# Notes ----------------------------------------------------------------------------------------


def test_notes_that_follow_each_other_while_nothing_can_be_sent_are_all_kept(
    every_type: Desk, call: CallPage
) -> None:
    """What is typed next in the same field must not take the place of a note that still waits."""
    press(call, "Alt+n")
    every_type.server.freeze()
    try:
        for text in ("first", "second", "third"):
            press(call, text, "Enter")
    finally:
        every_type.server.thaw()
    notes = of_kind(every_type, call, "note")
    assert [each.new_value["text"] for each in notes] == ["first", "second", "third"]


def test_a_running_note_finds_its_question_by_the_keyboard_and_goes_back(
    every_type: Desk, call: CallPage
) -> None:
    press(call, "Alt+n", "she means the school", "Enter")
    pane = call.page.get_by_role("region", name="Running notes")
    pane.get_by_role("button", name="Move this note").press("Enter")
    press(call, "how sure", "Enter")
    expect(pane.locator("li")).to_have_count(0)
    call.go("2")
    here = call.page.locator('[data-ref="q2"] .notes')
    expect(here).to_contain_text("she means the school")
    call.page.reload()
    expect(here).to_contain_text("she means the school")
    end(call)
    review = call.page.locator(".review .notes")
    expect(review).to_contain_text("2:she means the school")
    review.get_by_role("button", name="Move this note").press("Enter")
    press(call, "no question", "Enter")
    expect(review).not_to_contain_text("2:")
    moves = [(each.node, each.old_value["ref"]) for each in of_kind(every_type, call, "assign")]
    assert moves == [("q2", ""), ("", "q2")]


def test_anything_can_have_a_note_by_one_key(every_type: Desk, call: CallPage) -> None:
    """A script, a question, a probe, a repeated group."""
    call.go("hello")
    press(call, "Alt+j", "read twice", "Enter")
    call.go("1")
    press(call, "Alt+j", "hesitates", "Enter")
    call.page.get_by_label("Who?").focus()
    press(call, "Alt+j", "the aunt", "Enter")
    call.go("visits")
    press(call, "Alt+j", "lost count", "Enter")
    notes = [(each.node, each.new_value["text"]) for each in of_kind(every_type, call, "note")]
    assert notes == [
        ("hello", "read twice"), ("q1", "hesitates"), ("q1.tick", "the aunt"),
        ("visits", "lost count"),
    ]  # fmt: skip


def test_a_soft_check_asks_for_a_note_and_is_quiet_once_there_is_one(
    every_type: Desk, call: CallPage
) -> None:
    call.go("3")
    press(call, "30", "Enter")
    checks = call.page.locator(".checks")
    expect(checks).to_contain_text("Note what was meant.")
    call.go("the end")
    expect(call.page.locator(".against")).to_contain_text("counts as a deviation")
    expect(call.page.get_by_role("button", name="Finish the call")).to_be_enabled()
    call.go("3")
    checks.get_by_role("button", name="Write a note").press("Enter")
    press(call, "they mean months", "Enter")
    expect(checks).to_be_empty()
    assert [each.node for each in of_kind(every_type, call, "note")] == ["q3"]


# Live tags ------------------------------------------------------------------------------------


def test_live_tags_are_laid_on_answers_and_notes_by_a_few_letters(
    every_type: Desk, call: CallPage
) -> None:
    call.go("8")
    press(call, "Nobody listened.", "Alt+t", "heard", "Enter")
    expect(call.box("q8")).to_be_focused()
    first = call.page.locator('[data-ref="q8"] .tags button')
    expect(first).to_have_count(1)
    press(call, "Alt+n", "a long silence", "Enter")
    call.page.get_by_role("button", name="Move this note").focus()
    press(call, "Alt+t", "ArrowDown", "Enter")
    expect(call.page.locator(".running .tags button")).to_have_count(1)
    call.page.reload()
    expect(first).to_have_count(1)
    first.press("Enter")
    expect(first).to_have_count(0)
    laid = of_kind(every_type, call, "tag", "untag", "segment")
    assert [(each.event, each.node) for each in laid] == [
        ("tag", "q8"), ("tag", ""), ("untag", "q8"),
    ]  # fmt: skip
    assert laid[1].new_value["note"] == of_kind(every_type, call, "note")[0].new_value["id"]


# Languages ------------------------------------------------------------------------------------


def test_the_language_switches_in_the_middle_of_an_answer(every_type: Desk, call: CallPage) -> None:
    """Nothing typed or chosen changes, the cursor stays; what has no translation is marked."""
    call.go("1")
    press(call, "1")
    call.box("q1.words").focus()
    press(call, "kindly ", "Alt+l", "enough")
    text = call.page.locator(".question legend .text")
    expect(text).to_have_text("A wnaeth rhywun helpu?")
    expect(text).to_have_attribute("lang", "cy")
    how = call.page.locator('[data-ref="q1.words"] legend .text')
    expect(how).to_have_attribute("data-only", "en")
    expect(how).to_have_attribute("lang", "en")
    expect(call.page.get_by_role("radio", name="Do", exact=True)).to_be_checked()
    expect(call.page.locator("[data-only]", has_text="Nobody did")).to_be_visible()
    expect(call.box("q1.words")).to_have_value("kindly enough")
    call.go("y diwedd")
    expect(call.page.locator(".ending .say")).to_have_text("Diolch.")
    call.page.get_by_label("Iaith y sgwrs").select_option("en")
    expect(call.page.locator(".ending .say")).to_have_text("Thank you.")
    spoken = [each.new_value for each in of_kind(every_type, call, "language")]
    assert spoken == [{"language": "cy"}, {"language": "en"}]
    assert every_type.answers(call.session)["q1.words"] == Answer("kindly enough")
    shown = [(each.node, each.new_value) for each in of_kind(every_type, call, "visit")]
    assert shown[-1] == ("q1", {"language": "en"})


def test_keys_pressed_right_behind_a_dialog_go_where_they_are_meant_to(
    every_type: Desk, call: CallPage
) -> None:
    """What is typed to find a question must not end up in the answer that was in hand before."""
    call.go("8")
    press(call, "Before", "F2")
    # A quick hand presses both before the browser tells that the dialog is closed.
    call.page.evaluate(
        """() => {
            document.querySelector('dialog button[value=""]').click();
            document.querySelector('.find input').focus();
        }"""
    )
    call.page.wait_for_timeout(100)
    press(call, "may i", "Enter")
    expect(call.page.locator('fieldset[data-ref="q7"]')).to_be_visible()
    call.saved()
    assert every_type.answers(call.session) == {"q8": Answer("Before")}
    press(call, "Alt+j", "words", "Escape", "Control+Shift+Enter")
    expect(call.page.locator('fieldset[data-ref="q6"]')).to_be_visible()


# Every answer, and the way back -----------------------------------------------------------------


def test_every_type_of_answer_is_given_by_the_keyboard(every_type: Desk, call: CallPage) -> None:
    call.go("1")
    press(call, "3", "an aunt")
    for number, typed in {2: "7", 3: "12", 4: "spring 2016", 5: "2.5", 6: "1", 7: "2"}.items():
        call.go(str(number))
        press(call, typed, *([] if typed in "712" else ["Enter"]))
    call.go("6")
    call.page.keyboard.press("2")
    call.go("visits")
    for _ in range(2):
        call.page.get_by_role("button", name="One visit more").press("Enter")
    call.go("visit (2)")
    press(call, "Long.")
    call.go("8")
    press(call, "No.", "Control+Enter")
    call.saved()
    assert every_type.answers(call.session) == {
        "q1": Answer("other", other="an aunt"), "q2": Answer(7), "q3": Answer(12),
        "q4": Answer("2016-21"), "q5": Answer("P2.5W"), "q6": Answer(["a", "b"]),
        "q7": Answer("no"), "visits": Answer(2), "visit@2": Answer("Long."), "q8": Answer("No."),
    }  # fmt: skip


def test_a_jump_leads_back_and_what_was_passed_over_is_seen(call: CallPage) -> None:
    call.go("2")
    call.page.wait_for_timeout(1100)
    call.go("8")
    row = call.page.locator(".stations li", has_text="How sure are you?")
    expect(row).to_have_attribute("data-state", "passed")
    press(call, "Alt+b")
    expect(call.page.locator('fieldset[data-ref="q2"]')).to_be_visible()
    press(call, "Alt+b")
    expect(call.box("q8")).to_be_focused()
    expect(call.page.locator(".budgeted")).to_have_text("section 0 of 9′")
    call.go("hello")
    expect(call.page.locator(".budgeted.over")).to_have_text("section 0 of 0.01′")


def test_what_an_answer_closed_opens_again_where_there_was_no_answer_before(
    every_type: Desk, call: CallPage
) -> None:
    call.go("1")
    press(call, "1")
    call.box("q1.words").focus()
    press(call, "kindly")
    call.page.locator('[data-ref="q1"] input[value=aye]').focus()
    press(call, "F9")
    expect(call.page.locator(".notice").filter(has_text="Parked")).to_be_visible()
    press(call, "F9")
    expect(call.box("q1.words")).to_have_value("kindly")
    call.go("7")
    press(call, "1", "F8", "F8", "F8")
    call.go("6")
    press(call, "1", "1")
    call.saved()
    taken_back = [
        each.node for each in of_kind(every_type, call, "answer") if each.new_value is None
    ]
    assert taken_back == ["q6"]
