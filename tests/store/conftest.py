"""Every form of the store, for tests of what all of them promise."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.postgres_server import PostgresServer
from tests.store.unlocking import make_locked_home
from toolkit.store import About, MemoryStore, Store
from toolkit.store.home import Home
from toolkit.store.journal.sealing import genesis
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.postgres.provision import provision
from toolkit.store.postgres.server import Server, part_of, role_password
from toolkit.store.postgres.store import PostgresStore
from toolkit.store.proof.head_proof import HeadProof
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
# A form is a function that gives a new view of one and the same store at each call, and whether
# what one view writes is seen by another: an encrypted form joins the list with one line.
FORMS = ("memory", "encrypted", "postgresql")
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


@pytest.fixture(scope="session")
def running() -> Iterator[PostgresServer]:
    """A PostgreSQL server; started where a test asks for it, once."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def services(running: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """Let libpq find who administers the server."""
    monkeypatch.setenv("PGSERVICEFILE", str(running.services))
    return running


@pytest.fixture(scope="session")
def standing(running: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The databases of one study, made once: making them takes much longer than emptying them."""
    path = tmp_path_factory.mktemp("standing") / "keyring.json"
    ring, _ = Keyring.create(path, ABOUT.study, PUBLIC, cost=CHEAP)
    server = Server.of(ABOUT.study, running.host)
    holds = ("research", "identity", "identity-audit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(running.services))
        stores = [(replace(ABOUT, holds=each), ring) for each in holds]
        provision(server, stores, service="administrator")
    return server


@pytest.fixture
def team(standing: Server, running: PostgresServer, keyring: Keyring) -> Server:
    """Where the stores of the made-up study are, all empty, with passwords of the keyring."""
    for holds in ("research", "identity", "identity-audit"):
        part = part_of(standing, holds)
        password = role_password(keyring, holds, make=True)
        about = replace(ABOUT, holds=holds)
        first = genesis(about)
        proved = (first, HeadProof(keyring, about).of(0, first, ()))
        running.empty(part.database, part.schema, proved, part.writer, password)
    return standing


@pytest.fixture(params=FORMS)
def opened(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> Iterator[Opener]:
    """Open the same store again and again."""
    views: list[Store] = []
    memory = MemoryStore(ABOUT)
    team = request.getfixturevalue("team") if request.param == "postgresql" else None

    def opener() -> Store:
        if request.param == "memory":
            return memory
        if team is not None:
            views.append(PostgresStore(team, ABOUT, keyring))
        else:
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
