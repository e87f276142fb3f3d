"""The end of a study (clause P38): destroys every key, then every file; leaves a certificate.

The keyrings stay as tombstones, so that a backup from any time before is refused with a clear word.
What is destroyed is counted and written down first: what was cut short is finished by the next run.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.description import sync_folder, write_whole
from toolkit.store.event import Event
from toolkit.store.home import Home
from toolkit.store.journal.projection import project
from toolkit.store.keys.keyring import FORMAT as KEYRING
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.keyring_file import KeyringFile
from toolkit.store.lifecycle.manifest import measured
from toolkit.store.people.identity import check_role, refuse_notebook

FORMAT = "toolkit-destruction/1"
CERTIFICATE = "destruction-certificate"
_BEGUN = "destruction-begun.json"
_CHUNK = 1024 * 1024
_Counted = tuple[dict[str, int], dict[str, dict[str, int | str]]]
_PAGE = """\
Certificate of destruction: study {study}

Begun {begun}, finished {finished} (UTC),
by {user} (clause P38).

What there was:
{counts}

What was destroyed:
  {keys} keys: all of the research store and of the identity store, and what the
  passphrases and the printed recovery keys opened;
  {files} files with {size:,} bytes, overwritten and removed.

What was derived from them, destroyed as well:
{derived}

What can be checked: the last event of each store, which its backups name too,
{heads}
and the SHA-256 of what is left of the keyrings, which holds no key:
{rings}
Beside them, toolkit restore refuses every backup of this study.

What a person has to do: destroy every copy of the keyrings that was kept
elsewhere, and the printed recovery keys. Backups are of no use to anybody then,
and can be thrown away.{databases} Pages that were published, exports that the journal
does not know of, and paper were not touched.

