"""Tries for minutes to make the store lose something, and prints what came of it.

``make torture`` runs it. What a test does a few hundred times is done thousands of times here, with
other seeds; it stops by itself and fails where anything was lost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.store.faults.power import cut_power, lowered
from tests.store.faults.story import ABOUT, CHEAP, PASSPHRASES
from tests.store.faults.writers import race_programs
from toolkit.store.keys.keyring import Keyring
from toolkit.store.sqlite.sqlcipher import EncryptedStore

_WRITER = Path(__file__).parents[1] / "sqlite" / "crash_writer.py"
Line = tuple[str, int, str, bool]


def kills(count: int, seed: int) -> Iterator[Line]:
    """Kill writers while they append."""
    with tempfile.TemporaryDirectory(prefix="toolkit-kills-") as folder:
        command = [sys.executable, str(_WRITER), folder, str(count), str(seed)]
        told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    lost, faults = told["lost"], len(told["faults"])
    said = (
        f"{told['acknowledged']:,} acknowledged events, {lost} lost, {faults} faults in the chain"
    )
    yield "writers killed (kill -9)", told["kills"], said, not lost and not faults


def cuts(count: int, seed: int) -> Iterator[Line]:
    """Cut the power, in several lives of a store; then show that less care is found out."""
    states = lost = 0
    lives = max(1, count // 600)
    for life in range(seed, seed + lives):
        outcome = cut_power(count // lives, life)
        states, lost = states + outcome.states, lost + outcome.faults.total()
    yield "states after a power cut", states, f"{lost} with anything lost or half", not lost
    for level in ("NORMAL", "OFF"):
        spoilt = cut_power(count // lives, seed, spoil=lowered(level))
        red = spoilt.faults.total()
        said = f"{red} with something lost, as it has to be"
        yield f"the same, synchronous = {level}", spoilt.states, said, red > 0


def writers(count: int) -> Iterator[Line]:
    """Let two programs write to one session at once."""
    with tempfile.TemporaryDirectory(prefix="toolkit-writers-") as name:
        path, data = Path(name) / "keyring", Path(name) / "data"
        keyring, _ = Keyring.create(path, ABOUT.study, PASSPHRASES[0], cost=CHEAP)
        EncryptedStore.create(data, ABOUT, keyring).close()
        tally = race_programs(data, path, PASSPHRASES[0], count // 2)
    said = f"{tally.conflicts} conflicts, all told; {tally.overwritten} overwritten"
    yield "attempts of two writers on one session", tally.tried, said, tally.sound


def main(words: list[str]) -> int:
    """Do it all; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5000)
    parser.add_argument("--cuts", type=int, default=6000)
    parser.add_argument("--writes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    good = True
    for part in (
        writers(asked.writes),
        cuts(asked.cuts, asked.seed),
        kills(asked.kills, asked.seed),
    ):
        begun = time.monotonic()
        for what, count, said, sound in part:
            seconds = time.monotonic() - begun
            verdict = "good" if sound else "BAD"
            print(f"{what:40} {count:>7,}  {verdict:4} {seconds:6.0f} s  {said}", flush=True)
            good, begun = good and sound, time.monotonic()
    print("make torture: nothing was lost." if good else "make torture: see BAD above.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
