"""The call page below a cell of a real JupyterLab: the same page, and no answer in the notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.calls import context_of
from tests.browser.labs import LabDesk, NotebookPage
from toolkit.guide import Answer

NAUGHTY = Path(__file__).parents[1].joinpath("naughty.txt").read_text(encoding="utf-8").splitlines()
CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
AXE = {"include": [[".toolkit-notebook"]]}


@pytest.fixture(scope="module")
def desk(lab_desk: LabDesk) -> Iterator[LabDesk]:
    yield lab_desk
    lab_desk.server.end_kernels()


@pytest.fixture(scope="module")
def opened(desk: LabDesk, browser: Browser) -> Iterator[NotebookPage]:
    """A call in a notebook, whose opening is said; one for all tests, as Lab takes long to load."""
    context = context_of(browser)
    made = desk.open(context, "K20")
    made.begin()
    yield made
    context.close()


@pytest.fixture
def call(opened: NotebookPage) -> Iterator[NotebookPage]:
    """The same, with an eye on what goes wrong."""
    yield opened
    assert opened.complaints == []


def written(call: NotebookPage, text: str) -> None:
    """Let the answer to the last but two be this and nothing else."""
    call.go("8")
    call.page.keyboard.press("Control+a")
    call.page.keyboard.insert_text(text)


def test_the_guide_is_gone_through_below_a_cell_and_the_store_has_every_answer(
    desk: LabDesk, call: NotebookPage
) -> None:
    keys = call.page.keyboard
    keys.press("1")
    said = {
        "q1": "It was the nurse.", "q2": "1", "q3": "Cold.\nAnd wet.", "q4": "Zoë “né” שלום 😀",
        "q5": "None.", "q6": "2", "q7": "3", "q8": "A lot.", "q9": "Listen.", "q10": "Change.",
    }  # fmt: skip
    for ref, typed in said.items():
        keys.press("Control+Enter")
        expect(call.page.locator(f'fieldset.question[data-ref="{ref}"]')).to_be_visible()
        keys.type(typed) if typed in "123" else keys.insert_text(typed)
    call.saved()
    choice = {"q2": "involved", "q6": "no", "q7": "no"}
    keys.press("Control+Enter")
    call.saved()
    wanted = {ref: Answer(choice.get(ref, typed)) for ref, typed in said.items()}
    assert desk.answers(call.session) == wanted | {"recording": Answer("yes")}


def test_no_command_key_of_jupyter_reaches_the_cells(desk: LabDesk, call: NotebookPage) -> None:
    cells = call.page.evaluate(CELLS)
    saved = desk.server.notebook(call.session).read_bytes()
    keys = call.page.keyboard
    call.go("2")
    call.page.locator(".question input[type=radio]").first.focus()
    for key in (
        "d",
        "d",
        "a",
        "b",
        "x",
        "z",
        "m",
        "y",
        "0",
        "0",
        "Shift+Enter",
        "Escape",
        "Control+s",
    ):
        keys.press(key)
    written(call, "")
    keys.type("dd a b x 00 ii")
    for key in ("Shift+Enter", "Control+s", "Control+b", "Control+Shift+d", "Control+Shift+c"):
        keys.press(key)
    keys.press("Escape")
    for key in ("d", "d", "a", "b", "x", "c", "v"):
        keys.press(key)
    call.page.locator(".question > legend").click()
    for key in ("d", "d", "a", "b", "x"):
        keys.press(key)
    call.saved()
    assert call.page.evaluate(CELLS) == cells
    assert desk.server.notebook(call.session).read_bytes() == saved
    # What is typed outside of every field goes into the one in view.
    assert call.box("q8").input_value() == "dd a b x 00 ii\nddabxcvddabx"
    assert call.page.locator(".jp-Dialog").count() == 0


def test_scripts_that_are_typed_never_run_in_the_notebook(
    desk: LabDesk, call: NotebookPage
) -> None:
    told: list[str] = []
    call.page.on("dialog", lambda each: each.type != "beforeunload" and told.append(each.message))
    text = "\n".join(NAUGHTY).replace("\0", "")
    written(call, text)
    call.page.keyboard.press("Alt+n")
    call.page.keyboard.insert_text(NAUGHTY[0])
    call.page.keyboard.press("Enter")
    call.saved()
    call.reload()
    expect(call.box("q8")).to_have_value(text)
    assert told == []
    assert call.page.locator(".toolkit-notebook :is(script, iframe, img, object, svg)").count() == 0
    call.saved()
    assert desk.answers(call.session)["q8"] == Answer(text)


def test_axe_finds_nothing_in_the_page_below_a_cell(call: NotebookPage) -> None:
    for wanted in ("1", "2", "8"):
        call.go(wanted)
        found = Axe().run(call.page, context=AXE)
        assert found.response["violations"] == [], found.generate_report()
    call.page.keyboard.press("F2")
    assert Axe().run(call.page, context=AXE).response["violations"] == []
    call.page.keyboard.press("Escape")


def test_what_is_run_again_leaves_no_second_window_behind(
    desk: LabDesk, call: NotebookPage
) -> None:
    written(call, "once")
    for _ in range(3):
        call.run()
    expect(call.box("q8")).to_have_value("once")
    call.page.keyboard.type(" more")
    call.saved()
    call.page.wait_for_timeout(3500)  # every window that is there has been heard of by now
    # A window that is gone counts as open for some seconds, and for more on a busy machine.
    other = call.page.locator(".notice").filter(has_text="another window")
    expect(other).to_have_count(0, timeout=30_000)
    assert desk.texts(call.session, "q8")[-1] == "once more"


def test_a_saved_notebook_says_nothing_and_the_kernel_knows_a_number(
    desk: LabDesk, call: NotebookPage
) -> None:
    written(call, "grünfink")
    call.saved()
    call.page.wait_for_timeout(4000)  # what was typed is handed in after a moment's rest
    last = desk.events(call.session)[-1].seq
    call.page.evaluate(
        "() => { const {content} = window.jupyterapp.shell.currentWidget;"
        " content.activeCellIndex = content.widgets.length - 1;"
        " return window.jupyterapp.commands.execute('notebook:run-cell') }"
    )
    said = call.page.locator(".jp-Cell").last.locator("pre").last
    expect(said).to_contain_text(f"saved up to entry {last}")
    call.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = json.loads(desk.server.notebook(call.session).read_text("utf-8"))
    assert [cell["outputs"] for cell in saved["cells"] if cell.get("outputs")], "it was saved"
    assert "grünfink" not in json.dumps(saved, ensure_ascii=False)
