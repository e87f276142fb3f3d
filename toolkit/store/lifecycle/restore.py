"""A backup put in place: verified before and after, and nobody who withdrew comes back with it.

The keyring is in no backup. It knows who has withdrawn, so that a backup from before a withdrawal
gives nothing of them, and is told so when it is opened (STORE-052).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.description import described, sync_folder
from toolkit.store.event import NewEvent
from toolkit.store.home import NAME, Home, describe_home, find_home, is_rehearsal
from toolkit.store.journal.chain import Head
from toolkit.store.journal.sealed import database_name
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.backup import beside, read_back, unused
from toolkit.store.lifecycle.manifest import Backup, changed, check_manifest, measured
from toolkit.store.lifecycle.migration import migrate_file
from toolkit.store.people.identity import check_role, refuse_notebook
from toolkit.store.proof.newest import forget
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.sqlcipher import FILE, EncryptedStore

_PARTS = ("research", "identity")


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restoration.

    Attributes
    ----------
    home : Home
        Where the data are now.
    aside : pathlib.Path or None
        Where the stores are that were in place before; None if there were none.
    missing : mapping of str to (int or None)
        How many events the stores before had that the backup does not have, by store; None where
        that cannot be told. Empty if there were none.
    findings : tuple of Finding
        What was put right (STORE-052) and what is missing (STORE-104).
    """

    home: Home
    aside: Path | None
    missing: Mapping[str, int | None]
    findings: tuple[Finding, ...]


def home_of(backup: Backup, folder: Path, keys: Path | None = None) -> Home:
    """Return the home that a backup is restored to: the one in a folder, or a new one.

    Parameters
    ----------
    keys : pathlib.Path, optional
        Folder of the keyrings, for a new home; ``keys`` in it where none is given.

    Raises
    ------
    StoreError
        The folder is the home of another study (STORE-051), of data on a server (STORE-105), or of
        a rehearsal (STORE-112).
    """
    if not (folder / NAME).exists() and not is_rehearsal(folder):
        told = (backup.study, backup.fictional, backup.founded)
        return Home(folder, *told, keys or folder / "keys", backup.sample)
    found = find_home(folder)
    if found.study != backup.study:
        raise StoreError.of("STORE-051", place=f"folder {folder.name}", study=found.study)
    if found.server is not None:
        raise StoreError.of("STORE-105", place=f"folder {folder.name}")
    return found


def restore(
    backup: Backup,
    home: Home,
    keyring: Keyring,
    identity: Keyring,
    *,
    user: str,
    at: int,
    replace: bool = False,
) -> Restored:
    """Put a backup in place; stores that are there already are moved aside, never deleted.

    Parameters
    ----------
    at : int
        Now, in ms since 1970-01-01 UTC.

    Raises
    ------
    StoreError
        There are stores in place (STORE-101) or in use (STORE-071); the backup is of another
        study (STORE-051), of a newer version (STORE-043) or damaged (STORE-097, STORE-099,
        STORE-100); the disk fails (STORE-103). What was in place is as it was.
    """
    refuse_notebook()
    check_role(user)
    check_manifest(backup, keyring)
    if _in_place(home) and not replace:
        raise StoreError.of("STORE-101", place=f"folder {home.folder.name}")
    rings = {name: identity if name.startswith("identity") else keyring for name in backup.heads}
    with _telling(home):
        restored = _put_in_place(backup, home, rings, at)
    told = {"backup": backup.created}
    _note(home, keyring, identity, NewEvent("restored", start=at, user=user, new_value=told))
    return restored


def _put_in_place(backup: Backup, home: Home, rings: Mapping[str, Keyring], at: int) -> Restored:
    stamp = f"{dt.datetime.fromtimestamp(at // 1000, dt.UTC):%Y%m%dT%H%M%SZ}"
    with beside(home.folder, home.study) as part:
        _settle(home, rings)
        _copy_files(backup, part)
        carried: list[Finding] = []
        for name, head in backup.heads.items():
            migrate_file(part / name, rings[name], vouched=True)
            carried += read_back(part / name, rings[name], head)
        missing = _missing(home, part, rings, backup.heads)
        with _alone(home, rings):
            for name, keyring in rings.items():
                forget(keyring, described(part / name).holds)
            aside = _exchange(home, part, unused(home.folder / f"replaced-{stamp}"))
        if not (home.folder / NAME).exists():
            describe_home(home)
    return Restored(home, aside, missing, (*carried, *_told(missing, aside)))


