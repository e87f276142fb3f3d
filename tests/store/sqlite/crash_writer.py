"""Writes to an encrypted store in children that are killed at random moments, and counts.

Run as ``python crash_writer.py FOLDER KILLS SEED``; test_crashes.py says what is promised. The
keyring is unlocked once, and the children are forked from here, so that most of the time is
spent between two appends and not in starting Python.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
PUBLIC = Passphrase(b"a passphrase of tests, known to all")


def write(folder: Path, keyring: Keyring, case: str, told: int) -> None:
    """Append for ever; tell the number of each event once it is acknowledged."""
    store = EncryptedStore(folder, keyring)
    for count in range(1_000_000):
        said = NewEvent("answer", node=f"q{count}", case=case, session=case, new_value="x" * 300)
        batch = [said] * (1 + count % 3)
        written = store.append(batch)
        os.write(told, b"".join(f"{each.seq} {case}\n".encode() for each in written))


def killed(folder: Path, keyring: Keyring, cases: list[str], chance: random.Random) -> set[bytes]:
    """Let one writer a case write at once, kill them all, and give what was acknowledged."""
    listen, told = os.pipe()
    children = []
    for case in cases:
        child = os.fork()
        if child == 0:
            try:
                write(folder, keyring, case, told)
            finally:
                os._exit(1)
        children.append(child)
    os.close(told)
    # Some are killed while they open the store, the others at some time after they wrote.
    wanted, begun = chance.choice([0, 1, 3, 8]), b""
    while begun.count(b"\n") < wanted:
        begun += os.read(listen, 65536)
    time.sleep(chance.random() * 0.01)
    for child in children:
        os.kill(child, signal.SIGKILL)
    died = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(died) == {-signal.SIGKILL}, "no writer fails by itself"
    with os.fdopen(listen, "rb") as pipe:
        lines = (begun + pipe.read()).splitlines(keepends=True)
    return {line for line in lines if line.endswith(b"\n")}


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill writers and print what became of their events, as JSON."""
    chance = random.Random(seed)
    path = folder / "keyring.json"
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    keyring, _ = Keyring.create(path, ABOUT.study, PUBLIC, cost=cheap)
    EncryptedStore.create(folder / "data", ABOUT, keyring).close()
    acknowledged: set[bytes] = set()
    done = 0
    while done < kills:
        cases = chance.sample([f"K{n:02d}" for n in range(1, 30)], 1 + done % 2)
        acknowledged |= killed(folder / "data", keyring, cases, chance)
        done += len(cases)
    fresh = Keyring.unlock(path, PUBLIC)
    store = EncryptedStore(folder / "data", fresh)
    there = {f"{each.seq} {each.case}\n".encode() for each in store.read()}
    faults = [str(each) for each in store.verify()]
    store.close()
    told = {"kills": done, "acknowledged": len(acknowledged), "there": len(there)}
    json.dump(told | {"lost": len(acknowledged - there), "faults": faults}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
