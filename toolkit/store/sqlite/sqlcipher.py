"""The store in a SQLCipher file on this machine, for real people's words (clause P32).

The whole file is encrypted under the store's own key; inside it each event is sealed once more.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Self

from toolkit.errors import StoreError
from toolkit.store.description import describe, described, is_described, make_folder
from toolkit.store.event import About
from toolkit.store.journal.schema import check_tables, make_tables, statements
from toolkit.store.journal.sealed import database_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.proof.guard import Guard
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.read_only import looked_at
from toolkit.store.sqlite.search_index import throw_away
from toolkit.store.sqlite.shape import altered

FILE = "journal.db"


class EncryptedStore(SealedStore):
    """A sealed store in an encrypted file; several programs may use it at once.

    An append is committed and synchronised to the disk before it is acknowledged.

    Parameters
    ----------
    folder : str or Path
        Folder of a store that exists; `EncryptedStore.create` makes one.
    keyring : Keyring
        The unlocked keyring of its study.
    follows, inspects : bool
        As in `toolkit.store.proof.guard.Guard`.

    Attributes
    ----------
    findings : tuple of Finding
        What was put right on opening: STORE-052 where a withdrawal had to be carried through.

    Raises
    ------
    StoreError
        There is no store, it is of another study or of a newer version, or it is damaged; SQLite
        is too old; the disk is full, read-only or failing.
    """

    def __init__(
        self,
        folder: str | Path,
        keyring: Keyring,
        *,
        follows: bool = False,
        inspects: bool = False,
    ) -> None:
        home = Path(folder)
        about, place = described(home), f"folder {home.name}"
        if keyring.study != about.study:
            raise StoreError.of("STORE-051", place=place, study=about.study)
        key = keyring.key(database_name(about))
        if key is None:
            raise StoreError.of("STORE-057", place=place)
        file = (
            looked_at(home / FILE, key, place) if inspects else CipherFile(home / FILE, key, place)
        )
        altered_ = partial(altered, file, statements(file.dialect))
        guard = Guard(altered_, follows=follows, inspects=inspects)
        try:
            file.check_size()
            check_tables(file, about, place, keyring)
            purge = partial(throw_away, home, keyring)
            super().__init__(about, file, keyring, purge, guard=guard)
        except StoreError:
            file.close()
            raise

    @classmethod
    def create(cls, folder: str | Path, about: About, keyring: Keyring) -> Self:
        """Make a store, or open the one of the same study that is there already.

        Parameters
        ----------
        folder : str or Path
            Its folder; made where there is none.

        Raises
        ------
        StoreError
            As for `EncryptedStore`; or the folder holds another store.
        """
        home = Path(folder)
        place = f"folder {home.name}"
        if keyring.study != about.study:
            raise StoreError.of("STORE-051", place="keyring", study=keyring.study)
        if not is_described(home):
            make_folder(home)
            key = keyring.ensure(database_name(about))
            file = CipherFile(home / FILE, key, place, make=True)
            try:
                make_tables(file, about, keyring)
            finally:
                file.close()
            describe(home, about)
        found = described(home)
        if (about.study, about.holds) != (found.study, found.holds):
            raise StoreError.of("STORE-012", place=place, study=found.study, holds=found.holds)
        return cls(home, keyring)
