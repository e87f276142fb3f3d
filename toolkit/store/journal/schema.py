"""The tables of a store, made once, and refused where they are of another revision or store.

A new store gets the newest tables at once; an older one is brought there step by step by
`toolkit.store.lifecycle.migrations`. Tests hold both ways to the same end.
"""

from __future__ import annotations

from dataclasses import asdict

from toolkit.errors import StoreError
from toolkit.store.canonical import canonical
from toolkit.store.event import About
from toolkit.store.journal.database import Database
from toolkit.store.journal.sealing import genesis
from toolkit.store.keys.keyring import Keyring
from toolkit.store.proof.head_proof import HeadProof, proved_name
from toolkit.store.proof.newest import note_name

REVISION = "0004"
"""Newest revision of the tables."""
PROVED = "0004"
"""First revision whose head is proved."""
OLDEST = "0001"
_TABLES = (
    "CREATE TABLE about (told TEXT NOT NULL)",
    """CREATE TABLE event (
        seq INTEGER NOT NULL PRIMARY KEY, holder TEXT NOT NULL, pseudonym TEXT NOT NULL,
        session TEXT NOT NULL, sealed BLOB NOT NULL, chain TEXT NOT NULL)""",
    "CREATE INDEX event_by_session ON event (session, seq)",
    "CREATE INDEX event_by_case ON event (pseudonym, seq)",
    "CREATE INDEX event_by_holder ON event (holder, session)",
    """CREATE TABLE head (
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,
        chain TEXT NOT NULL, proof TEXT NOT NULL)""",
    "CREATE TABLE withdrawn (pseudonym TEXT NOT NULL PRIMARY KEY)",
    """CREATE TABLE attachment (
        name TEXT NOT NULL, part INTEGER NOT NULL, holder TEXT NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (name, part))""",
    "CREATE INDEX attachment_by_holder ON attachment (holder, name)",
    """CREATE TABLE alembic_version (
        version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)""",
)
# A server moves the head by a function that nobody else may run (toolkit.store.postgres.guard).
_IN_A_FILE = """CREATE TRIGGER event_moves_head AFTER INSERT ON event
    BEGIN UPDATE head SET seq = NEW.seq, chain = NEW.chain; END"""
_THERE = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
    "postgresql": "SELECT count(*) FROM pg_tables "
    "WHERE schemaname = current_schema() AND tablename = ?",
}


def make_tables(database: Database, about: About, keyring: Keyring) -> None:
    """Make the tables, unless they are there.

    Parameters
    ----------
    database : Database
        It is open.
    about : About
        What the store is.
    keyring : Keyring
        The unlocked keyring of its study, by which the head is proved.
    """
    with database.writing():
        if _there(database, "about"):
            return
        for statement in statements(database.dialect):
            database.run(statement)
        database.run("INSERT INTO about VALUES (?)", [canonical(asdict(about))])
        first = genesis(about)
        proof = HeadProof(keyring, about).of(0, first, ())
        database.run("INSERT INTO head VALUES (1, 0, ?, ?)", [first, proof])
        database.run("INSERT INTO alembic_version VALUES (?)", [REVISION])


def revision_of(database: Database, place: str) -> str:
    """Return the revision that the tables have: ``0004``.

    Raises
    ------
    StoreError
        They are not there (STORE-044), or are of a newer version (STORE-043).
    """
    if not _there(database, "about"):
        raise StoreError.of("STORE-044", place=place, problem="its tables are missing")
    if not _there(database, "alembic_version"):
        return OLDEST
    found = [str(row[0]) for row in database.run("SELECT version_num FROM alembic_version")]
    if len(found) != 1 or not OLDEST <= found[0] <= REVISION:
        raise StoreError.of("STORE-043", place=place, format=f"schema {REVISION}")
    return found[0]


def check_tables(database: Database, about: About, place: str, keyring: Keyring) -> None:
    """Refuse tables of another revision or of another store.

    Parameters
    ----------
    database : Database
        It is open.
    about : About
        What the store should be.
    place : str
        What to call it in messages.
    keyring : Keyring
        The unlocked keyring of its study.

    Raises
    ------
    StoreError
        They are one of these, are not there, or were set back to an older revision (STORE-120).
    """
    found = revision_of(database, place)
    refuse_set_back(found, about, place, keyring)
    if found != REVISION:
        raise StoreError.of("STORE-070", place=place, found=found, newest=REVISION)
    if database.run("SELECT told FROM about") != [(canonical(asdict(about)),)]:
        problem = "study.json was changed, or belongs to another store"
        raise StoreError.of("STORE-044", place=place, problem=problem)


def refuse_set_back(found: str, about: About, place: str, keyring: Keyring) -> None:
    """Refuse tables without a proof where there was one.

    Parameters
    ----------
    found : str
        Revision of the tables.
    about, place, keyring
        As in `check_tables`.

    Raises
    ------
    StoreError
        They are older than the proof, which the keyring knows of (STORE-120).
    """
    had = proved_name(about) in keyring.names() or keyring.beside(note_name(about.holds)).exists()
    if found < PROVED and had:
        raise StoreError.of("STORE-120", place=place, found=found)


def _there(database: Database, table: str) -> bool:
    return bool(database.run(_THERE[database.dialect], [table])[0][0])


def statements(dialect: str) -> list[str]:
    """Return what makes the tables in the words of a dialect: a server names two types otherwise.

    Parameters
    ----------
    dialect : str
        ``sqlite`` or ``postgresql``.
    """
    if dialect == "sqlite":
        return [*_TABLES, _IN_A_FILE]
    return [each.replace("INTEGER", "BIGINT").replace("BLOB", "BYTEA") for each in _TABLES]
