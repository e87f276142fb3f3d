"""What tests of several rooms share: a real browser, and laws that are not timed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

# A busy machine must not make a law fail: laws say what holds, not how quickly.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but the pages under test may reach for the network.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; the test fails, and does not skip, where there is none."""
    wanted = os.environ.get("TOOLKIT_BROWSER")
    path = wanted or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "no Chromium was found; .ci/browser installs one or says how"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()
