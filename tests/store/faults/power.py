"""Cuts the power at many moments of a store's life, and looks at what is left."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from tests.store.faults.disk import Disk, Mark, Operation, choices, lay
from tests.store.faults.recording import Recording
from tests.store.faults.story import Spoil, Story, World, fault_of

Tree = dict[str, bytes | None]


@dataclass
class Outcome:
    """What came of it: how many states, how many of each kind, and what was wrong how often."""

    states: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


def cut_power(
    count: int,
    seed: int,
    *,
    spoil: Spoil = lambda _: None,
    careless: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Outcome:
    """Live through a story, cut the power again and again, and look at what is left each time.

    Parameters
    ----------
    count : int
        Cuts; states that were seen already are not looked at again.
    seed : int
        Decides where the power is cut and what comes through.
    spoil : callable
        Is given each store that was opened in the story, to make it less safe.
    careless : callable
        Gives a context in which the story is lived, to make it less safe.
    """
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="toolkit-power-", dir=_quick()) as name:
        root = Path(name) / "life"
        root.mkdir()
        recording = Recording(root)
        story = Story(recording, spoil)
        with recording.running(), careless():
            story.live()
        recording.check()
        left = Path(name) / "left"
        for kind, tree, allowed in states(recording.operations, story.worlds, count, seed):
            lay(tree, left)
            outcome.states += 1
            outcome.kinds[kind] += 1
            if fault := fault_of(left, allowed):
                outcome.faults[fault] += 1
            shutil.rmtree(left)
    return outcome


def states(
    operations: Sequence[Operation], worlds: Sequence[World | None], count: int, seed: int
) -> Iterator[tuple[str, Tree, list[World | None]]]:
    """Give what may be left after cuts: how it was chosen, the files, what has to be there."""
    chance = random.Random(seed)
    cuts = Counter(chance.choices(range(len(operations) + 1), k=count))
    disk, ways = Disk(), choices(chance)
    begun = done = 0
    seen: set[int] = set()
    for at in range(len(operations) + 1):
        for _ in range(cuts[at]):
            kind, choice = next(ways)
            tree = disk.after_a_cut(choice(disk.waiting))
            told = hash((begun, done, frozenset(tree.items())))
            if told not in seen:
                seen.add(told)
                yield kind, tree, list(worlds[done : begun + 1])
        if at < len(operations):
            operation = operations[at]
            disk.take(operation)
            if isinstance(operation, Mark):
                begun, done = operation.step, operation.step if operation.done else done


def lowered(level: str) -> Spoil:
    """Give what makes a store synchronise less: ``NORMAL`` or ``OFF``."""
    return lambda store: store._database.run(f"PRAGMA synchronous = {level}")


def _quick() -> str | None:
    """Give a folder in memory where there is one: thousands of stores are laid out and opened."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() else None
