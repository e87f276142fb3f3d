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

REVISION = "0003"
"""Newest revision of the tables."""
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
        chain TEXT NOT NULL)""",
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


def make_tables(database: Database, about: About) -> None:
    """Make the tables, unless they are there."""
    with database.writing():
        if _there(database, "about"):
            return
        for statement in _worded(database.dialect):
            database.run(statement)
        database.run("INSERT INTO about VALUES (?)", [canonical(asdict(about))])
        database.run("INSERT INTO head VALUES (1, 0, ?)", [genesis(about)])
        database.run("INSERT INTO alembic_version VALUES (?)", [REVISION])


def revision_of(database: Database, place: str) -> str:
    """Return the revision that the tables have: ``0003``.

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


def check_tables(database: Database, about: About, place: str) -> None:
    """Refuse tables of another revision or of another store.

    Raises
    ------
    StoreError
        They are one of these, or are not there.
    """
    found = revision_of(database, place)
    if found != REVISION:
        raise StoreError.of("STORE-070", place=place, found=found, newest=REVISION)
    if database.run("SELECT told FROM about") != [(canonical(asdict(about)),)]:
        problem = "study.json was changed, or belongs to another store"
        raise StoreError.of("STORE-044", place=place, problem=problem)


def _there(database: Database, table: str) -> bool:
    return bool(database.run(_THERE[database.dialect], [table])[0][0])


def _worded(dialect: str) -> list[str]:
    """Return the statements in the words of a dialect: a server has other names for two types."""
    if dialect == "sqlite":
        return [*_TABLES, _IN_A_FILE]
    return [each.replace("INTEGER", "BIGINT").replace("BLOB", "BYTEA") for each in _TABLES]
