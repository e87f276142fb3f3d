"""Bringing a store to the newest revision of its tables: first a copy, then the store itself.

The copy is encrypted under the same key and verified whole: pages, chain, contents and head. Only
then is it put in place of the store, in one step; whatever fails before leaves the store as it
was.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import Finding, StoreError
from toolkit.store.description import described, sync_folder
from toolkit.store.event import About
from toolkit.store.journal.chain import Head, verify_chain
from toolkit.store.journal.database import Database
from toolkit.store.journal.journal_table import JournalTable
from toolkit.store.journal.schema import (
    REVISION,
    check_tables,
    refuse_set_back,
    revision_of,
    statements,
)
from toolkit.store.journal.sealed import database_name, key_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret
from toolkit.store.proof.guard import Guard
from toolkit.store.proof.head_proof import HeadProof, proved_name
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.shape import altered
from toolkit.store.sqlite.sqlcipher import FILE

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEXT = f"{FILE}.next"
_STATEMENTS = statements("sqlite")
_NOT_VOUCHED = "STORE-118"  # older versions left no mark in the keyring; `settle` does
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


def migrate_file(folder: Path, keyring: Keyring, *, vouched: bool = False) -> Migration:
    """Migrate the store in a folder to the newest revision; nobody else may have it open.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    keyring : Keyring
        The unlocked keyring of its study.
    vouched : bool
        Whether it is known to be older than the proofs of its study: it is from a backup whose
        manifest fits.

    Raises
    ------
    StoreError
        There is no store, another program has it open (STORE-071), it is of a newer version, or a
        step failed (STORE-072), or its tables were set back (STORE-120). The store is as it was.
    """
    about, place = described(folder), f"folder {folder.name}"
    key = keyring.key(database_name(about))
    if key is None:
        raise StoreError.of("STORE-057", place=place)
    file = CipherFile(folder / FILE, key, place)
    try:
        before = revision_of(file, place)
        if not vouched:
            refuse_set_back(before, about, place, keyring)
        if before != REVISION:
            file.keep_others_out()
            refuse_broken(file, about, place)
            _replace(folder, file, before, about, keyring)
            settle(keyring, about)
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
        with moved.writing():
            JournalTable(moved).prove(first_proof(moved, about, keyring))
        refuse_changed(moved, head, about, keyring, place, partial(altered, moved, _STATEMENTS))
        moved.keep_others_out()
    finally:
        moved.close()
    _put_in_place(copy, folder / FILE, place)


def first_proof(database: Database, about: About, keyring: Keyring) -> str:
    """Return the proof of a journal that had none, as it is; called while writing.

    Parameters
    ----------
    database : Database
        It has the newest tables.
    about : About
        The store.
    keyring : Keyring
        Its unlocked keyring.
    """
    stand = JournalTable(database).stand()
    return HeadProof(keyring, about).of(stand.head.seq, stand.head.chain, stand.gone)


def settle(keyring: Keyring, about: About) -> None:
    """Record in the keyring that a store has proofs now, and vouch for earlier withdrawals."""
    start = key_name(about, "-").removesuffix("-")
    keyring.vouch(name for name in keyring.destroyed() if name.startswith(start))
    keyring.ensure(proved_name(about))


def refuse_broken(database: Database, about: About, place: str) -> None:
    """Refuse to prove an older journal whose chain is broken already.

    Parameters
    ----------
    database : Database
        The store, of any revision.
    about : About
        What it is.
    place : str
        What to call it in messages.

    Raises
    ------
    StoreError
        Its chain is not whole (STORE-072).
    """
    table = JournalTable(database, place)
    _refuse(verify_chain((row.stored() for row in table.rows()), about, head=table.head()), place)


def refuse_changed(
    moved: Database,
    head: Head,
    about: About,
    keyring: Keyring,
    place: str,
    altered: Callable[[], list[str]],
) -> None:
    """Refuse a migrated copy that is not whole, or not the same journal.

    Parameters
    ----------
    head : Head
        Last event of the store that it was made from.
    about : About
        What the store is.
    keyring : Keyring
        The unlocked keyring of its study.
    place : str
        What to call it in messages.
    altered : callable
        As in `toolkit.store.proof.guard.Guard`.

    Raises
    ------
    StoreError
        Its pages, chain, contents, head or schema are not what they should be (STORE-072).
    """
    check_tables(moved, about, place, keyring)
    if JournalTable(moved, place).head() != head:
        raise failed(place, "the copy ends with another event")
    # Looked at only: a withdrawal that is not carried through yet is none of the copy's business.
    store = SealedStore(about, moved, keyring, guard=Guard(altered, inspects=True))
    _refuse([each for each in store.verify() if each.code != _NOT_VOUCHED], place)


def _refuse(faults: list[Finding], place: str) -> None:
    if faults:
        told = ", ".join(f"{each.code} {each.place}" for each in faults[:3])
        raise failed(place, f"the journal is not whole: {told}")


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
