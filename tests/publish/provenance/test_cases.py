"""A figure leads to its cases for who may open the study; what is published leads to nobody."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from toolkit.analysis import open_study
from toolkit.cli.publishing.trace import trace
from toolkit.errors import RunError, StoreError
from toolkit.publish.provenance.cases import cases_behind
from toolkit.publish.provenance.trace import trace_figure

PSEUDONYM = re.compile(r"K[0-9]{2}|F[0-9]-[A-Z]")


@pytest.fixture
def behind(sample_run, sample_store, study):
    def behind(figure):
        (found,) = cases_behind(trace_figure(figure, sample_run, study), sample_store, study)
        return found

    return behind


def test_figure_leads_to_who_answered_its_questions_and_by_which_guide(behind, sample_store, study):
    calls, forums = behind("02:helped")
    assert calls.what == "telephone-interview q5.better-protected"
    assert calls.guide.startswith("1.0 (")
    assert len(calls.cases) == len(set(calls.cases)) == 20
    assert len(forums.cases) == 12
    assert all(PSEUDONYM.fullmatch(each) for each in (*calls.cases, *forums.cases))


def test_figure_that_names_no_question_leads_to_the_people_of_what_is_read(behind):
    found = {each.what: each.cases for each in behind("01:frame")}
    assert len(found["participants"]) == 32
    assert "protocol" not in found


def test_who_did_not_answer_is_not_behind_a_figure(sample_run, sample_store, study):
    rows = open_study(sample_store, study).frames.answers
    silent = rows[rows["missing"].notna() & (rows["guide"] == "telephone-interview")].iloc[0]
    (found,) = trace_figure("02:helped", sample_run, study)
    asked = replace(found, questions=(f"telephone-interview {silent['ref']}: of the guide",))
    ((behind,),) = cases_behind([asked], sample_store, study)
    assert behind.cases
    assert silent["participant"] not in behind.cases


def test_other_data_than_the_run_saw_are_refused(sample_run, sample_store, study):
    found = [replace(each, snapshot="0") for each in trace_figure("helped", sample_run, study)]
    with pytest.raises(RunError, match="RUN-056"):
        cases_behind(found, sample_store, study)


def test_command_says_cases_only_to_who_opens_the_study(
    sample_run, sample_home, study, tmp_path, monkeypatch
):
    words = ["02:helped", str(study), "--outputs", str(sample_run.parent)]
    public = CliRunner().invoke(trace, words, standalone_mode=False)
    assert not re.search(r"\bP(?:1[0-9]|20)\b", public.output)
    opened = CliRunner().invoke(
        trace, [*words, "--cases", "--data", str(sample_home.folder)], standalone_mode=False
    )
    assert "For people of the study only" in opened.output
    assert "cases      telephone-interview q5.better-protected, guide 1.0" in opened.output
    wrong = tmp_path / "passphrase"
    wrong.touch(mode=0o600)
    wrong.write_bytes(b"another passphrase than that of the sample")
    refused = CliRunner().invoke(
        trace,
        [*words, "--cases", "--data", str(sample_home.folder), "--passphrase-file", str(wrong)],
        standalone_mode=False,
    )
    assert isinstance(refused.exception, StoreError)


def test_cases_are_in_json_where_they_are_asked_for(sample_run, sample_home, study):
    words = ["02:helped", str(study), "--outputs", str(sample_run.parent), "--json"]
    words += ["--cases", "--data", str(sample_home.folder)]
    (told,) = json.loads(CliRunner().invoke(trace, words, standalone_mode=False).output)
    assert [len(each["cases"]) for each in told["cases"]] == [20, 12]
    assert told["notebook"] == "02-answers-by-question"
