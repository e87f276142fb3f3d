"""P02: a concern is flagged by the keyboard, and the page says how it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.browser.calls import CallPage, Desk

people = iter(range(81, 91))


@pytest.fixture
def desk(telephone: Desk) -> Desk:
    return telephone


@pytest.fixture
def call(desk: Desk, context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, whose opening is said."""
    with desk.window(context, f"K{next(people):02d}") as made:
        made.begin()
        yield made
        assert made.complaints == []


def test_a_concern_is_flagged_from_within_a_text_and_the_call_goes_on(
    desk: Desk, call: CallPage
) -> None:
    """P02."""
    call.go("5")
    call.page.keyboard.type("before ")
    call.page.keyboard.press("F2")
    call.page.keyboard.press("Enter")
    expect(call.page.locator(".notice").filter(has_text="Concern")).to_contain_text("deputy")
    call.page.keyboard.type("after")
    call.saved()
    assert desk.texts(call.session, "q5")[-1] == "before after"
    flagged = [e.new_value for e in desk.events(call.session) if e.event == "concern"]
    assert flagged == [{"raised": True, "urgency": "now", "kind": "unsaid"}]


def test_a_form_that_is_not_sent_comes_back_as_it_was(desk: Desk, call: CallPage) -> None:
    """It is open again after a crash; where somebody left it, it waits to be opened again."""
    keys, page = call.page.keyboard, call.page
    call.go("5")
    keys.type("an answer")
    for key in ("F2", "ArrowDown", "Tab", "Tab"):
        keys.press(key)
    keys.type("begun")
    call.reload()
    note = page.get_by_label("Note for them")
    expect(note).to_be_focused()
    expect(note).to_have_value("begun")
    expect(page.get_by_role("radio", name="Today:")).to_be_checked()
    keys.press("Escape")
    call.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(call.box("q5")).to_be_focused()
    keys.press("F2")
    expect(note).to_have_value("begun")
    keys.press("Control+Enter")
    call.saved()
    (flagged,) = [e.new_value for e in desk.events(call.session) if e.event == "concern"]
    assert (flagged["urgency"], flagged["note"]) == ("today", "begun")
    keys.press("F2")
    expect(note).to_have_value("")
    keys.press("Escape")


def test_a_concern_says_how_urgent_it_is_and_keeps_its_note_to_the_journal(
    desk: Desk, call: CallPage
) -> None:
    """P02: the form by the keyboard alone; then the clock, the deputy, and the end."""
    keys, page, asked = call.page.keyboard, call.page, []
    page.on("request", lambda request: asked.append(request.url))
    keys.press("F2")
    expect(page.get_by_role("radio", name="Now:")).to_be_focused()
    for key in ("ArrowDown", "Tab", "ArrowDown", "Tab"):
        keys.press(key)
    keys.type("canary of a note")
    keys.press("Control+Enter")
    notice = page.locator(".notice").filter(has_text="Concern")
    expect(notice).to_contain_text("(today; a child at risk): sent")
    expect(notice).to_contain_text("designated safeguarding officer")
    expect(notice.get_by_role("timer")).to_have_text(re.compile(r"14:\d\d left"))
    assert "canary" not in page.locator("body").inner_text() + "".join(asked)
    (flagged,) = [e for e in desk.events(call.session) if e.event == "concern"]
    kept = {"raised": True, "urgency": "today", "kind": "child", "note": "canary of a note"}
    assert (flagged.case, flagged.new_value) == (call.session, kept)
    page.evaluate("() => { const now = Date.now(); Date.now = () => now + 15 * 60000; }")
    expect(notice).to_contain_text("The deputy of the designated safeguarding officer has it since")
    expect(notice.get_by_role("timer")).to_have_text("")
    page.get_by_role("button", name="Stop …").click()
    page.get_by_role("button", name="They want it kept").click()
    button = page.get_by_role("button", name="Concern", disabled=True)
    expect(button).to_have_accessible_description(re.compile("The call is over"))
    keys.press("F2")
    expect(page.get_by_role("dialog", name="The call is over")).to_contain_text("Tell the desig")
    assert Axe().run(page).violations_count == 0
    keys.press("Enter")
    assert [e.event for e in desk.events(call.session)].count("concern") == 1
