"""Asked the same again with nothing touched, the command answers at once; else it looks closely."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.publish.engine.unchanged import answer_again, look_at, remember


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """A run that was noted: its words, what it read and what it wrote."""
    monkeypatch.chdir(tmp_path)
    for place in ("study/a.yaml", "study/sub/b.yaml", "outputs/page.html"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("one")
    words = ["run", "study"]
    remember(words, look_at(["study"]), ["outputs/page.html"], "as it was\n")
    return words


def test_same_words_with_nothing_touched_are_answered(noted):
    assert answer_again(noted) == "as it was\n"


@pytest.mark.parametrize("place", ["study/a.yaml", "study/sub/b.yaml", "outputs/page.html"])
@pytest.mark.parametrize("how", ["other", "gone", "same text later"])
def test_any_file_that_was_touched_is_looked_at_closely(noted, tmp_path, place, how):
    file = tmp_path / place
    before = file.stat()
    if how == "gone":
        file.unlink()
    else:
        file.write_text("one" if how == "same text later" else "two")
        # Not even a clock that was put back hides it.
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert answer_again(noted) is None


def test_new_file_is_noticed(noted, tmp_path):
    (tmp_path / "study" / "c.yaml").write_text("new")
    assert answer_again(noted) is None


@pytest.mark.parametrize("words", [["run", "study", "--force"], ["run", "other"], ["run"]])
def test_other_words_are_not_answered(noted, words):
    assert answer_again(words) is None


WORDS = st.lists(
    st.sampled_from(["--outputs", "--outputs=a", "a", "b", "--force", "--", "-p", "x=1", ""]),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=WORDS, again=WORDS)
def test_whatever_is_read_from_the_words_no_others_are_answered(
    tmp_path, monkeypatch, asked, again
):
    """Where the answer is noted is read from the words before click reads them, and no more."""
    monkeypatch.chdir(tmp_path)
    words, others = ["run", *asked], ["run", *again]
    remember(words, look_at([]), [], "said")
    assert answer_again(words) == "said"
    assert (answer_again(others) is None) == (words != others)
    for note in tmp_path.rglob("asked/*.json"):
        note.unlink()


def test_same_words_in_another_folder_are_another_question(tmp_path, monkeypatch):
    words = ["run", "study", "--outputs", str(tmp_path / "out")]
    remember(words, look_at([]), [], "said")
    assert answer_again(words) == "said"
    monkeypatch.chdir(tmp_path)
    assert answer_again(words) is None


def test_other_packages_are_looked_at_closely(noted, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    assert answer_again(noted) is None


def test_outputs_elsewhere_are_found_by_their_option(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (["run", "--outputs", "there"], ["run", "--outputs=there"]):
        remember(words, look_at([]), [], "said")
        assert answer_again(words) == "said"
    assert len(list((tmp_path / "there" / ".cache" / "asked").iterdir())) == 2


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"asked": 1, "inputs": {"x": 1}})])
def test_broken_note_is_no_answer(noted, tmp_path, content):
    (note,) = (tmp_path / "outputs" / ".cache" / "asked").iterdir()
    note.write_text(content)
    assert answer_again(noted) is None


def test_answer_loads_next_to_nothing(tmp_path):
    def python(code):
        told = "import sys; from toolkit.publish.engine.unchanged import look_at, remember\n"
        done = subprocess.run(
            [sys.executable, "-c", told + code],
            capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        return done.stdout.splitlines()

    python("remember(['run', 'study'], look_at([]), [], 'as it was\\n')")
    heavy = "{'click', 'pydantic', 'pathlib', 'toolkit.cli', 'toolkit.errors'}"
    said = python(
        "from toolkit.__main__ import main; sys.argv = ['toolkit', 'run', 'study']\n"
        f"main(); print(sorted({heavy} & set(sys.modules)))"
    )
    assert said == ["as it was", "[]"]
