"""What a store does to the disk, in order and with content: by SQLite and by Python.

SQLite is seen at its VFS, Python at the functions of `os` that synchronise, rename and overwrite;
what Python wrote between two of them is seen by looking at the files. Whether anything was
missed shows in the end: all that was recorded, put together, has to be the folder as it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from tests.store.faults.disk import (
    ROOT,
    Disk,
    Mark,
    Names,
    Operation,
    Shorten,
    Sync,
    Write,
    is_folder,
)
from tests.store.faults.vfs import OK, watching

_OF_SQLITE = (".db", ".db-wal", ".db-journal")
# Rebuilt by whoever opens the file, and never synchronised: not part of what is on the disk.
_OF_NOBODY = (".db-shm", ".lock")
_HOOKS = ("fsync", "replace", "rename", "unlink", "remove", "mkdir")


class Recording:
    """A record of everything below one folder.

    Parameters
    ----------
    root : Path
        The folder; it is there and empty.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.operations: list[Operation] = []
        self._numbers: dict[int, int] = {root.stat().st_ino: ROOT}
        self._disk: dict[int, dict[str, int]] = {ROOT: {}}
        self._seen: dict[int, tuple[tuple[int, ...], bytes]] = {}
        self._last = 0

    def settle(self) -> None:
        """Take all that is there already as synchronised."""
        self.look()
        for path in self.root.rglob("*"):
            if path.name.endswith(_OF_SQLITE):
                self.operations.append(Write(self._of(str(path)), 0, path.read_bytes()))
        self.operations += [Sync(number) for number in self._numbers.values()]

    def mark(self, step: int, *, done: bool) -> None:
        """Note that a step begins, or that it was acknowledged."""
        self.look()
        self.operations.append(Mark(step, done))

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Record meanwhile, in this process."""
        real = {name: getattr(os, name) for name in (*_HOOKS, "write")}
        hooks: dict[str, Callable[..., Any]] = {
            name: self._around(call) for name, call in real.items() if name in _HOOKS
        }
        hooks |= {"fsync": self._fsync(real["fsync"]), "write": self._write(real["write"])}
        with patch.multiple(os, **hooks), watching(self):
            yield self
        self.look()

    def check(self) -> None:
        """Make sure that nothing was missed: put together, it is what is there."""
        disk = Disk()
        for each in self.operations:
            disk.take(each)
        told = disk.after_a_cut(disk.waiting)
        there = {
            path.relative_to(self.root).as_posix(): None if path.is_dir() else path.read_bytes()
            for path in self.root.rglob("*")
            if not path.name.endswith(_OF_NOBODY)
        }
        assert told == there, "the recording has missed something"

    # What SQLite does ----------------------------------------------------------------------

    def opened(self, path: str) -> None:
        self.look()

    def deleted(self, path: str) -> None:
        self.look()

    def write(self, path: str, at: int, content: bytes) -> int:
        self.operations.append(Write(self._of(path), at, content))
        return OK

    def shorten(self, path: str, size: int) -> int:
        self.operations.append(Shorten(self._of(path), size))
        return OK

    def sync(self, path: str) -> int:
        self.operations.append(Sync(self._of(path)))
        return OK

    def sync_folder(self, path: str) -> int:
        self.look()
        self.operations.append(Sync(self._of(path)))
        return OK

    def _of(self, path: str) -> int:
        return self._numbers[os.stat(path).st_ino]

    # What Python does ----------------------------------------------------------------------

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def hook(*args: Any, **options: Any) -> Any:
            self.look()
            try:
                return real(*args, **options)
            finally:
                self.look()

        return hook

    def _fsync(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def fsync(descriptor: int) -> None:
            self.look()
            real(descriptor)
            number = self._numbers.get(os.fstat(descriptor).st_ino)
            if number is not None:
                self.operations.append(Sync(number))

        return fsync

    def _write(self, real: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
        def write(descriptor: int, content: bytes) -> int:
            told = os.fstat(descriptor)
            number = self._numbers.get(told.st_ino) if stat.S_ISREG(told.st_mode) else None
            if number is not None:
                at = os.lseek(descriptor, 0, os.SEEK_CUR)
                self.operations.append(Write(number, at, bytes(content)))
            return real(descriptor, content)

        return write

    def look(self) -> None:
        """Record what Python has made, written and named since the last look."""
        self._look(self.root, ROOT)

    def _look(self, folder: Path, number: int) -> None:
        before = self._disk.setdefault(number, {})
        # What had a name before and is only called otherwise now keeps its number; a new file
        # may get the number in the file system of one that is gone.
        kept = {each for names in self._disk.values() for each in names.values()}
        entries = [each for each in os.scandir(folder) if not each.name.endswith(_OF_NOBODY)]
        now = {each.name: self._number(each, kept) for each in entries}
        changed = {n: now.get(n) for n in before.keys() | now.keys() if before.get(n) != now.get(n)}
        if changed:
            self.operations.append(Names(number, changed))
            self._disk[number] = now
        for each in entries:
            if is_folder(now[each.name]):
                self._look(folder / each.name, now[each.name])
            elif not each.name.endswith(_OF_SQLITE):
                self._content(Path(each.path), now[each.name])

    def _number(self, entry: os.DirEntry[str], kept: set[int]) -> int:
        inode = entry.stat().st_ino
        if self._numbers.get(inode) not in kept:
            self._last += 2
            self._numbers[inode] = self._last - (0 if entry.is_dir() else 1)
        return self._numbers[inode]

    def _content(self, path: Path, number: int) -> None:
        told = path.stat()
        stamp = (told.st_size, told.st_mtime_ns, told.st_ctime_ns)
        old_stamp, old = self._seen.get(number, ((), b""))
        if stamp == old_stamp:
            return
        new = path.read_bytes()
        if len(new) < len(old):
            self.operations.append(Shorten(number, len(new)))
        if new != old[: len(new)]:
            self.operations.append(Write(number, 0, new))
        self._seen[number] = (stamp, new)
