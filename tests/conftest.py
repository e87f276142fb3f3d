"""What tests of several rooms share: a browser, laws that are not timed, a run of the sample."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.second_study import make_second_project
from toolkit.demo import STUDY, Places, load, publish
from toolkit.publish.engine.light_imports import load_nbformat
from toolkit.store import Store
from toolkit.store.home import Home, find_home
from toolkit.store.lifecycle.unlocked import unlock

# Before any file of tests loads it: each worker starts two seconds sooner.
load_nbformat()

# A busy machine must not make a law fail: laws say what holds, not how quickly.
# The same cases every time: a red test must be red for everybody, on a slow machine too.
settings.register_profile("unhurried", deadline=None, derandomize=True)
settings.load_profile("unhurried")

ROOT = Path(__file__).parents[1]
Shared = Callable[[str, Callable[[Path], object]], Path]
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


def pytest_configure() -> None:
    """Let what tests start hear Ctrl+C, which a shell in the background tells us to ignore."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Do something costly once for all workers: ``shared("name", make)`` gives its folder."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder = root / name
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "made").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                (folder / "made").touch()
        return folder

    return once


@pytest.fixture(scope="session")
def sample_home(shared: Shared) -> Home:
    """Home of the data of the fictional sample study."""
    return find_home(shared("sample-data", lambda folder: load(places(folder))) / "data")


@pytest.fixture(scope="session")
def sample_store(sample_home: Home) -> Iterator[Store]:
    """The research store of the fictional sample study, to read from."""
    store = sample_home.open_research(unlock(sample_home))
    yield store
    store.close()


@pytest.fixture(scope="session")
def sample_run(shared: Shared, sample_home: Home) -> Path:
    """Folder of the outputs of a run on the fictional sample study."""
    made = shared("sample-run", lambda folder: publish(places(folder), sample_home))
    return made / "outputs" / STUDY


@pytest.fixture(scope="session")
def second_project(shared: Shared) -> Path:
    """A project with ``my-study``, its data and the notebooks; read it, and write elsewhere."""
    return shared("second-project", make_second_project)


def places(folder: Path) -> Places:
    """Take the study and its notebooks from the checkout, and put data and outputs apart."""
    return Places(
        study=ROOT / "topic_guides" / STUDY,
        notebooks=ROOT / "notebooks",
        data=folder / "data",
        outputs=folder / "outputs",
    )
