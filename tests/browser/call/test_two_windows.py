"""Two windows on one call, interleaved: nothing is lost, and no box repeats oneself."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.calls import CallPage, Desk, context_of

RUNS = int(os.environ.get("TOOLKIT_ORDERS", "6"))
STEPS = 14
people = iter(range(150, 190))
REF = "q8"


@dataclass
class Window:
    """One of the windows, and everything that stood in its field because it was typed there."""

    call: CallPage
    name: str
    own: set[str] = field(default_factory=set)
    cut: bool = False
    count: int = 0

    def type(self) -> None:
        self.count += 1
        self.call.page.bring_to_front()
        self.call.box(REF).focus()
        self.call.page.keyboard.press("Control+End")
        self.call.page.keyboard.type(f"{self.name}{self.count} ")
        self.own.add(self.value())

    def leave(self) -> None:
        self.call.page.bring_to_front()
        self.call.page.keyboard.press("Escape")

    def reason(self) -> None:
        self.call.page.bring_to_front()
        self.call.box(REF).focus()
        self.call.page.keyboard.press("F9")

    def network(self) -> None:
        self.cut = not self.cut
        self.call.page.context.set_offline(self.cut)

    def choose(self) -> None:
        buttons = self.call.page.locator(f'[data-ref="{REF}"] > .apart button')
        if buttons.count():
            try:
                buttons.nth(self.count % 2).click(timeout=2000)
            except Error:
                return  # it is gone where the other window's choice came first
            self.own.add(self.value())

    def wait(self) -> None:
        self.call.page.wait_for_timeout(700)

    def value(self) -> str:
        return str(self.call.box(REF).input_value())

    def look(self, other: Window) -> None:
        """What is offered as the other version is not what stands here, nor this window's own."""
        both = self.call.page.evaluate(
            f"""() => {{
                const asked = document.querySelector('[data-ref="{REF}"]');
                const box = asked.querySelector(':scope > .apart blockquote');
                return [asked.querySelector('textarea').value, box ? box.textContent : null];
            }}"""
        )
        value, offered = both
        if offered is not None:
            assert offered != value
            assert offered not in self.own - other.own, (self.name, offered)


@pytest.fixture(params=range(RUNS))
def windows(
    every_type: Desk, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[tuple[random.Random, Window, Window]]:
    session = f"K{next(people):02d}"
    first = every_type.open(context_of(browser), session)
    first.begin()
    second = every_type.open(context_of(browser), session)
    for call in (first, second):
        call.go("8")
    yield random.Random(request.param), Window(first, "a"), Window(second, "b")
    assert (first.complaints, second.complaints) == ([], [])
    for call in (first, second):
        call.page.context.close()


def test_no_order_of_two_windows_loses_words_or_offers_ones_own(
    every_type: Desk, windows: tuple[random.Random, Window, Window]
) -> None:
    chance, *both = windows
    ways = ["type"] * 5 + ["leave", "reason", "network", "choose", "wait", "wait"]
    for _ in range(STEPS):
        mine, other = chance.sample(both, 2)
        getattr(mine, chance.choice(ways))()
        for each, beside in ((mine, other), (other, mine)):
            each.look(beside)
    for each in both:
        each.cut = True
        each.network()
    settle(both)
    texts = set(every_type.texts(both[0].call.session, REF)) | apart(
        every_type, both[0].call.session
    )
    for each in both:
        for number in range(1, each.count + 1):
            assert any(f"{each.name}{number} " in text for text in texts), (each.name, number)


def settle(both: list[Window]) -> None:
    """Somebody chooses until both windows show the same and neither asks."""
    for _ in range(12):
        for each in both:
            each.leave()
            each.call.saved()
        both[0].call.page.wait_for_timeout(3500)
        asking = [each for each in both if each.call.page.locator(".apart blockquote").count()]
        for each in both:
            each.look(both[both[0] is each])
        if not asking:
            break
        asking[0].choose()
    expect(both[1].call.box(REF)).to_have_value(both[0].value(), timeout=10_000)


def apart(desk: Desk, session: str) -> set[str]:
    """Versions that were kept beside others."""
    found = set()
    for event in desk.events(session):
        if event.event == "conflict":
            said = event.new_value
            found.add(str(said.get("text") or (said.get("answer") or {}).get("value") or ""))
    return found
