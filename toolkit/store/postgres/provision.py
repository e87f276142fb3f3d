"""Making a study's databases, roles and tables on a PostgreSQL server, as its administrator.

The administrator's password comes from where libpq keeps it (``.pgpass``, a service, the local
socket), never from an argument. The passwords of the roles are made here, are random, stand in
the keyrings only, and reach the server in the form of a verifier.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from toolkit.errors import StoreError
from toolkit.store.event import About
from toolkit.store.journal.schema import make_tables
from toolkit.store.keys.keyring import Keyring
from toolkit.store.postgres.database import PostgresDatabase
from toolkit.store.postgres.guard import guarding, opening_to
from toolkit.store.postgres.server import Part, Server, part_of, role_password

Connection = psycopg.Connection[Any]
Stores = list[tuple[About, Keyring]]
MAINTENANCE = "postgres"  # a database that every server has
_LIKE = "OWNER {0} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
_PROBLEMS = {
    "42P04": "a database of this study is there already",
    "42710": "a role of this study is there already",
    "42501": "the administrator may not make roles and databases",
}


def provision(server: Server, stores: Stores, *, service: str = "") -> None:
    """Make the databases of a study, whole or not at all.

    Parameters
    ----------
    server : Server
        Where; nothing of the study is there yet.
    stores : list of (About, Keyring)
        The stores that are to be made, each with the unlocked keyring that gets its password.
    service : str
        Section of ``pg_service.conf`` that says who the administrator is; without one whatever
        libpq finds. A superuser, or one who may make roles and databases.

    Raises
    ------
    StoreError
        The server cannot be reached, or something of the study is there already (STORE-077).
    """
    made: list[sql.Composed] = []
    with server.connect(MAINTENANCE, service=service) as admin:
        try:
            _make_roles(admin, server, stores, made)
            _make_databases(admin, server, stores, made)
            for about, keyring in stores:
                _make_tables(server, about, keyring, service)
        except (psycopg.Error, StoreError) as fault:
            for undo in reversed(made):
                with suppress(psycopg.Error):
                    admin.execute(undo)
            if isinstance(fault, psycopg.Error):
                raise _told(server, fault) from None
            raise


def as_owner(server: Server, part: Part, *, service: str = "", database: str = "") -> Connection:
    """Return a connection of the administrator that acts as the owner of a store's tables.

    Raises
    ------
    StoreError
        The server cannot be reached, or the administrator may not act as the owner.
    """
    made = server.connect(database or part.database, service=service, schema=part.schema)
    try:
        made.execute(sql.SQL("SET ROLE {0}").format(sql.Identifier(part.owner)))
    except psycopg.Error as fault:
        made.close()
        raise _told(server, fault) from None
    return made


def _make_roles(
    admin: Connection, server: Server, stores: Stores, made: list[sql.Composed]
) -> None:
    """Make an owner for each database, and for each store a role that logs in."""
    for about, keyring in stores:
        part = part_of(server, about.holds)
        if part.reader == part.writer:
            _make(admin, "ROLE", part.owner, sql.SQL("NOLOGIN"), made)
            grant = sql.SQL("GRANT {0} TO CURRENT_USER").format(sql.Identifier(part.owner))
            admin.execute(grant)
        password = role_password(keyring, about.holds, make=True)
        verifier = admin.pgconn.encrypt_password(
            password.encode(), part.writer.encode(), b"scram-sha-256"
        )
        login = sql.SQL("LOGIN NOINHERIT PASSWORD {0}").format(sql.Literal(verifier.decode()))
        _make(admin, "ROLE", part.writer, login, made)


def _make_databases(
    admin: Connection, server: Server, stores: Stores, made: list[sql.Composed]
) -> None:
    """Make the databases, each open to its own roles only."""
    for name in dict.fromkeys(part_of(server, about.holds).database for about, _ in stores):
        owner = sql.Identifier(f"{name}_owner")
        _make(admin, "DATABASE", name, sql.SQL(_LIKE).format(owner), made)
        for statement in opening_to(server, name):
            admin.execute(statement)


def _make_tables(server: Server, about: About, keyring: Keyring, service: str) -> None:
    """Make the tables of a store in a schema of their own, and guard them."""
    part = part_of(server, about.holds)
    with as_owner(server, part, service=service) as owner:
        owner.execute(sql.SQL("CREATE SCHEMA {0}").format(sql.Identifier(part.schema)))
    connect = partial(as_owner, server, part, service=service)
    database = PostgresDatabase(connect, part.schema, f"server {server.host}")
    try:
        make_tables(database, about, keyring)
    finally:
        database.close()
    with as_owner(server, part, service=service) as owner:
        owner.execute(guarding(part))


def _make(
    admin: Connection, kind: str, name: str, like: sql.Composable, made: list[sql.Composed]
) -> None:
    """Make a role or a database, and note how it is taken away again."""
    words = sql.SQL(kind), sql.Identifier(name)
    admin.execute(sql.SQL("CREATE {0} {1} {2}").format(*words, like))
    made.append(sql.SQL("DROP {0} {1}").format(*words))


def _told(server: Server, fault: psycopg.Error) -> StoreError:
    """Return what the server refused, not in its own words: they can hold a password verifier."""
    problem = _PROBLEMS.get(fault.sqlstate or "", f"the server refused it with {fault.sqlstate}")
    return StoreError.of("STORE-077", place=f"server {server.host}", problem=problem)
