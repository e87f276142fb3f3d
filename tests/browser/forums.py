"""Forums on two screens in a real Chromium against a real Jupyter server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.calls import READ, context_of
from tests.capture.service.conftest import make_place
from tests.capture.service.servers import TOKEN, Server
from toolkit.capture import SessionState, SystemClock, replay
from toolkit.capture.service.forums.sessions import ForumDesk
from toolkit.capture.service.messages.forum import ForumEdit, ForumEdits, Named
from toolkit.capture.service.study import open_study
from toolkit.capture.session.course import course_of
from toolkit.guide import load_guide
from toolkit.store import Event

LETTERS = "ABCDEF"
OPENING = ("study", "role", "ground-rules", "support-worker", "withdrawal", "consent-check")
ROLES = {
    "facilitator": "facilitator-1",
    "note_taker": "note-taker-1",
    "support_worker": "support-worker-1",
}
NAMED = {
    "Facilitator (clause P09)": "facilitator-1",
    "Note taker (clause P09)": "note-taker-1",
    "Support worker (clause P10)": "support-worker-1",
}


@dataclass
class Screen:
    """One screen of a forum."""

    page: Page
    session: str
    role: str
    complaints: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Name who is there, and begin."""
        for label, who in NAMED.items():
            self.page.get_by_label(label).fill(who)
        self.page.get_by_role("button", name="Begin the forum").click()
        self.page.locator(".bar").wait_for()

    def say_the_opening(self) -> None:
        """Confirm each script with the keyboard, and answer that nothing is recorded."""
        while self.page.locator(".script").count():
            before = self.page.locator(".say").inner_text()
            self.confirm()
            self.page.wait_for_function(
                "before => document.querySelector('.say')?.textContent !== before", arg=before
            )
        self.page.keyboard.press("2")

    def confirm(self) -> None:
        """Confirm the script in view, once its words have been in view for a moment."""
        self.page.evaluate(READ)
        self.page.keyboard.press("Control+Enter")

    def go(self, wanted: str) -> None:
        """Go to a question by its number or a word."""
        self.page.keyboard.press("Alt+g")
        self.page.keyboard.type(wanted)
        self.page.keyboard.press("Enter")

    def turn(self, seat: int, text: str) -> None:
        """Write down what a seat says: its number, the words, Enter."""
        self.page.keyboard.press(str(seat))
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def react(self, letter: str, seat: int) -> None:
        """Write down how a seat takes it."""
        self.page.keyboard.press(f"Alt+{letter}")
        self.page.keyboard.press(str(seat))

    @property
    def area(self) -> Any:
        """The field for the turn that is being written."""
        return self.page.locator("textarea.turn")

    def saved(self, patience: float = 30_000) -> None:
        """Wait until the page says that everything is saved."""
        self.page.locator('.saved[data-state="saved"]').wait_for(timeout=patience)

    def words(self) -> list[str]:
        """The words of all turns that are shown."""
        return self.page.locator(".turns > li:not(.writing) .words").all_inner_texts()


@dataclass
class Forums:
    """A server, and people who have consented to the forums F1 to F9."""

    server: Server

    def open(self, context: BrowserContext, session: str, role: str) -> Screen:
        """Open a screen; whoever is not signed in is signed in."""
        screen = Screen(context.new_page(), session, role)
        screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        screen.page.on("dialog", lambda dialog: dialog.accept())
        token = "" if context.cookies() else f"&token={TOKEN}"
        screen.page.goto(f"{self.server.address}/toolkit/forum/{session}?as={role}{token}")
        screen.page.locator(".before, .bar").first.wait_for()
        return screen

    def prepare(self, session: str) -> None:
        """Begin a forum and say its opening, without a browser; the first question is in view."""
        study = open_study(self.server.place.protocol, self.server.place.data, "forum")
        desk = ForumDesk(study, "", SystemClock())
        seats = tuple(f"{session}-{letter}" for letter in LETTERS)
        desk.begin_forum(session, Named(seats=seats, **ROLES))
        steps = [ForumEdit(number=1, step="visit", ref="study", by="facilitator")]
        for number, script in enumerate(OPENING, start=2):
            steps.append(ForumEdit(number=number, step="confirm", ref=script, by="facilitator"))
        no = {"step": "answer", "ref": "recording", "answer": {"value": "no"}}
        for number, step in enumerate((no, {"step": "visit", "ref": "q1"}), start=8):
            steps.append(ForumEdit(number=number, by="facilitator", **step))
        desk.take(session, ForumEdits(client="preparing", edits=tuple(steps)))
        desk.close()

    @contextmanager
    def two(
        self, browser: Browser, session: str, *, begun: bool = True, **more: Any
    ) -> Iterator[tuple[Screen, Screen]]:
        """A forum on two browsers: the facilitator's and the note taker's."""
        if begun:
            self.prepare(session)
        first, second = context_of(browser, **more), context_of(browser, **more)
        leading = self.open(first, session, "facilitator")
        writing = self.open(second, session, "note-taker")
        yield leading, writing
        assert leading.complaints == []
        assert writing.complaints == []
        first.close()
        second.close()

    def events(self, session: str) -> list[Event]:
        """What the journal has of a forum."""
        return self.server.place.events(session)

    def state(self, session: str) -> SessionState:
        """What the journal comes to."""
        guide = load_guide(self.server.place.protocol / "parent-forum.yaml")
        return replay(guide, course_of(guide).program, self.events(session))


def make_forums(folder: Path, languages: str = "en") -> Forums:
    """Make a study, consents and a server."""
    place = make_place(folder)
    guide = place.protocol / "parent-forum.yaml"
    said = guide.read_text("utf-8").replace("languages: [en]", f"languages: [{languages}]")
    guide.write_text(said, "utf-8")
    people = [f"F{forum}-{letter}" for forum in range(1, 10) for letter in LETTERS]
    place.consent(*people, strand="forum")
    server = Server(place, folder / "server")
    server.start()
    return Forums(server)
