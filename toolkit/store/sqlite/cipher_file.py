"""One connection to an encrypted SQLite file, set so that nothing acknowledged is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from toolkit.errors import StoreError
from toolkit.store.journal.database import Step
from toolkit.store.keys.passphrase import Secret

OLDEST = (3, 51, 3)
_PATIENCE = 10.0  # seconds to wait for another program's lock
_FULL = "database or disk is full"
_BUSY = "database is locked"
_SAFE = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
_UNREADABLE = "could not decode"  # a text that is no UTF-8: nobody's fault but who wrote it there


class CipherFile:
    """A file of SQLCipher, opened with its raw key: no passphrase and no URL come near it.

    WAL with ``synchronous=FULL``: a commit that returns has reached the disk.

    Parameters
    ----------
    path : Path
        The file.
    key : Secret
        256 bits.
    place : str
        What to call it in messages.
    make : bool
        Whether it is to be made where there is none.
    opening : str
        How SQLite is to open it instead, where nothing is to be written: ``mode=ro``.

    Raises
    ------
    StoreError
        SQLite is too old; the file is not there, is damaged or does not fit the key; the disk is
        full, read-only or failing.
    """

    dialect = "sqlite"

    def __init__(
        self, path: Path, key: Secret, place: str, *, make: bool = False, opening: str = ""
    ) -> None:
        self._path = path
        self._place = place
        self._failed = False
        refuse_old(dbapi2.sqlite_version)
        self._opened_as = opening or f"mode={'rwc' if make else 'rw'}"
        with self._opening():
            self._file = dbapi2.connect(
                f"{path.absolute().as_uri()}?{self._opened_as}",
                uri=True,
                isolation_level=None,
                timeout=_PATIENCE,
                check_same_thread=False,
            )
        try:
            with self._opening():
                # What is wrong is said by us; SQLCipher would write lines of its own to stderr.
                self._file.execute("PRAGMA cipher_log_level = NONE")
                self._file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
                self._file.execute("PRAGMA temp_store = MEMORY")
                self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()
                for setting in () if opening else _SAFE:
                    self._file.execute(f"PRAGMA {setting}").fetchone()
        except StoreError:
            self._file.close()
            raise

    @contextmanager
    def writing(self, first: str = "") -> Iterator[list[tuple[Any, ...]]]:
        """Keep other writers out until all is committed; nothing is written where one step fails.

        Raises
        ------
        StoreError
            Another program keeps its lock; the disk is full, read-only or failing.
        """
        self._usable()
        with self._telling():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file.execute(first).fetchall() if first else []
                self._file.execute("COMMIT")
            except BaseException:
                with suppress(dbapi2.Error):
                    self._file.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the file as it is now, whatever others write meanwhile.

        Raises
        ------
        StoreError
            The file cannot be read.
        """
        self.run("BEGIN")
        try:
            yield
        finally:
            with suppress(dbapi2.Error):
                self._file.execute("ROLLBACK")

    def keep_others_out(self) -> None:
        """Keep everybody else from the file until this connection is closed.

        Raises
        ------
        StoreError
            Another program has the file open (STORE-071).
        """
        try:
            # The log can be done without only when nobody else has the file open.
            self._file.execute("PRAGMA journal_mode = DELETE").fetchone()
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
            self._file.execute("BEGIN EXCLUSIVE")
            self._file.execute("COMMIT")
        except dbapi2.OperationalError as fault:
            if _words(fault) == _BUSY:
                raise StoreError.of("STORE-071", place=self._place) from None
            raise self._told(fault) from None

    def copy_to(self, path: Path, key: Secret) -> None:
        """Write a copy of the file as it is now, encrypted too.

        Parameters
        ----------
        key : Secret
            256 bits; of the copy.

        Raises
        ------
        StoreError
            The disk is full, read-only or failing.
        """
        copy = CipherFile(path, key, self._place, make=True)
        try:
            with self._telling():
                self._file.backup(copy._file)
        finally:
            copy.close()

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows.

        Parameters
        ----------
        statement : str
            SQL.
        values : sequence
            What its question marks stand for.

        Raises
        ------
        StoreError
            The file cannot be read or written.
        """
        with self._telling():
            rows: list[tuple[Any, ...]] = self._file.execute(statement, values).fetchall()
            return rows

    def finish(self, steps: Sequence[Step]) -> None:
        """Run the last statements before the commit.

        Parameters
        ----------
        steps : sequence of (str, sequence)
            As in `Database.finish`.
        """
        for statement, values in steps:
            self.run(statement, values)

    def checkpoint(self) -> None:
        """Move all into the main file and empty the write-ahead log, as far as readers allow.

        Raises
        ------
        StoreError
            The disk is full, read-only or failing.
        """
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def lend(self) -> dbapi2.Connection:
        """Return the connection itself, to a library that runs the steps of a migration."""
        return self._file

    def check_size(self) -> None:
        """Refuse a file that was cut short; SQLite itself sees that only when it comes there.

        Raises
        ------
        StoreError
            The file is shorter than it says, with nothing in the log that could make it up.
        """
        size = int(self.run("PRAGMA page_count")[0][0]) * int(self.run("PRAGMA page_size")[0][0])
        if self._opened_as.startswith("mode=ro"):
            whole = not self._path.with_name(f"{self._path.name}-wal").exists()
        else:
            busy, logged, done = self.run("PRAGMA wal_checkpoint(PASSIVE)")[0]
            whole = not busy and logged == done
        if whole and self._path.stat().st_size < size:
            raise StoreError.of("STORE-044", place=self._place, problem="it was cut short")

    def damage(self) -> list[str]:
        """Return what SQLCipher and SQLite find wrong with the pages; empty if all is well."""
        try:
            pages = [row[0] for row in self._file.execute("PRAGMA cipher_integrity_check")]
            rows = [row[0] for row in self._file.execute("PRAGMA integrity_check")]
        except dbapi2.Error as fault:
            return [_words(fault)]
        return pages + [each for each in rows if each != "ok"]

    def close(self) -> None:
        """Close the file."""
        with suppress(dbapi2.Error):
            self._file.close()

    def _usable(self) -> None:
        if self._failed:
            problem = "an earlier write failed"
            raise StoreError.of("STORE-015", place=self._place, problem=problem)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        try:
            yield
        except dbapi2.OperationalError as fault:
            problem = _words(fault)
            if problem == _BUSY:
                raise self._told(fault) from None
            raise StoreError.of("STORE-056", place=self._place, problem=problem) from None
        except dbapi2.DatabaseError as fault:
            raise StoreError.of("STORE-044", place=self._place, problem=_words(fault)) from None

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Yield what failed; after a failing disk nothing more is written until it is opened anew.

        What a failed synchronisation left in the system's memory is unknown, so a later success
        would prove nothing.
        """
        try:
            yield
        except dbapi2.OperationalError as fault:
            if _words(fault).startswith(_UNREADABLE):
                problem = "a text in it is none"
                raise StoreError.of("STORE-044", place=self._place, problem=problem) from None
            self._failed = _words(fault) not in (_FULL, _BUSY)
            raise self._told(fault) from None
        except dbapi2.DatabaseError as fault:
            self._failed = True
            raise StoreError.of("STORE-044", place=self._place, problem=_words(fault)) from None

    def _told(self, fault: Exception) -> StoreError:
        problem = _words(fault)
        if problem == _BUSY:
            return StoreError.of("STORE-014", place=self._place, seconds=f"{_PATIENCE:g}")
        return StoreError.of("STORE-015", place=self._place, problem=problem)


def refuse_old(version: str) -> None:
    """Refuse an SQLite with the fault that corrupts a journal when its log is reset.

    Parameters
    ----------
    version : str
        As SQLite tells it: ``3.53.4``.

    Raises
    ------
    StoreError
        It is older than 3.51.3.
    """
    if tuple(int(part) for part in version.split(".")) < OLDEST:
        oldest = ".".join(str(part) for part in OLDEST)
        raise StoreError.of("STORE-045", place="sqlcipher3", version=version, oldest=oldest)


def _words(fault: Exception) -> str:
    """Return SQLite's own words, which name no content: its statements have none."""
    return " ".join(str(fault).split()).lower() or "unknown"
