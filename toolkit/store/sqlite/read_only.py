"""An encrypted file that is only looked at: also from a medium on which nothing can be written."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.store.keys.passphrase import Secret
from toolkit.store.sqlite.cipher_file import CipherFile


def looked_at(path: Path, key: Secret, place: str) -> CipherFile:
    """Open a file without writing to it or beside it.

    SQLite reads a journal with a write-ahead log only where it may make files beside it. Where it
    may not, a file without a log is taken as one that nobody changes; one with a log, which a
    killed program or a copy of a running study leaves, is read from a copy of both, as encrypted
    as they are, that is gone when it is closed.

    Parameters
    ----------
    path : Path
        The file.
    key : Secret
        256 bits.
    place : str
        What to call it in messages.

    Raises
    ------
    StoreError
        As for `CipherFile`; or there is no room for the copy.
    """
    if os.access(path.parent, os.W_OK):
        return CipherFile(path, key, place, opening="mode=ro")
    log = path.with_name(f"{path.name}-wal")
    with suppress(OSError):
        if log.stat().st_size:
            return _CopiedFile(path, log, key, place)
    return CipherFile(path, key, place, opening="mode=ro&immutable=1")


class _CopiedFile(CipherFile):
    """A file that is removed when it is closed."""

    def __init__(self, path: Path, log: Path, key: Secret, place: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="toolkit-look-")
        inner = Path(self._folder.name)
        try:
            for each in (path, log):
                shutil.copyfile(each, inner / each.name)
            super().__init__(inner / path.name, key, place)
        except OSError as fault:
            self._folder.cleanup()
            problem = (fault.strerror or "the disk failed").lower()
            raise StoreError.of("STORE-056", place=place, problem=problem) from None
        except StoreError:
            self._folder.cleanup()
            raise

    def close(self) -> None:
        """Close the copy, and remove it."""
        super().close()
        self._folder.cleanup()
