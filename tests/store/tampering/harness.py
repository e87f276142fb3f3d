"""A study to tamper with, in files or on a server, and what has to be true whatever was done to it.

Whoever tampers has the key of the database, or administers the server; the keyring is not theirs.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from tests.store.postgres_server import PostgresServer
from toolkit.errors import Finding, StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.journal import attachments
from toolkit.store.journal.sealed import Row
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.journal.sealing import content_of, genesis, seal
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase, Secret
from toolkit.store.lifecycle.overview import verify_home

HERE = Path(__file__).parent
ABOUT = About("tampered", True, "2019-02-01")
WORDS = Passphrase(b"words that tests know")
APART = Passphrase(b"other words that tests know")
SAID = NewEvent("answer", "q3", 200, case="K02", session="K02")
NOISE = {"zeros": bytes(60).hex(), "noise": (bytes(range(80))).hex()}


@dataclass(frozen=True)
class Way:
    """One way to tamper, as a line of data: statements, and what is found."""

    name: str
    sql: list[str]
    codes: list[str]
    chained: bool = False
    undo: list[str] = field(default_factory=list)


def ways(*names: str) -> list[Way]:
    """The ways of some files of this folder."""
    told = [tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["way"] for name in names]
    return [Way(**each) for several in told for each in several]


def speak(store: SealedStore, monkeypatch: pytest.MonkeyPatch, earlier: Callable[[], None]) -> None:
    """Let five cases speak, two of them on tape, and one of them withdraw."""
    monkeypatch.setattr(attachments, "PIECE", 1000)
    said = [f"K0{n % 5 + 1}" for n in range(40)]
    store.append([NewEvent("answer", "q1", n, case=c, session=c) for n, c in enumerate(said)])
    for case in ("K01", "K02"):
        sound = io.BytesIO(case.encode() * 800)
        store.attach(case, case, sound, kind="audio", user="researcher-1", at=41)
    store.append([NewEvent("draw", start=42)])
    earlier()
    store.append([NewEvent("answer", "q2", 50 + n, case="K03", session="K03") for n in range(30)])
    store.withdraw("K05", user="researcher-1", at=99)


def chain_anew(run: Callable[..., list[Any]]) -> None:
    """Compute every seal anew and move the head, as anybody can who may write."""
    link, seq = genesis(ABOUT), 0
    columns = "seq, holder, pseudonym, session, sealed, chain"
    for each in run(f"SELECT {columns} FROM event ORDER BY seq"):
        row, seq = Row(*each), each[0]
        link = seal(link, content_of(row.stored(), seq))
        run("UPDATE event SET chain = ? WHERE seq = ?", [link, seq])
    run("UPDATE head SET seq = ?, chain = ?", [seq, link])


def key_of(keyring: Keyring) -> Secret:
    key = keyring.key("research/database")
    assert key is not None
    return key


def in_a_file(home: Home, key: Secret) -> dbapi2.Connection:
    """The file as somebody sees it who has its key, but goes round the store."""
    file = dbapi2.connect(str(home.research / "journal.db"), isolation_level=None, timeout=5)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    return file


def tamper_with_file(home: Home, key: Secret, way: Way) -> None:
    with closing(in_a_file(home, key)) as file:
        blobs = {name: f"x'{content}'" for name, content in NOISE.items()}

        def run(text: str, values: Iterable[Any] = ()) -> list[Any]:
            found: list[Any] = file.execute(text, tuple(values)).fetchall()
            return found

        for each in way.sql:
            run(_filled(each, blobs))
        if way.chained:
            chain_anew(run)


def tamper_on_server(running: PostgresServer, names: dict[str, str], way: Way) -> None:
    blobs = {name: f"decode('{content}', 'hex')" for name, content in NOISE.items()}
    quoted = {name: f'"{value}"' for name, value in names.items()}
    with running.admin(names["database"]) as admin:
        admin.execute("SET session_replication_role = replica; SET search_path = research")

        def run(text: str, values: Iterable[Any] = ()) -> list[Any]:
            done = admin.execute(text.replace("?", "%s"), list(values) or None)
            return done.fetchall() if done.description else []

        for each in way.sql:
            run(_filled(each, blobs | quoted))
        if way.chained:
            chain_anew(run)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def rows_in_file(home: Home, key: Secret) -> dict[bytes, list[Any]]:
    """Every row that stands in the file, whatever its tables are."""
    with closing(in_a_file(home, key)) as file:
        file.text_factory = bytes
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'evil%'"
        tables = [name for (name,) in file.execute(asked)]
        return {t: sorted(file.execute(f'SELECT * FROM "{t.decode()}"'), key=repr) for t in tables}


def rows_on_server(running: PostgresServer, names: dict[str, str]) -> dict[str, list[Any]]:
    """Every row that stands in the database, whatever its tables are."""
    with running.admin(names["database"]) as admin:
        admin.execute("SET search_path = research")
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'research' ORDER BY 1"
        tables = [name for (name,) in admin.execute(asked).fetchall()]
        every = {t: admin.execute(f'SELECT * FROM "{t}"').fetchall() for t in tables}
        return {name: sorted(rows, key=repr) for name, rows in every.items()}


def attempt(home: Home, keyring: Keyring) -> tuple[Finding, ...]:
    """Open the study as every command does; what it is refused for, or what was put right."""
    try:
        with closing(home.open_research(keyring)) as store:
            return store.findings
    except StoreError as refused:
        return refused.findings


def verified(home: Home, keyring: Keyring) -> tuple[Finding, ...]:
    """What `toolkit store verify` says, be it that there is nothing to verify."""
    try:
        return verify_home(home, keyring).findings
    except StoreError as refused:
        return refused.findings


def go_on_writing(store: SealedStore) -> None:
    """Append with a store that was open before: it refuses, or what was done shows all the same."""
    with closing(store), suppress(StoreError):
        store.append([SAID])


def check(found: tuple[Finding, ...], codes: list[str]) -> None:
    """Something is found, said in words with what to do, and it is what was done."""
    assert found, "nothing was found"
    assert all(each.found and each.rule and each.remedy for each in found)
    told = {each.code for each in found}
    assert told & set(codes), [str(each)[:200] for each in found]
