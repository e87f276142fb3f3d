"""The process that notebooks are forked from, begun before the command itself is loaded.

Loading pandas and matplotlib is the longest part of a run from nothing, and it needs nothing that
the command finds out. So it begins first, beside everything else. Where the command ends without
running a notebook, it is ended.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.forking import CAN_FORK, preloaded_of

# Words of a command line that forks nothing on this machine.
_WITHOUT = ("--help", "--dry-run", "--scheduler", "compat")


@dataclass(frozen=True, slots=True)
class Room:
    """A temporary folder and the workplace in it.

    Attributes
    ----------
    folder : tempfile.TemporaryDirectory
        Is there until it is cleaned up.
    workplace : Workplace
        In that folder.
    """

    folder: tempfile.TemporaryDirectory[str]
    workplace: Workplace

    def close(self) -> None:
        """End the process that was started in it, and delete the folder."""
        if self.workplace.preloaded is not None:
            self.workplace.preloaded.close()
        self.folder.cleanup()


_BEGUN: list[Room] = []


def begin(words: Sequence[str]) -> None:
    """Begin the process that notebooks are forked from, where the command will need it."""
    if not CAN_FORK or any(each in word for word in words for each in _WITHOUT):
        return
    # Where it can't be begun, the run says why when it comes to it.
    with suppress(OSError):
        room = new_room()
        _BEGUN.append(room)
        atexit.register(_end_unused)
        room.workplace.prepare()
        preloaded_of(room.workplace)


def new_room() -> Room:
    """Make a temporary folder with a workplace, which is not prepared yet."""
    folder = tempfile.TemporaryDirectory(prefix="tk-", ignore_cleanup_errors=True)
    return Room(folder, Workplace(Path(folder.name), fonts_kept()))


def room_begun() -> Room | None:
    """Return what was begun, once; None if nothing was."""
    return _BEGUN.pop() if _BEGUN else None


def fonts_kept() -> Path:
    """Return the folder in which a person's list of fonts outlives a run."""
    above = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(above) / "topic-guide-toolkit" / "matplotlib"


def _end_unused() -> None:
    """End a process that was started early and is not needed."""
    while room := room_begun():
        room.close()
