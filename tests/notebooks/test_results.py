"""The notebooks, run on the sample study: the report's figures, and nobody's words or name."""

from __future__ import annotations

import json

import pytest

from tests.analysis.exact_counts import role_counts
from toolkit.analysis.tables import recruitment
from toolkit.analysis.frames import open_study
from toolkit.demo import STUDY
from toolkit.guide.yaml.source import read_yaml
from toolkit.publish.run.run import run_study
from toolkit.store import About
from toolkit.store.making import make_home
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture(scope="session")
def manifest(sample_run):
    return json.loads((sample_run / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def results(manifest):
    return {each["notebook"][:2]: each["results"] for each in manifest["notebooks"]}


@pytest.fixture(scope="session")
def opened(sample_store, worked_study):
    return open_study(sample_store, worked_study)


@pytest.fixture(scope="session")
def published(sample_run):
    """The text of every output, tags and all."""
    files = [file for file in sample_run.rglob("*") if file.is_file()]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def test_every_notebook_runs_to_its_end(manifest):
    assert [each["fault"] for each in manifest["notebooks"]] == [None] * 6


def test_people_flow_from_the_list_to_the_interview_as_the_report_says(results):
    steps = ["listed", "excluded", "frame", "drawn", "interviewed"]
    assert [results["01"][step] for step in steps] == [95, 13, 82, 28, 20]


def test_twenty_and_twelve_are_thirty_two(results):
    counts = [results["01"][name] for name in ("interviewed", "forum_participants", "participants")]
    assert counts == [20, 12, 32]
    assert results["01"]["forums"] == 2


def test_yield_is_that_of_a_draw_from_the_first_name(results):
    assert results["01"]["yield_of_drawn"] == 71.4


def test_roles_are_those_of_the_report(opened):
    counts = list(role_counts(opened).values())
    assert sorted(counts[0].values()) == [1, 3, 8] or sorted(counts[1].values()) == [1, 3, 8]
    assert {"father": 1, "mother": 19} in counts


def test_four_of_thirty_two_said_that_it_helped(results):
    assert (results["02"]["helped"], results["02"]["participants"]) == (4, 32)


def test_interviews_took_sixty_minutes_on_average(results):
    assert results["04"]["mean_minutes"] == 60.0


def test_five_interviews_were_coded_twice_and_coders_disagree_as_people_do(results):
    assert results["03"]["doubly_coded_sessions"] == 5
    assert 0.4 < results["03"]["kappa"] < 1


def test_index_notebook_and_the_others_agree(results):
    for name in ("01", "02", "04"):
        shared = results["00"].keys() & results[name].keys()
        assert shared
        assert all(results["00"][each] == results[name][each] for each in shared)


def test_no_notebook_prints_a_word_that_nobody_signed_off(opened, published):
    answers = opened.frames.answers
    said = answers.loc[answers["type"] == "text", "value"].dropna().tolist()
    said += opened.frames.turns["text"].tolist()
    stretches = {each[start : start + 30] for each in said for start in (0, len(each) // 2)}
    long = [each for each in stretches if len(each) == 30]
    assert len(long) > 200
    signed = " ".join(each.words for each in opened.quoted)
    for name, text in published.items():
        report = name.startswith(("05-report", "notebooks/05-report"))
        found = [each for each in long if each in text and not (report and each in signed)]
        assert not found, (name, found[:3])


def test_no_output_holds_a_name_of_the_list(worked_study, published):
    document = read_yaml(worked_study / "sample" / "recruitment.yaml")
    names = {each["name"].partition(",")[0] for each in document.data["support_list"]}
    assert len(names) > 60
    for place, text in published.items():
        assert not [name for name in names if name in text], place


def test_notebooks_run_on_a_study_in_which_nothing_has_happened(
    tmp_path, worked_study, notebooks_folder
):
    about = About(STUDY, fictional=True, created="2019-01-01")
    home = make_home(tmp_path / "home", about, SAMPLE, sample=True).home
    report = run_study(
        worked_study, home, unlock(home), notebooks=notebooks_folder, outputs=tmp_path / "out"
    )
    assert report.findings == ()
    assert "No sessions yet." in report.index.read_text(encoding="utf-8")