Signed: ______________________   Date: ______________
"""
# The passwords of its roles were keys of the keyring: only an administrator is left.
_ON_A_SERVER = """ Let the administrator of the server drop
{}: nothing in them opens any more."""


def _nobody(_: Sequence[Event]) -> Collection[str]:
    """Return nobody, where nobody is asked to say who took part."""
    return ()


def destroy_study(
    home: Home,
    keyring: Keyring | None,
    identity: Keyring | None,
    *,
    confirm: str,
    user: str,
    at: int,
    derived: Sequence[Path] = (),
    took_part: Callable[[Sequence[Event]], Collection[str]] = _nobody,
) -> dict[str, Any]:
    """Destroy all keys and data of a study, and return what the certificate says.

    Parameters
    ----------
    home : Home
        Where the data are.
    keyring, identity : Keyring or None
        The unlocked keyrings, to count what is destroyed; without them nothing is counted.
    confirm, user, at : str, str and int
        The study's id, given once more; role account that does it; now, in ms since 1970-01-01 UTC.
    derived : sequence of pathlib.Path
        Files and folders elsewhere that were made from the data: they are destroyed as well.
    took_part : callable
        Returns who took part, from the events of the research store.

    Raises
    ------
    StoreError
        The id is wrong (STORE-106), the study was destroyed before (STORE-107), or a file cannot
        be destroyed (STORE-108): run again, it goes on. Or `user` is not a role account.
    """
    refuse_notebook()
    check_role(user)
    place = f"study {home.study}"
    if confirm != home.study:
        raise StoreError.of("STORE-106", place=place)
    if certificate_of(home) is not None:
        raise StoreError.of("STORE-107", place=place, name=f"{CERTIFICATE}.txt")
    now = dt.datetime.fromtimestamp(at // 1000, dt.UTC).isoformat()
    told = begun(home)
    if told is None:
        counted = _counted(home, keyring, identity, took_part) if keyring and identity else ({}, {})
        told = _begin(home, counted, derived, user, now)
    try:
        _destroy(home, told)
        return _certify(home, told, now)
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        raise StoreError.of("STORE-108", place=place, problem=problem) from None


def begun(home: Home) -> dict[str, Any] | None:
    """Return the record of an interrupted destruction, or None."""
    return _read(home.folder / _BEGUN)


def certificate_of(home: Home) -> dict[str, Any] | None:
    """Return what the certificate of a home says; None if the study was not destroyed."""
    return _read(home.folder / f"{CERTIFICATE}.json")


def as_text(told: Mapping[str, Any]) -> str:
    """Return a certificate as a page to print and sign."""
    counts = [f"  {name.replace('_', ' '):22} {n:>12,}" for name, n in told["counts"].items()]
    heads = [f"  {n:16} event {h['seq']:>9,}  {h['chain']}" for n, h in told["heads"].items()]
    derived = [f"  {name}  {size:,} bytes" for name, size in told.get("derived", {}).items()]
    rings = [f"  {name:16} {each['sha256']}" for name, each in told["keyrings"].items()]
    dropped = " and ".join(told["databases"])
    return _PAGE.format(
        databases=_ON_A_SERVER.format(dropped) if dropped else "",
        **{name: told[name] for name in ("study", "begun", "finished", "user", "keys")},
        files=len(told["files"]),
        size=sum(each["size"] for each in told["files"].values()),
        counts="\n".join(counts or ["  not counted: the data were not opened"]),
        heads="\n".join(heads or ["  not known: the data were not opened"]),
        derived="\n".join(derived or ["  nothing that is known of"]),
        rings="\n".join(rings),
    )


def _begin(
    home: Home, counted: _Counted, derived: Sequence[Path], user: str, now: str
) -> dict[str, Any]:
    """Write down what there is before anything is destroyed."""
    counts, heads = counted
    told = {
        "format": FORMAT,
        "study": home.study,
        "fictional": home.fictional,
        "begun": now,
        "user": user,
        "databases": [home.server.research, home.server.identity] if home.server else [],
        "counts": counts,
        "heads": heads,
        "keys": sum(_keys_in(each) for each in (home.research_keyring, home.identity_keyring)),
        "files": {
            _named(home, each): {"size": each.lstat().st_size} for each in sorted(_files(home))
        },
        "derived": {
            str(each.absolute()): each.lstat().st_size for each in sorted(_files_in(derived))
        },
        "derived_folders": [str(each.absolute()) for each in derived if each.is_dir()],
    }
    write_whole(home.folder / _BEGUN, told, f"folder {home.folder.name}")
    return told


def _named(home: Home, path: Path) -> str:
    """Return the place of a file in the home; the keys may be elsewhere."""
    inside = path.is_relative_to(home.folder)
    return path.relative_to(home.folder).as_posix() if inside else str(path)


def _counted(
    home: Home,
    keyring: Keyring,
    identity: Keyring,
    took_part: Callable[[Sequence[Event]], Collection[str]],
) -> _Counted:
    """Count what the stores hold, and give the last event of each."""
    heads = {}
    with closing(home.open_research(keyring)) as store:
        events = list(store.read())
        shown, gone, heads["research"] = project(events), store.withdrawn(), store.head()
    enrolled: set[str] = set()
    for each, holds in (("people", "identity"), ("audit", "identity-audit")):
        with closing(home.open_store(holds, identity)) as part:
            heads[f"identity/{each}"] = part.head()
            if holds == "identity":
                enrolled = {event.case for event in part.read()} | part.withdrawn()
    counts = {
        "participants": len(took_part(events)),
        "people_enrolled": len(enrolled - {""}),
        "cases": len(({event.case for event in events} | gone) - {""}),
        "withdrawn_before": len(gone),
        "sessions": len(shown.clocks),
        "events": heads["research"].seq,
        "attachments": sum(event.event == "attachment" for event in events),
        "openings_of_names": heads["identity/audit"].seq,
    }
    return counts, {name: {"seq": head.seq, "chain": head.chain} for name, head in heads.items()}


def _destroy(home: Home, told: Mapping[str, Any]) -> None:
    """Destroy keys first: whatever happens then, nothing opens any more."""
    for ring in (home.research_keyring, home.identity_keyring):
        _bury(ring, home.study, told["begun"])
    beside = [Path(each) for each in told.get("derived_folders", ())]
    elsewhere = [Path(each) for each in told.get("derived", ())]
    for path in sorted({*_files(home), *_files_in(beside), *elsewhere}):
        remove_file(path)
    for folder in (*_folders(home), *(each for each in beside if each.is_dir())):
        _remove_folders(folder)


def _bury(ring: Path, study: str, when: str) -> None:
    """Destroy every key of a keyring, the wrapped master keys too; what stays says when."""
    file = KeyringFile(ring)
    told = {"format": KEYRING, "study": study, "destroyed": when, "passphrase": {}, "keys": {}}
    with file.locked():
        file.write(told)
        remove_file(ring.with_name(f"{ring.name}.part"))


def _folders(home: Home) -> Iterator[Path]:
    yield from (home.research, home.identity)
    yield from sorted(home.folder.glob("replaced-*"))
    yield from sorted(home.folder.glob(f".{home.study}-*.part"))


def _files(home: Home) -> Iterator[Path]:
    yield from home.keys.glob("*.newest*")
    yield from _files_in(_folders(home))


def _files_in(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files among places, and those in folders among them; links are not followed."""
    for place in places:
        if place.is_symlink() or place.is_file():
            yield place
        else:
            yield from (e for e in place.rglob("*") if e.is_symlink() or not e.is_dir())


def _keys_in(path: Path) -> int:
    """Count the keys of a keyring, the master key among them."""
    told = _read(path) or {}
    return sum(bool(each) for each in told.get("keys", {}).values()) + bool(told.get("passphrase"))


def remove_file(path: Path) -> None:
    """Overwrite a file and remove it; a disk that moves its blocks about may keep them still.

    Raises
    ------
    OSError
        It cannot be written or removed.
    """
    if path.is_file() and not path.is_symlink():
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, _CHUNK)))
            file.flush()
            os.fsync(file.fileno())
    with suppress(FileNotFoundError):
        path.unlink()


def _remove_folders(folder: Path) -> None:
    inner = sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True)
    for each in (*inner, folder):
        if each.exists():
            each.rmdir()
    sync_folder(folder.parent)


def _certify(home: Home, told: Mapping[str, Any], now: str) -> dict[str, Any]:
    """Write the certificate, its JSON last: once it exists, all is done."""
    rings = {each.name: each for each in (home.research_keyring, home.identity_keyring)}
    seals = {name: {"sha256": measured(path).sha256} for name, path in rings.items()}
    certified = {**told, "finished": now, "keyrings": seals}
    page = home.folder / f"{CERTIFICATE}.txt"
    page.write_text(as_text(certified), encoding="utf-8")
    place = f"folder {home.folder.name}"
    write_whole(home.folder / f"{CERTIFICATE}.json", certified, place)
    (home.folder / _BEGUN).unlink(missing_ok=True)
    sync_folder(home.folder)
    return certified


def _read(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
