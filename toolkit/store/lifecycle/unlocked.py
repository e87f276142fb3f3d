"""Shares an unlocked study on one machine: the process with the keys answers on a local socket.

The passphrase is typed once. The process that took it (`toolkit.store.lifecycle.unlock_process`,
or one that runs notebooks) keeps the research keyring's master key in memory and gives it to
programs of the same user that ask at the socket. The identity keyring is never shared: each
opening asks for its passphrase anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any, Literal, Self

from filelock import FileLock, Timeout

from toolkit.errors import StoreError
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.lifecycle.key_socket import connected, listening, same_user

FORMAT = "toolkit-unlocked/1"
_PATIENCE = 5.0  # seconds that the other side has for all that it wants to say
_LONGEST = 4096  # bytes of a line
_AT_ONCE = 32  # peers that are attended to at one time; who comes on top is turned away
_TICK = 5.0  # seconds between two looks at the clock, which may have been set or have slept
Want = Literal["keys", "until", "lock"]


class KeyServer:
    """Gives the keys of one study to programs of the same user, until it is closed.

    Parameters
    ----------
    path : Path
        The socket; its folder has to be its owner's alone.
    keyring : Keyring
        The unlocked research keyring.
    hours : float, optional
        How long; without it, as long as nobody closes it.

    Raises
    ------
    StoreError
        Somebody shares the study there already (STORE-081), or there can be no socket (STORE-080).
    """

    def __init__(self, path: Path, keyring: Keyring, *, hours: float | None = None) -> None:
        self._path = path
        self._keyring = keyring
        # By two clocks: one may be set back, the other stands still while the machine sleeps.
        self._ends = None if hours is None else (time.time() + hours * 3600, _ticks(hours))
        self._room = BoundedSemaphore(_AT_ONCE)
        self._closing = Lock()
        self._closed = Event()
        self._alone = _alone(path, keyring.study)
        try:
            self._socket, word = listening(path)
        except OSError as fault:
            self._alone.release()
            raise _no_socket(fault) from None
        wants = ("keys", "until", "lock")
        self._asked = {_request(keyring.study, want, word): want for want in wants}
        Thread(target=self._serve, name="key server", daemon=True).start()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def until(self) -> int | None:
        """When it ends by itself, in ms since 1970-01-01 UTC; None if it does not."""
        return None if self._ends is None else round(self._ends[0] * 1000)

    def wait(self) -> None:
        """Wait until it is closed or its time is over, and close it then."""
        while not self._closed.wait(_TICK if self._ends is None else self._left()):
            if self._over():
                break
        self.close()

    def close(self) -> None:
        """Answer nobody any more."""
        with self._closing:
            if self._closed.is_set():
                return
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            with suppress(OSError):
                self._path.unlink()
            self._alone.release()
            self._closed.set()

    def _left(self) -> float:
        assert self._ends is not None
        return max(0.0, min(_TICK, self._ends[0] - time.time(), self._ends[1] - time.monotonic()))

    def _over(self) -> bool:
        return self._ends is not None and self._left() <= 0

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            if same_user(peer) and not self._over() and self._room.acquire(blocking=False):
                Thread(target=self._attend, args=(peer,), daemon=True).start()
            else:
                peer.close()

    def _attend(self, peer: socket.socket) -> None:
        """Answer one peer, whose slowness or nonsense holds up nobody else."""
        try:
            with suppress(OSError), peer:
                self._answer(peer, self._asked.get(_line_of(peer)))
        finally:
            self._room.release()

    def _answer(self, peer: socket.socket, want: str | None) -> None:
        study = self._keyring.study
        if want == "keys":
            peer.sendall(_line({"study": study, "master": _text(self._keyring)}))
        elif want == "until":
            peer.sendall(_line({"study": study, "until": self.until, "pid": os.getpid()}))
        elif want == "lock":
            # The peer goes on when its line has come: by then nobody is answered any more.
            self.close()
            peer.sendall(_line({"study": study, "locked": True}))


def socket_of(home: Home) -> Path:
    """Return the path at which the keys of a study are shared on this machine.

    Raises
    ------
    StoreError
        The folder of sockets is not this user's alone (STORE-061), or cannot be made (STORE-080).
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    # Where there are no users of files (Windows), a temporary folder is one person's own.
    user = os.getuid() if hasattr(os, "getuid") else "own"
    folder = base / f"topic-guide-toolkit-{user}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        told = folder.lstat()
    except OSError as fault:
        raise _no_socket(fault) from None
    others = hasattr(os, "getuid") and (told.st_uid != os.getuid() or told.st_mode & 0o077)
    if others or folder.is_symlink():
        raise StoreError.of("STORE-061", place=f"folder {folder.name}")
    name = hashlib.sha256(str(home.folder.resolve()).encode()).hexdigest()[:16]
    return folder / f"{name}.socket"


