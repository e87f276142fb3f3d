"""Bringing a store to the newest revision of its tables: first a copy, then the store itself.

The copy is encrypted under the same key and verified whole: pages, chain, contents and head. Only
then is it put in place of the store, in one step; whatever fails before leaves the store as it
was.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import StoreError
from toolkit.store.description import described, sync_folder
from toolkit.store.event import About
from toolkit.store.journal.chain import Head
from toolkit.store.journal.database import Database
from toolkit.store.journal.journal_table import JournalTable
from toolkit.store.journal.schema import REVISION, check_tables, revision_of
from toolkit.store.journal.sealed import database_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.sqlcipher import FILE

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEXT = f"{FILE}.next"
_BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done to one store.

    Attributes
    ----------
    holds : str
        ``research``, ``identity`` or ``identity-audit``.
    before, after : str
        Revisions of its tables; the same one where there was nothing to do.
    """

    holds: str
    before: str
    after: str


def migrate_file(folder: Path, keyring: Keyring) -> Migration:
    """Upgrade the store in a folder to the newest revision; nobody else may have it open.

    Raises
    ------
    StoreError
        There is no store, another program has it open (STORE-071), it is of a newer version, or a
        step failed (STORE-072). The store is as it was.
    """
    about, place = described(folder), f"folder {folder.name}"
    key = keyring.key(database_name(about))
    if key is None:
        raise StoreError.of("STORE-057", place=place)
    file = CipherFile(folder / FILE, key, place)
    try:
        before = revision_of(file, place)
        if before != REVISION:
            file.keep_others_out()
            _replace(folder, file, before, about, keyring)
    finally:
        file.close()
        _clear(folder / NEXT)
    return Migration(about.holds, before, REVISION)


def run_steps(connection: Connection, before: str = "", to: str = "head") -> None:
    """Run the steps that are missing.

    Parameters
    ----------
    before : str
        Revision that its tables have; empty if there are none yet.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    steps = files("toolkit.store.lifecycle").joinpath("migrations")
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.attributes["connection"] = connection
    if before:
        command.stamp(config, before)
    command.upgrade(config, to)


def steps_in_a_file(path: Path, key: Secret, place: str, before: str = "") -> None:
    """Run the steps that are missing in an encrypted file.

    Raises
    ------
    StoreError
        A step failed (STORE-072); the file may be half-way.
    """
    from sqlalchemy import StaticPool, create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlcipher3 import dbapi2

    file = CipherFile(path, key, place)
    engine = create_engine(
        "sqlite://", creator=file.lend, module=dbapi2, poolclass=StaticPool, hide_parameters=True
    )
    try:
        with engine.begin() as connection:
            run_steps(connection, before)
    except SQLAlchemyError as fault:
        # The driver's own words name tables and columns, never what stands in them.
        said = getattr(fault, "orig", None) or type(fault).__name__
        raise failed(place, " ".join(str(said).split()).lower()) from None
    finally:
        file.close()


def _replace(folder: Path, file: CipherFile, before: str, about: About, keyring: Keyring) -> None:
    """Make a migrated copy and put it in place; called while nobody else has the file."""
    key = keyring.ensure(database_name(about))
    place, copy = f"folder {folder.name}", folder / NEXT
    _clear(copy)
    head = JournalTable(file).head()
    file.copy_to(copy, key)
    steps_in_a_file(copy, key, place, before)
    moved = CipherFile(copy, key, place)
    try:
        refuse_changed(moved, head, about, keyring, place)
        moved.keep_others_out()
    finally:
        moved.close()
    _put_in_place(copy, folder / FILE, place)


def refuse_changed(moved: Database, head: Head, about: About, keyring: Keyring, place: str) -> None:
    """Refuse a migrated copy that is not whole, or not the same journal.

    Parameters
    ----------
    head : Head
        Last event of the store that it was made from.

    Raises
    ------
    StoreError
        Its pages, chain, contents or head are not what they were (STORE-072).
    """
    check_tables(moved, about, place)
    if JournalTable(moved).head() != head:
        raise failed(place, "the copy ends with another event")
    faults = SealedStore(about, moved, keyring).verify()
    if faults:
        told = ", ".join(f"{each.code} {each.place}" for each in faults[:3])
        raise failed(place, f"the copy is not whole: {told}")


def failed(place: str, problem: str) -> StoreError:
    """Return the error that says why a migration was given up."""
    return StoreError.of("STORE-072", place=place, newest=REVISION, problem=problem)


def _put_in_place(copy: Path, path: Path, place: str) -> None:
    try:
        descriptor = os.open(copy, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        copy.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        raise failed(place, (fault.strerror or "the disk failed").lower()) from None


def _clear(copy: Path) -> None:
    """Remove what is left of a copy that was not put in place."""
    for suffix in _BESIDE:
        with suppress(OSError):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
