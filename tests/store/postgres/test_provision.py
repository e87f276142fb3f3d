"""A team's study is made on a server whole or not at all, and opened from its home like any."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.postgres.server import Server
from toolkit.store.postgres.store import PostgresStore

ABOUT = About(study="young-carers", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")


@pytest.fixture
def server(services: PostgresServer) -> Iterator[Server]:
    """Where the study may be kept; nothing of it is there yet, nor afterwards."""
    place = Server.of(ABOUT.study, services.host)
    yield place
    services.forget(place.research, place.identity, place.audit)


def made(folder: Path, server: Server, service: str = "administrator") -> Home:
    return make_home(folder, ABOUT, PUBLIC, cost=CHEAP, server=server, service=service).home


def there(services: PostgresServer) -> list[str]:
    """Databases and roles of the study."""
    asked = (
        "SELECT datname FROM pg_database WHERE datname LIKE 'young%' "
        "UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'young%' ORDER BY 1"
    )
    with services.admin() as admin:
        return [row[0] for row in admin.execute(asked)]


def test_a_home_opens_its_stores_wherever_they_are(
    server: Server, services: PostgresServer, tmp_path: Path
) -> None:
    made(tmp_path / "home", server)
    home = find_home(tmp_path / "home")
    assert home.server == server
    research = home.open_research(Keyring.unlock(home.research_keyring, PUBLIC))
    assert isinstance(research, PostgresStore)
    research.append([NewEvent("draw")])
    assert research.verify() == []
    research.close()
    identities = open_identities(home, Keyring.unlock(home.identity_keyring, PUBLIC))
    opened = identities.open(reason="recruitment", user="researcher-1", at=1)
    opened.enrol("K01", Person("somebody"), at=2)
    assert len(list(identities.openings())) == 1
    identities.close()
    assert not list(tmp_path.rglob("journal.db"))
    assert there(services) == [
        "young-carers_identity", "young-carers_identity", "young-carers_identity_audit",
        "young-carers_identity_owner", "young-carers_research", "young-carers_research",
        "young-carers_research_owner",
    ]  # fmt: skip


def test_no_password_stands_in_the_home_or_in_the_server_s_log(
    server: Server, services: PostgresServer, tmp_path: Path
) -> None:
    """P32: they are keys of the keyring, and the server gets a verifier only."""
    with services.admin() as admin:
        admin.execute("ALTER SYSTEM SET log_statement = 'all'")
        admin.execute("SELECT pg_reload_conf()")
        home = made(tmp_path / "home", server)
        admin.execute("ALTER SYSTEM RESET log_statement")
        admin.execute("SELECT pg_reload_conf()")
    log = (services.folder / "log").read_bytes()
    assert b"SCRAM-SHA-256$" in log, "what is said to the server is seen"
    ring = Keyring.unlock(home.research_keyring, PUBLIC)
    people = Keyring.unlock(home.identity_keyring, PUBLIC)
    names = ((ring, "research/role"), (people, "identity/role"), (people, "identity-audit/role"))
    passwords = [key.reveal().hex() for each, name in names if (key := each.key(name))]
    assert len(set(passwords)) == 3
    files = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    for each in passwords:
        assert each.encode() not in b"\n".join([log, *files])


def test_what_is_there_already_is_left_alone_and_what_was_begun_is_taken_away(
    server: Server, services: PostgresServer, tmp_path: Path
) -> None:
    with services.admin() as admin:
        admin.execute(f'CREATE DATABASE "{server.identity}"')
    with pytest.raises(StoreError, match=r"STORE-077 .*database of this study is there already"):
        made(tmp_path / "home", server)
    assert there(services) == [server.identity], "roles and the other database are gone again"
    with pytest.raises(StoreError, match="STORE-011"):
        find_home(tmp_path / "home")


def test_an_administrator_who_may_not_make_databases_is_told(
    server: Server, services: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = tmp_path / "services.conf"
    who.write_text("[nobody]\nuser=visitor\npassword=visiting\n", encoding="ascii")
    monkeypatch.setenv("PGSERVICEFILE", str(who))
    with services.admin() as admin:
        admin.execute("CREATE ROLE visitor LOGIN PASSWORD 'visiting'")
        with pytest.raises(StoreError, match=r"STORE-077 .*administrator may not"):
            made(tmp_path / "home", server, "nobody")
        admin.execute("DROP ROLE visitor")
    assert there(services) == []


def test_an_administrator_need_not_be_a_superuser(
    server: Server, services: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = tmp_path / "services.conf"
    who.write_text("[maker]\nuser=maker\npassword=making\n", encoding="ascii")
    monkeypatch.setenv("PGSERVICEFILE", str(who))
    with services.admin() as admin:
        admin.execute("CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'making'")
    home = made(tmp_path / "home", server, "maker")
    home.open_research(Keyring.unlock(home.research_keyring, PUBLIC)).close()
    services.forget(server.research, server.identity, server.audit)
    with services.admin() as admin:
        admin.execute("DROP ROLE maker")


def test_a_long_study_id_still_gives_names_that_differ() -> None:
    long = "s" * 60
    names = [Server.of(each, "/run") for each in (f"{long}1", f"{long}2", "short")]
    assert len({name for each in names for name in (each.research, each.identity)}) == 6
    assert all(len(f"{each.audit}_owner") < 63 for each in names)


@pytest.mark.parametrize("harm", [{"port": "5432"}, {"form": "mysql"}, {"host": None}])
def test_a_home_whose_server_cannot_be_read_is_told(
    tmp_path: Path, harm: dict[str, object]
) -> None:
    make_home(tmp_path / "home", ABOUT, PUBLIC, cost=CHEAP)
    path = tmp_path / "home" / "home.json"
    told = json.loads(path.read_text())
    place = Server.of(ABOUT.study, "db.example.org").to_json()
    path.write_text(json.dumps(told | {"server": place}))
    assert find_home(tmp_path / "home").server == Server.of(ABOUT.study, "db.example.org")
    path.write_text(json.dumps(told | {"server": place | harm}))
    with pytest.raises(StoreError, match="STORE-013"):
        find_home(tmp_path / "home")


def test_the_command_makes_a_team_s_study_and_verifies_it(
    services: PostgresServer, tmp_path: Path
) -> None:
    """No password is in an argument: the administrator's is libpq's to find."""
    (tmp_path / "words").touch(mode=0o600)
    (tmp_path / "words").write_bytes(PUBLIC.reveal())
    study = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"
    given = ["--passphrase-file", "words"]
    (tmp_path / "others").touch(mode=0o600)
    (tmp_path / "others").write_bytes(b"another phrase, for names alone")
    apart = ["--identity-passphrase-file", "others"]
    who = ["--service", "administrator"]
    told = ["--server", services.host, *who, "--recovery-file", "recovery"]
    server = Server.of("parents-and-social-care", services.host)
    for words in (
        ["init", str(study), *told, *apart],
        ["verify"],
        ["info"],
        ["migrate", *who, *apart],
    ):
        command = [sys.executable, "-m", "toolkit", "store", *words, *given]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert find_home(tmp_path / ".studies" / server.research.removesuffix("_research")).server
    services.forget(server.research, server.identity, server.audit)