def ask(path: Path, study: str, want: Want) -> dict[str, Any] | None:
    """Ask the process that shares a study; return its answer, or None.

    Parameters
    ----------
    want : {"keys", "until", "lock"}
        Its keys; until when they are shared, and by which process; or that nobody gets them now.
    """
    try:
        peer, word = connected(path, _PATIENCE)
        with peer:
            peer.sendall(_request(study, want, word))
            told = json.loads(_line_of(peer))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("study") == study else None


def shared(home: Home, path: Path) -> Keyring | None:
    """Return the research keyring of a study as somebody shares it, or None where nobody does."""
    told = ask(path, home.study, "keys") or {}
    try:
        return Keyring.shared(home.research_keyring, home.study, _raw(told.pop("master")))
    except (ValueError, KeyError, TypeError):
        return None


def unlock(home: Home, passphrase: Passphrase | None = None, *, at: Path | None = None) -> Keyring:
    """Return the unlocked research keyring of a study.

    Parameters
    ----------
    passphrase : Passphrase, optional
        Its passphrase. Without one, the fictional sample opens with the public one, and any
        other study if somebody shares it.
    at : Path, optional
        Socket at which it is shared; the usual one where none is given.

    Raises
    ------
    StoreError
        The passphrase is wrong, or there is none and the study is locked (STORE-060).
    """
    if passphrase is None:
        found = shared(home, at or socket_of(home))
        if found is not None:
            return found
        if not (home.sample and home.fictional):
            raise StoreError.of("STORE-060", place=f"study {home.study}")
        passphrase = SAMPLE
    return Keyring.unlock(home.research_keyring, passphrase)


def _request(study: str, want: str, word: str = "") -> bytes:
    return _line(
        {"format": FORMAT, "study": study, "want": want} | ({"word": word} if word else {})
    )


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True).encode() + b"\n"


def _line_of(peer: socket.socket) -> bytes:
    """Return the one line that the other side says; nothing if it is too slow or too long."""
    until = time.monotonic() + _PATIENCE
    told = b""
    while not told.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or len(told) > _LONGEST:
            return b""
        peer.settimeout(left)
        more = peer.recv(_LONGEST)
        if not more:
            return b""
        told += more
    peer.settimeout(_PATIENCE)
    return told


def _text(keyring: Keyring) -> str:
    return base64.b64encode(keyring.master().reveal()).decode("ascii")


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _ticks(hours: float) -> float:
    return time.monotonic() + hours * 3600


def _alone(path: Path, study: str) -> FileLock:
    """Acquire the lock that only one server of a study has; it ends with its process.

    Raises
    ------
    StoreError
        Another has it, or its file cannot be made.
    """
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        process = (ask(path, study, "until") or {}).get("pid", "unknown")
        raise StoreError.of("STORE-081", place=f"study {study}", process=process) from None
    except OSError as fault:
        raise _no_socket(fault) from None
    return lock


def _no_socket(fault: OSError) -> StoreError:
    problem = (fault.strerror or str(fault)).lower()
    return StoreError.of("STORE-080", place="socket", problem=problem)
