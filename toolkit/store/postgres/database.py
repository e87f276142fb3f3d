"""One connection to a PostgreSQL database, set so that nothing acknowledged is lost."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from toolkit.errors import StoreError
from toolkit.store.journal.database import Database, Step
from toolkit.store.postgres.server import postgres_library

if TYPE_CHECKING:
    from sqlalchemy import Connection

OLDEST = 140000  # has every command that the guard of the tables is made of
_PATIENCE = 10  # seconds to wait for another program's lock
_SAFE = ("on", "remote_apply")
_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "server_version_num")
# SQLSTATE, or its first two characters, and what it means in words that name no content.
_LOST = {"08", "57P01", "57P02", "57P03", ""}
_PROBLEMS = {
    "25006": "the server takes nothing at present: it is read-only",
    "42501": "its role may not do this",
    "53100": "the disk of the server is full",
    "53": "the server is short of memory or connections",
    "58": "the disk of the server failed",
    "40": "another program was in the way",
    "23": "it does not fit what is there",
}


class PostgresDatabase:
    """A connection to a database of a server; a lost one is made anew at the next use.

    A commit that returns is on the server's disk: ``synchronous_commit`` is on or stricter, and a
    server that does without ``fsync`` or full pages is refused.

    Parameters
    ----------
    connect : callable
        Gives a new connection of psycopg, which commits by itself.
    name : str
        What its writers have in common; they wait for each other.
    place : str
        What to call it in messages.
    check : callable, optional
        Looks at the database after each connecting, and refuses what does not fit.

    Raises
    ------
    StoreError
        The server cannot be reached (STORE-073), its settings are not safe (STORE-076), or the
        check refuses.
    """

    dialect = "postgresql"

    def __init__(
        self,
        connect: Callable[[], Any],
        name: str,
        place: str,
        check: Callable[[Database], None] | None = None,
    ) -> None:
        self._place = place
        self._fault = postgres_library().Error
        self._lock = zlib.crc32(name.encode())
        self._check = check
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=connect,
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
        )
        self._connection: Connection | None = None
        self._within_one = False
        self._ended = False
        self._whole = postgres_library().ClientCursor
        self._connect()

    @contextmanager
    def writing(self, first: str = "") -> Iterator[list[tuple[Any, ...]]]:
        """Keep other writers out until all is committed; nothing is written where a step fails.

        Parameters
        ----------
        first : str
            A query to begin with, which the server is asked together with the lock and answers
            once it has it; its rows are given.

        Raises
        ------
        StoreError
            Another program keeps its lock, the server refuses, or the connection was lost. In the
            last case what was to be committed may be there or not; it was not acknowledged.
        """
        lock = f"SELECT pg_advisory_xact_lock({self._lock})"
        begin = f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock}"
        with self._within(f"{begin}; {first}" if first else begin, "COMMIT") as rows:
            yield rows if first else []

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the database as it is now, whatever others write meanwhile.

        Raises
        ------
        StoreError
            The database cannot be read.
        """
        with self._within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"):
            yield

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows.

        Parameters
        ----------
        statement : str
            SQL without a per cent sign.
        values : sequence
            What its question marks stand for.

        Raises
        ------
        StoreError
            The database cannot be read or written, or the connection was lost.
        """
        return self._execute(statement.replace("?", "%s"), values)

    def finish(self, steps: Sequence[Step]) -> None:
        """Run the last statements and commit, all in one message to the server.

        Parameters
        ----------
        steps : sequence of (str, sequence)
            As in `Database.finish`.
        """
        whole = self._whole(self.lend().connection.driver_connection)
        # As one text, values and all; the server does not go on where one part fails.
        with self._telling():
            asked = [whole.mogrify(text.replace("?", "%s"), values) for text, values in steps]
        self._execute("; ".join([*asked, "COMMIT"]))
        self._ended = True

    def checkpoint(self) -> None:
        """Skip this step: events are never overwritten, and the server keeps its own log."""

    def damage(self) -> list[str]:
        """Return where its pages cannot be read; empty if all can."""
        try:
            self.run("SELECT count(*), sum(length(sealed)) FROM event")
        except StoreError as fault:
            return [each.found for each in fault.findings]
        return []

    def lend(self) -> Connection:
        """Return the connection itself, to a library that runs the steps of a migration.

        Raises
        ------
        StoreError
            It was lost in the midst of a transaction, which cannot go on; or there is none.
        """
        if self._connection is None and self._within_one:
            raise self._lost()
        return self._connection or self._connect()

    def close(self) -> None:
        """Close the connection."""
        self._drop()
        self._engine.dispose()

    def _execute(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        driver: Any = self.lend().connection.driver_connection
        with self._telling():
            # Straight to psycopg: on its way through SQLAlchemy each takes half as long again.
            done = driver.execute(text, values or None)
            self._ended = False
            while done.nextset():  # of several in one, the last is what was asked
                pass
            return done.fetchall() if done.description else []

    def _connect(self) -> Connection:
        with self._telling():
            self._connection = self._engine.connect()
        try:
            self._look_at_settings()
            if self._check is not None:
                self._check(self)
        except StoreError:
            self._drop()
            raise
        return self._connection

    def _look_at_settings(self) -> None:
        """Refuse a server on which something acknowledged could be lost."""
        asked = ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
        fsync, pages, commit, version = self.run(f"SELECT {asked}")[0]
        for setting, value in (("fsync", fsync), ("full_page_writes", pages)):
            if value != "on":
                raise StoreError.of("STORE-076", place=self._place, setting=setting, value=value)
        if int(version) < OLDEST:
            raise StoreError.of("STORE-076", place=self._place, setting="version", value=version)
        self.run(f"SET lock_timeout = '{_PATIENCE}s'")
        # A server that has not counted its rows yet would sort the whole journal for each page.
        self.run("SET enable_bitmapscan = off")
        if commit not in _SAFE:
            self.run("SET synchronous_commit = on")

    @contextmanager
    def _within(self, begin: str, end: str) -> Iterator[list[tuple[Any, ...]]]:
        """Keep what is run in one transaction; undo it where a step fails."""
        try:
            rows = self.run(begin)
            self._within_one = True
            yield rows
            if not self._ended:
                self.run(end)
        except BaseException:
            with suppress(StoreError):
                self.run("ROLLBACK")
            raise
        finally:
            self._within_one = False

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Yield what failed in words of our own: those of the server can carry values."""
        try:
            yield
        except (SQLAlchemyError, self._fault) as fault:
            state = str(getattr(getattr(fault, "orig", fault), "sqlstate", None) or "")
            if {state, state[:2]} & _LOST:
                self._drop()
                raise self._lost() from None
            raise self._told(state) from None

    def _told(self, state: str) -> StoreError:
        if state == "55P03":
            return StoreError.of("STORE-014", place=self._place, seconds=_PATIENCE)
        if state in ("XX001", "XX002"):
            problem = "a page of the server's database is damaged"
            return StoreError.of("STORE-044", place=self._place, problem=problem)
        known = _PROBLEMS.get(state) or _PROBLEMS.get(state[:2])
        problem = known or f"the server refused it with {state}"
        return StoreError.of("STORE-015", place=self._place, problem=problem)

    def _lost(self) -> StoreError:
        problem = "the connection was lost"
        return StoreError.of("STORE-073", place=self._place, problem=problem)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()
