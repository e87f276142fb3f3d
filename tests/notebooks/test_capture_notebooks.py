"""The notebooks in which calls and forums are held keep the house style, and no run touches them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notebooks.test_style import (  # noqa: F401 - the same rules, on other notebooks
    notebook,
    test_at_least_half_of_the_cells_are_prose,
    test_cell_is_one_idea_of_about_two_lines,
    test_comments_say_why_not_what,
    test_committed_without_outputs_in_normal_form,
    test_first_cell_says_question_reader_what_goes_in_and_what_comes_out,
    test_ids_of_cells_are_stable_words,
    test_imports_stand_in_one_cell_with_one_validating_call,
    test_no_definition_no_loop_no_path,
    test_one_parameters_cell_with_commented_literals,
    test_prose_holds_no_figure_that_code_should_give,
)
from toolkit.publish.notebooks.graph import read_graph

FOLDER = Path(__file__).parents[2] / "notebooks"
FILES = sorted((FOLDER / "capture").glob("*.ipynb"))


@pytest.fixture(params=FILES, ids=lambda each: each.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_an_analysis_run_does_not_know_them() -> None:
    graph = read_graph(FOLDER)
    assert [each.stem for each in FILES] == ["01-interview", "02-forum"]
    assert not {each.stem for each in FILES} & {each.notebook for each in graph.steps}
    assert not {*FILES} & {graph.path(each) for each in graph.steps}


def test_the_folder_of_the_graph_says_that_it_leaves_them_out() -> None:
    assert "notebooks/capture" in (FOLDER / "graph.toml").read_text("utf-8")
