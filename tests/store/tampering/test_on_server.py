"""Whatever an administrator of the server does to a journal is found, and nothing is lost.

Each way has a fresh copy of the database. A tenth is tried, drawn with a seed that stands here,
unless `TAMPERING=all` is set (as `make torture` does).
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import sql

from tests.store.conftest import CHEAP
from tests.store.postgres_server import PostgresServer
from tests.store.tampering import harness
from tests.store.tampering.harness import ABOUT, APART, WORDS, Way, check, ways
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.making import make_home
from toolkit.store.postgres.guard import opening_to
from toolkit.store.postgres.server import Server, part_of

SEED = 20190213
ROWS, SERVER = ways("rows"), ways("server")
CLEAN = "tampered_clean"


def drawn(several: list[Way]) -> Any:
    """All of them, or a tenth, each under its own name."""
    if os.environ.get("TAMPERING") != "all":
        several = random.Random(SEED).sample(several, -(-len(several) // 10))
    return pytest.mark.parametrize("way", several, ids=[each.name for each in several])


@pytest.fixture(scope="module")
def server(running: PostgresServer) -> Iterator[Server]:
    told = Server.of(ABOUT.study, running.host)
    yield told
    running.forget(told.research, told.identity, told.audit, CLEAN)


@pytest.fixture(scope="module")
def spoken(
    server: Server, running: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Home:
    """A study on the server, and a copy of its database."""
    folder = tmp_path_factory.mktemp("tampering") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(running.services))
        given = {"identity_passphrase": APART, "cost": CHEAP, "server": server}
        home = make_home(folder, ABOUT, WORDS, **given, service="administrator").home
        keyring = Keyring.unlock(home.research_keyring, WORDS)
        store = home.open_research(keyring)
        with closing(store):
            harness.speak(store, patch, lambda: None)
    copy(running, server.research, CLEAN)
    shutil.copy(home.keys / "research.newest", folder / "note")
    return home


def copy(running: PostgresServer, source: str, target: str) -> None:
    with running.admin() as admin:
        names = [sql.Identifier(each) for each in (target, source)]
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {0} WITH (FORCE)").format(names[0]))
        admin.execute(sql.SQL("CREATE DATABASE {0} TEMPLATE {1}").format(*names))


@pytest.fixture
def home(spoken: Home, server: Server, running: PostgresServer) -> Home:
    """The study as it was, whatever was done to it before."""
    copy(running, CLEAN, server.research)
    shutil.copy(spoken.folder / "note", spoken.keys / "research.newest")
    with running.admin() as admin:
        for statement in opening_to(server, server.research):
            admin.execute(statement)
    return spoken


@pytest.fixture
def names(server: Server) -> dict[str, str]:
    part = part_of(server, "research")
    return {"database": part.database, "writer": part.writer, "owner": part.owner}


def unlocked(home: Home) -> Keyring:
    return Keyring.unlock(home.research_keyring, WORDS)


def test_a_study_that_nobody_touched_is_good(home: Home) -> None:
    assert harness.attempt(home, unlocked(home)) == ()
    assert harness.verified(home, unlocked(home)) == ()


@drawn([*ROWS, *SERVER])
def test_tampering_on_a_server_is_found_and_nothing_is_lost(
    home: Home, running: PostgresServer, names: dict[str, str], way: Way
) -> None:
    keyring = unlocked(home)
    try:
        harness.tamper_on_server(running, names, way)
        before = harness.rows_on_server(running, names), keyring.names(), keyring.destroyed()
        check(harness.attempt(home, keyring) or harness.verified(home, keyring), way.codes)
        check(harness.verified(home, keyring), way.codes)
        after = harness.rows_on_server(running, names), keyring.names(), keyring.destroyed()
        assert after == before
    finally:
        harness.tamper_on_server(running, names, Way("", way.undo, []))


@drawn(ROWS)
def test_whoever_goes_on_writing_meanwhile_does_not_hide_it(
    home: Home, running: PostgresServer, names: dict[str, str], way: Way
) -> None:
    keyring = unlocked(home)
    store = home.open_research(keyring)
    harness.tamper_on_server(running, names, way)
    harness.go_on_writing(store)
    assert harness.verified(home, keyring), "an append made it good"


def test_a_database_that_is_set_back_is_found(
    home: Home, running: PostgresServer, names: dict[str, str]
) -> None:
    keyring = unlocked(home)
    with closing(home.open_research(keyring)) as store:
        store.append([harness.SAID])
    copy(running, CLEAN, names["database"])
    with running.admin() as admin:
        assert home.server is not None
        for statement in opening_to(home.server, names["database"]):
            admin.execute(statement)
    check(harness.attempt(home, keyring), ["STORE-119"])
    check(harness.verified(home, keyring), ["STORE-119"])
