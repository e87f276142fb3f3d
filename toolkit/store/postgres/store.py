"""The form of the store for teams: a database of a PostgreSQL server (clause P32).

What is said is sealed before it leaves the computer, by the same keys as in a file; the server and
those who run it see numbers, cases and sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.event import About
from toolkit.store.journal.database import Database, Step
from toolkit.store.journal.schema import check_tables
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.postgres.database import PostgresDatabase
from toolkit.store.postgres.server import Part, Server, part_of, role_password
from toolkit.store.postgres.shape import altered
from toolkit.store.proof.guard import Guard


class PostgresStore(SealedStore):
    """A sealed store on a team's server; several programs and machines may use it at once.

    An append is on the server's disk before it is acknowledged.

    Parameters
    ----------
    server : Server
        Where the study's data are; `toolkit.store.postgres.provision` made them.
    about : About
        What the store is.
    keyring : Keyring
        The unlocked keyring of its study; it has the passwords of the roles.
    follows, inspects : bool
        As in `toolkit.store.proof.guard.Guard`.

    Raises
    ------
    StoreError
        The server cannot be reached or is not safe, there is no such store, or it is of another
        study or revision.
    """

    def __init__(
        self,
        server: Server,
        about: About,
        keyring: Keyring,
        *,
        follows: bool = False,
        inspects: bool = False,
    ) -> None:
        if keyring.study != about.study:
            place = f"store of study {about.study}"
            raise StoreError.of("STORE-051", place=place, study=keyring.study)
        database = _database(server, about, keyring)
        altered_ = partial(altered, database, part_of(server, about.holds))
        guard = Guard(altered_, follows=follows, inspects=inspects)
        try:
            super().__init__(about, database, keyring, guard=guard)
        except StoreError:
            database.close()
            raise


class AuditDatabase:
    """A database in which one role may only add events, and another may only read.

    Parameters
    ----------
    writer : PostgresDatabase
        As the role that adds; it sees number and seal of the last event.
    reader : PostgresDatabase
        As the role that reads.
    """

    dialect = "postgresql"

    def __init__(self, writer: PostgresDatabase, reader: PostgresDatabase) -> None:
        self._writer = writer
        self._reader = reader
        self._writes = False
        self.checkpoint = writer.checkpoint
        self.snapshot = reader.snapshot
        self.damage = reader.damage

    @contextmanager
    def writing(self, first: str = "") -> Iterator[list[tuple[Any, ...]]]:
        """Keep other writers out until all is committed, as in `PostgresDatabase.writing`."""
        with self._writer.writing(first) as rows:
            self._writes = True
            try:
                yield rows
            finally:
                self._writes = False

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement as the role that may; parameters as in `PostgresDatabase.run`."""
        adds = statement.startswith(("INSERT", "UPDATE head")) or " FROM head" in statement
        role = self._writer if self._writes and adds else self._reader
        return role.run(statement, values)

    def finish(self, steps: Sequence[Step]) -> None:
        """Run the last statements as the role that adds; as in `PostgresDatabase.finish`."""
        self._writer.finish(steps)

    def close(self) -> None:
        """Close both connections."""
        self._writer.close()
        self._reader.close()


def _database(server: Server, about: About, keyring: Keyring) -> Database:
    part, place = part_of(server, about.holds), f"server {server.host}"
    check = partial(check_tables, about=about, place=place, keyring=keyring)
    apart = part.reader != part.writer
    holds = "identity" if apart else about.holds
    reads = partial(_connection, server, part, part.reader, role_password(keyring, holds))
    reader = PostgresDatabase(reads, part.schema, place, check)
    if not apart:
        return reader
    adds = partial(_connection, server, part, part.writer, role_password(keyring, about.holds))
    try:
        return AuditDatabase(PostgresDatabase(adds, part.schema, place), reader)
    except StoreError:
        reader.close()
        raise


def _connection(server: Server, part: Part, role: str, password: str) -> Any:
    return server.connect(part.database, user=role, password=password, schema=part.schema)
