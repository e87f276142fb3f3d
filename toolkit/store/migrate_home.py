"""Bringing every store of a study to the newest revision, wherever its data are."""

from __future__ import annotations

from pathlib import Path

from toolkit.store.home import Home
from toolkit.store.keyring import Keyring
from toolkit.store.migrating import Migration, migrate_file
from toolkit.store.server import postgres_library


def migrate_home(
    home: Home, research: Keyring, identity: Keyring, *, service: str = ""
) -> list[Migration]:
    """Bring every store of a study to the newest revision, one after the other.

    Parameters
    ----------
    home : Home
        The home of the study's data.
    research, identity : Keyring
        Its two keyrings, unlocked.
    service : str
        Who administers the server of a team, as in `toolkit.store.provision.provision`.

    Raises
    ------
    StoreError
        One of them could not be brought there, as in `migrate_file`; it is as it was, and those
        before it in the list are new.
    """
    stores = [("research", home.research, research), *_identities(home, identity)]
    if home.server is None:
        return [migrate_file(folder, keyring) for _, folder, keyring in stores]
    postgres_library()
    from toolkit.store.postgres_migrating import migrate_database

    return [
        migrate_database(home.server, home.about(holds), keyring, service=service)
        for holds, _, keyring in stores
    ]


def _identities(home: Home, keyring: Keyring) -> list[tuple[str, Path, Keyring]]:
    parts = (("identity", "people"), ("identity-audit", "audit"))
    return [(holds, home.identity / part, keyring) for holds, part in parts]