def _in_place(home: Home) -> bool:
    folders = [home.folder / each for each in _PARTS]
    return any(each.is_dir() and any(each.iterdir()) for each in folders)


@contextmanager
def _telling(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        place = f"folder {home.folder.name}"
        raise StoreError.of("STORE-103", place=place, problem=problem) from None


def _settle(home: Home, rings: Mapping[str, Keyring]) -> None:
    """Complete an interrupted withdrawal, so that the keyring knows of it."""
    for name, keyring in rings.items():
        with suppress(StoreError):
            EncryptedStore(home.folder / name, keyring).close()


def _copy_files(backup: Backup, part: Path) -> None:
    """Copy the files that the manifest names; what was read must be what it says."""
    for name, wanted in backup.files.items():
        target = part / name
        if not target.resolve().is_relative_to(part.resolve()):
            raise changed(backup, name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(backup.folder / name, target)
        target.chmod(0o600)
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if measured(target) != wanted:
            raise changed(backup, name)
    for each in part.rglob("*"):
        if each.is_dir():
            each.chmod(0o700)
            sync_folder(each)


def _missing(
    home: Home, part: Path, rings: Mapping[str, Keyring], heads: Mapping[str, Head]
) -> dict[str, int | None]:
    """Count by store what was written after the backup; empty if nothing is in place."""
    there = [name for name in rings if (home.folder / name).exists()]
    return {n: _behind(home.folder / n, part / n, rings[n], heads[n]) for n in there}


def _behind(old: Path, new: Path, keyring: Keyring, head: Head) -> int | None:
    """Count the events of an old store after a head; None if they are not of one history."""
    try:
        with closing(EncryptedStore(old, keyring)) as before:
            last = before.head()
            if not head.seq or before.holds(head):
                return last.seq - head.seq
    except StoreError:
        return None
    with closing(EncryptedStore(new, keyring)) as after:
        return 0 if not last.seq or after.holds(last) else None


@contextmanager
def _alone(home: Home, rings: Mapping[str, Keyring]) -> Iterator[None]:
    """Keep other programs away: they would go on writing to what is no longer in place."""
    with ExitStack() as held:
        for name, keyring in rings.items():
            file = _opened(home.folder / name, keyring)
            if file is not None:
                held.callback(file.close)
                file.keep_others_out()
        yield


def _opened(folder: Path, keyring: Keyring) -> CipherFile | None:
    """Open a store's file; None if it cannot be opened, so that nobody else has it open."""
    try:
        key = keyring.key(database_name(described(folder)))
        return CipherFile(folder / FILE, key, f"folder {folder.name}") if key else None
    except StoreError:
        return None


def _exchange(home: Home, part: Path, aside: Path) -> Path | None:
    """Move what is in place aside, and then the restored stores in."""
    moved = _in_place(home)
    if moved:
        aside.mkdir(mode=0o700)
    for each in _PARTS:
        if (home.folder / each).exists():
            if moved:
                (home.folder / each).rename(aside / each)
            else:
                (home.folder / each).rmdir()
    for each in _PARTS:
        (part / each).rename(home.folder / each)
    sync_folder(home.folder)
    return aside if moved else None


def _note(home: Home, keyring: Keyring, identity: Keyring, noted: NewEvent) -> None:
    """Write down in the journal and in the identities' audit that a backup was put in place."""
    for store in (
        home.open_research(keyring),
        EncryptedStore(home.identity / "audit", identity),
    ):
        with closing(store):
            store.append([noted])


def _told(missing: Mapping[str, int | None], aside: Path | None) -> Iterator[Finding]:
    for name, count in missing.items():
        if count != 0 and aside is not None:
            told = "an unknown number of" if count is None else f"{count}"
            yield finding("STORE-104", place=name, count=told, aside=aside.name)
