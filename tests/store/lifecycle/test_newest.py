"""A journal that was set back is noticed, and can be accepted by somebody who says so."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.overview import accept, verify_home
from toolkit.store.making import make_home

WORDS = Passphrase(b"words of the researcher")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
SAID = NewEvent("answer", case="K01", session="K01")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    about = About("made-up", True, "2019-02-01")
    return make_home(tmp_path / "home", about, WORDS, cost=CHEAP).home


def unlocked(home: Home) -> Keyring:
    return Keyring.unlock(home.research_keyring, WORDS)


def append(home: Home, count: int = 1) -> None:
    with closing(home.open_research(unlocked(home))) as store:
        for _ in range(count):
            store.append([SAID])


def test_a_journal_that_was_set_back_is_refused_and_accepted_by_name(home: Home) -> None:
    append(home)
    shutil.copy(home.research / "journal.db", home.folder / "older")
    append(home, 2)
    shutil.copy(home.folder / "older", home.research / "journal.db")
    with pytest.raises(StoreError, match=r"STORE-119 event 3"):
        home.open_research(unlocked(home))
    assert [each.code for each in verify_home(home, unlocked(home)).findings] == ["STORE-119"]
    with pytest.raises(StoreError, match="STORE-084"):
        accept(home, unlocked(home), user="Jane Doe", at=9)
    done = accept(home, unlocked(home), user="lead-1", at=9)
    assert (done.events, done.findings) == (2, ())
    with closing(home.open_research(unlocked(home))) as store:
        last = list(store.read())[-1]
        assert store.verify() == []
    assert (last.event, last.user, last.new_value) == (
        "accepted",
        "lead-1",
        {"missing": ["event 3"]},
    )


def test_what_else_is_wrong_is_not_accepted(home: Home) -> None:
    append(home, 3)
    with closing(home.open_research(unlocked(home))) as store:
        store._database.run("DELETE FROM event WHERE seq = 3")
    done = accept(home, unlocked(home), user="lead-1", at=9)
    assert {each.code for each in done.findings} == {"STORE-023"}
    with pytest.raises(StoreError, match="STORE-023"):
        home.open_research(unlocked(home))


def test_a_note_that_a_power_cut_emptied_locks_nobody_out(home: Home) -> None:
    append(home)
    (home.keys / "research.newest").write_bytes(b"")
    append(home)
    assert verify_home(home, unlocked(home)).findings == ()


def test_a_folder_of_keys_that_cannot_be_written_stops_nobody(home: Home) -> None:
    """The note is a folder here, so that it cannot be replaced: nothing else is the worse."""
    (home.keys / "research.newest").unlink(missing_ok=True)
    (home.keys / "research.newest").mkdir()
    append(home)
    assert verify_home(home, unlocked(home)).events == 1


def test_a_store_says_when_its_newest_events_happened(home: Home) -> None:
    with closing(home.open_research(unlocked(home))) as store:
        assert store.latest() == 0
        store.append([NewEvent("answer", start=7, case="K01"), NewEvent("draw", start=5), SAID])
        assert store.latest() == 7
        store.withdraw("K01", user="researcher-1", at=9)
        assert store.latest() == 9
