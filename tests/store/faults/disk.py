"""A model of a disk: what was written, what of it was synchronised, and what a power cut may leave.

Files and folders are numbered, as a file system numbers them; names are entries of folders. What
was synchronised is there after a cut. Of the rest anything may be: none, all, some writes and
not others, single sectors, a rename without its file or the other way round. The one promise that
is taken on trust is SQLite's own (``SQLITE_IOCAP_POWERSAFE_OVERWRITE``, true of today's disks):
a cut write leaves the bytes beside it alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = 0
"""Number of the outermost folder, which is there from the beginning."""
SECTORS = (512, 4096)


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes go into a file at a place."""

    file: int
    at: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Shorten:
    """A file gets a size."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Rubbish:
    """A file is at least as long as this, and shows it where nothing was written yet."""

    file: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a folder change, all at once: a rename is two names."""

    folder: int
    names: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Sync:
    """A file or a folder is synchronised."""

    what: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A file or a folder could not be synchronised: what it waited for never comes to the disk.

    The programs of the machine see it all the same until the power is cut, and a later
    synchronisation succeeds: that is how Linux does it.
    """

    what: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to know about this moment: a step begins or was acknowledged."""

    step: int
    done: bool


Change = Write | Shorten | Rubbish | Names
Operation = Change | Sync | Lost | Mark
Choice = Callable[[Sequence[Change]], list[Change]]


@dataclass
class Disk:
    """Files and folders as they are on the disk, and changes that wait for synchronisation."""

    files: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    waiting: list[Change] = field(default_factory=list)

    def take(self, operation: Operation) -> None:
        """Let an operation happen."""
        if isinstance(operation, Sync):
            self._bring(lambda each: _where(each) == operation.what)
        elif isinstance(operation, Lost):
            self.waiting = [each for each in self.waiting if _where(each) != operation.what]
        elif not isinstance(operation, Mark):
            self.waiting.append(operation)

    def after_a_cut(self, chosen: Iterable[Change]) -> dict[str, bytes | None]:
        """Give paths and contents (None for a folder) if only these changes came through."""
        left = Disk(dict(self.files), {n: dict(names) for n, names in self.folders.items()})
        for each in chosen:
            left._change(each)
        return dict(left._tree(ROOT, ""))

    def _bring(self, is_meant: Callable[[Change], bool]) -> None:
        for each in self.waiting:
            if is_meant(each):
                self._change(each)
        self.waiting = [each for each in self.waiting if not is_meant(each)]

    def _change(self, change: Change) -> None:
        if isinstance(change, Names):
            names = self.folders.setdefault(change.folder, {})
            for name, number in change.names.items():
                names.pop(name, None)
                if number is not None:
                    names[name] = number
            return
        content = self.files.get(change.file, b"")
        if isinstance(change, Shorten):
            self.files[change.file] = content[: change.size].ljust(change.size, b"\0")
        elif isinstance(change, Rubbish):
            self.files[change.file] = content + change.content[len(content) :]
        else:
            end = change.at + len(change.content)
            before = content[: change.at].ljust(change.at, b"\0")
            self.files[change.file] = before + change.content + content[end:]

    def _tree(self, folder: int, path: str) -> Iterator[tuple[str, bytes | None]]:
        for name, number in self.folders.get(folder, {}).items():
            below = f"{path}{name}"
            if is_folder(number):
                yield below, None
                yield from self._tree(number, f"{below}/")
            else:
                yield below, self.files.get(number, b"")


def is_folder(number: int) -> bool:
    """Tell folders from files: they have even numbers."""
    return number % 2 == 0


def choices(chance: random.Random) -> Iterator[tuple[str, Choice]]:
    """Give ways in which waiting changes come through or do not, with a name for each, for ever."""
    yield "nothing", lambda _: []
    yield "everything", list
    while True:
        kept = chance.choice((0.1, 0.5, 0.9))
        yield "some", lambda waiting, kept=kept: [e for e in waiting if chance.random() < kept]
        yield "up to one", lambda waiting: list(waiting[: chance.randint(0, len(waiting))])
        for size in SECTORS:
            yield f"sectors of {size}", _torn(chance, size, kept, rubbish=False)
            yield f"sectors of {size} and rubbish", _torn(chance, size, kept, rubbish=True)


def lay(tree: Mapping[str, bytes | None], folder: Path) -> None:
    """Write what is left into a new folder."""
    folder.mkdir()
    for name, content in tree.items():
        if content is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(content)


def _where(change: Change) -> int:
    return change.folder if isinstance(change, Names) else change.file


def _torn(chance: random.Random, size: int, kept: float, *, rubbish: bool) -> Choice:
    """Let each sector come through by itself."""

    def choose(waiting: Sequence[Change]) -> list[Change]:
        pieces = [piece for each in waiting for piece in _pieces(each, size)]
        chosen: list[Change] = [piece for piece in pieces if chance.random() < kept]
        return [*_rubbish(waiting, chance), *chosen] if rubbish else chosen

    return choose


def _pieces(change: Change, size: int) -> Iterator[Change]:
    """Give a write as its sectors, and anything else whole."""
    if not isinstance(change, Write):
        yield change
        return
    at, end = change.at, change.at + len(change.content)
    while at < end:
        until = min(end, (at // size + 1) * size)
        yield Write(change.file, at, change.content[at - change.at : until - change.at])
        at = until


def _rubbish(waiting: Sequence[Change], chance: random.Random) -> list[Change]:
    """Let files have grown already, with rubbish in the blocks that were not written yet."""
    ends: dict[int, int] = {}
    for each in waiting:
        if isinstance(each, Write):
            ends[each.file] = max(each.at + len(each.content), ends.get(each.file, 0))
    return [Rubbish(file, chance.randbytes(end)) for file, end in ends.items()]
