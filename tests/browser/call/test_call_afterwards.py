"""After a call: corrections with a reason, the write-up; and what people see of all that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.calls import CallPage, Desk, context_of
from tests.browser.every_type import end, of_kind, press

NAUGHTY = Path(__file__).parents[1].joinpath("naughty.txt").read_text(encoding="utf-8")
people = iter(range(31, 61))


@pytest.fixture
def call(every_type: Desk, shared_context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, whose opening is said."""
    with every_type.window(shared_context, f"K{next(people):02d}") as made:
        made.begin()
        yield made
        assert made.complaints == []


# After the end ----------------------------------------------------------------------------------


def typed_after_the_end(call: CallPage) -> None:
    """Write everything that is written after the end, with the keyboard."""
    press(call, "She was tired.", "Tab", "waiting", "Tab", "It was heavy \U0001f600", "Tab")


def test_a_correction_has_a_reason_and_keeps_what_was(every_type: Desk, call: CallPage) -> None:
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
    (edit,) = of_kind(every_type, call, "edit")
    assert (edit.old_value, edit.new_value) == ({"value": "No."}, {"value": "Yes, one thing."})
    assert edit.change_reason == "heard it again"
    call.page.reload()
    expect(line.locator(".line .said")).to_have_text("Yes, one thing.")
    expect(call.page.get_by_label("Write up")).to_have_value("She was tired.")
    expect(call.page.get_by_label("Themes you see")).to_have_value("waiting")
    expect(call.page.get_by_label("How was this for you?")).to_have_value("It was heavy \U0001f600")
    assert [each.new_value["text"] for each in of_kind(every_type, call, "themes")] == ["waiting"]
    everything: Any = [each.new_value for each in every_type.events(call.session)]
    assert "heavy" not in repr(everything)


def test_a_correction_with_which_it_could_not_have_ended_is_refused_and_said(
    every_type: Desk, call: CallPage
) -> None:
    call.go("the end")
    call.page.get_by_role("button", name="Finish the call").press("Enter")
    line = call.page.locator('[data-answer="q2"]')
    line.get_by_role("button", name="Correct").press("Enter")
    line.get_by_role("button", name="Save the correction").press("Enter")
    expect(line.get_by_role("alert")).to_have_text("Nothing was changed.")
    press(call, "Tab", "Enter")
    expect(line.locator(".correcting")).to_be_hidden()
    assert of_kind(every_type, call, "edit") == []


def test_two_windows_that_write_one_text_keep_both_until_somebody_chooses(
    every_type: Desk, call: CallPage, shared_context: BrowserContext
) -> None:
    end(call)
    with every_type.window(shared_context, call.session) as second:
        second.page.route("**/edits", lambda route: route.abort())  # it knows of nothing
        call.box("", "themes").focus()
        press(call, "waiting", "Tab")
        call.saved()
        second.box("", "themes").focus()
        press(second, "hoping", "Tab")
        second.page.unroute("**/edits")
        box = second.page.locator('[data-step="themes"] .apart')
        expect(second.box("", "themes")).to_have_value("waiting")
        expect(box.locator("blockquote")).to_have_text("hoping")
        box.get_by_role("button", name="Take this one").press("Enter")
        expect(box).to_be_empty()
        expect(second.box("", "themes")).to_have_value("hoping")
        second.saved()
    themes = [each.new_value["text"] for each in of_kind(every_type, call, "themes")]
    assert themes == ["waiting", "hoping"]


def test_scripts_never_run_in_notes_tags_corrections_or_the_write_up(
    every_type: Desk, call: CallPage
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
    written = {each.event: each for each in of_kind(every_type, call, "themes", "write-up", "edit")}
    assert written["themes"].new_value["text"] == NAUGHTY
    assert written["edit"].change_reason == NAUGHTY.strip()


# What people see --------------------------------------------------------------------------------

SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) {
            const moved = each.sources.map(({node: n}) => (n?.closest ? n : n?.parentElement));
            const elsewhere = moved.filter((n) => n && !n.closest('.saved'));
            window.shifts.push(...elsewhere.map((n) => n.className));
        }
    }).observe({type: 'layout-shift'});
"""


def test_nothing_jumps_when_saving_fails_and_comes_back(call: CallPage) -> None:
    """The line that says so has room for it; nothing else moves."""
    call.go("8")
    press(call, "before ")
    call.saved()
    call.page.evaluate(SHIFTS)
    call.page.route("**/edits", lambda route: route.abort())
    press(call, "meanwhile")
    call.page.locator('.saved[data-state="lost"]').wait_for()
    call.page.unroute("**/edits")
    call.saved()
    call.page.wait_for_timeout(50)
    assert call.page.evaluate("window.shifts") == []


MOVING = """
    [...document.querySelectorAll('*')].filter((each) => {
        const {animationName, transitionDuration, scrollBehavior} = getComputedStyle(each);
        return animationName !== 'none' || parseFloat(transitionDuration) > 0
            || scrollBehavior === 'smooth';
    }).length
"""


def test_with_forced_colours_what_is_chosen_is_told_apart_and_nothing_moves(
    every_type: Desk, browser: Browser
) -> None:
    """High contrast, and who wants no motion."""
    context = context_of(browser, forced_colors="active", reduced_motion="reduce")
    with every_type.window(context, f"K{next(people):02d}") as call:
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
        assert call.page.evaluate(MOVING) == 0
    context.close()
