"""A new notebook is in the house style, is entered in the graph, and runs on any study."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from toolkit.cli import toolkit as command
from toolkit.errors import RunError
from toolkit.publish.notebooks.graph import read_graph
from toolkit.publish.plan.skeleton import new_notebook
from toolkit.publish.run.run import Options, run_study
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture
def folder(second_project, tmp_path):
    return shutil.copytree(second_project / "notebooks", tmp_path / "notebooks")


def run_only(project, folder, tmp_path, name):
    home = find_home(project / ".studies" / "my-study-sample")
    return run_study(
        project / "topic_guides" / "my-study",
        home,
        unlock(home),
        notebooks=folder,
        outputs=tmp_path / "out",
        options=Options(only=(name,)),
    )


def test_it_runs_as_it_was_written(second_project, folder, tmp_path):
    said = CliRunner().invoke(command, ["notebook", "new", "06-mine", "--notebooks", str(folder)])
    assert said.exit_code == 0, said.output
    report = run_only(second_project, folder, tmp_path, "06-mine")
    (mine,) = [each for each in report.notebooks if each.notebook == "06-mine"]
    assert (mine.fault, mine.results) == (None, {"sessions": 28})


def test_comments_of_the_graph_stay(folder):
    before = (folder / "graph.toml").read_text(encoding="utf-8")
    new_notebook(folder, "06-mine")
    after = (folder / "graph.toml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert "#" in before
    assert read_graph(folder).steps[-1].notebook == "06-mine"


def test_a_notebook_that_is_there_is_entered_and_not_written_over(folder):
    (folder / "06-mine.ipynb").write_text("mine", encoding="utf-8")
    new_notebook(folder, "06-mine")
    assert (folder / "06-mine.ipynb").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "code"),
    [("mine", "RUN-063"), ("6-mine", "RUN-063"), ("../06-a", "RUN-063"), ("00-index", "RUN-064")],
)
def test_a_name_that_is_none_or_is_taken_is_refused(folder, name, code):
    before = (folder / "graph.toml").read_bytes()
    with pytest.raises(RunError, match=code):
        new_notebook(folder, name)
    assert (folder / "graph.toml").read_bytes() == before


@pytest.mark.parametrize("asked", ["06-other", "06-other.ipynb"])
def test_a_notebook_that_the_graph_does_not_know_is_reported_as_that(
    second_project, folder, tmp_path, asked
):
    shutil.copyfile(folder / "00-index.ipynb", folder / "06-other.ipynb")
    with pytest.raises(RunError, match=r"RUN-065 .*toolkit notebook new 06-other"):
        run_only(second_project, folder, tmp_path, asked)
    with pytest.raises(RunError, match="RUN-021"):
        run_only(second_project, folder, tmp_path, "07-nowhere")
