"""A study of one's own starts from files that pass their own checks, whatever it is called."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import Finding, StudyError, ToolkitError, UsageError
from toolkit.guide import check_guide, check_study, load_study, new_study
from toolkit.guide.study.scaffold import study_id

NAMES = [
    "plain",
    "with spaces",
    "Été à Genève",
    "研究",
    "yes",
    "null",
    "1.0",
    "a" * 200,
    "x: # 'y'",
]
FILES = ["study.yaml", "interview.yaml", "forum.yaml", "codebook.yaml", "consent.yaml", "README.md"]


@pytest.mark.parametrize("name", NAMES, ids=[each[:12] for each in NAMES])
def test_a_new_study_passes_its_own_checks(tmp_path: Path, name: str) -> None:
    written = new_study(tmp_path / name)
    assert [each.name for each in written] == FILES
    report = check_study(tmp_path / name)
    assert report.findings == ()
    assert report.counts["confirmations"] >= 10
    assert [check_guide(each) for each in written[1:3]] == [[], []]


@pytest.mark.parametrize(
    "title",
    ["Work & life", 'It says "so"', "back\\slash", "{a}: #b", "New study title", "😀", "null"],
)
def test_a_title_arrives_as_it_was_given(tmp_path: Path, title: str) -> None:
    files = new_study(tmp_path / "one", title)
    assert load_study(tmp_path / "one").title == title
    assert files[-1].read_text(encoding="utf-8").startswith(f"# {title}\n")
    assert load_study(tmp_path / "one").study == "one"


def test_the_title_is_the_folder_s_name_where_none_is_given(tmp_path: Path) -> None:
    new_study(tmp_path / "Shift work")
    study = load_study(tmp_path / "Shift work")
    assert (study.title, study.study) == ("Shift work", "shift-work")


def test_an_empty_folder_will_do_and_so_will_missing_parents(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert len(new_study(tmp_path / "empty")) == len(FILES)
    assert len(new_study(tmp_path / "a" / "b" / "c")) == len(FILES)


def test_the_current_folder_can_be_named_by_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "Here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    new_study(".")
    assert load_study(folder).title == "Here"


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        new_study(tmp_path)
    assert raised.value.findings[0].code == "STUDY-070"
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "study"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="this is a file"):
        new_study(path)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["n" * 300, "file/inside", "nul\0", "broken-link"])
def test_a_folder_that_cannot_be_made_is_told_with_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "broken-link").symlink_to(tmp_path / "nowhere" / "at all")
    with pytest.raises(StudyError) as raised:
        new_study(tmp_path / name, "A title")
    assert raised.value.findings[0].code == "STUDY-071"
    assert {each.name for each in tmp_path.iterdir()} == {"file", "broken-link"}


def test_nothing_is_left_behind_where_writing_fails_half_way(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    real_open = Path.open
    written: list[str] = []

    def full_disk(self: Path, *args: object, **kwargs: object) -> object:
        if self.parent == folder:
            written.append(self.name)
            if len(written) == 3:
                raise OSError(28, "No space left on device")
        return real_open(self, *args, **kwargs)  # type: ignore[call-overload]  # handed on as it came

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "open", full_disk)
        with pytest.raises(StudyError, match="No space left"):
            new_study(folder)
    assert len(written) == 3
    assert not folder.exists()


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "t" * 201, "tab\there", "\udcff"])
def test_a_title_that_is_no_line_of_words_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(UsageError) as raised:
        new_study(tmp_path / "study", title)
    assert raised.value.findings[0].code == "STUDY-072"
    assert not (tmp_path / "study").exists()


@given(st.text(max_size=100))
def test_any_name_makes_a_good_id(name: str) -> None:
    made = study_id(name)
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,63}", made)
    assert study_id(made) == made


@given(name=st.text(min_size=1, max_size=40))
def test_any_folder_name_gives_a_good_study_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    parent = tmp_path_factory.mktemp("any")
    folder = Path(os.path.abspath(parent / name))
    if parent not in folder.parents:
        return
    findings: Sequence[Finding] = ()
    try:
        new_study(folder)
        findings = check_study(folder).findings
    except ToolkitError as told:
        findings = told.findings
    assert {each.code for each in findings} <= {"STUDY-070", "STUDY-071", "STUDY-072"}
