"""The store of the demonstration: made once, made anew when something changed, never in the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sample.conftest import STUDY, empty_store
from toolkit.errors import SampleError
from toolkit.sample.demo import prepare_demo
from toolkit.sample.load import load_sample
from toolkit.store import Event
from toolkit.store.home import Home
from toolkit.store.identity import open_identities
from toolkit.store.keyring import Keyring
from toolkit.store.passphrase import SAMPLE
from toolkit.store.unlocked import unlock


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / "study"))


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


def test_the_folder_holds_what_loading_gives(tmp_path: Path) -> None:
    home = prepare_demo(STUDY, tmp_path / "demo")
    loaded = empty_store()
    load_sample(STUDY, loaded)
    assert home.about() == loaded.about
    assert unsealed(journal(home)) == unsealed(loaded.read())


def test_research_and_identity_lie_apart_and_only_one_has_names(tmp_path: Path) -> None:
    """P31, P32: in plain there is no name anywhere."""
    home = prepare_demo(STUDY, tmp_path / "demo")
    identities = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    opened = identities.open(reason="recruitment", user="researcher-1", at=1)
    names = {opened.person(each).name.partition(",")[0] for each in opened.pseudonyms()}
    identities.close()
    assert "Hampersail" in names
    assert "Hampersail" not in str(journal(home))
    assert not [name for name in names if name.encode() in every_byte(home.folder)]


def test_twice_the_same_events(tmp_path: Path) -> None:
    first, second = (prepare_demo(STUDY, tmp_path / name) for name in ("a", "b"))
    assert unsealed(journal(first)) == unsealed(journal(second))


def test_it_is_used_again_while_nothing_has_changed(study: Path, tmp_path: Path) -> None:
    home = prepare_demo(study, tmp_path / "demo")
    made = (home.research / "journal.db").stat().st_ino
    assert prepare_demo(study, tmp_path / "demo") == home
    assert (home.research / "journal.db").stat().st_ino == made


def test_it_is_made_anew_when_an_interview_changes(study: Path, tmp_path: Path) -> None:
    before = journal(prepare_demo(study, tmp_path / "demo"))
    file = study / "sample" / "interviews" / "P18.yaml"
    text = file.read_text(encoding="utf-8").replace("Concern raised", "A concern was raised")
    file.write_text(text, encoding="utf-8")
    after = journal(prepare_demo(study, tmp_path / "demo"))
    assert "A concern was raised" in str(after)
    assert "A concern was raised" not in str(before)


def test_a_faulty_sample_leaves_the_last_good_store(study: Path, tmp_path: Path) -> None:
    home = prepare_demo(study, tmp_path / "demo")
    before = journal(home)
    file = study / "sample" / "interviews" / "P18.yaml"
    file.write_text("fictional: false\n", encoding="utf-8")
    with pytest.raises(SampleError):
        prepare_demo(study, tmp_path / "demo")
    assert journal(home) == before


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SampleError, match=r"^SAMPLE-013"):
        prepare_demo(STUDY, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
