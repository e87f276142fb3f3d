"""The store of the demonstration: made once, made anew when something changed, never in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sample.conftest import NAME, STUDY, empty_store
from toolkit.errors import SampleError
from toolkit.sample.demo import prepare_demo
from toolkit.sample.load import load_sample
from toolkit.store import PlainStore, verify_plain


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / "study"))


def journal(research: Path) -> bytes:
    return (research / "journal.jsonl").read_bytes()


def test_the_folder_holds_what_loading_gives(tmp_path: Path) -> None:
    research = prepare_demo(STUDY, tmp_path / "demo")
    loaded = empty_store()
    load_sample(STUDY, loaded)
    store = PlainStore(research)
    assert store.about == loaded.about
    assert list(store.read()) == list(loaded.read())
    store.close()
    assert verify_plain(research) == []


def test_research_and_identity_lie_apart_and_only_one_has_names(tmp_path: Path) -> None:
    """P31."""
    folder = tmp_path / "demo"
    assert prepare_demo(STUDY, folder) == folder / "research"
    assert b"Hampersail" in journal(folder / "identity" / "people")
    assert b"Hampersail" not in journal(folder / "research")
    assert b'"fictional":true' in (folder / "research" / "study.json").read_bytes()


def test_twice_the_same_bytes(tmp_path: Path) -> None:
    first, second = (prepare_demo(STUDY, tmp_path / name) for name in ("a", "b"))
    assert journal(first) == journal(second)


def test_it_is_used_again_while_nothing_has_changed(study: Path, tmp_path: Path) -> None:
    research = prepare_demo(study, tmp_path / "demo")
    made = (research / "journal.jsonl").stat().st_ino
    assert prepare_demo(study, tmp_path / "demo") == research
    assert (research / "journal.jsonl").stat().st_ino == made


def test_it_is_made_anew_when_an_interview_changes(study: Path, tmp_path: Path) -> None:
    before = journal(prepare_demo(study, tmp_path / "demo"))
    file = study / "sample" / "interviews" / "P18.yaml"
    text = file.read_text(encoding="utf-8").replace("Concern raised", "A concern was raised")
    file.write_text(text, encoding="utf-8")
    after = journal(prepare_demo(study, tmp_path / "demo"))
    assert b"A concern was raised" in after
    assert b"A concern was raised" not in before


def test_a_faulty_sample_leaves_the_last_good_store(study: Path, tmp_path: Path) -> None:
    research = prepare_demo(study, tmp_path / "demo")
    before = journal(research)
    file = study / "sample" / "interviews" / "P18.yaml"
    file.write_text("fictional: false\n", encoding="utf-8")
    with pytest.raises(SampleError):
        prepare_demo(study, tmp_path / "demo")
    assert journal(research) == before


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SampleError, match=r"^SAMPLE-013"):
        prepare_demo(STUDY, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_store_knows_its_study(tmp_path: Path) -> None:
    store = PlainStore(prepare_demo(STUDY, tmp_path / "demo"))
    assert (store.about.study, store.about.fictional) == (NAME, True)
    store.close()
