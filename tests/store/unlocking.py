"""What the tests of unlocked studies share: a home, a folder of sockets, and other users."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from toolkit.store import About
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import Made, make_home

WORDS = "four words of nonsense"
IDENTITY_WORDS = "four other words of nonsense"
_NOBODY = 65534


def make_locked_home(folder: Path, study: str = "made-up") -> Made:
    """A study that is not the sample: it opens with its passphrase only."""
    both = (Passphrase(each.encode()) for each in (WORDS, IDENTITY_WORDS))
    about, cheap = About(study, True, "2019-02-01"), Cost(memory_kib=64, passes=1, lanes=1)
    return make_home(folder, about, next(both), identity_passphrase=next(both), cost=cheap)


def toolkit(*words: object, secrets: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command; each secret comes by a pipe of its own, as ``--<name>-fd`` tells it."""
    told, ends = [], []
    for name, secret in (secrets or {}).items():
        read, write = os.pipe()
        os.write(write, secret.encode())
        os.close(write)
        told += [f"--{name}-fd", str(read)]
        ends.append(read)
    command = [sys.executable, "-m", "toolkit", *map(str, words), *told]
    child = subprocess.Popen(
        command,
        pass_fds=ends,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for each in ends:
        os.close(each)
    return child


def said(*words: object, secrets: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the command; give its exit code and all that it said."""
    child = toolkit(*words, secrets=secrets)
    out, err = child.communicate(timeout=60)
    assert "Traceback" not in err
    return child.returncode, out + err


def in_a_fork(job: Callable[[], bool], *, other_user: bool) -> bool:
    """Do a job in a process of its own, as another user where we may; tell what it gave."""
    child = os.fork()
    if not child:
        given = False
        try:
            if other_user:
                become_nobody()
            given = job()
        finally:
            os._exit(0 if given else 1)
    return os.waitpid(child, 0)[1] == 0


def become_nobody() -> None:
    """Take on another user's id where we are root, who may do anything."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def at_a_terminal(*words: object, answers: list[str]) -> tuple[int, str]:
    """Run the command at a terminal of its own and type an answer at each prompt."""
    child, terminal = pty.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "-m", "toolkit", *map(str, words)])
    shown = ""
    waiting = list(answers)
    while True:
        try:
            more = os.read(terminal, 1000).decode()
        except OSError:
            break
        shown += more
        if waiting and shown.rstrip(" ").endswith(":"):
            os.write(terminal, waiting.pop(0).encode() + b"\n")
            shown += "\n"
    os.close(terminal)
    assert "Traceback" not in shown
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown
