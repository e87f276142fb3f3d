"""The line between whoever shares the keys of a study and the programs of the same user that ask.

A Unix socket, whose folder is its owner's alone and which the system can say the user of. Where
there are no such sockets (Windows), a port of this machine that nobody else reaches; the file at
the path, which is its owner's alone too, names the port and a word that every request has to say.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

HAS_SOCKETS = hasattr(socket, "AF_UNIX")
"""Whether this system has sockets that are files."""
_HERE = "127.0.0.1"


def listening(path: Path) -> tuple[socket.socket, str]:
    """Listen at a path; what a process left there that has crashed is taken away.

    Parameters
    ----------
    path : pathlib.Path
        The socket, or the file that names the port.

    Returns
    -------
    tuple of socket.socket and str
        The socket, and the word that every request has to say; empty where the system itself
        says whose the other side is.

    Raises
    ------
    OSError
        There can be none: the path is too long, or its folder cannot be written.
    """
    with suppress(FileNotFoundError):
        path.unlink()
    line, word = _new(), ""
    try:
        if HAS_SOCKETS:
            line.bind(str(path))
            path.chmod(0o600)
        else:
            line.bind((_HERE, 0))
            word = secrets.token_hex(32)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump({"port": line.getsockname()[1], "word": word}, file)
        line.listen()
    except OSError:
        line.close()
        raise
    return line, word


def connected(path: Path, patience: float) -> tuple[socket.socket, str]:
    """Return a line to whoever listens at a path, and the word that a request has to say.

    Parameters
    ----------
    path : pathlib.Path
        As in `listening`.
    patience : float
        Seconds that the other side has.

    Raises
    ------
    OSError, ValueError
        Nobody listens there, or it is a program of another user.
    """
    told = {} if HAS_SOCKETS else json.loads(path.read_text(encoding="ascii"))
    line = _new()
    try:
        line.settimeout(patience)
        line.connect(str(path) if HAS_SOCKETS else (_HERE, int(told["port"])))
    except BaseException:
        line.close()
        raise
    if not same_user(line):
        line.close()
        raise ConnectionRefusedError
    return line, str(told.get("word", ""))


def same_user(line: socket.socket) -> bool:
    """Return whether the other side is a program of the same user, where the system can say so."""
    if sys.platform != "linux" or not HAS_SOCKETS:
        return True
    told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", told)[1] == os.getuid())


def _new() -> socket.socket:
    return socket.socket(socket.AF_UNIX if HAS_SOCKETS else socket.AF_INET)
