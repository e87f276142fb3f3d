"""A disk that fails is told, nothing is acknowledged that is not there, and nothing goes on."""

from __future__ import annotations

import errno
import random
from itertools import count, islice
from pathlib import Path
from shutil import copytree

import pytest

from tests.store.faults.disk import Disk, choices, lay
from tests.store.faults.failing import FailingDisk
from tests.store.faults.story import ABOUT, CHEAP, DATA, PASSPHRASES, Said, World, fault_of
from tests.store.faults.vfs import FULL, IOERR_FSYNC, IOERR_TRUNCATE, IOERR_WRITE
from toolkit.errors import StoreError
from toolkit.store import NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.making import make_home

# Kind of call, what it fails with, every which of them is tried: SQLite writes often.
FAULTS = {
    "synchronising": ("sync", IOERR_FSYNC, 2),
    "writing": ("write", IOERR_WRITE, 9),
    "full": ("write", FULL, 9),
    "shortening": ("shorten", IOERR_TRUNCATE, 1),
    "keyring": ("fsync", errno.EIO, 2),
    "keyring-full": ("fsync", errno.ENOSPC, 2),
}


class Interview:
    """Says one thing after another to a store on a failing disk, and keeps what came of each."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.said: list[Said] = []
        self.doubtful: list[Said] = []
        self.refusals: list[StoreError] = []

    def go_on(self, times: int) -> None:
        """Open the store, say so many things, close it."""
        try:
            keyring = Keyring.unlock(self.home.research_keyring, PASSPHRASES[0])
            store = self.home.open_research(keyring)
        except StoreError as refused:
            self.refusals.append(refused)
            return
        store._database.run("PRAGMA wal_autocheckpoint = 12")
        for _ in range(times):
            self._say(store)
        store.close()

    def _say(self, store: SealedStore) -> None:
        case = f"K{len(self.said) % 3:02d}"
        text = f"said after {len(self.said)} and {len(self.refusals)}"
        new = NewEvent("answer", case=case, session=case, new_value=text)
        try:
            [written] = store.append([new])
        except StoreError as refused:
            self.refusals.append(refused)
            self.doubtful.append((0, "answer", case, text))
        else:
            self.said.append((written.seq, "answer", case, text))

    def worlds(self, there: list[Said]) -> list[World | None]:
        """What may be there: all that was acknowledged, and what was not, whole or not at all."""
        numbers = {each[0] for each in self.said}
        doubtful = {each[1:] for each in self.doubtful}
        others = [each for each in there if each[0] not in numbers]
        assert {each[1:] for each in others} <= doubtful, "something nobody has said"
        return [World(tuple(sorted([*self.said, *others])))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty study in it."""
    folder = tmp_path_factory.mktemp("made")
    make_home(folder / DATA, ABOUT, PASSPHRASES[0], cost=CHEAP)
    return folder


def seen(home: Home) -> list[Said]:
    store = home.open_research(Keyring.unlock(home.research_keyring, PASSPHRASES[0]))
    there = [(each.seq, each.event, each.case, each.new_value) for each in store.read()]
    store.close()
    return there


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize(("kind", "code", "step"), FAULTS.values(), ids=FAULTS)
def test_a_failing_call_is_told_and_all_that_was_acknowledged_is_there(
    made: Path, tmp_path: Path, kind: str, code: int, step: int, *, lasting: bool
) -> None:
    """Whichever call it is that fails: every one of them, or some."""
    for number in count(1, step):
        folder = copytree(made, tmp_path / f"{number}")
        disk = FailingDisk(folder, kind, number, code, lasting=lasting)
        interview = Interview(find_home(folder / DATA))
        with disk.running():
            interview.go_on(6)
        if not disk.failed:
            break
        codes = {each.findings[0].code for each in interview.refusals}
        assert codes <= {"STORE-015", "STORE-056"}
        assert fault_of(disk.root, interview.worlds(seen(interview.home))) == ""
    assert number > step, "there was something that could fail"


@pytest.mark.parametrize(("kind", "code"), [("sync", IOERR_FSYNC), ("write", IOERR_WRITE)])
def test_after_a_disk_has_failed_nothing_is_written_until_the_store_is_opened_anew(
    made: Path, tmp_path: Path, kind: str, code: int
) -> None:
    """What a failed synchronisation left behind is unknown: a later success proves nothing."""
    folder = copytree(made, tmp_path / "folder")
    disk, interview = FailingDisk(folder, kind, 2, code), Interview(find_home(folder / DATA))
    with disk.running():
        interview.go_on(8)
        first, *later = [str(each) for each in interview.refusals]
        assert "disk i/o error" in first
        assert later
        assert all("an earlier write failed" in each for each in later)
        before = len(interview.said)
        interview.go_on(3)
        assert len(interview.said) == before + 3


@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.parametrize(("kind", "code"), [("sync", IOERR_FSYNC), ("fsync", errno.EIO)])
def test_what_is_acknowledged_after_a_failed_synchronisation_survives_a_power_cut(
    made: Path, tmp_path: Path, kind: str, code: int, number: int
) -> None:
    """Nothing that the failed one was to bring to the disk ever comes there; later ones work."""
    folder = copytree(made, tmp_path / "folder")
    disk, model = FailingDisk(folder, kind, number, code), Disk()
    disk.settle()
    interview = Interview(find_home(folder / DATA))
    with disk.running():
        for _ in range(3):
            interview.go_on(4)
        disk.look()
    for each in disk.operations:
        model.take(each)
    assert disk.failed
    for each, (_, choice) in enumerate(islice(choices(random.Random(number)), 4)):
        left = tmp_path / f"left-{each}"
        lay(model.after_a_cut(choice(model.waiting)), left)
        there = seen(find_home(left / DATA))
        assert fault_of(left, interview.worlds(there)) == ""
