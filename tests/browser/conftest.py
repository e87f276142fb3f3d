"""Pages in a real browser, with an eye on everything that they ask for and complain about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.calls import Desk, context_of, make_desk
from tests.browser.every_type import EVERY
from tests.browser.labs import LabDesk, make_lab


@dataclass
class Watched:
    """An open page with what it asked for and what it complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Opened = Callable[..., "contextmanager[Watched]"]


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One window for all files that the tests of a module open; a new one takes long."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(window: Page) -> Opened:
    """Open a file as a reader would: ``with opened(file, scheme="dark") as watched``."""

    @contextmanager
    def open_it(
        file: Path, *, scheme: str = "light", width: int = 1280, height: int = 720
    ) -> Iterator[Watched]:
        watched = Watched(window)
        listening = {
            "request": lambda request: watched.requests.append(request.url),
            "console": lambda said: watched.complaints.append(said.text),
            "pageerror": lambda error: watched.complaints.append(str(error)),
            "dialog": lambda dialog: watched.complaints.append(f"dialog {dialog.message}"),
        }
        window.set_viewport_size({"width": width, "height": height})
        window.emulate_media(color_scheme=scheme, media="screen")
        for event, heard in listening.items():
            window.on(event, heard)
        try:
            window.goto(file.as_uri())
            yield watched
        finally:
            for event, heard in listening.items():
                window.remove_listener(event, heard)

    return open_it


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody's browser, of the size that calls are laid out for."""
    made = context_of(browser)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all tests of a file, each of which holds a call of its own in it."""
    made = context_of(browser)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sample_study() -> Path:
    """Folder of the files of the sample study."""
    return Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"


@pytest.fixture(scope="session")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server for calls by the telephone guide; each test has people of its own."""
    made = make_desk(tmp_path_factory.mktemp("calls"), people=90)
    yield made
    made.server.kill()


@pytest.fixture(scope="session")
def lab_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabDesk]:
    """A JupyterLab with a study, which takes long to start: one for all."""
    made = make_lab(tmp_path_factory.mktemp("lab"), people=20)
    yield made
    made.server.kill()


@pytest.fixture(scope="session")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server for calls by a guide with every type of answer, in two languages."""
    made = make_desk(tmp_path_factory.mktemp("every"), people=230, guide=EVERY)
    yield made
    made.server.kill()
