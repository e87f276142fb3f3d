"""The form for teams: nothing lost and nothing changed unseen, whatever happens to the server."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.journal.schema import REVISION
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.postgres import database as postgres_database
from toolkit.store.postgres.guard import opening_to
from toolkit.store.postgres.server import Server
from toolkit.store.postgres.store import PostgresStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
KILLS = int(os.environ.get("TOOLKIT_KILLS", "200")) // 5
SAID = NewEvent("answer", node="q2", case="K01", session="K01", user="researcher-1")


@pytest.fixture
def store(team: Server, keyring: Keyring) -> Iterator[PostgresStore]:
    """A store with one event of K01."""
    made = PostgresStore(team, ABOUT, keyring)
    made.append([SAID])
    yield made
    made.close()


# Killed -------------------------------------------------------------------------------------


def write(team: Server, keyring: Keyring, case: str, told: int) -> None:
    """Append for ever; tell the number of each event once it is acknowledged."""
    store = PostgresStore(team, ABOUT, keyring)
    for count in range(1_000_000):
        said = NewEvent("answer", node=f"q{count}", case=case, session=case, new_value="x" * 300)
        written = store.append([said] * (1 + count % 3))
        os.write(told, b"".join(f"{each.seq} {case}\n".encode() for each in written))


def killed(team: Server, keyring: Keyring, cases: list[str], chance: random.Random) -> set[bytes]:
    """Let writers write, kill them, and give what was acknowledged."""
    listen, told = os.pipe()
    children = []
    for case in cases:
        child = os.fork()
        if child == 0:
            try:
                write(team, keyring, case, told)
            finally:
                os._exit(1)
        children.append(child)
    os.close(told)
    wanted, begun = chance.choice([0, 3, 9]), b""
    while begun.count(b"\n") < wanted:
        begun += os.read(listen, 65536)
    time.sleep(chance.random() * 0.01)
    for child in children:
        os.kill(child, signal.SIGKILL)
    died = {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children}
    assert died == {-signal.SIGKILL}, "no writer fails by itself"
    with os.fdopen(listen, "rb") as pipe:
        lines = (begun + pipe.read()).splitlines(keepends=True)
    return {line for line in lines if line.endswith(b"\n")}


def test_killed_writers_lose_no_acknowledged_event(team: Server, keyring: Keyring) -> None:
    chance, acknowledged = random.Random(7), set[bytes]()
    for round_ in range(KILLS // 2):
        cases = chance.sample([f"K{n:02d}" for n in range(1, 9)], 1 + 2 * (round_ % 2))
        acknowledged |= killed(team, keyring, cases, chance)
    store = PostgresStore(team, ABOUT, keyring)
    there = {f"{each.seq} {each.case}\n".encode() for each in store.read()}
    assert store.verify() == []
    store.close()
    assert acknowledged - there == set()
    assert len(acknowledged) > KILLS, "writers were killed while they wrote"


def test_a_server_that_stops_at_once_loses_no_acknowledged_event(
    store: PostgresStore, running: PostgresServer, team: Server, keyring: Keyring
) -> None:
    """As in a power cut of the server's programs: SIGQUIT, and its log is replayed on starting."""
    acknowledged = [each.seq for each in store.read()]
    stopping = threading.Timer(0.2, running.halt, [signal.SIGQUIT])
    stopping.start()
    with pytest.raises(StoreError, match="STORE-073"):
        acknowledged.extend(store.append([SAID])[0].seq for _ in range(100_000))
    stopping.join()
    with pytest.raises(StoreError, match="STORE-073"):
        store.append([SAID])
    running.start()
    there = [each.seq for each in store.read()]
    assert there == list(range(1, len(there) + 1))
    assert len(there) - 1 <= acknowledged[-1] <= len(there)
    assert store.verify() == []
    assert store.append([SAID])[-1].seq == len(there) + 1, "the same store goes on"


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'made-up_research'"


def cut(running: PostgresServer) -> None:
    with running.admin() as admin:
        admin.execute(CUT)


def test_a_connection_that_was_cut_is_told_once_and_made_anew(
    store: PostgresStore, running: PostgresServer
) -> None:
    cut(running)
    with pytest.raises(StoreError, match="STORE-073"):
        store.append([SAID])
    assert store.append([SAID], expect=1)[0].seq == 2


