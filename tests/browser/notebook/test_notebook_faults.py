"""Whatever dies while somebody types below a cell, the kernel first of all: nothing is lost.

``TOOLKIT_FAULTS`` says how many times as many faults there are to be as in an ordinary run.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.call.test_call_faults import FIELD, Typist, crash, cut, freeze, kill, reload
from tests.browser.calls import CallPage
from tests.browser.labs import LabDesk

PATIENCE = 60.0  # seconds that a busy machine may need to start a kernel


@pytest.fixture(scope="module")
def typist(lab_desk: LabDesk, shared_context: BrowserContext) -> Iterator[Typist]:
    """Somebody who types below a cell; one for all faults, as Lab takes long to load."""
    yield Typist(lab_desk, shared_context)
    lab_desk.server.end_kernels()


def until_there_is_a_kernel(typist: Typist, other_than: int) -> None:
    """Type on until another kernel has taken the place of one."""
    until = time.monotonic() + PATIENCE
    while typist.desk.server.kernel() in (0, other_than):
        assert time.monotonic() < until, "no kernel came back"
        typist.type(3)
    typist.type(6)


def kernel_killed(typist: Typist) -> None:
    typist.type(4)
    before = typist.desk.server.kernel()
    os.kill(before, signal.SIGKILL)
    until_there_is_a_kernel(typist, before)
    # Jupyter's dialog would have taken the cursor, and with it every key that followed.
    notice = typist.call.page.locator(".notice").filter(has_text="appears to have died")
    expect(notice).to_be_visible(timeout=20_000)
    notice.get_by_role("button").click()
    typist.call.box(FIELD).focus()
    typist.call.page.keyboard.press("Control+End")


def kernel_restarted(typist: Typist) -> None:
    before = typist.desk.server.kernel()
    restart = threading.Thread(target=typist.desk.server.restart_kernel)
    restart.start()
    until_there_is_a_kernel(typist, before)
    restart.join()


FAULTS: list[tuple[Callable[[Typist], None], int]] = [
    (kernel_killed, 5),
    (kernel_restarted, 5),
    (cut, 3),
    (freeze, 3),
    (reload, 1),
    (crash, 1),
    (kill, 1),
]


@pytest.mark.parametrize(("fault", "count"), FAULTS, ids=[f.__name__ for f, _ in FAULTS])
def test_nothing_is_lost_below_a_cell(
    typist: Typist, fault: Callable[[Typist], None], count: int
) -> None:
    typist.endure(fault, count)
    expect(typist.call.box(FIELD)).to_be_focused()
    typist.settle()


def test_the_same_call_in_a_tab_of_its_own_is_told_of(typist: Typist) -> None:
    with typist.call.page.expect_popup() as opening:
        typist.call.page.get_by_role("link", name="Open it in a tab of its own").click()
    second = CallPage(opening.value, typist.call.session)
    expect(second.box(FIELD)).to_have_value(typist.typed)
    for call in (typist.call, second):
        notice = call.page.locator(".notice").filter(has_text="another window")
        expect(notice).to_be_visible(timeout=20_000)
    second.page.close()
    typist.call.box(FIELD).focus()
    typist.settle()
