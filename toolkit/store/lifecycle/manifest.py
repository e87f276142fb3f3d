"""What a backup says of itself, authenticated with a key that only its study has."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from toolkit.errors import StoreError
from toolkit.store.canonical import canonical
from toolkit.store.description import write_whole
from toolkit.store.journal.chain import Head
from toolkit.store.keys.keyring import Keyring

FORMAT = "toolkit-backup/1"
NAME = "backup.json"
_FAMILY = FORMAT.rpartition("/")[0]
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackedUp:
    """One file of a backup.

    Attributes
    ----------
    size : int
        Its bytes.
    sha256 : str
        Over all of it, 64 hex digits.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """One whole backup of a study's data.

    Attributes
    ----------
    folder : pathlib.Path
        Where it is.
    study : str
        Id of the study.
    fictional, sample : bool
        Whether all data are invented; whether it is the sample.
    founded : str
        Day on which the study's stores were made, ISO 8601.
    created : str
        When the backup was made, ISO 8601 in UTC.
    heads : mapping of str to Head
        Last event of each store, by its folder: ``research``, ``identity/people``.
    files : mapping of str to BackedUp
        Each file, by its path in the folder.
    """

    folder: Path
    study: str
    fictional: bool
    sample: bool
    founded: str
    created: str
    heads: Mapping[str, Head]
    files: Mapping[str, BackedUp]


def measured(path: Path) -> BackedUp:
    """Return size and SHA-256 of a file.

    Raises
    ------
    OSError
        It cannot be read.
    """
    total, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
            size += len(chunk)
    return BackedUp(size, total.hexdigest())


def write_manifest(backup: Backup, keyring: Keyring) -> None:
    """Write what a backup says of itself, sealed with a key of its study.

    Raises
    ------
    StoreError
        It cannot be written.
    """
    told = _told(backup)
    place = f"backup {backup.folder.name}"
    write_whole(backup.folder / NAME, {**told, "seal": _seal(told, keyring)}, place)


def read_manifest(folder: Path) -> Backup:
    """Return what a backup says of itself; nothing of it is proved yet.

    Raises
    ------
    StoreError
        There is no backup in the folder (STORE-098), it is of a newer version (STORE-043), or what
        it says cannot be read (STORE-099).
    """
    told = _read(folder)
    try:
        heads = {name: Head(**each) for name, each in told["heads"].items()}
        files = {name: BackedUp(**each) for name, each in told["files"].items()}
        plain = {name: told[name] for name in ("study", "fictional", "sample", "founded")}
        return Backup(folder, **plain, created=told["created"], heads=heads, files=files)
    except (TypeError, KeyError, AttributeError):
        raise _damaged(folder) from None


def check_manifest(backup: Backup, keyring: Keyring) -> None:
    """Refuse a backup of another study, and one that was changed.

    Raises
    ------
    StoreError
        It is of another study (STORE-051); what it says was changed, or was written under another
        keyring (STORE-099); a file is missing or is not as it was written (STORE-100).
    """
    if backup.study != keyring.study:
        raise StoreError.of("STORE-051", place=_place(backup.folder), study=backup.study)
    told = _read(backup.folder)
    if not hmac.compare_digest(str(told.pop("seal", "")), _seal(told, keyring)):
        raise _damaged(backup.folder)
    for name, wanted in backup.files.items():
        try:
            found = measured(backup.folder / name)
        except OSError:
            found = None
        if found != wanted:
            raise changed(backup, name)


def changed(backup: Backup, name: str) -> StoreError:
    """Return the error that says that a file of a backup is not as it was written."""
    return StoreError.of("STORE-100", place=_place(backup.folder), name=name)


def _read(folder: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder / NAME).read_bytes())
        family, _, version = told["format"].rpartition("/")
        newer = family == _FAMILY and int(version) > 1
    except OSError:
        raise StoreError.of("STORE-098", place=f"folder {folder.name}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _damaged(folder) from None
    if newer:
        raise StoreError.of("STORE-043", place=_place(folder), format=FORMAT)
    return told


def _told(backup: Backup) -> dict[str, Any]:
    told = {name: value for name, value in asdict(backup).items() if name != "folder"}
    return {"format": FORMAT, **told}


def _seal(told: Mapping[str, Any], keyring: Keyring) -> str:
    """Return what only who has the master key of the study can give."""
    derive = HKDF(SHA256(), length=32, salt=None, info=f"{FORMAT} manifest".encode()).derive
    key = derive(keyring.master().reveal())
    try:
        content = canonical(dict(told)).encode()
    except (ValueError, TypeError):
        content = b""
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _damaged(folder: Path) -> StoreError:
    return StoreError.of("STORE-099", place=_place(folder))


def _place(folder: Path) -> str:
    return f"backup {folder.name}"