def test_what_was_begun_on_a_lost_connection_is_not_ended_on_another(
    store: PostgresStore, running: PostgresServer
) -> None:
    """Not even where somebody swallowed the first error."""
    database = store._database

    def swallowing() -> None:
        with database.writing():
            cut(running)
            for _ in range(3):
                with suppress(StoreError):
                    database.run("INSERT INTO withdrawn VALUES ('K09')")

    with pytest.raises(StoreError, match="STORE-073"):
        swallowing()
    assert store.withdrawn() == frozenset()
    assert store.append([SAID], expect=1)[0].seq == 2


# Several at once ----------------------------------------------------------------------------

OPEN = """
import json, sys
from toolkit.errors import ConflictError
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.postgres.store import PostgresStore
from toolkit.store.postgres.server import Server
keyring = Keyring.unlock(sys.argv[1], Passphrase.from_descriptor(0))
about = About(study="made-up", fictional=True, created="2019-02-01")
store = PostgresStore(Server.from_json(json.loads(sys.argv[2])), about, keyring)
"""
COUNTER = """
conflicts = done = last = count = 0
while done < 400:
    for event in store.read(session="F1", after=last):
        last, count = event.seq, count + 1
    try:
        store.append([NewEvent("turn", session="F1", new_value=count + 1)], expect=last)
        done += 1
    except ConflictError:
        conflicts += 1
print(conflicts)
"""


def program(text: str, team: Server, keyrings: Path) -> subprocess.Popen[bytes]:
    """Start a program that has the store open; the passphrase goes in by a descriptor."""
    words = [str(keyrings / "keys" / "keyring.json"), json.dumps(team.to_json())]
    command = [sys.executable, "-c", OPEN + text, *words]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert started.stdin is not None
    started.stdin.write(PUBLIC.reveal())
    started.stdin.close()
    started.stdin = None
    return started


def test_two_programs_on_one_session_never_overwrite_each_other(
    store: PostgresStore, team: Server, tmp_path: Path
) -> None:
    both = [program(COUNTER, team, tmp_path) for _ in range(2)]
    conflicts = [int(each.communicate(timeout=120)[0]) for each in both]
    turns = [each.new_value for each in store.read(session="F1")]
    assert turns == list(range(1, 801)), "each writer built on what the other had written"
    assert sum(conflicts) > 0, "and they did get in each other's way"
    assert store.verify() == []


def test_a_writer_that_keeps_its_lock_is_told_to_the_others(
    team: Server, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_database, "_PATIENCE", 1)
    store, other = (PostgresStore(team, ABOUT, keyring) for _ in range(2))
    with other._database.writing(), pytest.raises(StoreError, match=r"STORE-014 .*1 seconds"):
        store.append([SAID])
    assert store.append([SAID])[0].seq == 1
    store.close()
    other.close()


def test_verification_sees_one_state_while_others_write(
    store: PostgresStore, team: Server, keyring: Keyring
) -> None:
    other = PostgresStore(team, ABOUT, keyring)
    with store._database.snapshot():
        assert store._table.head().seq == 1
        other.append([SAID, SAID])
        assert store._table.head().seq == 1
        assert len(list(store._table.rows())) == 1
    assert store._table.head().seq == 3
    other.close()


# Changed behind its back --------------------------------------------------------------------

TAMPERING = {
    "a changed content": ("UPDATE event SET sealed = '\\x00' WHERE seq = 3", "STORE-020", 3),
    "a changed case": ("UPDATE event SET pseudonym = 'K02' WHERE seq = 1", "STORE-020", 1),
    "a changed holder": ("UPDATE event SET holder = 'K02' WHERE seq = 1", "STORE-020", 1),
    "a changed session": ("UPDATE event SET session = '' WHERE seq = 2", "STORE-020", 2),
    "a dropped event": ("DELETE FROM event WHERE seq = 3", "STORE-021", 4),
    "a reordered event": ("UPDATE event SET seq = 9 WHERE seq = 2", "STORE-021", 3),
    "a truncated journal": ("DELETE FROM event WHERE seq = 5", "STORE-023", 5),
}


@pytest.mark.parametrize(("statement", "code", "seq"), TAMPERING.values(), ids=TAMPERING)
def test_not_even_a_superuser_who_turns_the_guards_off_changes_anything_unseen(
    store: PostgresStore, team: Server, running: PostgresServer,
    statement: str, code: str, seq: int,
) -> None:  # fmt: skip
    store.append([SAID] * 4)
    assert store.verify() == []
    with running.admin(team.research) as admin:
        admin.execute("SET session_replication_role = replica; SET search_path = research")
        admin.execute(statement)
    found = [(each.code, each.place) for each in store.verify()]
    assert found[0] == (code, f"event {seq}")


