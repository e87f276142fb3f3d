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
from toolkit.store.description import make_folder, write_whole
from toolkit.store.event import REHEARSAL, About
from toolkit.store.journal.sealed import key_name
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring, destroy_key
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.postgres.server import Server, postgres_library
from toolkit.store.sqlite.sqlcipher import EncryptedStore

FORMAT = "toolkit-home/1"
_FOLDERS = {
    "research": "research",
    "identity": "identity/people",
    "identity-audit": "identity/audit",
}
NAME = "home.json"
REHEARSAL_MARK = f"{REHEARSAL}.json"
_FAMILY = FORMAT.rpartition("/")[0]
# Programs that make backups leave a folder out that holds a file of this name and content.
_NO_BACKUP = "CACHEDIR.TAG"
_NO_BACKUP_SAYS = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of a study: they belong in no backup of the data, or a withdrawal could be undone.\n"
)


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

    def open_research(self, keyring: Keyring) -> SealedStore:
        """Open the research store.

        Raises
        ------
        StoreError
            It cannot be opened; see `EncryptedStore` and `PostgresStore`.
        """
        return self.open_store("research", keyring)

    def open_store(self, holds: str, keyring: Keyring) -> SealedStore:
        """Open one of its stores, wherever it is.

        Parameters
        ----------
        holds : str
            ``research``, ``identity`` or ``identity-audit``.

        Raises
        ------
        StoreError
            It cannot be opened, see `EncryptedStore` and `PostgresStore`; or what was put there is
            a rehearsal (STORE-112).
        """
        if self.server is None:
            store = EncryptedStore(self.folder_of(holds), keyring)
            if store.about.holds == REHEARSAL:
                store.close()
                raise StoreError.of("STORE-112", place=f"folder {self.folder_of(holds).name}")
            return store
        postgres_library()
        from toolkit.store.postgres.store import PostgresStore

        return PostgresStore(self.server, self.about(holds), keyring)

    def folder_of(self, holds: str) -> Path:
        """Return the folder of one of its stores, if its data are files."""
        return self.folder / _FOLDERS[holds]

    def forget(self, case: str) -> None:
        """Destroy the key of who is behind a pseudonym; no passphrase is needed for that.

        The identity store carries it through when it is opened next.

        Raises
        ------
        StoreError
            The identity keyring is not there or cannot be written; nothing was changed.
        """
        name = key_name(self.about("identity"), case)
        destroy_key(self.identity_keyring, self.study, name)


@dataclass(frozen=True, slots=True)
class Made:
    """A home that has just been made.

    Attributes
    ----------
    home : Home
        The home.
    recovery, identity_recovery : str
        Recovery keys of the two keyrings, to print and lock away; they are kept nowhere.
    """

    home: Home
    recovery: str
    identity_recovery: str


def make_home(
    folder: Path,
    about: About,
    passphrase: Passphrase,
    *,
    identity_passphrase: Passphrase | None = None,
    keys: Path | None = None,
    sample: bool = False,
    cost: Cost | None = None,
    server: Server | None = None,
    service: str = "",
) -> Made:
    """Make the home of a study: two keyrings, the research store and the identity store.

    Parameters
    ----------
    folder : pathlib.Path
        Its folder, new or empty.
    passphrase, identity_passphrase : Passphrase
        What unlocks research and identities; one may do for both, and the keys differ anyway.
    keys : pathlib.Path, optional
        Folder for the keyrings; ``keys`` in the home where none is given.

    Raises
    ------
    StoreError
        Something is in the folder (STORE-058) or on the server (STORE-077) already, the passphrase
        is the public one of the sample (STORE-059), or disk or server cannot be used.
    """
    apart = identity_passphrase or passphrase
    told = (about.study, about.fictional, about.created, keys or folder / "keys")
    home = Home(folder, *told, sample, server)
    _refuse(home, passphrase, apart)
    _make_folders(home)
    ring, recovery = Keyring.create(home.research_keyring, home.study, passphrase, cost=cost)
    people, apart_recovery = Keyring.create(home.identity_keyring, home.study, apart, cost=cost)
    _make_stores(home, ring, people, service)
    # Last, so that a folder is a whole home or none.
    describe_home(home)
    return Made(home, recovery, apart_recovery)


def _make_stores(home: Home, research: Keyring, identity: Keyring, service: str) -> None:
    if home.server is None:
        for holds, folder in _FOLDERS.items():
            keyring = research if holds == "research" else identity
            EncryptedStore.create(home.folder / folder, home.about(holds), keyring).close()
        return
    postgres_library()
    from toolkit.store.postgres.provision import provision

    apart = [(home.about(holds), identity) for holds in ("identity", "identity-audit")]
    provision(home.server, [(home.about(), research), *apart], service=service)


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


def _refuse(home: Home, *passphrases: Passphrase) -> None:
    """Refuse a folder that is in use, and the public passphrase for anything but the sample."""
    place = f"folder {home.folder.name}"
    if home.folder.exists() and (not home.folder.is_dir() or any(home.folder.iterdir())):
        raise StoreError.of("STORE-058", place=place)
    for each in passphrases:
        refuse_public(home, each)


def _make_folders(home: Home) -> None:
    try:
        for each in (home.folder, home.research, home.identity, home.keys):
            make_folder(each)
        (home.keys / _NO_BACKUP).write_text(_NO_BACKUP_SAYS, encoding="ascii")
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        place = f"folder {home.folder.name}"
        raise StoreError.of("STORE-056", place=place, problem=problem) from None


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
