"""Below a cell, too, nothing that is typed is a command, and slips are undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.calls import context_of
from tests.browser.labs import LabDesk, NotebookPage
from toolkit.guide import Answer

CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
WORDS = "we were dd just a number 00 b a x ii"


@pytest.fixture(scope="module")
def desk(lab_desk: LabDesk) -> Iterator[LabDesk]:
    yield lab_desk
    lab_desk.server.end_kernels()


@pytest.fixture(scope="module")
def call(desk: LabDesk, browser: Browser) -> Iterator[NotebookPage]:
    """A call in a notebook, whose opening is said; one for all tests, as Lab takes long to load."""
    context = context_of(browser)
    made = desk.open(context, "K18")
    made.begin()
    yield made
    assert made.complaints == []
    context.close()


def test_what_is_typed_after_anything_goes_into_the_field_in_view(
    desk: LabDesk, call: NotebookPage
) -> None:
    cells = call.page.evaluate(CELLS)
    keys = call.page.keyboard
    wanted = ""
    call.go("8")
    for way in ("Escape", "F4 Escape", "F3 Escape", "F2 Escape", "Alt+p Enter Alt+p", "F8 F7"):
        for key in way.split():
            keys.press(key)
        assert call.page.evaluate("document.activeElement.matches('button')") is False
        keys.type(WORDS)
        wanted += WORDS
        expect(call.box("q8")).to_have_value(wanted)
    keys.press("Alt+p")
    keys.press("Enter")
    keys.type(WORDS)
    expect(call.page.locator(".paused")).to_be_visible()
    expect(call.page.locator(".running textarea")).to_have_value(WORDS)
    keys.press("Alt+p")
    call.saved()
    assert call.page.evaluate(CELLS) == cells
    assert desk.answers(call.session)["q8"] == Answer(wanted)


def test_steps_are_undone_after_the_notebook_was_loaded_anew(
    desk: LabDesk, call: NotebookPage
) -> None:
    call.go("9")
    call.page.keyboard.type("Listen.")
    call.page.keyboard.press("F9")
    call.saved()
    call.page.wait_for_timeout(300)
    call.reload()
    call.page.locator(".bar").wait_for()
    call.page.keyboard.press("F7")
    expect(call.box("q9")).to_have_value("Listen.")
    call.saved()
    assert desk.answers(call.session)["q9"] == Answer("Listen.")


def test_a_script_below_a_cell_is_confirmed_by_no_key_that_is_held_down(
    desk: LabDesk, call: NotebookPage
) -> None:
    call.go("thanks")
    expect(call.page.locator(".script")).to_be_visible()
    for _ in range(15):
        call.page.keyboard.down("Enter")
        call.page.wait_for_timeout(40)
    call.page.keyboard.up("Enter")
    call.page.keyboard.type("yes")
    call.saved()
    confirmed = [each.node for each in desk.events(call.session) if each.event == "confirm"]
    assert "thanks" not in confirmed
    call.confirm()
    call.saved()
    confirmed = [each.node for each in desk.events(call.session) if each.event == "confirm"]
    assert confirmed[-1] == "thanks"
