"""What a call below a cell leaves on the machine: nothing that was typed, in plain (P32)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.call.test_call_traces import (
    CANARY,
    Person,
    person,  # noqa: F401 - somebody with a browser profile of their own
    places_with_a_canary,
    type_everywhere,
)
from tests.browser.labs import LabDesk

SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


@pytest.fixture
def desk(lab_desk: LabDesk) -> Iterator[LabDesk]:
    yield lab_desk
    lab_desk.server.end_kernels()


def test_notebook_checkpoint_history_log_and_profile_hold_nothing_that_was_typed(
    desk: LabDesk,
    person: Person,  # noqa: F811 - pytest finds a fixture by the name of the parameter
) -> None:
    call = desk.open(person.start(), "K19")
    call.begin()
    type_everywhere(call)
    call.saved()
    for _ in range(2):  # the second time, the first becomes the checkpoint
        call.page.evaluate(SAVE)
    call.page.context.set_offline(True)
    call.page.keyboard.type(f" {CANARY} seven")
    expect(call.page.locator(".saved")).to_contain_text("kept in this browser", timeout=20_000)
    person.kill()
    lab = desk.server.folder
    left = {each.suffix for each in lab.rglob("*") if "K19" in each.name} | {
        each.name for each in lab.rglob("*")
    }
    assert {".ipynb", ".ipynb_checkpoints", "history.sqlite", "server.log"} <= left
    assert '"outputs": [' in desk.server.notebook("K19").read_text("utf-8")
    assert places_with_a_canary(lab, person.profile, desk.server.place.data) == []
