"""A backup of all data of a study but its keys: whole, verified, and encrypted like the original.

It is taken while others write: each store is copied as it is at one moment. The keyring is
never in it, so that a withdrawal reaches every backup there is (clause P26).
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.description import describe, sync_folder
from toolkit.store.event import NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.chain import Head
from toolkit.store.journal.schema import make_tables
from toolkit.store.journal.sealed import database_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.manifest import NAME, BackedUp, Backup, measured, write_manifest
from toolkit.store.people.identity import check_role, refuse_notebook
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.sqlcipher import FILE, EncryptedStore

_PART, _LOCK = ".part", ".lock"


def back_up(
    home: Home, into: Path, keyring: Keyring, identity: Keyring, *, user: str, at: int
) -> Backup:
    """Make a backup: a new folder, which has its name only when all of it was read back.

    The audit of the identity store says that the names were copied.

    Parameters
    ----------
    into : pathlib.Path
        Folder for backups; made where there is none.
    keyring, identity : Keyring
        The unlocked research keyring and identity keyring. A copy that cannot be opened cannot be
        verified, so that both are needed.
    at : int
        Now, in ms since 1970-01-01 UTC.

    Raises
    ------
    StoreError
        A store is not as it was written (STORE-097), the backup cannot be written (STORE-096), the
        role account is none (STORE-084), or a notebook asks (STORE-085).
    """
    refuse_notebook()
    check_role(user)
    moment = dt.datetime.fromtimestamp(at // 1000, dt.UTC)
    with _telling(into), beside(into, home.study) as part:
        opened = NewEvent("backup", start=at, user=user)
        heads = _copy_stores(home, part, keyring, identity, opened)
        founded = (home.fictional, home.sample, home.created)
        made = Backup(part, home.study, *founded, moment.isoformat(), heads, _files(part))
        write_manifest(made, keyring)
        (part / NAME).chmod(0o600)
        folder = unused(into / f"{home.study}-{moment:%Y%m%dT%H%M%SZ}")
        part.rename(folder)
        sync_folder(into)
        return replace(made, folder=folder)


@contextmanager
def _telling(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        raise StoreError.of("STORE-096", place=f"folder {into.name}", problem=problem) from None


@contextmanager
def beside(into: Path, study: str) -> Iterator[Path]:
    """Yield a folder whose name says that it is not whole; gone afterwards, unless it was renamed.

    What a killed program left of its own is taken away: nobody has it locked any more.

    Parameters
    ----------
    into : pathlib.Path
        Folder that it is in; made where there is none.

    Yields
    ------
    pathlib.Path
        The new, empty folder.
    """
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in {Path(str(each).removesuffix(_LOCK)) for each in into.glob(f".{study}-*{_PART}*")}:
        with suppress(OSError):
            _clear(left)
    part = into / f".{study}-{secrets.token_hex(4)}{_PART}"
    try:
        # It is locked before it is there, so that nobody takes it for what a killed program left.
        with FileLock(f"{part}{_LOCK}", mode=0o600):
            part.mkdir(mode=0o700)
            yield part
    finally:
        with suppress(OSError):
            _clear(part)


def _clear(part: Path) -> None:
    """Remove what is left of a folder that nobody has locked, and its lock.

    Raises
    ------
    OSError
        Somebody has it locked, or it cannot be taken away.
    """
    with FileLock(f"{part}{_LOCK}", timeout=0, mode=0o600):
        shutil.rmtree(part, ignore_errors=True)
    Path(f"{part}{_LOCK}").unlink()


def _copy_stores(
    home: Home, part: Path, keyring: Keyring, identity: Keyring, opened: NewEvent
) -> dict[str, Head]:
    """Copy every store of a study; whom research knows, the identities copied later know too."""
    heads: dict[str, Head] = {}
    for holds, ring in (
        ("research", keyring),
        ("identity-audit", identity),
        ("identity", identity),
    ):
        with closing(home.open_store(holds, ring)) as store:
            if holds == "identity-audit":
                store.append([opened])
            name = home.folder_of(holds).relative_to(home.folder).as_posix()
            heads[name] = _copied(store, part / name, ring)
    return heads


def _copied(store: SealedStore, folder: Path, keyring: Keyring) -> Head:
    """Copy a store, open the copy anew, and read all of it."""
    read_back(folder, keyring, _written(store, folder, keyring))
    with closing(EncryptedStore(folder, keyring)) as copy:
        return copy.head()


def _written(store: SealedStore, folder: Path, keyring: Keyring) -> Head:
    """Write a store of any kind, as it is now, into a new folder as SQLCipher files.

    Nothing is carried through in the copy: it is what it was copied from, and is opened later.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = keyring.ensure(database_name(store.about))
    with closing(CipherFile(folder / FILE, key, f"folder {folder.name}", make=True)) as file:
        make_tables(file, store.about, keyring)
        head = store.copy_to(file)
    describe(folder, store.about)
    return head


def read_back(folder: Path, keyring: Keyring, head: Head) -> tuple[Finding, ...]:
    """Open a copy anew, and read it from the first page to the last.

    Parameters
    ----------
    head : Head
        Last event that it has to have.

    Returns
    -------
    tuple of Finding
        What was put right on opening: STORE-052 where a withdrawal was carried through.

    Raises
    ------
    StoreError
        It is not as the store was written (STORE-097).
    """
    with closing(EncryptedStore(folder, keyring)) as copy:
        faults = copy.verify()
        if head.seq and not copy.holds(head):
            faults.append(finding("STORE-023", place=f"event {head.seq}", missing=1))
        if faults:
            place = f"folder {folder.name}"
            raise StoreError([finding("STORE-097", place=place, count=len(faults)), *faults[:10]])
        return copy.findings


def _files(part: Path) -> dict[str, BackedUp]:
    """Return all files, only their owner's from now on, with their names safely on the disk."""
    found = {}
    for each in sorted(part.rglob("*")):
        if each.is_dir():
            each.chmod(0o700)
            sync_folder(each)
        else:
            each.chmod(0o600)
            found[each.relative_to(part).as_posix()] = measured(each)
    return found


def unused(folder: Path) -> Path:
    """Return the first name that nothing has yet: two of them may be made in one second.

    Parameters
    ----------
    folder : pathlib.Path
        The name that is wanted; ``-2`` and so on follow it where there is something.
    """
    names = (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))
    return next(each for each in itertools.chain([folder], names) if not each.exists())
