"""The home of a study's data: research, identities and keys, a folder each (clause P31).

```
<home>/home.json   which study it is, and where its keys are
       research/   what was said, under pseudonyms
       identity/   who is behind them: people/ and, apart from them, the audit of openings
       keys/       research.keyring and identity.keyring, each under a passphrase; in no backup
```

A team's data are on a server, and ``home.json`` says on which; the keys are here all the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.description import write_whole
from toolkit.store.event import REHEARSAL, About
from toolkit.store.journal.sealed import key_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import COMMON, Keyring, destroy_key
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.postgres.server import Server, postgres_library
from toolkit.store.sqlite.sqlcipher import EncryptedStore

FORMAT = "toolkit-home/1"
STORES = {
    "research": "research",
    "identity": "identity/people",
    "identity-audit": "identity/audit",
}
"""The stores of a home by what they hold, with their folders in it."""
NAME = "home.json"
REHEARSAL_MARK = f"{REHEARSAL}.json"
_FAMILY = FORMAT.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Home:
    """Where the data of one study are.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    study : str
        Id of the study.
    fictional : bool
        Whether all data in it are invented.
    created : str
        Day on which it was made, ISO 8601.
    keys : pathlib.Path
        Folder of the two keyrings.
    sample : bool
        Whether it is the fictional sample, which opens with a passphrase that everybody knows.
    server : Server, optional
        The PostgreSQL server that has the data; None if they are files of this folder.
    """

    folder: Path
    study: str
    fictional: bool
    created: str
    keys: Path
    sample: bool = False
    server: Server | None = None

    @property
    def research(self) -> Path:
        """Folder of the research store."""
        return self.folder / "research"

    @property
    def identity(self) -> Path:
        """Folder of the identity store."""
        return self.folder / "identity"

    @property
    def research_keyring(self) -> Path:
        """File with the keys of the research store."""
        return self.keys / "research.keyring"

    @property
    def identity_keyring(self) -> Path:
        """File with the keys of the identity store."""
        return self.keys / "identity.keyring"

    def about(self, holds: str = "research") -> About:
        """Return what one of its stores is."""
        return About(self.study, self.fictional, self.created, holds)

    def open_research(self, keyring: Keyring, *, inspects: bool = False) -> SealedStore:
        """Open the research store.

        Parameters
        ----------
        keyring : Keyring
            The unlocked research keyring.
        inspects : bool
            As in `open_store`.

        Raises
        ------
        StoreError
            It cannot be opened; see `EncryptedStore` and `PostgresStore`.
        """
        return self.open_store("research", keyring, inspects=inspects)

    def open_store(self, holds: str, keyring: Keyring, *, inspects: bool = False) -> SealedStore:
        """Open one of its stores, wherever it is.

        Parameters
        ----------
        holds : str
            ``research``, ``identity`` or ``identity-audit``.
        keyring : Keyring
            The unlocked keyring of research or of identities.
        inspects : bool
            Whether it is only looked at, whatever is wrong with it, also where nothing can be
            written.

        Raises
        ------
        StoreError
            It cannot be opened, see `EncryptedStore` and `PostgresStore`; or what was put there is
            a rehearsal (STORE-112).
        """
        if self.server is None:
            folder = self.folder_of(holds)
            store = EncryptedStore(folder, keyring, follows=True, inspects=inspects)
            if store.about.holds == REHEARSAL:
                store.close()
                raise StoreError.of("STORE-112", place=f"folder {self.folder_of(holds).name}")
            return store
        postgres_library()
        from toolkit.store.postgres.store import PostgresStore

        about = self.about(holds)
        return PostgresStore(self.server, about, keyring, follows=True, inspects=inspects)

    def folder_of(self, holds: str) -> Path:
        """Return the folder of one of its stores, if its data are files."""
        return self.folder / STORES[holds]

    def forget(self, case: str, keyring: Keyring) -> None:
        """Destroy the key of who is behind a pseudonym; their passphrase is not needed for that.

        The identity store carries it through when it is opened next.

        Parameters
        ----------
        case : str
            The pseudonym.
        keyring : Keyring
            The unlocked research keyring, which vouches for it.

        Raises
        ------
        StoreError
            The identity keyring is not there or cannot be written; nothing was changed.
        """
        name = key_name(self.about("identity"), case)
        destroy_key(self.identity_keyring, self.study, name, keyring.countersign(name))


def share_withdrawals(research: Keyring, identity: Keyring) -> None:
    """Enable the research keyring to forget people in the name of the identity keyring.

    Parameters
    ----------
    research, identity : Keyring
        The two keyrings of a study, unlocked.
    """
    identity.keep(COMMON, research.ensure(COMMON))


def describe_home(home: Home) -> None:
    """Write which study a home is of, and where its keys are; whole or not at all.

    Raises
    ------
    StoreError
        The disk is full, read-only or failing.
    """
    write_whole(home.folder / NAME, _told(home), f"folder {home.folder.name}")


def find_home(folder: Path) -> Home:
    """Return the home in a folder.

    Raises
    ------
    StoreError
        There is none (STORE-011), it is a rehearsal (STORE-112) or of a newer version (STORE-043),
        or what it says of itself cannot be read (STORE-013).
    """
    place = f"folder {folder.name}"
    try:
        told = json.loads((folder / NAME).read_bytes())
        family, _, version = told["format"].rpartition("/")
        newer = family == _FAMILY and int(version) > 1
        home = None if newer else _home(folder, told)
    except FileNotFoundError:
        code = "STORE-112" if is_rehearsal(folder) else "STORE-011"
        raise StoreError.of(code, place=place) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoreError.of("STORE-013", place=place, name=NAME, format=FORMAT) from None
    if newer:
        raise StoreError.of("STORE-043", place=place, format=FORMAT)
    if home is None or told["format"] != FORMAT:
        raise StoreError.of("STORE-013", place=place, name=NAME, format=FORMAT)
    return home


def is_rehearsal(folder: Path) -> bool:
    """Return whether a folder is that of a rehearsal, which is no home."""
    return (folder / REHEARSAL_MARK).exists()


def refuse_public(home: Home, passphrase: Passphrase) -> None:
    """Refuse the passphrase that everybody knows for anything but the sample.

    Raises
    ------
    StoreError
        It is that one (STORE-059).
    """
    public = passphrase.reveal() == SAMPLE.reveal()
    if public and not (home.sample and home.fictional):
        raise StoreError.of("STORE-059", place=f"folder {home.folder.name}")


def _told(home: Home) -> dict[str, Any]:
    inside = home.keys.resolve().is_relative_to(home.folder.resolve())
    keys = home.keys.resolve().relative_to(home.folder.resolve()) if inside else home.keys.resolve()
    return {
        "format": FORMAT,
        "study": home.study,
        "fictional": home.fictional,
        "created": home.created,
        "keys": keys.as_posix(),
        "sample": home.sample,
        **({"server": home.server.to_json()} if home.server else {}),
    }


def _home(folder: Path, told: dict[str, Any]) -> Home:
    texts = (told["study"], told["created"], told["keys"])
    flags = (told["fictional"], told["sample"])
    if not all(type(each) is str for each in texts) or not all(type(f) is bool for f in flags):
        raise ValueError("not a home")
    study, created, keys = texts
    server = Server.from_json(told["server"]) if "server" in told else None
    return Home(folder, study, flags[0], created, folder / keys, flags[1], server)
