"""Every form of the store, for tests of what all of them promise."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.unlocking import make_locked_home
from toolkit.store import About, MemoryStore, Store
from toolkit.store.home import Home
from toolkit.store.keyring import Keyring
from toolkit.store.keys import Cost
from toolkit.store.passphrase import Passphrase
from toolkit.store.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
# A form is a function that gives a new view of one and the same store at each call, and whether
# what one view writes is seen by another: an encrypted form joins the list with one line.
FORMS = ("memory", "encrypted")
Opener = Callable[[], Store]
# Cheap to guess and quick to open, for tests of everything but the derivation itself.
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """The unlocked keyring of the made-up study, in a folder of its own."""
    made, _ = Keyring.create(tmp_path / "keys" / "keyring.json", ABOUT.study, PUBLIC, cost=CHEAP)
    return made


@pytest.fixture
def about() -> About:
    return ABOUT


@pytest.fixture(params=FORMS)
def opened(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> Iterator[Opener]:
    """Open the same store again and again."""
    views: list[Store] = []
    memory = MemoryStore(ABOUT)

    def opener() -> Store:
        if request.param == "memory":
            return memory
        views.append(EncryptedStore.create(tmp_path / "data", ABOUT, keyring))
        return views[-1]

    yield opener
    for view in views:
        view.close()


@pytest.fixture
def store(opened: Opener) -> Store:
    """One view of a new, empty store."""
    return opened()


@pytest.fixture
def pair(opened: Opener) -> tuple[Store, Store]:
    """Two views of one store, as two programs have them."""
    return opened(), opened()


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of sockets of our own, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="u-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def locked_home(tmp_path: Path, runtime: Path) -> Home:
    """A study that opens with its passphrase only."""
    return make_locked_home(tmp_path / "home").home
