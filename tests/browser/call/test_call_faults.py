"""Whatever dies while somebody types: nothing typed is lost, nothing is called saved that is not.

``TOOLKIT_FAULTS`` says how many times as many faults there are to be as in an ordinary run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from tests.browser.calls import CallPage, Desk, make_desk

TIMES = int(os.environ.get("TOOLKIT_FAULTS", "1"))
LETTERS = "abcdefghijklmnop qrstuvwxyz éßЖ日😀."
FIELD = "q8"
people = iter(range(1, 21))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = make_desk(tmp_path_factory.mktemp("faults"), people=20)
    yield made
    made.server.kill()


class Typist:
    """Somebody who types on, whatever happens, and knows what they have typed."""

    def __init__(self, desk: Desk, context: BrowserContext) -> None:
        self.desk, self.context = desk, context
        self.typed = ""
        self.random = random.Random(8)
        self.seen: list[str] = []
        self.call = desk.open(context, f"K{next(people):02d}")
        self.call.begin()
        self.call.go("8")
        self.call.watch()

    def type(self, letters: int = 12) -> None:
        """Type, key by key, where the cursor is."""
        chunk = "".join(self.random.choices(LETTERS, k=letters))
        self.call.page.keyboard.type(chunk)
        self.typed += chunk

    def look(self) -> None:
        """Note what the page has called saved so far."""
        self.seen += [text for field, text in self.call.seen() if field == f"{FIELD}#answer"]

    def again(self) -> None:
        """Open the call in a new window, after the last one died."""
        self.call = self.desk.open(self.context, self.call.session)
        self.back()

    def back(self) -> None:
        """Wait until the page is there again: cursor where it was, nothing missing."""
        box = self.call.box(FIELD)
        expect(box).to_have_value(self.typed, timeout=60_000)
        expect(box).to_be_focused()
        length = len(self.typed.encode("utf-16-le")) // 2
        assert box.evaluate("e => [e.selectionStart, e.selectionEnd]") == [length, length]
        expect(self.call.page.locator(".notice.good")).to_be_visible()
        self.call.watch()

    def settle(self) -> None:
        """Everything typed is in the journal, and all that was called saved was there."""
        self.call.saved(60_000)
        self.look()
        texts = self.desk.texts(self.call.session, FIELD)
        assert texts[-1] == self.typed
        assert self.call.box(FIELD).input_value() == self.typed
        assert set(self.seen) <= set(texts)
        assert self.call.complaints == []

    def endure(self, fault: Callable[[Typist], None], count: int) -> None:
        """Type on through many faults of one kind, and look now and then that nothing is lost."""
        for number in range(count * TIMES):
            fault(self)
            self.type(3)
            if number % 5 == 4:
                self.settle()


@pytest.fixture
def typist(desk: Desk, context: BrowserContext) -> Typist:
    return Typist(desk, context)


def not_saved(typist: Typist) -> None:
    """While the server is away and something was typed, the page does not say that it is saved."""
    assert typist.call.state() != "saved"
    state = typist.call.page.locator(f'fieldset[data-ref="{FIELD}"] .tools .state').first
    assert state.get_attribute("data-state") == "saving"


def reload(typist: Typist) -> None:
    typist.type()
    typist.look()
    typist.call.reload()
    typist.back()


def crash(typist: Typist) -> None:
    typist.type()
    typist.look()
    page = typist.call.page
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()
    typist.again()


def cut(typist: Typist) -> None:
    typist.type(4)
    typist.context.set_offline(True)
    typist.type()
    not_saved(typist)
    typist.context.set_offline(False)


def freeze(typist: Typist) -> None:
    typist.type(4)
    typist.desk.server.freeze()
    try:
        typist.type()
        not_saved(typist)
    finally:
        typist.desk.server.thaw()


def kill(typist: Typist) -> None:
    typist.type(4)
    typist.desk.server.kill()
    typist.type()
    not_saved(typist)
    typist.desk.server.start()
    typist.type()


FAULTS: list[tuple[Callable[[Typist], None], int]] = [
    (reload, 16),
    (crash, 12),
    (cut, 80),
    (freeze, 80),
    (kill, 5),
]


@pytest.mark.parametrize(("fault", "count"), FAULTS, ids=[f.__name__ for f, _ in FAULTS])
def test_nothing_is_lost_while_typing(
    typist: Typist, fault: Callable[[Typist], None], count: int
) -> None:
    typist.endure(fault, count)
    typist.settle()


def test_a_server_that_stays_away_is_told_and_typing_goes_on(typist: Typist) -> None:
    typist.type()
    typist.settle()
    typist.desk.server.freeze()
    typist.type()
    bar = typist.call.page.locator(".saved")
    expect(bar).to_contain_text("NOT SAVED: 2 changes, kept in this browser", timeout=20_000)
    typist.type()
    typist.desk.server.thaw()
    typist.settle()


def test_a_window_that_dies_while_the_server_is_away_loses_nothing(typist: Typist) -> None:
    for _ in range(2 * TIMES):
        typist.type(4)
        typist.desk.server.kill()
        typist.type()
        typist.call.page.close()
        typist.desk.server.start()
        typist.again()
        typist.settle()


def test_a_second_window_is_told_of_and_neither_overwrites_the_other(
    desk: Desk, context: BrowserContext, typist: Typist
) -> None:
    typist.type()
    typist.settle()
    with desk.window(context, typist.call.session) as second:
        notice = second.page.locator(".notice").filter(has_text="another window")
        expect(notice).to_be_visible()
        for number in range(4 * TIMES):
            theirs = both_type(typist, second, f" from the second {number}")
            asked_by(typist.call, second)
            kept = [e.new_value for e in desk.events(second.session) if e.event == "conflict"]
            apart = [each.get("text") or each["answer"]["value"] for each in kept]
            assert {typist.typed, theirs} <= {*desk.texts(second.session, FIELD), *apart}
            typist.typed = agreed(typist.call, second)
            assert typist.typed
    typist.settle()


def both_type(typist: Typist, second: CallPage, words: str) -> str:
    """Let both windows type into one answer while neither hears of the other; give the second's."""
    typist.context.set_offline(True)
    for call in (typist.call, second):
        call.page.bring_to_front()
        call.box(FIELD).focus()
        call.page.keyboard.press("Control+End")
        if call is second:
            second.page.keyboard.type(words)
        else:
            typist.type()
    typist.context.set_offline(False)
    return str(second.box(FIELD).input_value())


def asked_by(*calls: CallPage) -> None:
    """Wait until everything is saved and one of the windows asks which version counts."""
    for _ in range(200):
        asking = any(call.page.locator(".apart blockquote").count() for call in calls)
        if asking and all(call.state() == "saved" for call in calls):
            return
        calls[0].page.wait_for_timeout(100)
    raise AssertionError("neither window was told")


def agreed(first: CallPage, second: CallPage) -> str:
    """Keep the first window's version wherever the windows ask, until both show the same."""
    for _ in range(200):
        for call, choice in ((first, "Keep what stands above"), (second, "Take this one")):
            if call.page.locator(".apart blockquote").count():
                call.page.bring_to_front()
                with suppress(Error):  # it is gone where the other window's choice came first
                    call.page.get_by_role("button", name=choice).click(timeout=5000)
                call.saved()
        shown = {call.box(FIELD).input_value() for call in (first, second)}
        asking = any(call.page.locator(".apart blockquote").count() for call in (first, second))
        if len(shown) == 1 and not asking:
            return str(shown.pop())
        first.page.wait_for_timeout(100)
    raise AssertionError("the windows do not come to terms")