def test_an_older_copy_put_in_place_does_not_bring_back_who_withdrew(
    store: PostgresStore, team: Server, running: PostgresServer, keyring: Keyring
) -> None:
    """P26: the keyring, which is in no backup, knows better."""
    store.append([SAID, NewEvent("draw")])
    store.close()
    with running.admin() as admin:
        admin.execute(f'CREATE DATABASE copy TEMPLATE "{team.research}"')
        latest = PostgresStore(team, ABOUT, keyring)
        latest.withdraw("K01", user="researcher-1", at=7)
        latest.close()
        admin.execute(f'DROP DATABASE "{team.research}" WITH (FORCE)')
        admin.execute(f'ALTER DATABASE copy RENAME TO "{team.research}"')
        for statement in opening_to(team, team.research):  # as it was: others look at it after us
            admin.execute(statement)
    restored = PostgresStore(team, ABOUT, keyring)
    assert [each.code for each in restored.findings] == ["STORE-052"]
    assert [each.event for each in restored.read()] == ["draw", "withdrawn"]
    assert restored.verify() == []
    restored.close()


# Settings of the server ---------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_could_lose_what_it_acknowledged_is_refused(
    team: Server, keyring: Keyring, running: PostgresServer, setting: str
) -> None:
    with running.admin() as admin:
        admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")
        try:
            time.sleep(0.3)
            with pytest.raises(StoreError, match=f"STORE-076 .*{setting} is off"):
                PostgresStore(team, ABOUT, keyring)
        finally:
            admin.execute(f"ALTER SYSTEM RESET {setting}")
            admin.execute("SELECT pg_reload_conf()")
            time.sleep(0.3)


@pytest.mark.parametrize(
    ("given", "used"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")],
)
def test_an_acknowledged_event_is_on_the_disk_whatever_the_server_is_set_to(
    team: Server, keyring: Keyring, running: PostgresServer, given: str, used: str
) -> None:
    change = f'ALTER ROLE "{team.research}" SET synchronous_commit = {given}'
    with running.admin() as admin:
        admin.execute(change)
        store = PostgresStore(team, ABOUT, keyring)
        assert store._database.run("SHOW synchronous_commit") == [(used,)]
        admin.execute(f'ALTER ROLE "{team.research}" RESET synchronous_commit')
    store.close()


def test_a_server_that_takes_nothing_is_told(
    team: Server, keyring: Keyring, running: PostgresServer
) -> None:
    store = PostgresStore(team, ABOUT, keyring)
    store._database.run("SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match=r"STORE-015 .*read-only"):
        store.append([NewEvent("draw")])
    store.close()


# Messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO withdrawn VALUES (?), (?)", ["canary", "canary"]),
        ("SELECT * FROM event WHERE seq = ?", ["canary"]),
        ("INSERT INTO event VALUES (?, '', '', '', ?, '')", [9, b"canary"]),
        ("SELECT canary", []),
    ],
)
def test_a_refusal_of_the_server_never_repeats_a_value(
    store: PostgresStore, statement: str, values: list[object]
) -> None:
    with pytest.raises(StoreError, match="STORE-015") as refused:
        store._database.run(statement, values)
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_store_of_another_study_or_revision_is_refused(
    store: PostgresStore, team: Server, keyring: Keyring, tmp_path: Path, running: PostgresServer
) -> None:
    theirs, _ = Keyring.create(tmp_path / "theirs.json", "another", PUBLIC, cost=CHEAP)
    with pytest.raises(StoreError, match="STORE-051"):
        PostgresStore(team, ABOUT, theirs)
    fresh, _ = Keyring.create(tmp_path / "fresh.json", "made-up", PUBLIC, cost=CHEAP)
    with pytest.raises(StoreError, match="STORE-057"):
        PostgresStore(team, ABOUT, fresh)
    with pytest.raises(StoreError, match=r"STORE-044 .*another store"):
        PostgresStore(team, About("made-up", fictional=False, created="2019-02-01"), keyring)
    with running.admin(team.research) as admin:
        change = "UPDATE research.alembic_version SET version_num = '{}'"
        for version, code in (("9999", "STORE-043"), ("0001", "STORE-120")):
            admin.execute(change.format(version))
            with pytest.raises(StoreError, match=code):
                PostgresStore(team, ABOUT, keyring)
        admin.execute(change.format(REVISION))
