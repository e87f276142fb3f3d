"""The store of the demonstration: made once, made anew when something changed, never in the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sample.conftest import STUDY
from toolkit.errors import SampleError
from toolkit.sample.demo import prepare_demo
from toolkit.store import Event, MemoryStore
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.people.identity import IdentityStore, open_identities


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / "study"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The store as it is made of the sample; only to be read."""
    return prepare_demo(STUDY, tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    """A copy of it in ``demo``, to change."""
    return find_home(Path(shutil.copytree(made.folder, tmp_path / "demo")))


def journal(home: Home) -> list[Event]:
    store = home.open_research(unlock(home))
    try:
        assert store.verify() == []
        return list(store.read())
    finally:
        store.close()


def unsealed(events: Iterable[Event]) -> list[Event]:
    """Events without their seals, which come out differently each time."""
    return [replace(each, chain="") for each in events]


def every_byte(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def test_the_folder_holds_what_loading_gives(
    made: Home, loaded: tuple[MemoryStore, IdentityStore]
) -> None:
    assert made.about() == loaded[0].about
    assert unsealed(journal(made)) == unsealed(loaded[0].read())


def test_research_and_identity_lie_apart_and_only_one_has_names(home: Home) -> None:
    """P31, P32: in plain there is no name anywhere."""
    identities = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    opened = identities.open(reason="recruitment", user="researcher-1", at=1)
    names = {opened.person(each).name.partition(",")[0] for each in opened.pseudonyms()}
    identities.close()
    assert "Hampersail" in names
    assert "Hampersail" not in str(journal(home))
    assert not [name for name in names if name.encode() in every_byte(home.folder)]


def test_twice_the_same_events(made: Home, tmp_path: Path) -> None:
    again = prepare_demo(STUDY, tmp_path / "again")
    assert unsealed(journal(again)) == unsealed(journal(made))


def test_it_is_used_again_while_nothing_has_changed(study: Path, home: Home) -> None:
    file = (home.research / "journal.db").stat().st_ino
    assert prepare_demo(study, home.folder) == home
    assert (home.research / "journal.db").stat().st_ino == file


def test_it_is_made_anew_when_an_interview_changes(study: Path, home: Home) -> None:
    before = journal(home)
    file = study / "sample" / "interviews" / "K18.yaml"
    text = file.read_text(encoding="utf-8").replace("Concern raised", "A concern was raised")
    file.write_text(text, encoding="utf-8")
    after = journal(prepare_demo(study, home.folder))
    assert "A concern was raised" in str(after)
    assert "A concern was raised" not in str(before)


def test_a_faulty_sample_leaves_the_last_good_store(study: Path, home: Home) -> None:
    before = journal(home)
    file = study / "sample" / "interviews" / "K18.yaml"
    file.write_text("fictional: false\n", encoding="utf-8")
    with pytest.raises(SampleError):
        prepare_demo(study, home.folder)
    assert journal(home) == before


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SampleError, match=r"^SAMPLE-013"):
        prepare_demo(STUDY, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
