"""Making the home of a study so that it is there whole or not at all, whatever happens on the way.

Everything is built in a folder inside the home and moved to its place at the end, what makes it a
home last. What a killed program left is told by that folder, and cleared away by the next try:
nobody was given its recovery keys, and nothing was recorded in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from toolkit.errors import StoreError
from toolkit.store.description import make_folder, sync_folder
from toolkit.store.event import About
from toolkit.store.home import NAME, STORES, Home, describe_home, refuse_public, share_withdrawals
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.postgres.server import Server, postgres_library
from toolkit.store.sqlite.sqlcipher import EncryptedStore

_ASIDE = ".being-made"
_LOCK = "lock"
_MOVED = ("research", "identity", "keys")
_UNFINISHED = f"{NAME}.part"
# Programs that make backups leave a folder out that holds a file of this name and content.
_NO_BACKUP = "CACHEDIR.TAG"
_NO_BACKUP_SAYS = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of a study: they belong in no backup of the data, or a withdrawal could be undone.\n"
)


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
    hand_out: Callable[[Made], object] = lambda _: None,
) -> Made:
    """Make the home of a study: two keyrings, the research store and the identity store.

    Parameters
    ----------
    folder : pathlib.Path
        Its folder, new or empty, or with what an earlier try has left.
    about : About
        Id of the study, whether it is fictional, the day.
    passphrase, identity_passphrase : Passphrase
        What unlocks research and identities: two that differ (P31). Where only one is given, as
        for the sample, it does for both.
    keys, sample, server
        As in `Home`; ``keys`` in the home where no folder is given.
    cost, service
        As in `Keyring.create`, and in `toolkit.store.postgres.provision.provision`.
    hand_out : callable
        Gives the recovery keys to a person, before there is a home that would need them.

    Raises
    ------
    StoreError
        Something is there already (STORE-058, -050, -077), the passphrases are one (STORE-122) or
        that of the sample (STORE-059), or disk or server cannot be used.
    """
    keys_in, told = keys or folder / "keys", (about.study, about.fictional, about.created)
    home = Home(folder, *told, keys_in, sample, server)
    refuse_in_use(folder, keys)
    apart = _two_passphrases(home, passphrase, identity_passphrase)
    with _telling(home), _aside(home) as part:
        built = _folders_in(part, home)
        ring, recovery = Keyring.create(built.research_keyring, home.study, passphrase, cost=cost)
        people, second = Keyring.create(built.identity_keyring, home.study, apart, cost=cost)
        _make_stores(built, ring, people, service)
        made = Made(home, recovery, second)
        hand_out(made)
        _move(part, home, inside=keys is None)
    return made


def _two_passphrases(home: Home, one: Passphrase, other: Passphrase | None) -> Passphrase:
    """Return the passphrase of the identities; refuse what is no secret, or no second one."""
    for each in (one, other or one):
        refuse_public(home, each)
    if other is not None and other.reveal() == one.reveal() and not home.sample:
        raise StoreError.of("STORE-122", place=f"study {home.study}")
    return other or one


def _folders_in(part: Path, home: Home) -> Home:
    """Make the folders of a home in another place, and return the home that is there."""
    built = replace(home, folder=part, keys=part / "keys")
    for each in (built.research, built.identity, built.keys):
        make_folder(each)
    (built.keys / _NO_BACKUP).write_text(_NO_BACKUP_SAYS, encoding="ascii")
    return built


def refuse_in_use(folder: Path, keys: Path | None = None) -> None:
    """Refuse a folder in which something is, but for what an earlier try has left.

    Parameters
    ----------
    folder : pathlib.Path
        Where a home is to be made.
    keys : pathlib.Path, optional
        Folder for its keyrings, if that is elsewhere.

    Raises
    ------
    StoreError
        Something is in the folder (STORE-058), or there are keyrings already (STORE-050).
    """
    there = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    left = _ASIDE in there and there <= {_ASIDE, *_MOVED, _UNFINISHED}
    if (there and not left) or (folder.exists() and not folder.is_dir()):
        raise StoreError.of("STORE-058", place=f"folder {folder.name}")
    for name in ("research.keyring", "identity.keyring") if keys is not None and not left else ():
        if keys is not None and (keys / name).exists():
            raise StoreError.of("STORE-050", place=f"keyring {name}")


@contextmanager
def _aside(home: Home) -> Iterator[Path]:
    """Yield the folder in which a home is built, for this program alone; gone afterwards."""
    part = home.folder / _ASIDE
    make_folder(part)
    try:
        with FileLock(part / _LOCK, timeout=0, mode=0o600):
            _clear(home, part)
            try:
                yield part
            finally:
                if not (home.folder / NAME).exists():
                    _clear(home, part)
    except Timeout:
        raise StoreError.of("STORE-058", place=f"folder {home.folder.name}") from None
    finally:
        if not (part / _LOCK).exists() or not _is_held(part):
            shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):
            home.folder.rmdir()  # if nothing came of it


def _is_held(part: Path) -> bool:
    """Return whether another program is building there."""
    try:
        with FileLock(part / _LOCK, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True


def _clear(home: Home, part: Path) -> None:
    """Remove what a try has left; a list names what it had put among keys elsewhere."""
    moved = part / "moved"
    if moved.exists():
        for name in ("research.keyring", "identity.keyring", _NO_BACKUP):
            (home.keys / name).unlink(missing_ok=True)
    inside = (each for each in part.iterdir() if each.name != _LOCK)
    for each in [*inside, *(home.folder / name for name in (*_MOVED, _UNFINISHED))]:
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)


def _move(part: Path, home: Home, *, inside: bool) -> None:
    """Move what was built to its place, and say last that it is a home."""
    if not inside:
        make_folder(home.keys)
        (part / "moved").touch()
        sync_folder(part)
        for each in (part / "keys").iterdir():
            shutil.copyfile(each, home.keys / each.name)
            (home.keys / each.name).chmod(0o600)
        sync_folder(home.keys)
        shutil.rmtree(part / "keys")  # before there is a home: no key stays among the data
    for name in _MOVED if inside else ("research", "identity"):
        (part / name).rename(home.folder / name)
    sync_folder(home.folder)
    describe_home(home)


def _make_stores(home: Home, research: Keyring, identity: Keyring, service: str) -> None:
    share_withdrawals(research, identity)
    if home.server is None:
        for holds in STORES:
            keyring = research if holds == "research" else identity
            EncryptedStore.create(home.folder_of(holds), home.about(holds), keyring).close()
        return
    postgres_library()
    from toolkit.store.postgres.provision import provision

    apart = [(home.about(holds), identity) for holds in ("identity", "identity-audit")]
    provision(home.server, [(home.about(), research), *apart], service=service)


@contextmanager
def _telling(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        problem = (fault.strerror or "the disk failed").lower()
        place = f"folder {home.folder.name}"
        raise StoreError.of("STORE-056", place=place, problem=problem) from None
