"""A forum below a cell of a real JupyterLab: the same page as on its own."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.calls import context_of
from tests.browser.forums import LETTERS, Forums, Screen
from tests.browser.labs import LabDesk, NotebookPage

CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"


def test_a_forum_is_written_down_below_a_cell(lab_desk: LabDesk, browser: Browser) -> None:
    """Turns reach the journal and no cell, no key reaches the cells, and axe finds no fault."""
    lab = lab_desk.server
    lab.place.consent(*(f"F8-{letter}" for letter in LETTERS), strand="forum")
    forums = Forums(lab)
    forums.prepare("F8")
    context = context_of(browser)
    notebook = lab.notebook("F8", "02-forum")
    page = NotebookPage(lab_desk.fresh(context, notebook), "F8")
    page.run()
    screen = Screen(page.page, "F8", "note-taker")
    screen.page.get_by_role("button", name="The note taker’s screen").click()
    expect(screen.page.locator("h2.question")).to_contain_text("1. ")
    cells = screen.page.evaluate(CELLS)
    screen.turn(1, "We waited 😀 a year.")
    screen.page.keyboard.type("dd b")  # nobody speaks yet: a note on the question
    expect(screen.page.locator(".running textarea")).to_have_value("dd b")
    screen.page.keyboard.press("Enter")
    screen.react("d", 2)
    screen.saved()
    results = Axe().run(screen.page, context={"include": [[".toolkit-notebook"]]})
    assert results.violations_count == 0, results.generate_report()
    assert screen.page.evaluate(CELLS) == cells
    (turn,) = forums.state("F8").turns
    assert (turn.seat, turn.text, turn.user) == ("F8-A", "We waited 😀 a year.", "note-taker-1")
    (reaction,) = forums.state("F8").reactions
    assert (reaction.seat, reaction.kind) == ("F8-B", "disagree")
    assert "We waited" not in notebook.read_text("utf-8")
    context.close()
    lab.end_kernels()
