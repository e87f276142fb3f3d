"""The process that keeps a study unlocked in the background: ``toolkit store unlock`` and ``lock``.

It is a program of its own that was given the master key by a pipe: it never had the passphrase,
and shows no secret in its arguments or its environment. It ends when it is told to, by SIGTERM,
or when its hours are over.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import Finding, StoreError
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.key_socket import HAS_SOCKETS
from toolkit.store.lifecycle.unlocked import KeyServer, ask, socket_of

CAN_STAY = hasattr(os, "fork") and HAS_SOCKETS
"""Whether a process of this system can leave its terminal, and be asked by others."""
LONGEST_HOURS = 12
"""Longest time that a study stays unlocked by itself, in hours."""
_PR_SET_DUMPABLE = 4  # of <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Kept:
    """A study that is unlocked.

    Attributes
    ----------
    until : int or None
        When it is locked by itself, in ms since 1970-01-01 UTC; None if it is not.
    process : int
        Id of the process that has the keys.
    """

    until: int | None
    process: int


def kept(home: Home) -> Kept | None:
    """Return until when a study is unlocked and by which process; None if it is locked.

    Raises
    ------
    StoreError
        As in `socket_of`.
    """
    told = ask(socket_of(home), home.study, "until")
    return Kept(told.get("until"), told.get("pid", 0)) if told else None


def keep_unlocked(home: Home, keyring: Keyring, *, hours: float) -> Kept:
    """Start a process in the background that gives the keys to programs of the same user.

    Parameters
    ----------
    hours : float
        How long, at most `LONGEST_HOURS`.

    Raises
    ------
    StoreError
        Another process keeps it unlocked already (STORE-081), it could not be started, or this
        system has no such processes (STORE-130).
    """
    if not CAN_STAY:
        raise StoreError.of("STORE-130", place=f"study {home.study}")
    path = socket_of(home)
    command = [sys.executable, "-m", "toolkit.store.lifecycle.unlock_process"]
    with subprocess.Popen(  # noqa: S603 - ourselves; what it is to do comes by the pipe
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        umask=0o077,
    ) as child:
        said, _ = child.communicate(_task(home, keyring, path, hours))
    told = json.loads(said or b"{}")
    if "finding" in told:
        raise StoreError([Finding(**told["finding"])])
    found = kept(home)
    if found is None:
        raise StoreError.of(
            "STORE-080", place="process", problem="the background process ended at once"
        )
    return found


def lock(home: Home) -> bool:
    """Lock the study; return whether it was unlocked.

    Raises
    ------
    StoreError
        As in `socket_of`.
    """
    path = socket_of(home)
    if ask(path, home.study, "until") is None:
        return False
    ask(path, home.study, "lock")
    return True


def harden() -> None:
    """Allow only the system's administrator to read this process: no dump, no debugger."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def hold(task: Mapping[str, Any], said: int) -> None:
    """Share the keys until the time is over: the work of the background process."""
    harden()
    place, study = Path(task["keyring"]), task["study"]
    keyring = Keyring.shared(place, study, base64.b64decode(task["master"]))
    try:
        server = KeyServer(Path(task["socket"]), keyring, hours=min(task["hours"], LONGEST_HOURS))
    except StoreError as refused:
        _say(said, {"finding": refused.findings[0].to_json()})
        return
    with server:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        for each in (signal.SIGHUP, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        os.chdir("/")
        _say(said, {})
        server.wait()


def _task(home: Home, keyring: Keyring, path: Path, hours: float) -> bytes:
    task = {
        "study": keyring.study,
        "keyring": str(home.research_keyring.resolve()),
        "socket": str(path),
        "hours": hours,
        "master": base64.b64encode(keyring.master().reveal()).decode("ascii"),
    }
    return json.dumps(task).encode()


def _say(descriptor: int, told: dict[str, Any]) -> None:
    with suppress(OSError):
        os.write(descriptor, json.dumps(told).encode())
    os.close(descriptor)


def _begin() -> None:
    """Detach from the terminal, read the task from the pipe, and carry it out."""
    if os.fork():
        os._exit(0)
    harden()
    task = json.loads(sys.stdin.buffer.read())
    said, nowhere = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for each in (0, 1, 2):
        os.dup2(nowhere, each)
    os.close(nowhere)
    hold(task, said)


if __name__ == "__main__":
    _begin()
