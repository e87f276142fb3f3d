"""An unlocked study, shared on one machine: whoever holds the keys answers on a local socket.

The passphrase is typed once. The process that took it (the command, or the Jupyter server) keeps
the research keyring's master key in memory and gives it to programs of the same user that ask at
the socket. The identity keyring is never shared: each opening asks for its passphrase anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Self

from toolkit.errors import StoreError
from toolkit.store.home import Home
from toolkit.store.keyring import Keyring
from toolkit.store.passphrase import SAMPLE, Passphrase

FORMAT = "toolkit-unlocked/1"
_PATIENCE = 5.0  # seconds that a peer has to say what it wants
_LINE = 4096


class KeyServer:
    """Gives the keys of one study to programs of the same user, until it is closed.

    Parameters
    ----------
    path : Path
        The socket; its folder has to be its owner's alone.
    keyring : Keyring
        The unlocked research keyring.
    """

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path = path
        self._keyring = keyring
        with suppress(FileNotFoundError):
            path.unlink()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._socket.listen()
        self._thread = Thread(target=self._serve, name="key server", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Answer nobody any more."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with suppress(OSError):
            self._path.unlink()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with suppress(OSError), peer:
                peer.settimeout(_PATIENCE)
                self._answer(peer)

    def _answer(self, peer: socket.socket) -> None:
        wanted = peer.makefile("rb").readline(_LINE)
        study = self._keyring.study
        if not _same_user(peer) or wanted != _line({"format": FORMAT, "study": study}):
            return
        master = base64.b64encode(self._keyring.master().reveal()).decode("ascii")
        peer.sendall(_line({"study": study, "master": master}))


def socket_of(home: Home) -> Path:
    """Give the path at which the keys of a study are shared on this machine.

    Raises
    ------
    StoreError
        The folder of sockets is not this user's alone (STORE-061).
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    folder = base / f"topic-guide-toolkit-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    told = folder.lstat()
    if told.st_uid != os.getuid() or told.st_mode & 0o077 or folder.is_symlink():
        raise StoreError.of("STORE-061", place=f"folder {folder.name}")
    name = hashlib.sha256(str(home.folder.resolve()).encode()).hexdigest()[:16]
    return folder / f"{name}.socket"


def shared(home: Home, path: Path) -> Keyring | None:
    """Give the research keyring of a study as somebody shares it, or None where nobody does.

    Parameters
    ----------
    home : Home
        The study's home.
    path : Path
        The socket.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(_PATIENCE)
            peer.connect(str(path))
            peer.sendall(_line({"format": FORMAT, "study": home.study}))
            told = json.loads(peer.makefile("rb").readline(_LINE))
        return Keyring.shared(home.research_keyring, home.study, base64.b64decode(told["master"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def unlock(home: Home, passphrase: Passphrase | None = None, *, at: Path | None = None) -> Keyring:
    """Give the unlocked research keyring of a study.

    Parameters
    ----------
    home : Home
        The study's home.
    passphrase : Passphrase, optional
        Its passphrase. Without one, the fictional sample opens with the public one, and any
        other study if somebody shares it.
    at : Path, optional
        Socket at which it is shared; the usual one where none is given.

    Raises
    ------
    StoreError
        The passphrase is another, or there is none and the study is locked (STORE-060).
    """
    if passphrase is None:
        found = shared(home, at or socket_of(home))
        if found is not None:
            return found
        if not (home.sample and home.fictional):
            raise StoreError.of("STORE-060", place=f"study {home.study}")
        passphrase = SAMPLE
    return Keyring.unlock(home.research_keyring, passphrase)


def _line(told: dict[str, str]) -> bytes:
    return json.dumps(told, sort_keys=True).encode() + b"\n"


def _same_user(peer: socket.socket) -> bool:
    """Tell whether the other side is a program of the same user, where the system can say so."""
    if sys.platform != "linux":
        return True
    told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", told)[1] == os.getuid())
