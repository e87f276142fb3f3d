"""A full-text index of what was said: derived, rebuilt from nothing, and gone with who withdraws.

It is an encrypted file beside the journal, under a key of its own that is not kept for long: when
somebody withdraws, the key is destroyed and the file removed, so that no older copy of the index
gives back what the journal no longer does. It belongs in no backup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.event import Event, Json
from toolkit.store.journal.chain import Head
from toolkit.store.journal.interface import Store
from toolkit.store.keys.keyring import Keyring
from toolkit.store.sqlite.cipher_file import CipherFile

FILE = "index.db"
_NAME = "index"
_BATCH = 500
_TABLES = (
    "CREATE TABLE seen (seq INTEGER NOT NULL, chain TEXT NOT NULL)",
    "INSERT INTO seen VALUES (0, '')",
    "CREATE TABLE place (seq INTEGER PRIMARY KEY, pseudonym TEXT, session TEXT, node TEXT)",
    'CREATE VIRTUAL TABLE said USING fts5(words, tokenize="unicode61 remove_diacritics 2")',
    # Rows are never deleted one by one; if they are some day, their words go with them.
    "INSERT INTO said(said, rank) VALUES ('secure-delete', 1)",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place at which something was said.

    Attributes
    ----------
    seq : int
        Number of the event.
    case, session, node : str
        Of the event.
    """

    seq: int
    case: str
    session: str
    node: str


class SearchIndex:
    """Finds words in a journal; opened with the store, and brought up to date at each search.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    store : Store
        The journal.
    keyring : Keyring
        The unlocked keyring of its study.

    Raises
    ------
    StoreError
        The index cannot be made: the disk is full, read-only or failing.
    """

    def __init__(self, folder: Path, store: Store, keyring: Keyring) -> None:
        self._path = folder / FILE
        self._store = store
        self._keyring = keyring
        self._file = self._opened()

    def search(self, words: str, *, most: int = 50) -> list[Hit]:
        """Return the places at which all of the words were said, the latest first.

        Parameters
        ----------
        words : str
            Words; case and accents do not matter, and the last one may be a beginning.
        most : int
            Most places (count).
        """
        self._catch_up()
        wanted = _query(words)
        if not wanted:
            return []
        rows = self._file.run(
            "SELECT place.seq, pseudonym, session, node FROM said JOIN place ON seq = said.rowid"
            " WHERE said MATCH ? ORDER BY place.seq DESC LIMIT ?",
            [wanted, most],
        )
        return [Hit(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _opened(self) -> CipherFile:
        """Open the file of today's key; one of a key that was thrown away is removed."""
        name = index_key(self._keyring)
        try:
            file = self._opened_under(name)
            if not file.run("SELECT 1 FROM sqlite_master WHERE name = 'said'"):
                with file.writing():
                    for each in _TABLES:
                        file.run(each)
        except StoreError as fault:
            if not {each.code for each in fault.findings} & {"STORE-044", "STORE-053"}:
                raise
            remove_index(self._path.parent)
            return self._opened()
        return file

    def _opened_under(self, name: str) -> CipherFile:
        place = f"index of study {self._store.about.study}"
        return CipherFile(self._path, self._keyring.ensure(name), place, make=True)

    def _catch_up(self) -> None:
        """Add what is new in the journal; start again if it is another or a shorter one."""
        if index_key(self._keyring) not in self._keyring.names():
            self._file.close()
            self._file = self._opened()
        seen = Head(*self._file.run("SELECT seq, chain FROM seen")[0])
        head = self._store.head()
        if seen == head:
            return
        if seen.seq and not self._store.holds(seen):
            self._file.close()
            remove_index(self._path.parent)
            self._file = self._opened()
            seen = Head(0, "")
        for batch in _batches(self._store.read(after=seen.seq)):
            self._take_in(batch, Head(batch[-1].seq, batch[-1].chain))
        self._take_in([], head)

    def _take_in(self, events: Sequence[Event], upto: Head) -> None:
        with self._file.writing():
            for event in events:
                words = " ".join(_texts(event.new_value))
                if words:
                    place = [event.seq, event.case, event.session, event.node]
                    self._file.run("INSERT INTO place VALUES (?, ?, ?, ?)", place)
                    row = [event.seq, words]
                    self._file.run("INSERT INTO said(rowid, words) VALUES (?, ?)", row)
            self._file.run("UPDATE seen SET seq = ?, chain = ?", [upto.seq, upto.chain])


def index_key(keyring: Keyring) -> str:
    """Return the name of the key that the index has today: the next after those thrown away."""
    gone = sum(name.startswith(f"{_NAME}/") for name in keyring.destroyed())
    return f"{_NAME}/{gone + 1}"


def throw_away(folder: Path, keyring: Keyring) -> None:
    """Destroy an index and every copy of it: the key first, then the file."""
    name = index_key(keyring)
    if name in keyring.names():
        keyring.destroy(name)
    remove_index(folder)


def remove_index(folder: Path) -> None:
    """Remove the files of an index; it is rebuilt when somebody searches."""
    for ending in ("", "-wal", "-shm"):
        (folder / f"{FILE}{ending}").unlink(missing_ok=True)


def _query(words: str) -> str:
    """Return words in the form of an FTS5 query: each quoted, so that none is an operator."""
    quoted = ['"' + each.replace('"', '""') + '"' for each in words.replace("\0", " ").split()]
    return " ".join(quoted) + "*" if quoted else ""


def _texts(value: Json) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    inner: Sequence[Any] = (
        list(value.values()) if isinstance(value, dict) else value if type(value) is list else ()
    )
    for each in inner:
        yield from _texts(each)


def _batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    batch: list[Event] = []
    for event in events:
        batch.append(event)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
