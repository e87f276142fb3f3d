"""What is laid over a call: notes that find their question, live tags, languages, the write-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.calls import CallPage, Desk, context_of, make_desk
from toolkit.guide import Answer
from toolkit.store import Event

# Every type of answer, a soft check, a repeated group, and a second language for a part of it.
EVERY = """\
guide: small
title: {en: Everything, cy: Popeth}
version: "1.0"
source: Written for a test.
languages: [en, cy]
mode: interview
sections:
  - section: start
    title: {en: Start, cy: Dechrau}
    minutes: 0.01
    items:
      - {script: hello, text: {en: Hello., cy: Helo.}, confirm: true}
  - section: middle
    title: Middle
    minutes: 9
    items:
      - question: q1
        text: {en: Did anybody help?, cy: A wnaeth rhywun helpu?}
        type: single
        other: true
        choices: [{id: aye, label: {en: They did, cy: Do}}, {id: nay, label: Nobody did}]
        probes:
          - {probe: tick, text: Who?}
          - {probe: words, text: How?, type: text, when: q1 = aye}
      - {question: q2, text: How sure are you?, type: scale, from: 0, to: 10}
      - question: q3
        text: How many weeks?
        type: number
        unit: weeks
        checks: [{soft: q3 < 20, message: Note what was meant.}]
      - {question: q4, text: When?, type: date, precision: approximate}
      - {question: q5, text: How long?, type: duration}
      - question: q6
        text: Which?
        type: multiple
        choices: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, exclusive: true}]
      - {question: q7, text: May I?, type: yes-no}
      - group: visits
        title: Visits
        repeat: {max: 3, label: Visit}
        items: [{question: visit, text: How was it?}]
      - {question: q8, text: Anything else?}
endings:
  - {ending: done, disposition: complete, default: true, text: {en: Thank you., cy: Diolch.}}
"""
NAUGHTY = Path(__file__).with_name("naughty.txt").read_text(encoding="utf-8")
KEY = re.compile(r"(Alt|Control|Shift)\+\w+|Enter|Tab|Escape|End|F\d+|Arrow\w+")
people = iter(range(1, 31))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = make_desk(tmp_path_factory.mktemp("marks"), people=30, guide=EVERY)
    yield made
    made.server.kill()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = context_of(browser)
    yield made
    made.close()


@pytest.fixture
def call(desk: Desk, context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, whose opening is said."""
    with desk.window(context, f"P{next(people):02d}") as made:
        made.begin()
        yield made
        assert made.complaints == []


def of_kind(desk: Desk, call: CallPage, *kinds: str) -> list[Event]:
    call.saved()
    return [event for event in desk.events(call.session) if event.event in kinds]


def press(call: CallPage, *keys: str) -> None:
    """Press keys one after the other; a text that is no key is typed."""
    for key in keys:
        if KEY.fullmatch(key):
            call.page.keyboard.press(key)
        else:
            call.page.keyboard.type(key)


def end(call: CallPage) -> None:
    call.page.get_by_role("button", name="Stop …").click()
    call.page.get_by_role("button", name="They want it kept").click()
    call.page.get_by_label("Write up").wait_for()


# Notes ----------------------------------------------------------------------------------------


def test_notes_that_follow_each_other_while_nothing_can_be_sent_are_all_kept(
    desk: Desk, call: CallPage
) -> None:
    """What is typed next in the same field must not take the place of a note that still waits."""
    press(call, "Alt+n")
    desk.server.freeze()
    try:
        for text in ("first", "second", "third"):
            press(call, text, "Enter")
    finally:
        desk.server.thaw()
    notes = of_kind(desk, call, "note")
    assert [each.new_value["text"] for each in notes] == ["first", "second", "third"]


