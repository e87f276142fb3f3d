"""Generates fictional studies and prints events a second and memory; a report, not a test.

``python tests/benchmarks/studies.py 1000 10000 100000``: each size in a process of its own, all
events through recruitment, session machine and seal. Processor seconds, so that a busy machine
blurs them less. The journal goes to a file, and only the participant under way stays in memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.guide import load_consent, load_guide, load_study
from toolkit.sample.generate import Field, generate
from toolkit.store import About, Event, MemoryStore, NewEvent
from toolkit.store.journal.entry import checked_content
from toolkit.store.journal.sealing import genesis, numbered, seal

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
_KEPT = 3
ABOUT = About("parents-and-social-care", fictional=True, created="2019-01-01")


class StreamStore:
    """Seals events and writes them to a file; those of the last few people can be read again."""

    def __init__(self, path: Path) -> None:
        self.about = ABOUT
        self.last = 0
        self._head = genesis(ABOUT)
        self._file = path.open("wb")
        self._recent: dict[str, list[Event]] = {}

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Write events."""
        sealed = []
        for each in events:
            self.last += 1
            content = checked_content(each, self.last)
            self._head = seal(self._head, content)
            self._file.write(content + self._head.encode() + b"\n")
            sealed.append(numbered(each, self.last, self._head))
            self._recent.setdefault(each.case, []).append(sealed[-1])
        if len(self._recent) > _KEPT:
            del self._recent[next(iter(self._recent))]
        return sealed

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Give the events of those who came last."""
        cases = [case] if case is not None else self._recent
        for each in (event for name in cases for event in self._recent.get(name, ())):
            if each.seq > after and session in (None, each.session):
                yield each

    def withdrawn(self) -> frozenset[str]:
        """Give those who withdrew: nobody does in a generated study."""
        return frozenset()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def measure(participants: int) -> None:
    """Generate one study and print what it took."""
    study = load_study(STUDY)
    guide, form = (
        load_guide(STUDY / "telephone-interview.yaml"),
        load_consent(STUDY / "consent.yaml"),
    )
    with tempfile.TemporaryDirectory() as folder:
        store = StreamStore(Path(folder) / "journal.jsonl")
        began, wall = time.process_time(), time.perf_counter()
        made = generate(Field(store, study, guide, form), participants=participants, seed=1)
        taken, wall = time.process_time() - began, time.perf_counter() - wall
        store.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {participants:7,} participants, {made.sessions:6,} calls, {store.last:9,} events: "
        f"{taken:6.1f} s of processor ({wall:.0f} s), {store.last / taken:6,.0f} events/s, "
        f"{memory:.0f} MB",
        flush=True,
    )


def share_of_store() -> None:
    """Say how much of it is sealing and keeping, by appending the same events without the rules."""
    study = load_study(STUDY)
    guide, form = (
        load_guide(STUDY / "telephone-interview.yaml"),
        load_consent(STUDY / "consent.yaml"),
    )
    store, plain = MemoryStore(ABOUT), MemoryStore(ABOUT)
    began = time.process_time()
    generate(Field(store, study, guide, form), participants=500, seed=1)
    whole = time.process_time() - began
    events = list(store.read())
    began = time.process_time()
    for each in events:
        plain.append([each])
    alone = time.process_time() - began
    print(f"  the store alone takes {alone / whole:.0%} of it (in memory)", flush=True)


def main() -> None:
    """Measure each size in a process of its own."""
    sizes = [int(each) for each in sys.argv[1:]] or [1_000, 10_000]
    if len(sizes) == 1:
        measure(sizes[0])
        return
    print("Generated studies, telephone guide")
    for size in sizes:
        subprocess.run([sys.executable, __file__, str(size)], check=True)
    share_of_store()


if __name__ == "__main__":
    main()
