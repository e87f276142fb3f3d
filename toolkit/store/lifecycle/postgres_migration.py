"""Bringing a store on a server to the newest revision: first a copy of its database, then itself.

The copy is a database of its own, made by the server; it is migrated, verified whole and taken
away. Then the same steps run on the store in one transaction, which is undone where one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from toolkit.errors import StoreError
from toolkit.store.event import About
from toolkit.store.journal.chain import Head
from toolkit.store.journal.journal_table import JournalTable
from toolkit.store.journal.schema import REVISION, refuse_set_back, revision_of
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.migration import (
    Migration,
    failed,
    refuse_broken,
    refuse_changed,
    run_steps,
    settle,
)
from toolkit.store.postgres.database import PostgresDatabase
from toolkit.store.postgres.guard import guarding
from toolkit.store.postgres.provision import MAINTENANCE, as_owner
from toolkit.store.postgres.server import Part, Server, part_of
from toolkit.store.postgres.shape import altered
from toolkit.store.proof.head_proof import HeadProof

_IN_USE = "55006"


def migrate_database(
    server: Server, about: About, keyring: Keyring, *, service: str = ""
) -> Migration:
    """Upgrade a store on a server to the newest revision; nobody else may have it open.

    Raises
    ------
    StoreError
        Somebody has the store open (STORE-071), it is of a newer version, or a step failed
        (STORE-072). The store is as it was.
    """
    part, place = part_of(server, about.holds), f"server {server.host}"
    with _open(server, part, service) as database:
        before = revision_of(database, place)
        refuse_set_back(before, about, place, keyring)
        head = JournalTable(database, place).head()
        if before != REVISION:
            refuse_broken(database, about, place)
    if before != REVISION:
        proof = HeadProof(keyring, about)
        with _copied(server, part, service) as copy:
            steps_on_a_server(server, part, before, service=service, database=copy, proof=proof)
            with _open(server, part, service, copy) as moved:
                look = partial(altered, moved, part)
                refuse_changed(moved, head, about, keyring, place, look)
        steps_on_a_server(server, part, before, service=service, proof=proof)
        settle(keyring, about)
    return Migration(about.holds, before, REVISION)


def steps_on_a_server(
    server: Server,
    part: Part,
    before: str,
    *,
    service: str = "",
    database: str = "",
    proof: HeadProof | None = None,
) -> None:
    """Run the steps that are missing, and guard the tables anew; all of it or nothing.

    Parameters
    ----------
    server, part, service, database
        As in `toolkit.store.postgres.provision.as_owner`.
    before : str
        As in `toolkit.store.lifecycle.migration.run_steps`.
    proof : HeadProof, optional
        What proves the head of a journal that is there already.

    Raises
    ------
    StoreError
        A step failed (STORE-072); nothing was changed.
    """
    connect = partial(as_owner, server, part, service=service, database=database)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=partial(_in_transactions, connect),
        poolclass=NullPool,
        hide_parameters=True,
        use_native_hstore=False,
    )
    try:
        with engine.begin() as connection:
            head = _locked(connection) if before else None
            run_steps(connection, before)
            _guard(connection, part)
            if proof is not None:
                _prove(connection, proof)
            if head is not None and _head(connection) != head:
                raise failed(f"server {server.host}", "the journal ends with another event")
    except SQLAlchemyError as fault:
        state = getattr(getattr(fault, "orig", None), "sqlstate", None)
        problem = f"the server refused it with {state}" if state else "the connection was lost"
        raise failed(f"server {server.host}", problem) from None


def _locked(connection: Connection) -> Head:
    """Keep everybody out until the steps are done, and give the last event."""
    connection.exec_driver_sql("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
    return _head(connection)


def _head(connection: Connection) -> Head:
    return Head(*connection.exec_driver_sql("SELECT seq, chain FROM head").one())


def _in_transactions(connect: Callable[[], Any]) -> Any:
    connection = connect()
    connection.autocommit = False
    return connection


def _prove(connection: Connection, proof: HeadProof) -> None:
    gone = connection.exec_driver_sql("SELECT pseudonym FROM withdrawn").scalars().all()
    head = _head(connection)
    told = proof.of(head.seq, head.chain, gone)
    connection.exec_driver_sql("UPDATE head SET proof = %s", (told,))


def _guard(connection: Connection, part: Part) -> None:
    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql(guarding(part).as_string(driver))


@contextmanager
def _open(
    server: Server, part: Part, service: str, database: str = ""
) -> Iterator[PostgresDatabase]:
    connect = partial(as_owner, server, part, service=service, database=database)
    opened = PostgresDatabase(connect, part.schema, f"server {server.host}")
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _copied(server: Server, part: Part, service: str) -> Iterator[str]:
    """Yield the name of a copy of a store's database, and take it away afterwards."""
    name = f"{part.database}_copy"
    copy, like, owner = (sql.Identifier(n) for n in (name, part.database, part.owner))
    drop = sql.SQL("DROP DATABASE IF EXISTS {0} WITH (FORCE)").format(copy)
    with server.connect(MAINTENANCE, service=service) as admin:
        try:
            admin.execute(drop)
            make = sql.SQL("CREATE DATABASE {0} OWNER {2} TEMPLATE {1}")
            admin.execute(make.format(copy, like, owner))
            # A copy is open to nobody but the owner, unlike a new database.
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {0} FROM PUBLIC").format(copy))
        except psycopg.Error as fault:
            if fault.sqlstate == _IN_USE:
                raise StoreError.of("STORE-071", place=f"server {server.host}") from None
            problem = f"the server refused a copy with {fault.sqlstate}"
            raise failed(f"server {server.host}", problem) from None
        try:
            yield name
        finally:
            admin.execute(drop)
