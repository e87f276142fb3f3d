"""The keyring: every key of a study, wrapped, in one small file that is in no backup.

The file holds no key in the clear. A master key (the key-encryption key) is wrapped twice, under
the passphrase and under the recovery key, and wraps the others in turn: changing the passphrase
rewrites one entry and no data. A key that was destroyed leaves its name and nothing to open.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from threading import RLock
from typing import Any, Self

from toolkit.errors import StoreError
from toolkit.store.canonical import canonical
from toolkit.store.keys.keyring_file import KeyringFile
from toolkit.store.keys.lock import as_text, from_text, locked_under, unlocked_by
from toolkit.store.keys.passphrase import Passphrase, Secret
from toolkit.store.keys.wrapping import (
    Cost,
    from_printed,
    new_key,
    printed,
    unwrap,
    wrap,
)

FORMAT = "toolkit-keyring/1"
COMMON = "withdrawals"
"""Name of the key that both keyrings of a study have, to forget a case in the other's name."""
_FAMILY = FORMAT.rpartition("/")[0]


class Keyring:
    """The keys of one study, unlocked; several programs may use the file at once.

    Get one from `Keyring.create`, `Keyring.unlock` or `Keyring.recover`.

    Parameters
    ----------
    file : KeyringFile
        Where it is kept.
    study : str
        Whose keys they are.
    master : Secret
        The key that wraps the others.
    """

    def __init__(self, file: KeyringFile, study: str, master: Secret) -> None:
        self.study = study
        self._file = file
        self._master = master
        self._threads = RLock()
        self._stamp: tuple[int, ...] = ()
        self._wrapped: dict[str, str | None] = {}
        self._keys: dict[str, Secret] = {}
        self._marks: object = None

    @classmethod
    def create(
        cls, path: str | Path, study: str, passphrase: Passphrase, *, cost: Cost | None = None
    ) -> tuple[Self, str]:
        """Make the keyring of a new study.

        Parameters
        ----------
        cost : Cost, optional
            What a guess at the passphrase costs; 64 MiB, three passes, four lanes unless told.

        Returns
        -------
        str
            The recovery key, to print and lock away; it is not kept anywhere.

        Raises
        ------
        StoreError
            There is a keyring already, or the file cannot be written.
        """
        file = KeyringFile(Path(path))
        master, recovery = new_key(), new_key()
        context = (FORMAT, study, "passphrase")
        with file.locked():
            if file.exists():
                raise StoreError.of("STORE-050", place=file.place)
            file.write(
                {
                    "format": FORMAT,
                    "study": study,
                    "passphrase": locked_under(master, passphrase, context, cost or Cost()),
                    "recovery": as_text(wrap(recovery, master, (FORMAT, study, "recovery"))),
                    "keys": {},
                }
            )
        return cls(file, study, master), printed(recovery)

    @classmethod
    def unlock(cls, path: str | Path, passphrase: Passphrase) -> Self:
        """Open a keyring with its passphrase.

        Raises
        ------
        StoreError
            There is none, it is damaged or of a newer version, or the passphrase is wrong.
        """
        file = KeyringFile(Path(path))
        told = _checked(file)
        lock, study = told["passphrase"], told["study"]
        with _damage(file):
            master = unlocked_by(lock, passphrase, (FORMAT, study, "passphrase"))
        if master is None:
            raise StoreError.of("STORE-040", place=file.place)
        return cls(file, study, master)

    @classmethod
    def recover(cls, path: str | Path, recovery_key: str) -> Self:
        """Open a keyring with the printed recovery key.

        Raises
        ------
        StoreError
            As in `Keyring.unlock`, or the recovery key is mistyped.
        """
        file = KeyringFile(Path(path))
        told = _checked(file)
        with _damage(file):
            wrapped = from_text(told["recovery"])
        study = told["study"]
        master = unwrap(from_printed(recovery_key), wrapped, (FORMAT, study, "recovery"))
        if master is None:
            raise StoreError.of("STORE-040", place=file.place)
        return cls(file, study, master)

    @classmethod
    def shared(cls, path: str | Path, study: str, master: bytes) -> Self:
        """Return a keyring that another process of the same user has unlocked."""
        return cls(KeyringFile(Path(path)), study, Secret(master))

    def master(self) -> Secret:
        """Return the key that wraps the others; for sharing with processes of the same user."""
        return self._master

    def change_passphrase(self, passphrase: Passphrase, *, cost: Cost | None = None) -> None:
        """Change the passphrase that unlocks the keyring; no data are rewritten."""
        context = (FORMAT, self.study, "passphrase")
        lock = locked_under(self._master, passphrase, context, cost or Cost())
        with self._changing() as told:
            told["passphrase"] = lock

    def approvers(self) -> tuple[str, ...]:
        """Return the role accounts with a passphrase of their own, which opens nothing."""
        return tuple(sorted(_checked(self._file).get("approvers", {})))

    def add_approver(self, role: str, passphrase: Passphrase, *, cost: Cost | None = None) -> None:
        """Add an approver, who has a passphrase of their own (clause P37).

        Raises
        ------
        StoreError
            It is the passphrase of the keyring itself (STORE-086).
        """
        lock = locked_under(self._proof(role), passphrase, self._approver(role), cost or Cost())
        with self._changing() as told:
            context = (FORMAT, self.study, "passphrase")
            with _damage(self._file):
                own = unlocked_by(told["passphrase"], passphrase, context)
            if own is not None:
                raise StoreError.of("STORE-086", place=f"approver {role}")
            told.setdefault("approvers", {})[role] = lock

    def approves(self, role: str, passphrase: Passphrase) -> bool:
        """Return whether a passphrase is that of an approver."""
        with _damage(self._file):
            lock = _checked(self._file).get("approvers", {}).get(role)
            proof = unlocked_by(lock, passphrase, self._approver(role)) if lock else None
        return proof is not None and compare_digest(proof.reveal(), self._proof(role).reveal())

    def key(self, name: str) -> Secret | None:
        """Return the key of a name; None if it was destroyed or there never was one."""
        with self._threads:
            self._refresh()
            if name not in self._keys and self._wrapped.get(name) is not None:
                self._keys[name] = self._opened(name)
            return self._keys.get(name)

    def ensure(self, name: str) -> Secret:
        """Return the key of a name, made and safely on the disk if there is none yet.

        Raises
        ------
        StoreError
            The key was destroyed, and is never made again; or the keyring cannot be written.
        """
        found = self.key(name)
        # A key that was seen in a file which a power cut may take back is not safely on the disk.
        if found is None or self._file.unsure:
            made = new_key()
            with self._changing() as told:
                if name not in told["keys"]:
                    told["keys"][name] = as_text(wrap(self._master, made, self._context(name)))
            found = self.key(name)
        if found is None:
            raise StoreError.of("STORE-046", place=self._place(name))
        return found

    def destroy(self, name: str) -> None:
        """Destroy a key; what it encrypted is lost, in every copy and backup of the data."""
        with self._changing() as told:
            told["keys"][name] = None
            told.setdefault("destroyed_by_us", {})[name] = self._mark(name)
        with self._threads:
            self._refresh()

    def names(self) -> frozenset[str]:
        """Return the names that have a key."""
        with self._threads:
            self._refresh()
            return frozenset(name for name, wrapped in self._wrapped.items() if wrapped is not None)

    def destroyed(self) -> frozenset[str]:
        """Return the names whose keys were destroyed."""
        with self._threads:
            self._refresh()
            return frozenset(name for name, wrapped in self._wrapped.items() if wrapped is None)

    def vouches(self, name: str) -> bool:
        """Return whether a key was destroyed by somebody who had unlocked the keyring.

        Anybody who can write to the file can blank a key in it, and lose what it opens. This tells
        such a blank from a withdrawal, so that nothing else is thrown away with it.
        """
        with self._threads:
            self._refresh()
            marks = self._marks
        given = marks.get(name) if isinstance(marks, dict) else None
        if not isinstance(given, str) or self._wrapped.get(name, "") is not None:
            return False
        known = [self._mark(name), self.countersign(name)]
        return any(mark is not None and compare_digest(given, mark) for mark in known)

    def countersign(self, name: str) -> str | None:
        """Return the mark by which another keyring of the study destroys a key of this name.

        Both have a key for that in common; None where this one has it not.
        """
        common = self.key(COMMON)
        return None if common is None else self._mark(name, common)

    def keep(self, name: str, key: Secret) -> None:
        """Adopt a key that another keyring of the study has made, unless there is one already."""
        wrapped = as_text(wrap(self._master, key, self._context(name)))
        with self._changing() as told:
            told["keys"].setdefault(name, wrapped)

    def vouch(self, names: Iterable[str]) -> None:
        """Mark keys as destroyed by somebody who had unlocked the keyring, where they are.

        Parameters
        ----------
        names : iterable of str
            Those that an older version destroyed, before there were marks.
        """
        with self._changing() as told:
            blank = [each for each in names if each in told["keys"] and told["keys"][each] is None]
            told.setdefault("destroyed_by_us", {}).update({n: self._mark(n) for n in blank})

    def beside(self, name: str) -> Path:
        """Return the path of a file of this name in the folder of the keyring."""
        return self._file.beside(name)

    def _refresh(self) -> None:
        """Read what other programs changed, and forget what they destroyed."""
        stamp = self._file.stamp()
        if stamp != self._stamp:
            told = _checked(self._file)
            if told["study"] != self.study:
                raise StoreError.of("STORE-051", place=self._file.place, study=told["study"])
            self._wrapped = told["keys"]
            self._marks = told.get("destroyed_by_us")
            self._keys = {n: k for n, k in self._keys.items() if self._wrapped.get(n) is not None}
            self._stamp = stamp

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Yield what the file says, and write it when it was changed; one program at a time."""
        with self._threads, self._file.locked():
            told = _checked(self._file)
            yield told
            self._file.write(told)

    def _opened(self, name: str) -> Secret:
        with _damage(self._file):
            wrapped = from_text(self._wrapped[name] or "")
        key = unwrap(self._master, wrapped, self._context(name))
        if key is None:
            raise StoreError.of("STORE-042", place=self._file.place)
        return key

    def _context(self, name: str) -> tuple[str, ...]:
        return (FORMAT, self.study, "key", name)

    def _approver(self, role: str) -> tuple[str, ...]:
        return (FORMAT, self.study, "approver", role)

    def _proof(self, role: str) -> Secret:
        """Return what only a holder of the master key can have stored for an approver."""
        said = "\0".join(self._approver(role)).encode()
        return Secret(hmac.digest(self._master.reveal(), said, "sha256"))

    def _mark(self, name: str, key: Secret | None = None) -> str:
        """Return what only a holder of a key can have written of a destroyed one."""
        said = canonical([FORMAT, self.study, "destroyed", name]).encode()
        return as_text(hmac.digest((key or self._master).reveal(), said, "sha256"))

    def _place(self, name: str) -> str:
        return f"key {name}"


def destroy_key(path: str | Path, study: str, name: str, mark: str | None = None) -> None:
    """Destroy a key of a keyring without opening it: that takes no passphrase.

    Parameters
    ----------
    name : str
        Name of the key; it is never made from then on, even if there was none yet.
    mark : str, optional
        From `Keyring.countersign` of the study's other keyring: without it the keyring is taken for
        one that somebody tampered with.

    Raises
    ------
    StoreError
        There is no keyring, it is of another study, damaged or of a newer version, or it cannot
        be written; nothing was changed.
    """
    file = KeyringFile(Path(path))
    with file.locked():
        told = _checked(file)
        if told["study"] != study:
            raise StoreError.of("STORE-051", place=file.place, study=told["study"])
        told["keys"][name] = None
        if mark is not None:
            told.setdefault("destroyed_by_us", {})[name] = mark
        file.write(told)


def _checked(file: KeyringFile) -> dict[str, Any]:
    """Read what a keyring shows without a key.

    Raises
    ------
    StoreError
        There is none, it is damaged, or of a newer version; its study was destroyed.
    """
    with _damage(file):
        told: dict[str, Any] = json.loads(file.read())
        family, _, version = told["format"].rpartition("/")
        newer = family == _FAMILY and int(version) > 1
        fit = told["format"] == FORMAT and isinstance(told["keys"], dict)
        sound = fit and isinstance(told["study"], str) and isinstance(told["passphrase"], dict)
    if newer:
        raise StoreError.of("STORE-043", place=file.place, format=FORMAT)
    if not sound:
        raise StoreError.of("STORE-042", place=file.place)
    if "destroyed" in told:
        raise StoreError.of("STORE-102", place=file.place, when=told["destroyed"])
    return told


@contextmanager
def _damage(file: KeyringFile) -> Iterator[None]:
    """Raise an error if the file is not as this version wrote it."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError):
        raise StoreError.of("STORE-042", place=file.place) from None
