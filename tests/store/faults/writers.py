"""Two writers on one session: each attempt extends exactly what it saw, or is told.

Run as ``python -m tests.store.faults.writers KEYRING FOLDER TIMES GO`` with the passphrase on
standard input, it is one of two programs: it says that it is ready and begins when GO is there.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ConflictError
from toolkit.store import NewEvent
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ROOT = Path(__file__).parents[3]
SESSION = "F1"


@dataclass(frozen=True)
class Tally:
    """What came of all attempts.

    Attributes
    ----------
    tried, conflicts : int
        Attempts, and those of them that were told of a conflict.
    unfounded : int
        Conflicts where nobody had written in between.
    turns : int
        Events that are there.
    overwritten : int
        Events that were not built on the very event before them.
    """

    tried: int
    conflicts: int
    unfounded: int
    turns: int
    overwritten: int

    @property
    def sound(self) -> bool:
        """Whether each attempt is there or was told, and none of either is wrong."""
        missing = self.tried - self.turns - self.conflicts
        return (missing, self.unfounded, self.overwritten) == (0, 0, 0) and self.conflicts > 0


def write_turns(store: SealedStore, times: int) -> tuple[int, int, int]:
    """Try so many times to add to what is there; give attempts, conflicts, unfounded ones."""
    conflicts = unfounded = last = 0
    for _ in range(times):
        for event in store.read(session=SESSION, after=last):
            last = event.seq
        try:
            store.append([NewEvent("turn", session=SESSION, new_value=last)], expect=last)
        except ConflictError:
            conflicts += 1
            unfounded += not any(store.read(session=SESSION, after=last))
    return times, conflicts, unfounded


def race_threads(stores: list[SealedStore], times: int) -> Tally:
    """Let a thread write to each store, which may be the same one."""
    with ThreadPoolExecutor(len(stores)) as threads:
        told = list(threads.map(write_turns, stores, [times] * len(stores)))
    return _tally(stores[0], told)


def race_programs(folder: Path, keyring: Path, passphrase: Passphrase, times: int) -> Tally:
    """Let two programs write to the store in a folder."""
    go = folder.parent / "go"
    command = [sys.executable, "-m", "tests.store.faults.writers", str(keyring), str(folder)]
    both = [
        subprocess.Popen(
            [*command, str(times), str(go)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for each in both:
        assert each.stdin is not None
        assert each.stdout is not None
        each.stdin.write(passphrase.reveal())
        each.stdin.close()
        assert each.stdout.readline() == b"ready\n"
    go.touch()
    told = []
    for each in both:
        assert each.stdout is not None
        tried, conflicts, unfounded = each.stdout.read().split()
        told.append((int(tried), int(conflicts), int(unfounded)))
        assert each.wait() == 0
    go.unlink()
    store = EncryptedStore(folder, Keyring.unlock(keyring, passphrase))
    try:
        return _tally(store, told)
    finally:
        store.close()


def _tally(store: SealedStore, told: list[tuple[int, int, int]]) -> Tally:
    turns = list(store.read(session=SESSION))
    before = [0, *(each.seq for each in turns)]
    overwritten = sum(
        turn.new_value != last for turn, last in zip(turns, before[: len(turns)], strict=True)
    )
    tried, conflicts, unfounded = (sum(each) for each in zip(*told, strict=True))
    return Tally(tried, conflicts, unfounded, len(turns), overwritten)


def main(keyring: str, folder: str, times: str, go: str) -> None:
    """Be one of two programs."""
    unlocked = Keyring.unlock(keyring, Passphrase.of(sys.stdin.buffer.read()))
    store = EncryptedStore(folder, unlocked)
    print("ready", flush=True)
    while not Path(go).exists():
        time.sleep(0.001)
    print(*write_turns(store, int(times)))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
