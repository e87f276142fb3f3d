"""The files of a plain store: a journal of lines, and beside it a note of its head."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from toolkit.errors import StoreError, finding
from toolkit.store.chain import Head
from toolkit.store.event import Event
from toolkit.store.sealing import from_line

_PATIENCE = 10.0  # seconds to wait for another program's lock
JOURNAL = "journal.jsonl"
_HEAD = "head"


class JournalFile:
    """Lines that are safely on the disk once `append` returns.

    Parameters
    ----------
    folder : Path
        Folder of the store, in which the journal stands; `make_journal` makes one.

    Raises
    ------
    StoreError
        The journal is gone, or may not be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = f"folder {folder.name}"
        with told_as("STORE-017", self._place):
            self._journal = os.open(folder / JOURNAL, os.O_RDWR | os.O_APPEND)
            self._head = os.open(folder / _HEAD, os.O_RDWR | os.O_CREAT, 0o600)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._journal)
        os.close(self._head)

    @property
    def size(self) -> int:
        """Length of the journal in bytes, whoever wrote it."""
        return os.fstat(self._journal).st_size

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other programs from writing; wait for them, but not for ever.

        Raises
        ------
        StoreError
            Another program has kept the lock for ten seconds.
        """
        until = time.monotonic() + _PATIENCE
        while not self._lock():
            if time.monotonic() > until:
                raise StoreError.of("STORE-014", place=self._place, seconds=f"{_PATIENCE:g}")
            time.sleep(0.002)
        try:
            yield
        finally:
            fcntl.flock(self._journal, fcntl.LOCK_UN)

    def _lock(self) -> bool:
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def events_after(self, offset: int) -> tuple[list[Event], int]:
        """Read events from a place in the file up to its end or the first line that is none.

        Returns
        -------
        list of Event
            The events, in order.
        int
            Where the last of them ends; less than `size` where something else follows.
        """
        data = os.pread(self._journal, self.size - offset, offset)
        events: list[Event] = []
        for line in data.splitlines(keepends=True):
            try:
                if not line.endswith(b"\n"):
                    break
                events.append(from_line(line))
            except ValueError:
                break
            offset += len(line)
        return events, offset

    def append(self, lines: bytes, head: Head) -> None:
        """Write lines at the end, synchronise them to the disk, then note the new head.

        Raises
        ------
        StoreError
            The disk is full, read-only or failing; the file is cut back to what it was.
        """
        before = self.size
        try:
            with told_as("STORE-015", self._place):
                _write_all(self._journal, lines)
                os.fsync(self._journal)
                self._put_head(head)
        except StoreError:
            with suppress(OSError):
                os.ftruncate(self._journal, before)
            raise

    def set_aside(self, offset: int) -> tuple[str, int]:
        """Move what follows the last whole event into a file of its own.

        Returns
        -------
        tuple of str and int
            Name of that file, and how many bytes it holds.

        Raises
        ------
        StoreError
            The folder may not be written.
        """
        torn = os.pread(self._journal, self.size - offset, offset)
        names = (self._folder / f"torn-{number}.jsonl" for number in count(1))
        aside = next(each for each in names if not each.exists())
        with told_as("STORE-017", self._place):
            with aside.open("xb") as file:
                file.write(torn)
                file.flush()
                os.fsync(file.fileno())
            os.ftruncate(self._journal, offset)
            os.fsync(self._journal)
            _sync_folder(self._folder)
        return aside.name, len(torn)

    def note_head(self, head: Head) -> None:
        """Write the note of the last acknowledged event.

        Raises
        ------
        StoreError
            The file may not be written.
        """
        with told_as("STORE-017", self._place):
            self._put_head(head)

    def _put_head(self, head: Head) -> None:
        """Write in place and at fixed length: the note is never shorter than it was."""
        os.pwrite(self._head, f"{head.seq:020d} {head.chain}\n".encode("ascii"), 0)

    def noted_head(self) -> Head | None:
        """Read the note; None where there is none or it cannot be read."""
        parts = os.pread(self._head, 200, 0).decode("ascii", "replace").split()
        if len(parts) != 2 or not parts[0].isdecimal() or len(parts[1]) != 64:
            return None
        return Head(int(parts[0]), parts[1])


def make_journal(folder: Path) -> None:
    """Make the folder of a store with an empty journal; leave a journal that is there alone.

    Raises
    ------
    StoreError
        The folder cannot be made or written.
    """
    with told_as("STORE-017", f"folder {folder.name}"):
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT, 0o600))
        _sync_folder(folder)


@contextmanager
def told_as(code: str, place: str) -> Iterator[None]:
    """Tell a fault of the disk as a message of the catalogue.

    Raises
    ------
    StoreError
        With the code, and the system's own word for the problem.
    """
    try:
        yield
    except OSError as fault:
        problem = os.strerror(fault.errno or 0).lower()
        raise StoreError([finding(code, place=place, problem=problem)]) from fault


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    """Make new names in a folder durable, as far as the system does that for folders."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
