"""A disk that fails at one moment, or from one moment on, below SQLite and below Python."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from unittest.mock import patch

from tests.store.faults.disk import Lost
from tests.store.faults.recording import Recording


class FailingDisk(Recording):
    """Records like any other, and lets calls of one kind fail.

    Parameters
    ----------
    root : Path
        The folder that is on this disk.
    kind : str
        Which calls fail: ``write``, ``shorten`` or ``sync`` of SQLite, ``fsync`` of Python.
    number : int
        The first that fails, counted from 1.
    code : int
        What it fails with: an SQLite result code, or an `errno`.
    lasting : bool
        Whether all later ones fail too.

    Attributes
    ----------
    calls : int
        How many calls of the kind there were.
    """

    def __init__(
        self, root: Path, kind: str, number: int, code: int = errno.EIO, *, lasting: bool = False
    ) -> None:
        super().__init__(root)
        self.calls = 0
        self._kind, self._first, self._code = kind, number, code
        self._lasting = lasting

    @property
    def failed(self) -> bool:
        """Whether a call has failed yet."""
        return self.calls >= self._first

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Record and fail meanwhile, in this process."""
        with super().running():
            recorded = os.fsync

            def fsync(descriptor: int) -> None:
                if self._fails("fsync"):
                    self.look()
                    self._lose(os.fstat(descriptor).st_ino)
                    raise OSError(self._code, os.strerror(self._code))
                recorded(descriptor)

            with patch.object(os, "fsync", fsync):
                yield self

    def write(self, path: str, at: int, content: bytes) -> int:
        return self._code if self._fails("write") else super().write(path, at, content)

    def shorten(self, path: str, size: int) -> int:
        return self._code if self._fails("shorten") else super().shorten(path, size)

    def sync(self, path: str) -> int:
        if not self._fails("sync"):
            return super().sync(path)
        self._lose(os.stat(path).st_ino)
        return self._code

    def _lose(self, inode: int) -> None:
        number = self._numbers.get(inode)
        if number is not None:
            self.operations.append(Lost(number))

    def _fails(self, kind: str) -> bool:
        if kind != self._kind:
            return False
        self.calls += 1
        return self.calls == self._first or (self._lasting and self.failed)