def test_a_running_note_finds_its_question_by_the_keyboard_and_goes_back(
    desk: Desk, call: CallPage
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
    moves = [(each.node, each.old_value["ref"]) for each in of_kind(desk, call, "assign")]
    assert moves == [("q2", ""), ("", "q2")]


def test_anything_can_have_a_note_by_one_key(desk: Desk, call: CallPage) -> None:
    """A script, a question, a probe, a repeated group."""
    call.go("hello")
    press(call, "Alt+j", "read twice", "Enter")
    call.go("1")
    press(call, "Alt+j", "hesitates", "Enter")
    call.page.get_by_label("Who?").focus()
    press(call, "Alt+j", "the aunt", "Enter")
    call.go("visits")
    press(call, "Alt+j", "lost count", "Enter")
    notes = [(each.node, each.new_value["text"]) for each in of_kind(desk, call, "note")]
    assert notes == [
        ("hello", "read twice"), ("q1", "hesitates"), ("q1.tick", "the aunt"),
        ("visits", "lost count"),
    ]  # fmt: skip


def test_a_soft_check_asks_for_a_note_and_is_quiet_once_there_is_one(
    desk: Desk, call: CallPage
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
    assert [each.node for each in of_kind(desk, call, "note")] == ["q3"]


# Live tags ------------------------------------------------------------------------------------


def test_live_tags_are_laid_on_answers_and_notes_by_a_few_letters(
    desk: Desk, call: CallPage
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
    laid = of_kind(desk, call, "tag", "untag", "segment")
    assert [(each.event, each.node) for each in laid] == [
        ("tag", "q8"), ("tag", ""), ("untag", "q8"),
    ]  # fmt: skip
    assert laid[1].new_value["note"] == of_kind(desk, call, "note")[0].new_value["id"]


# Languages ------------------------------------------------------------------------------------


def test_the_language_switches_in_the_middle_of_an_answer(desk: Desk, call: CallPage) -> None:
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
    call.go("the end")
    expect(call.page.locator(".ending .say")).to_have_text("Diolch.")
    call.page.get_by_label("Language of the talk").select_option("en")
    expect(call.page.locator(".ending .say")).to_have_text("Thank you.")
    spoken = [each.new_value for each in of_kind(desk, call, "language")]
    assert spoken == [{"language": "cy"}, {"language": "en"}]
    assert desk.answers(call.session)["q1.words"] == Answer("kindly enough")
    shown = [(each.node, each.new_value) for each in of_kind(desk, call, "visit")]
    assert shown[-1] == ("q1", {"language": "en"})


def test_keys_pressed_right_behind_a_dialog_go_where_they_are_meant_to(
    desk: Desk, call: CallPage
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
    assert desk.answers(call.session) == {"q8": Answer("Before")}
    press(call, "Alt+j", "words", "Escape", "p")
    expect(call.page.locator('fieldset[data-ref="q6"]')).to_be_visible()


# Every answer, and the way back -----------------------------------------------------------------


def test_every_type_of_answer_is_given_by_the_keyboard(desk: Desk, call: CallPage) -> None:
    call.go("1")
    press(call, "3", "an aunt")
    for number, typed in {2: "7", 3: "12", 4: "spring 2016", 5: "2.5", 6: "1", 7: "2"}.items():
        call.go(str(number))
        press(call, typed, *([] if typed in "712" else ["Enter"]))
    call.go("6")
    call.page.keyboard.press("2")
    call.go("visits")
    press(call, "Enter", "Enter")
    call.go("visit (2)")
    press(call, "Long.")
    call.go("8")
    press(call, "No.", "Control+Enter")
    call.saved()
    assert desk.answers(call.session) == {
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
    desk: Desk, call: CallPage
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
    taken_back = [each.node for each in of_kind(desk, call, "answer") if each.new_value is None]
    assert taken_back == ["q6"]


# After the end ----------------------------------------------------------------------------------


def typed_after_the_end(call: CallPage) -> None:
    """Write everything that is written after the end, with the keyboard."""
    press(call, "She was tired.", "Tab", "waiting", "Tab", "It was heavy \U0001f600", "Tab")


def test_the_write_up_corrects_with_a_reason_and_keeps_what_was(desk: Desk, call: CallPage) -> None:
    """P13, P42."""
    call.go("8")
    press(call, "No.")
    call.go("7")
    press(call, "1")
    end(call)
    typed_after_the_end(call)
    line = call.page.locator('[data-answer="q8"]')
    line.get_by_role("button", name="Correct").press("Enter")
    press(call, "Control+a", "Yes, one thing.")
    line.get_by_role("button", name="Save the correction").press("Enter")
    expect(line.get_by_role("alert")).to_contain_text("Say why")
    press(call, "heard it ag")
    call.saved()
    call.page.reload()  # what was typed comes back, and the form with it
    expect(line.get_by_label("Why is it changed?")).to_have_value("heard it ag")
    line.get_by_label("Why is it changed?").focus()
    press(call, "End", "ain")
    line.get_by_role("button", name="Save the correction").press("Enter")
    expect(line.locator(".was")).to_contain_text("No. → Yes, one thing.")
    expect(line.locator(".was")).to_contain_text("because: heard it again")
    (edit,) = of_kind(desk, call, "edit")
    assert (edit.old_value, edit.new_value) == ({"value": "No."}, {"value": "Yes, one thing."})
    assert edit.change_reason == "heard it again"
    call.page.reload()
    expect(line.locator(".line .said")).to_have_text("Yes, one thing.")
    expect(call.page.get_by_label("Write up")).to_have_value("She was tired.")
    expect(call.page.get_by_label("Themes you see")).to_have_value("waiting")
    expect(call.page.get_by_label("How was this for you?")).to_have_value("It was heavy \U0001f600")
    assert [each.new_value["text"] for each in of_kind(desk, call, "themes")] == ["waiting"]
    everything: Any = [each.new_value for each in desk.events(call.session)]
    assert "heavy" not in repr(everything)


def test_a_correction_with_which_it_could_not_have_ended_is_refused_and_said(
    desk: Desk, call: CallPage
) -> None:
    call.go("the end")
    call.page.get_by_role("button", name="Finish the call").press("Enter")
    line = call.page.locator('[data-answer="q2"]')
    line.get_by_role("button", name="Correct").press("Enter")
    line.get_by_role("button", name="Save the correction").press("Enter")
    expect(line.get_by_role("alert")).to_have_text("Nothing was changed.")
    press(call, "Tab", "Enter")
    expect(line.locator(".correcting")).to_be_hidden()
    assert of_kind(desk, call, "edit") == []


def test_scripts_never_run_in_notes_tags_corrections_or_the_write_up(
    desk: Desk, call: CallPage
) -> None:
    """All that is typed is shown as text, wherever it is shown again, and after a reload."""
    keys = call.page.keyboard
    call.page.evaluate("document.title = 'quiet'")
    call.go("1")
    press(call, "3")
    keys.insert_text(NAUGHTY)
    call.go("8")
    keys.insert_text(NAUGHTY)
    press(call, "Alt+j")
    keys.insert_text(NAUGHTY)
    press(call, "Enter", "Alt+t")
    keys.insert_text(NAUGHTY)
    press(call, "Escape", "Alt+n")
    keys.insert_text(NAUGHTY)
    press(call, "Enter")
    end(call)
    for _ in range(3):
        keys.insert_text(NAUGHTY)
        press(call, "Tab")
    line = call.page.locator('[data-answer="q8"]')
    line.get_by_role("button", name="Correct").press("Enter")
    press(call, "Control+a")
    keys.insert_text(f"{NAUGHTY}.")
    line.get_by_label("Why is it changed?").focus()
    keys.insert_text(NAUGHTY)
    line.get_by_role("button", name="Save the correction").press("Enter")
    expect(line.locator(".was li")).to_have_count(1)
    call.saved()
    strange = (
        "document.querySelectorAll('main :is(script, img, iframe, a, svg, style, form)').length"
    )
    assert (call.page.title(), call.page.evaluate(strange)) == ("quiet", 0)
    call.page.reload()
    expect(line.locator(".was li")).to_have_count(1)
    assert call.page.evaluate(strange) == 0
    assert call.page.title() == f"Call {call.session}"
    written = {each.event: each for each in of_kind(desk, call, "themes", "write-up", "edit")}
    assert written["themes"].new_value["text"] == NAUGHTY
    assert written["edit"].change_reason == NAUGHTY.strip()


# What people see --------------------------------------------------------------------------------

SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) {
            if (each.hadRecentInput) continue;
            const moved = each.sources.map(({node: n}) => (n?.closest ? n : n?.parentElement));
            const elsewhere = moved.filter((n) => n && !n.closest('.saved'));
            window.shifts.push(...elsewhere.map((n) => n.className));
        }
    }).observe({type: 'layout-shift', buffered: true});
"""


def test_nothing_jumps_when_saving_fails_and_comes_back(call: CallPage) -> None:
    """The line that says so has room for it; nothing else moves."""
    call.go("8")
    call.page.wait_for_timeout(600)
    call.page.evaluate(SHIFTS)
    call.page.evaluate("window.shifts.length = 0")
    press(call, "before ")
    call.page.route("**/edits", lambda route: route.abort())
    press(call, "meanwhile")
    call.page.wait_for_timeout(900)
    assert call.state() == "lost"
    call.page.unroute("**/edits")
    call.saved()
    call.page.wait_for_timeout(700)
    assert call.page.evaluate("window.shifts") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_what_is_chosen_is_still_told_apart(
    desk: Desk, browser: Browser, scheme: Any
) -> None:
    context = context_of(browser, forced_colors="active", color_scheme=scheme)
    with desk.window(context, f"P{next(people):02d}") as call:
        call.begin()
        call.go("1")
        press(call, "1", "Tab", "Tab")
        style = "(e, name) => getComputedStyle(e)[name]"
        for chosen, name in (
            (call.page.locator(".choice", has=call.page.locator("input:checked")), "outlineWidth"),
            (call.page.locator(".stations [aria-current]"), "borderTopWidth"),
        ):
            assert chosen.first.evaluate(style, name) != "0px"
        pressed = call.page.locator('[data-ref="q1"] .reason').first
        plain = pressed.evaluate(style, "backgroundColor")
        pressed.press("Enter")
        assert pressed.evaluate(style, "backgroundColor") != plain
        assert call.page.locator(".light").evaluate(style, "forcedColorAdjust") == "none"
    context.close()


def test_who_wants_no_motion_gets_none(desk: Desk, browser: Browser) -> None:
    """Nothing on the page moves by itself, whatever is wished."""
    context = context_of(browser, reduced_motion="reduce")
    with desk.window(context, f"P{next(people):02d}") as call:
        call.begin()
        moving = (
            "[...document.querySelectorAll('*')].filter((e) => {"
            " const s = getComputedStyle(e);"
            " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0"
            " || s.scrollBehavior === 'smooth'; }).length"
        )
        assert call.page.evaluate(moving) == 0
    context.close()
