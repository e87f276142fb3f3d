"""A published figure leads back to its cells, its function, its questions and their versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.errors import RunError
from toolkit.publish.provenance.trace import trace_figure

ROOT = Path(__file__).parents[3]


@pytest.fixture
def traced(sample_run, study):
    def traced(figure):
        return trace_figure(figure, sample_run, study)

    return traced


def test_figure_leads_to_the_questions_it_rests_on_and_their_guides(traced):
    (found,) = traced("02:helped")
    assert (found.value, found.notebook) == (4, "02-answers-by-question")
    assert [each.split(":")[0] for each in found.questions] == [
        "telephone-interview q5.better-protected",
        "parent-forum q3.protected",
    ]
    assert [each.split()[:2] for each in found.guides] == [
        ["telephone-interview", "1.0"],
        ["parent-forum", "1.0"],
    ]


def test_function_is_named_with_the_line_where_it_stands(traced):
    (found,) = traced("02:helped")
    (place,) = found.functions
    file, _, rest = place.partition(":")
    line, name = rest.split()
    assert name == "across"
    assert f"def {name}(" in (ROOT / file).read_text().splitlines()[int(line) - 1]


def test_only_cells_that_lead_to_the_figure_are_named(traced):
    (found,) = traced("02:helped")
    said = " ".join(source for _, source in found.cells)
    assert "answers.across" in said
    assert "answers.numbers" not in said
    assert "answers.missing" not in said


def test_figure_that_is_spread_out_of_a_mapping_leads_to_what_made_it(traced):
    (found,) = traced("01:drawn")
    assert [each.split()[1] for each in found.functions] == ["numbers"]
    assert found.functions[0].startswith("toolkit/analysis/tables/recruitment.py:")


def test_figure_of_several_notebooks_is_traced_in_each(traced):
    assert [each.notebook[:2] for each in traced("participants")] == [
        "00",
        "01",
        "02",
        "05",
    ]


def test_data_run_and_code_are_those_of_the_manifest(traced, sample_run):
    manifest = json.loads((sample_run / "run.json").read_text())
    (found,) = traced("03:kappa")
    assert (found.run, found.records) == (manifest["run"], manifest["inputs"]["data"]["events"])
    assert found.snapshot == manifest["inputs"]["data"]["snapshot"]
    assert "codebook" in found.reads
    assert next(found.lines()).startswith("kappa = 0.7")


def test_unknown_figure_is_refused_with_the_nearest(traced):
    with pytest.raises(RunError, match=r"RUN-029 figure helpd: .*did you mean helped"):
        traced("helpd")


def test_folder_without_a_run_is_said(study, tmp_path):
    with pytest.raises(RunError, match="RUN-028"):
        trace_figure("helped", tmp_path, study)
