"""The file of a keyring: read whole, replaced whole, one writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from toolkit.errors import StoreError
from toolkit.store.canonical import canonical
from toolkit.store.description import make_folder, sync_folder

_PATIENCE = 10.0  # seconds to wait for another program's lock


class KeyringFile:
    """A small file whose old content is overwritten when it is replaced.

    Parameters
    ----------
    path : Path
        The file; only its owner can read it.

    Attributes
    ----------
    unsure : bool
        Whether a replacement has failed, so that what is read may not be what is on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.unsure = False
        self._path = path
        self.place = f"keyring {path.name}"

    def exists(self) -> bool:
        """Return whether there is one."""
        return self._path.exists()

    def beside(self, name: str) -> Path:
        """Return the path of another file in its folder."""
        return self._path.with_name(name)

    def stamp(self) -> tuple[int, ...]:
        """Return the file's marks, which differ after a replacement; empty without a file."""
        try:
            told = self._path.stat()
        except OSError:
            return ()
        return (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)

    def read(self) -> bytes:
        """Return what it holds.

        Raises
        ------
        StoreError
            There is none, or it cannot be read.
        """
        try:
            while True:
                with self._path.open("rb") as file:
                    told = file.read()
                    # A file that was replaced meanwhile may have been blanked while it was read.
                    if os.fstat(file.fileno()).st_ino == self._path.stat().st_ino:
                        return told
        except OSError:
            raise StoreError.of("STORE-041", place=self.place) from None

    def write(self, told: Mapping[str, Any]) -> None:
        """Replace it by new content, whole or not at all, safely on the disk.

        Raises
        ------
        StoreError
            It cannot be written; the old one or the new one is there.
        """
        part = self._path.with_name(f"{self._path.name}.part")
        old = None
        try:
            _write_new(part, canonical(dict(told)).encode() + b"\n")
            old = os.open(self._path, os.O_WRONLY) if self.exists() else None
            part.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as fault:
            self.unsure = True
            with suppress(OSError):
                part.unlink(missing_ok=True)
            # Not overwritten: after a power cut it may have its name again.
            if old is not None:
                os.close(old)
            problem = (fault.strerror or "the disk failed").lower()
            raise StoreError.of("STORE-015", place=self.place, problem=problem) from None
        self.unsure = False
        if old is not None:
            _overwrite(old)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other programs from changing it; wait for them, but not for ever.

        Raises
        ------
        StoreError
            Another program has kept the lock for ten seconds, or the folder is read-only.
        """
        name = self._path.with_name(f"{self._path.name}.lock")
        lock = FileLock(name, timeout=_PATIENCE, mode=0o600, poll_interval=0.002)
        try:
            make_folder(self._path.parent)
            lock.acquire()
        except Timeout:
            raise StoreError.of("STORE-014", place=self.place, seconds=f"{_PATIENCE:g}") from None
        except OSError as fault:
            problem = (fault.strerror or "the disk failed").lower()
            raise StoreError.of("STORE-015", place=self.place, problem=problem) from None
        try:
            yield
        finally:
            lock.release()


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _overwrite(descriptor: int) -> None:
    """Blank a file that has lost its name: wrapped keys do not linger in free blocks.

    A disk that moves its blocks about may keep them all the same (docs/security.md).
    """
    with suppress(OSError):
        os.write(descriptor, bytes(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    os.close(descriptor)
