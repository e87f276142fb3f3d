"""The tables of a store, made once, and refused where they are of another version or store."""

from __future__ import annotations

from dataclasses import asdict

from toolkit.errors import StoreError
from toolkit.store.database import Database
from toolkit.store.event import About
from toolkit.store.sealing import canonical, genesis

VERSION = 1
_SCHEMA = f"""
    CREATE TABLE IF NOT EXISTS about (told TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS event (
        seq INTEGER PRIMARY KEY, holder TEXT NOT NULL, pseudonym TEXT NOT NULL,
        session TEXT NOT NULL, sealed BLOB NOT NULL, chain TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS event_by_session ON event (session, seq);
    CREATE INDEX IF NOT EXISTS event_by_case ON event (pseudonym, seq);
    CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, chain TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS withdrawn (pseudonym TEXT PRIMARY KEY);
    PRAGMA user_version = {VERSION};
"""


def make_tables(database: Database, about: About) -> None:
    """Make the tables, unless they are there.

    Parameters
    ----------
    database : Database
        It is open.
    about : About
        What the store is.
    """
    with database.writing():
        for statement in _SCHEMA.strip().split(";")[:-1]:
            database.run(statement)
        if not database.run("SELECT 1 FROM about"):
            database.run("INSERT INTO about VALUES (?)", [canonical(asdict(about))])
            database.run("INSERT INTO head VALUES (1, 0, ?)", [genesis(about)])


def check_tables(database: Database, about: About, place: str) -> None:
    """Refuse tables of a newer version or of another store.

    Parameters
    ----------
    database : Database
        It is open.
    about : About
        What the store should be.
    place : str
        What to call it in messages.

    Raises
    ------
    StoreError
        They are one of these, or are not there.
    """
    version = database.run("PRAGMA user_version")[0][0]
    if version > VERSION:
        raise StoreError.of("STORE-043", place=place, format=f"schema {VERSION}")
    if version != VERSION:
        problem = "its tables are not there"
        raise StoreError.of("STORE-044", place=place, problem=problem)
    if database.run("SELECT told FROM about") != [(canonical(asdict(about)),)]:
        problem = "study.json was changed, or belongs to another store"
        raise StoreError.of("STORE-044", place=place, problem=problem)
