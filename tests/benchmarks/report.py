"""Compares speed with others and prints a table; a report, not a test.

``make bench`` runs it. Ratios are of one run on one machine: each pair is timed in turn.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from forms import write_guide, write_xlsform
from runs import runs

ROUNDS = 7
ROOT = Path(__file__).parents[2]


def in_turn(*calls: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Time calls in turn; give the median seconds of each."""
    taken: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(rounds):
        for times, call in zip(taken, calls, strict=True):
            begun = time.perf_counter()
            call()
            times.append(time.perf_counter() - begun)
    return [statistics.median(times) for times in taken]


def guides(folder: Path) -> None:
    """Load and check a guide against pyxform on the equal form (aim: 5 times faster)."""
    from pyxform.xls2xform import convert

    from toolkit.guide import check_guide

    print("\nGuide load and check against pyxform (xlsx to XForm, validate=False), median seconds")
    for count in (10, 100, 1000):
        ours, theirs = folder / f"{count}.yaml", folder / f"{count}.xlsx"
        write_guide(count, ours)
        write_xlsform(count, theirs)
        assert check_guide(ours) == []
        one, two = in_turn(
            lambda ours=ours: check_guide(ours),
            lambda theirs=theirs: convert(str(theirs), validate=False),
        )
        print(f"  {count:5} questions: {one:.4f} against {two:.4f}; {two / one:.1f} times faster")


def sizes() -> None:
    """Generate studies of growing size and read them into frames and tables."""
    import resource

    from toolkit.analysis import open_study
    from toolkit.analysis.tables import answers
    from toolkit.guide import load_consent, load_guide, load_study
    from toolkit.sample.generate import Field, generate
    from toolkit.store import About, MemoryStore

    folder = ROOT / "topic_guides" / "parents-and-social-care"
    study = load_study(folder)
    guide = load_guide(folder / "telephone-interview.yaml")
    form = load_consent(folder / "consent.yaml")
    print("\nStudies of growing size, generated in memory: seconds once")
    for count in (1_000, 10_000, *((100_000,) if "--large" in sys.argv else ())):
        store = MemoryStore(About(study.study, fictional=True, created=0))
        begun = time.perf_counter()
        generate(Field(store, study, guide, form), participants=count, seed=1)
        made = time.perf_counter()
        data = open_study(store, folder)
        read = time.perf_counter()
        tables = answers.all_closed(data, guide.id)
        told = time.perf_counter()
        events = sum(1 for _ in store.read())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  {count:7,} participants, {events:10,} events: generated {made - begun:.1f} "
            f"({events / (made - begun):,.0f} events a second), frames {read - made:.1f}, "
            f"{len(tables)} tables {told - read:.1f}; {memory:,.0f} MiB at most"
        )


def commands() -> None:
    """Time whole commands."""
    command = str(Path(sys.executable).parent / "toolkit")

    def call(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([*words], cwd=ROOT, check=True, capture_output=True)

    print("\nWhole commands, median seconds")
    for words, rounds in (
        ((command, "--help"), ROUNDS),
        ((sys.executable, "-c", "import toolkit"), ROUNDS),
        (("make", "demo"), 3),
    ):
        (taken,) = in_turn(call(*words), rounds=rounds)
        print(f"  {' '.join([Path(words[0]).name, *words[1:]])}: {taken:.2f}")


def main() -> None:
    """Print every comparison."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {ROUNDS} rounds in turn")
    with tempfile.TemporaryDirectory() as folder:
        guides(Path(folder))
    runs()
    sizes()
    for other in ("stores.py", "pages.py"):
        subprocess.run([sys.executable, str(Path(__file__).with_name(other))], check=True)
    commands()


if __name__ == "__main__":
    main()
