"""A journal is verified from a medium on which nothing can be written."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.store.unlocking import become_nobody
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.overview import verify_home
from toolkit.store.making import make_home

WORDS = Passphrase(b"words of the researcher")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A study whose last program was killed: its log is full."""
    about = About("made-up", True, "2019-02-01")
    made = make_home(tmp_path / "home", about, WORDS, cost=CHEAP).home
    store = made.open_research(Keyring.unlock(made.research_keyring, WORDS))
    store.append([NewEvent("answer", case="K01", session="K01")])
    shutil.copytree(made.folder, tmp_path / "killed")
    store.close()
    assert (tmp_path / "killed" / "research" / "journal.db-wal").stat().st_size
    return find_home(tmp_path / "killed")


def sealed_off(folder: Path) -> None:
    """Take every right to write away, for its owner too, who is nobody where we are root."""
    folder.parent.chmod(0o755)
    for each in (folder, *folder.rglob("*")):
        if os.getuid() == 0:
            os.chown(each, 65534, 65534)
        each.chmod(0o500 if each.is_dir() else 0o400)


def found_by_somebody(home: Home, room: Path) -> str:
    """Number of events and what is found by a user without any special right."""
    room.mkdir()
    room.chmod(0o777)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            # What cannot be opened in place is looked at as a copy, which needs room somewhere.
            tempfile.tempdir = str(room)
            become_nobody()
            told = verify_home(home, Keyring.unlock(home.research_keyring, WORDS))
            os.write(write, f"{told.events} {[str(each) for each in told.findings]}".encode())
        finally:
            os._exit(0)
    os.close(write)
    said = os.read(read, 100_000).decode()
    os.close(read)
    os.waitpid(child, 0)
    return said


@pytest.mark.parametrize("log", ["full", "none"])
def test_a_study_on_a_read_only_medium_is_verified_and_nothing_is_written(
    home: Home, log: str
) -> None:
    if log == "none":
        home.open_research(Keyring.unlock(home.research_keyring, WORDS)).close()
        assert not (home.research / "journal.db-wal").exists()
    for each in home.folder.parents:
        if not each.stat().st_mode & 0o001:
            each.chmod(0o711)
    sealed_off(home.folder)
    before = {each: each.stat().st_mtime_ns for each in home.folder.rglob("*")}
    assert found_by_somebody(home, home.folder.parent / "room") == "1 []"
    assert {each: each.stat().st_mtime_ns for each in home.folder.rglob("*")} == before
