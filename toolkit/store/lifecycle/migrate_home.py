"""Bringing every store of a study to the newest revision, wherever its data are."""

from __future__ import annotations

from toolkit.store.home import Home, share_withdrawals
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.migration import Migration, migrate_file
from toolkit.store.postgres.server import postgres_library


def migrate_home(
    home: Home, research: Keyring, identity: Keyring, *, service: str = ""
) -> list[Migration]:
    """Upgrade every store of a study to the newest revision, one after the other.

    Raises
    ------
    StoreError
        One of them could not be brought there, as in `migrate_file`; it is as it was, and those
        before it in the list are new.
    """
    share_withdrawals(research, identity)
    stores = [("research", research), ("identity", identity), ("identity-audit", identity)]
    if home.server is None:
        return [migrate_file(home.folder_of(holds), keyring) for holds, keyring in stores]
    postgres_library()
    from toolkit.store.lifecycle.postgres_migration import migrate_database

    return [
        migrate_database(home.server, home.about(holds), keyring, service=service)
        for holds, keyring in stores
    ]
