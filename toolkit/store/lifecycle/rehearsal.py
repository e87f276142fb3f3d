"""A store for rehearsals, separate from all real data: its own folder, key and mark.

It is no home of a study, so that no command takes it for one; its `About` says what it is, which
goes into every seal; and each of its events names somebody who rehearses. A store of real data
refuses such events, and this one refuses all others (`toolkit.store.journal.entry.refuse_mixing`).
"""

from __future__ import annotations

import json
import secrets
from datetime import date
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.store.description import make_folder, write_whole
from toolkit.store.event import REHEARSAL, About
from toolkit.store.home import REHEARSAL_MARK, Home
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import shared, socket_of
from toolkit.store.sqlite.sqlcipher import EncryptedStore

REHEARSER = "rehearsal-1"
"""Who does everything in a rehearsal."""
_FORMAT = "toolkit-rehearsal/1"
_STORE = "rehearsal"
# Nobody has to guess it, and it is gone with the process that made it: no time is spent on it.
_COST = Cost(memory_kib=1024, passes=1, lanes=1)


def begin_rehearsal(folder: Path, study: str) -> tuple[Home, Keyring]:
    """Make a store for a rehearsal; its passphrase is random, and nobody ever sees it.

    Parameters
    ----------
    folder : pathlib.Path
        Its folder, new or empty.

    Raises
    ------
    StoreError
        Something is in the folder already (STORE-058), or the disk cannot be used.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError.of("STORE-058", place=f"folder {folder.name}")
    home = _home(folder, study)
    make_folder(folder)
    make_folder(home.keys)
    words = Passphrase.of(secrets.token_hex(32).encode())
    keyring, _ = Keyring.create(home.research_keyring, study, words, cost=_COST)
    about = About(study, True, date.today().isoformat(), REHEARSAL)  # noqa: DTZ011 - the local day
    EncryptedStore.create(folder / _STORE, about, keyring).close()
    write_whole(
        folder / REHEARSAL_MARK, {"format": _FORMAT, "study": study}, f"folder {folder.name}"
    )
    return home, keyring


def open_rehearsal(folder: Path, keyring: Keyring | None = None) -> tuple[SealedStore, Keyring]:
    """Open the store of a rehearsal that is going on.

    Parameters
    ----------
    keyring : Keyring, optional
        Its unlocked keyring; asked of the process that began it where none is given.

    Raises
    ------
    StoreError
        It is over: nobody has the key any more (STORE-060).
    """
    study = str(json.loads((folder / REHEARSAL_MARK).read_bytes())["study"])
    home = _home(folder, study)
    found = keyring or shared(home, socket_of(home))
    if found is None:
        raise StoreError.of("STORE-060", place=f"rehearsal of {study}")
    return EncryptedStore(folder / _STORE, found), found


def _home(folder: Path, study: str) -> Home:
    return Home(folder, study, fictional=True, created="", keys=folder / "keys")
