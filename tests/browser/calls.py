"""Calls in a real Chromium against a real Jupyter server, as an interviewer has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.capture.service.conftest import make_place
from tests.capture.service.servers import TOKEN, Server
from toolkit.capture.session.drafts import changed
from toolkit.guide import Answer
from toolkit.store import Event

# Everything that the page ever showed as saved is written down, to be held against the journal.
WATCH = """
    window.seen = [];
    const look = () => {
        const light = document.querySelector('.saved');
        for (const field of document.querySelectorAll('[data-field$="#answer"]')) {
            const state = field.closest('[data-ref]')?.querySelector('.state')?.dataset.state;
            const both = state === 'saved' && light?.dataset.state === 'saved';
            if (both && field.matches('textarea')) {
                window.seen.push([field.dataset.field, field.value]);
            }
        }
    };
    new MutationObserver(look).observe(document, {subtree: true, childList: true,
        attributes: true, characterData: true});
"""


# Wait until a script can be confirmed; where the window is small, scroll through it as one reads.
READ = """async () => {
    const unread = () => document.querySelector('.script .main[aria-disabled=true]');
    for (let look = 0; look < 100 && unread(); look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (look % 6 === 5) unread()?.click();
    }
}"""

_PATIENCE = 120_000  # ms


@dataclass
class CallPage:
    """One window of a call."""

    page: Page
    session: str
    complaints: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Begin the call and say the whole opening, with the keyboard."""
        self.page.get_by_role("button", name="Begin the call").click()
        self.page.locator(".bar").wait_for()
        while self.page.locator(".script").count():
            before = self.page.locator(".say").inner_text()
            self.confirm()
            self.page.wait_for_function(
                "before => document.querySelector('.say')?.textContent !== before", arg=before
            )

    def confirm(self) -> None:
        """Confirm the script in view, once its words have been in view for a moment."""
        self.page.evaluate(READ)
        self.page.keyboard.press("Control+Enter")

    def go(self, wanted: str) -> None:
        """Go to a question by its number or a word, as people do."""
        self.page.keyboard.press("Alt+g")
        self.page.keyboard.type(wanted)
        self.page.keyboard.press("Enter")

    def box(self, ref: str, part: str = "answer") -> Any:
        """The field of a ref."""
        return self.page.locator(f'[data-field="{ref}#{part}"]')

    def reload(self) -> None:
        """Load the page anew."""
        self.page.reload()
        self.page.locator(".bar").wait_for()

    def saved(self, patience: float = 30_000) -> None:
        """Wait until the page says that everything is saved."""
        self.page.locator('.saved[data-state="saved"]').wait_for(timeout=patience)

    def state(self) -> str:
        """What the light says: saved, busy or lost."""
        return str(self.page.locator(".saved").get_attribute("data-state"))

    def watch(self) -> None:
        """Write down everything that is shown as saved from now on."""
        self.page.evaluate(WATCH)

    def seen(self) -> list[list[str]]:
        """What was shown as saved: field and text."""
        found: list[list[str]] = self.page.evaluate("window.seen")
        return found


@dataclass
class Desk:
    """A server and everybody who may be called."""

    server: Server

    @contextmanager
    def window(self, context: BrowserContext, session: str) -> Iterator[CallPage]:
        """Open a call in a new window."""
        call = self.open(context, session)
        yield call
        call.page.close()

    def open(self, context: BrowserContext, session: str) -> CallPage:
        """Open a call; whoever is not signed in is signed in."""
        call = CallPage(context.new_page(), session)
        call.page.on("pageerror", lambda error: call.complaints.append(str(error)))
        call.page.on("dialog", lambda dialog: dialog.accept())
        token = "" if context.cookies() else f"?token={TOKEN}"
        call.page.goto(f"{self.server.address}/toolkit/call/{session}{token}")
        call.page.locator(".before button, .bar").first.wait_for()
        return call

    def events(self, session: str) -> list[Event]:
        """What the journal has of a session."""
        return self.server.place.events(session)

    def answers(self, session: str) -> dict[str, Answer]:
        """Latest answers by ref."""
        kinds = ("answer", "edit")
        return {
            event.node: Answer.from_json(event.new_value)
            for event in self.events(session)
            if event.event in kinds
        }

    def texts(self, session: str, ref: str) -> list[str]:
        """Everything that ever stood in a text, in order, as the journal has it."""
        found = [""]
        for event in self.events(session):
            if event.event == "answer" and event.node == ref:
                found.append(str(event.new_value.get("value", "")))
            elif event.event == "draft" and event.node == f"{ref}#answer":
                found.append(changed(found[-1], event.new_value))
        return found


def make_desk(folder: Path, people: int = 60, guide: str = "") -> Desk:
    """Make a study, consents and a server."""
    place = make_place(folder, guide, a_day=1000)
    place.consent(*(f"K{number:02d}" for number in range(1, people + 1)))
    server = Server(place, folder / "server")
    server.start()
    return Desk(server)


def context_of(browser: Browser, **more: Any) -> BrowserContext:
    """A browser context of the size that calls are laid out for.

    It is patient: on a busy machine a server may take long to come, which is nothing that a test
    of a page is about.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 720}, **more)
    context.set_default_timeout(_PATIENCE)
    return context
