"""What a call and a forum leave behind on the machine: nothing typed, in plain, anywhere (P32)."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, expect

from tests.browser.calls import CallPage, Desk, make_desk
from tests.browser.forums import LETTERS, Forums, Screen
from tests.conftest import NAMES, QUIET

CANARY = "grünfink"
COUNT = """async () => {
    const asked = indexedDB.open('toolkit-parents-and-social-care');
    await new Promise((resolve) => (asked.onsuccess = resolve));
    const rows = asked.result.transaction('edits').objectStore('edits').count();
    await new Promise((resolve) => (rows.onsuccess = resolve));
    asked.result.close();
    return rows.result;
}"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path, people=1)
    made.server.place.consent(*(f"F1-{letter}" for letter in LETTERS), strand="forum")
    yield made
    made.server.kill()


class Person:
    """Somebody's own browser, with a profile that lasts."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self.browser, self.profile = browser, profile

    def start(self) -> BrowserContext:
        """Start it, or start it again."""
        wanted = os.environ.get("TOOLKIT_BROWSER")
        path = wanted or next(filter(None, map(shutil.which, NAMES)))
        self.context = self.browser.browser_type.launch_persistent_context(
            self.profile, executable_path=path, args=list(QUIET)
        )
        return self.context

    def kill(self) -> None:
        """End it as a power cut would."""
        lock = os.readlink(self.profile / "SingletonLock")
        os.kill(int(lock.rpartition("-")[2]), signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def stop(self) -> None:
        """Close it as people do."""
        self.context.close()


@pytest.fixture
def person(browser: Browser, tmp_path: Path) -> Person:
    return Person(browser, tmp_path / "profile")


def type_everywhere(call: CallPage) -> None:
    """Type the canary into every kind of field, and hand some of it in."""
    keys = call.page.keyboard
    call.go("1")
    keys.type(f"{CANARY} one")
    call.page.locator('[data-ref="q1.who"] input[value=other]').check()
    keys.type(f"{CANARY} two")
    call.box("q1.when").focus()
    keys.type(f"{CANARY} three")
    keys.press("Alt+n")
    keys.type(f"{CANARY} four")
    keys.press("Enter")
    keys.type(f"{CANARY} five")
    call.go("8")
    keys.type(f"{CANARY} six")


def hold_a_forum(screen: Screen) -> None:
    """Type the canary as turns and notes, and leave some of it unfinished."""
    screen.turn(1, f"{CANARY} eight")
    screen.react("a", 2)
    screen.page.keyboard.press("Alt+n")
    screen.page.keyboard.type(f"{CANARY} nine")
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.type(f"{CANARY} ten")
    screen.page.keyboard.press("Alt+n")
    screen.page.keyboard.press("3")
    screen.page.keyboard.type(f"{CANARY} eleven")


def places_with_a_canary(*folders: Path) -> list[str]:
    looked, found = 0, []
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                looked += 1
                raw = file.read_bytes()
                if any(CANARY.encode(code) in raw for code in ("utf-8", "utf-16-le", "latin-1")):
                    found.append(str(file.relative_to(folder)))
    assert looked > 50
    return found


def test_nothing_typed_is_on_the_disk_in_plain_and_all_of_it_comes_back(
    desk: Desk, person: Person
) -> None:
    context = person.start()
    call = desk.open(context, "K01")
    call.begin()
    type_everywhere(call)
    call.saved()
    forums = Forums(desk.server)
    forums.prepare("F1")
    screen = forums.open(context, "F1", "note-taker")
    hold_a_forum(screen)
    screen.saved()
    assert call.page.evaluate(COUNT) == 0, "what is acknowledged is purged"
    desk.server.kill()
    screen.page.keyboard.type(f" {CANARY} twelve")
    call.page.keyboard.type(f" {CANARY} seven")
    expect(call.page.locator(".saved")).to_contain_text("kept in this browser", timeout=20_000)
    assert call.page.evaluate(COUNT) > 0
    call.page.bring_to_front()
    call.page.keyboard.press("F2")
    call.page.get_by_label("Note for them").press_sequentially(f"{CANARY} thirteen")
    person.kill()
    folders = (person.profile, desk.server.folder, desk.server.place.data)
    assert places_with_a_canary(*folders) == []

    desk.server.start()
    again = desk.open(person.start(), "K01")
    expect(again.page.get_by_label("Note for them")).to_have_value(f"{CANARY} thirteen")
    again.page.keyboard.press("Escape")
    expect(again.box("q8")).to_have_value(f"{CANARY} six {CANARY} seven")
    expect(again.page.locator(".notice.good")).to_contain_text("saved now")
    again.saved()
    talk = forums.open(again.page.context, "F1", "note-taker")
    expect(talk.area).to_have_value(f"{CANARY} eleven {CANARY} twelve")
    talk.saved()
    assert talk.page.evaluate(COUNT) == 0
    again.page.bring_to_front()
    again.go("1")
    expect(again.box("q1.when")).to_have_value(f"{CANARY} three")
    expect(again.page.get_by_label("Running notes", exact=True).last).to_have_value(
        f"{CANARY} five"
    )
    person.stop()
    assert places_with_a_canary(*folders) == []
