"""A team's study on a server is backed up into files, restored as files, and destroyed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.backup import back_up
from toolkit.store.lifecycle.destruction import as_text, destroy_study
from toolkit.store.lifecycle.manifest import read_manifest
from toolkit.store.lifecycle.restore import home_of, restore
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.postgres.server import Server

ABOUT = About(study="young-carers", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
AT = 1_549_360_800_000
ME = "researcher-1"


@pytest.fixture
def home(services: PostgresServer, tmp_path: Path) -> Iterator[Home]:
    """A study on a server, with two participants, one of them on tape."""
    server = Server.of(ABOUT.study, services.host)
    folder = tmp_path / "home"
    told = {"cost": CHEAP, "server": server, "service": "administrator"}
    made = make_home(folder, ABOUT, PUBLIC, **told).home
    with closing(made.open_research(rings(made)[0])) as store:
        store.append([NewEvent("answer", case=each, session=each) for each in ("K01", "K02")])
        store.attach("K01", "K01", io.BytesIO(b"sound"), kind="audio", user=ME, at=AT)
    with closing(open_identities(made, rings(made)[1])) as identities:
        opened = identities.open(reason="recruitment", user=ME, at=AT)
        opened.enrol("K01", Person("canary of a name"), at=AT)
    yield made
    services.forget(server.research, server.identity, server.audit)


def rings(home: Home) -> tuple[Keyring, Keyring]:
    research = Keyring.unlock(home.research_keyring, PUBLIC)
    return research, Keyring.unlock(home.identity_keyring, PUBLIC)


def test_its_backup_is_restored_as_files_without_who_withdrew_since(
    home: Home, tmp_path: Path
) -> None:
    made = back_up(home, tmp_path / "backups", *rings(home), user=ME, at=AT)
    with closing(home.open_research(rings(home)[0])) as store:
        assert store.head() == made.heads["research"]
        store.withdraw("K02", user=ME, at=AT)
    told = read_manifest(made.folder)
    with pytest.raises(StoreError, match="STORE-105"):
        home_of(told, home.folder)
    there = home_of(told, tmp_path / "new", home.keys)
    done = restore(told, there, *rings(home), user=ME, at=AT)
    assert [(each.code, each.place) for each in done.findings] == [("STORE-052", "case K02")]
    with closing(there.open_research(rings(home)[0])) as store:
        assert [each.event for each in store.read(case="K02")] == ["withdrawn"]
        assert b"".join(store.attachment("K01-audio-1")) == b"sound"
        assert store.verify() == []
    with closing(open_identities(there, rings(home)[1])) as identities:
        opened = identities.open(reason="contact", user=ME, at=AT)
        assert opened.person("K01") == Person("canary of a name")


def test_destroyed_it_opens_no_more_and_the_certificate_names_what_is_to_be_dropped(
    home: Home,
) -> None:
    """P38: what is left on the server was sealed under keys that are nowhere any more."""
    told = destroy_study(home, *rings(home), confirm="young-carers", user=ME, at=AT)
    counts = told["counts"]
    # Somebody was enrolled, and nobody has taken part.
    assert (counts["events"], counts["people_enrolled"], counts["participants"]) == (3, 1, 0)
    assert "drop\nyoung-carers_research and young-carers_identity" in as_text(told)
    with pytest.raises(StoreError, match="STORE-102"):
        rings(home)
