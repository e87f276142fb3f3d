"""An older store comes to the newest tables on a copy first, whole or not at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, StaticPool, create_engine, inspect
from sqlcipher3 import dbapi2

import toolkit.store
from toolkit.errors import StoreError
from toolkit.store import About, Event, NewEvent
from toolkit.store.journal.schema import OLDEST, REVISION
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret
from toolkit.store.lifecycle.migration import NEXT, migrate_file, steps_in_a_file
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
# Word for word as the first version made them, before there were numbered revisions.
FIRST = """
    CREATE TABLE IF NOT EXISTS about (told TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS event (
        seq INTEGER PRIMARY KEY, holder TEXT NOT NULL, pseudonym TEXT NOT NULL,
        session TEXT NOT NULL, sealed BLOB NOT NULL, chain TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS event_by_session ON event (session, seq);
    CREATE INDEX IF NOT EXISTS event_by_case ON event (pseudonym, seq);
    CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, chain TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS withdrawn (pseudonym TEXT PRIMARY KEY);
    PRAGMA user_version = 1;
"""
TABLES = ("about", "event", "head", "withdrawn")


def raw(path: Path, key: Secret) -> dbapi2.Connection:
    """The file as somebody sees it who has its key, but goes round the store."""
    file = dbapi2.connect(str(path), isolation_level=None, timeout=1)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    return file


def forget_proofs(keyring: Path) -> None:
    """Take out of a keyring what an older version did not write."""
    told = json.loads(keyring.read_bytes())
    del told["destroyed_by_us"], told["keys"]["research/proved"]
    keyring.write_text(json.dumps(told))


@pytest.fixture
def key(keyring: Keyring) -> Secret:
    return keyring.ensure("research/database")


@pytest.fixture
def folder(tmp_path: Path, keyring: Keyring, key: Secret) -> Path:
    """Folder of a store of the first version: three cases spoke, one of them withdrew."""
    made = EncryptedStore.create(tmp_path / "research", ABOUT, keyring)
    said = [NewEvent("answer", case=f"K0{n % 3}", session=f"K0{n % 3}") for n in range(60)]
    made.append([*said, NewEvent("draw")])
    made.withdraw("K02", user="researcher-1", at=7)
    rows = {name: made._database.run(f"SELECT * FROM {name}") for name in TABLES}
    rows["head"] = [each[:3] for each in rows["head"]]
    made.close()
    forget_proofs(tmp_path / "keys" / "keyring.json")
    path = tmp_path / "research" / "journal.db"
    path.unlink()
    file = raw(path, key)
    file.executescript("PRAGMA journal_mode = WAL;" + FIRST)
    for name, found in rows.items():
        marks = ", ".join("?" * len(found[0]))
        file.executemany(f"INSERT INTO {name} VALUES ({marks})", found)
    file.close()
    return tmp_path / "research"


def read(folder: Path, keyring: Keyring) -> list[Event]:
    store = EncryptedStore(folder, keyring)
    assert store.verify() == []
    events = list(store.read())
    store.close()
    return events


def refused(folder: Path, keyring: Keyring) -> tuple[str, str]:
    with pytest.raises(StoreError) as fault:
        migrate_file(folder, keyring)
    return fault.value.findings[0].code, str(fault.value)


def told(folder: Path, key: Secret) -> list[Any]:
    """Everything that stands in the file."""
    file = raw(folder / "journal.db", key)
    names = [n for (n,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [(name, list(file.execute(f"SELECT * FROM {name}"))) for name in sorted(names)]
    file.close()
    return rows


def test_an_older_store_says_what_to_do_and_is_left_alone(folder: Path, keyring: Keyring) -> None:
    before = (folder / "journal.db").read_bytes()
    with pytest.raises(StoreError, match=r"STORE-070 .*0001.*toolkit store migrate"):
        EncryptedStore(folder, keyring)
    assert (folder / "journal.db").read_bytes() == before


def test_a_store_of_the_first_version_is_migrated_with_all_that_was_said(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    before = dict(told(folder, key))
    done = migrate_file(folder, keyring)
    assert (done.holds, done.before, done.after) == ("research", OLDEST, REVISION)
    after = dict(told(folder, key))
    after["head"] = [each[:3] for each in after["head"]]
    assert {name: after[name] for name in TABLES} == {name: before[name] for name in TABLES}
    events = read(folder, keyring)
    assert [e.seq for e in events if e.case == "K02"] == [62], "who withdrew stays withdrawn"
    assert len(events) == 42
    store = EncryptedStore(folder, keyring)
    assert store.append([NewEvent("draw")])[0].seq == 63
    store.close()


def test_no_part_of_the_copy_stays_behind_or_was_ever_in_plain(
    folder: Path, keyring: Keyring
) -> None:
    migrate_file(folder, keyring)
    assert sorted(each.name for each in folder.iterdir()) == ["journal.db", "study.json"]
    assert b"SQLite format 3" not in (folder / "journal.db").read_bytes()


def test_a_store_that_is_new_enough_is_not_touched(folder: Path, keyring: Keyring) -> None:
    migrate_file(folder, keyring)
    before = (folder / "journal.db").stat()
    done = migrate_file(folder, keyring)
    assert (done.before, done.after) == (REVISION, REVISION)
    assert (folder / "journal.db").stat().st_ino == before.st_ino


def test_a_newer_store_is_refused(folder: Path, keyring: Keyring, key: Secret) -> None:
    migrate_file(folder, keyring)
    file = raw(folder / "journal.db", key)
    file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    assert refused(folder, keyring)[0] == "STORE-043"


def test_a_store_that_somebody_has_open_is_not_migrated(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    other = raw(folder / "journal.db", key)
    other.execute("SELECT count(*) FROM event").fetchone()
    assert refused(folder, keyring)[0] == "STORE-071"
    other.close()
    assert migrate_file(folder, keyring).after == REVISION


def test_a_step_that_fails_half_way_leaves_the_store_as_it_was(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    """The second half of step 0002 meets a trigger that has its name already."""
    file = raw(folder / "journal.db", key)
    file.execute("CREATE TRIGGER event_moves_head AFTER INSERT ON event BEGIN SELECT 1; END")
    file.close()
    before = told(folder, key)
    code, message = refused(folder, keyring)
    assert (code, "event_moves_head already exists" in message) == ("STORE-072", True)
    assert told(folder, key) == before
    assert not list(folder.glob(f"{NEXT}*"))


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE event SET chain = 'x' WHERE seq = 9", "not whole: STORE-020 event 9"),
        ("DELETE FROM event WHERE seq = 62", "not whole: STORE-023 event 62"),
        ("UPDATE event SET sealed = zeroblob(40) WHERE seq = 1", "not whole: STORE-020 event 1"),
    ],
)
def test_a_copy_that_is_not_whole_does_not_take_the_place_of_the_store(
    folder: Path, keyring: Keyring, key: Secret, harm: str, problem: str
) -> None:
    file = raw(folder / "journal.db", key)
    file.execute(harm)
    file.close()
    before = told(folder, key)
    code, message = refused(folder, keyring)
    assert (code, problem in message) == ("STORE-072", True)
    assert told(folder, key) == before


def test_a_copy_that_ends_elsewhere_does_not_take_the_place_of_the_store(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    """A trigger of somebody else moves the head while the steps run."""
    file = raw(folder / "journal.db", key)
    file.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    file.execute("INSERT INTO alembic_version VALUES ('0001')")
    file.execute(
        "CREATE TRIGGER meddling AFTER UPDATE ON alembic_version "
        "BEGIN UPDATE head SET seq = seq - 1; END"
    )
    file.close()
    code, message = refused(folder, keyring)
    assert (code, "meddling" in message) == ("STORE-072", True)
    with pytest.raises(StoreError, match="STORE-070"):
        EncryptedStore(folder, keyring)


# Killed half-way ----------------------------------------------------------------------------


def kill_at(moment: str, folder: Path) -> None:
    """Die right before the copy takes the place of the store, or right afterwards."""

    def hook(name: str, args: tuple[Any, ...]) -> None:
        renames = name == "os.rename" and str(args[0]).endswith(NEXT)
        renamed = name == "open" and str(args[0]) == str(folder)
        if (renames and moment == "before") or (renamed and moment == "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def in_a_child(folder: Path, keyring: Keyring, *, at: str = "") -> int:
    """Migrate in a child; it can be made to die at a moment."""
    child = os.fork()
    if child == 0:
        try:
            kill_at(at, folder)
            migrate_file(folder, keyring)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def died(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_killed_before_the_copy_takes_its_place_the_old_store_is_whole(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    before = told(folder, key)
    assert died(in_a_child(folder, keyring, at="before")) == -signal.SIGKILL
    assert (folder / NEXT).exists(), "it was killed with the copy ready"
    assert told(folder, key) == before
    assert migrate_file(folder, keyring).before == OLDEST
    assert len(read(folder, keyring)) == 42
    assert not list(folder.glob(f"{NEXT}*"))


def leave_a_full_log(folder: Path, key: Secret) -> None:
    """Leave the log that a killed writer leaves: its last commit stands in it alone."""
    file = raw(folder / "journal.db", key)
    file.execute("PRAGMA wal_autocheckpoint = 0")
    file.execute("DELETE FROM withdrawn")
    file.execute("INSERT INTO withdrawn VALUES (?)", ["K02"])
    names = [folder / name for name in ("journal.db", "journal.db-wal")]
    kept = [each.read_bytes() for each in names]
    file.close()
    for each, content in zip(names, kept, strict=True):
        each.write_bytes(content)


def test_killed_after_the_copy_took_its_place_the_new_store_is_whole(
    folder: Path, keyring: Keyring, key: Secret
) -> None:
    """The log of the old store is gone by then: it would be played into the new one."""
    leave_a_full_log(folder, key)
    assert (folder / "journal.db-wal").stat().st_size > 0
    assert died(in_a_child(folder, keyring, at="after")) == -signal.SIGKILL
    assert not list(folder.glob("journal.db-*"))
    assert len(read(folder, keyring)) == 42


def test_killed_at_any_moment_the_store_is_the_old_or_the_new_one(
    folder: Path, keyring: Keyring, key: Secret, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "first")
    ring = tmp_path / "keys" / "keyring.json"
    first_ring = ring.read_bytes()
    before = {name: rows for name, rows in told(folder, key) if name in TABLES}
    began = time.monotonic()
    migrate_file(folder, keyring)
    takes = time.monotonic() - began
    chance, killed = random.Random(7), 0
    for _ in range(12):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "first", folder)
        ring.write_bytes(first_ring)
        child = in_a_child(folder, keyring)
        time.sleep(chance.random() * takes * 1.5)
        os.kill(child, signal.SIGKILL)
        killed += died(child) == -signal.SIGKILL
        now = {n: rows for n, rows in told(folder, key) if n in TABLES}
        assert now | {"head": [each[:3] for each in now["head"]]} == before
        migrate_file(folder, keyring)
        assert len(read(folder, keyring)) == 42
    assert killed > 3, "some were killed on the way"


# New stores get the same tables -------------------------------------------------------------


def shape(inspector: Inspector) -> dict[str, Any]:
    """Columns, keys and indexes of every table, however they were written."""
    return {
        table: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)
            ],
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "checks": [c["sqltext"] for c in inspector.get_check_constraints(table)],
            "indexes": sorted(
                (str(i["name"]), i["column_names"]) for i in inspector.get_indexes(table)
            ),
        }
        for table in sorted(inspector.get_table_names())
    }


def test_a_new_store_has_the_tables_that_the_steps_make(
    tmp_path: Path, keyring: Keyring, key: Secret
) -> None:
    EncryptedStore.create(tmp_path / "new", ABOUT, keyring).close()
    CipherFile(tmp_path / "steps.db", key, "made by steps", make=True).close()
    steps_in_a_file(tmp_path / "steps.db", key, "made by steps")
    seen, triggers = [], []
    for path in (tmp_path / "new" / "journal.db", tmp_path / "steps.db"):
        file = raw(path, key)
        engine = create_engine("sqlite://", creator=lambda f=file: f, poolclass=StaticPool)
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers.append([(n, " ".join(sql.split())) for n, sql in file.execute(asked)])
        seen.append(shape(inspect(engine)))
    assert seen[0] == seen[1]
    assert triggers[0] == triggers[1]


def test_the_revision_that_is_asked_for_is_the_newest_step() -> None:
    config = Config()
    steps = Path(toolkit.store.__file__).parent / "lifecycle" / "migrations"
    config.set_main_option("script_location", str(steps))
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == REVISION
    assert script.get_base() == OLDEST


def test_a_store_that_is_new_enough_is_opened_without_the_libraries_of_migration(
    tmp_path: Path, keyring: Keyring
) -> None:
    EncryptedStore.create(tmp_path / "new", ABOUT, keyring).close()
    program = (
        "import sys, pathlib\n"
        "from toolkit.store.keys.keyring import Keyring\n"
        "from toolkit.store.keys.passphrase import Passphrase\n"
        "from toolkit.store.sqlite.sqlcipher import EncryptedStore\n"
        "ring = Keyring.unlock(sys.argv[1], Passphrase(b'a passphrase of tests, known to all'))\n"
        "EncryptedStore(sys.argv[2], ring).verify()\n"
        "print({'alembic', 'sqlalchemy', 'psycopg'} & sys.modules.keys())"
    )
    paths = [str(tmp_path / "keys" / "keyring.json"), str(tmp_path / "new")]
    done = subprocess.run(
        [sys.executable, "-c", program, *paths], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
