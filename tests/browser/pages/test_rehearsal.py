"""``toolkit call --rehearse``: said on every screen, answers on demand, and gone when it ends."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.calls import CallPage, context_of
from tests.capture.conftest import SMALL, STUDY
from tests.cli.serving import Serving, serving

ADDRESS = r"http://\w+\.localhost:\d+/toolkit/call/R01\?token=\w+#key=[\w-]+"
SAID = "Rehearsal: nothing here is real"
# They are not looked at, and take most of the time.
WITHOUT = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim")


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A rehearsal that is going on, of a guide that is in no protocol."""
    folder = tmp_path_factory.mktemp("rehearsed")
    guide = folder / "small.yaml"
    guide.write_text(SMALL, encoding="utf-8")
    words = ["call", "--rehearse", "--study", STUDY, "--guide", guide, "--no-browser"]
    with serving(folder, words, without=WITHOUT, TMPDIR=str(folder)) as command:
        yield command


@pytest.fixture
def call(rehearsal: Serving, browser: Browser) -> Iterator[CallPage]:
    context = context_of(browser)
    made = CallPage(context.new_page(), "R01")
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("dialog", lambda dialog: dialog.accept())
    for _ in range(100):  # the address is said a moment before somebody listens there
        try:
            made.page.goto(rehearsal.address(ADDRESS)[0])
            break
        except Exception:  # noqa: BLE001 - Chromium has one kind for every refused connection
            time.sleep(0.1)
    yield made
    assert made.complaints == []
    context.close()


def test_a_guide_is_gone_through_with_invented_answers(rehearsal: Serving, call: CallPage) -> None:
    page = call.page
    expect(page.locator("p.rehearsal")).to_have_text(SAID)
    call.begin()
    expect(page.locator(".bar .rehearsal")).to_have_text(SAID)
    for wanted, ref in (("record", "agreed"), ("anybody", "helped")):
        call.go(wanted)
        page.keyboard.press("Alt+i")
        reason = page.locator(f'fieldset[data-ref="{ref}"] .reason[aria-pressed="true"]')
        filled = page.locator(f'fieldset[data-ref="{ref}"] input:checked')
        expect(filled.or_(reason).first).to_be_visible()
    call.go("would help")
    if page.locator(".gate button").count():  # "no, nobody helped" opens a script before it
        page.locator(".gate button").click()
        page.keyboard.press("Alt+i")
        expect(page.locator(".done")).to_have_text("Confirmed")
        call.go("would help")
    page.get_by_role("button", name="Invent").click()
    expect(page.locator('fieldset[data-ref="wish"] .state')).to_have_text("saved")
    call.saved()


def test_after_it_ends_nothing_of_it_is_left(rehearsal: Serving, browser: Browser) -> None:
    """The last test of this file."""
    assert list(rehearsal.log.parent.glob("toolkit-rehearsal-*"))
    # Jupyter asks once whether it is meant; and people press it again while all is put away.
    for pause in (0.3, 0.1, 0.1, 0.1):
        rehearsal.signal(signal.SIGINT)
        time.sleep(pause)
    rehearsal.process.wait(timeout=60)
    assert list(rehearsal.log.parent.glob("toolkit-rehearsal-*")) == []
