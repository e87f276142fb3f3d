"""The crate says what made what from which inputs, hangs together, and names no machine or time."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from toolkit.publish.run.run import Options, run_study
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture(scope="module")
def folder(sample_run):
    return sample_run


@pytest.fixture(scope="module")
def crate(folder):
    return json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entities(crate):
    return {each["@id"]: each for each in crate["@graph"]}


def of_type(entities, kind):
    return [each for each in entities.values() if each["@type"] == kind]


def references(value):
    """Give every id that a value points to."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_crate_describes_itself_and_names_its_profile(entities):
    about = entities["ro-crate-metadata.json"]
    assert about["about"] == {"@id": "./"}
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities["./"]
    assert root["conformsTo"] == {"@id": "https://w3id.org/ro/wfrun/process/0.5"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"])
    assert {"name", "description", "license"} <= set(root)


def test_every_id_is_there_once_and_every_reference_leads_somewhere(crate, entities):
    assert len(entities) == len(crate["@graph"])
    outside = {each for each in references(crate["@graph"]) if each not in entities}
    assert all(each.startswith(("https://w3id.org/ro/", "http://schema.org/")) for each in outside)


def test_every_file_is_listed_with_size_and_hash(folder, entities):
    for each in of_type(entities, "File"):
        content = (folder / each["@id"]).read_bytes()
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert each["contentSize"] == str(len(content))
    listed = set(json.loads((folder / "run.json").read_text())["outputs"])
    without = {"ro-crate-metadata.json"}
    assert {each["@id"] for each in of_type(entities, "File")} == listed - without


def test_every_notebook_is_an_action_with_instrument_inputs_and_results(entities):
    actions = of_type(entities, "CreateAction")
    assert len(actions) == 6
    assert {each["@id"] for each in actions} == set(references(entities["./"]["mentions"]))
    for each in actions:
        assert entities[each["instrument"]["@id"]]["@type"] == "SoftwareSourceCode"
        assert {"#data", "#file-study.yaml"} <= set(references(each["object"]))
        assert all(entities[result]["@type"] == "File" for result in references(each["result"]))
        assert each["actionStatus"]["@id"] == "http://schema.org/CompletedActionStatus"


def test_codebook_is_an_input_of_what_reads_it_only(entities):
    uses = {
        each["@id"]: "#file-codebook.yaml" in references(each["object"])
        for each in of_type(entities, "CreateAction")
    }
    assert [name for name, used in uses.items() if used] == [
        "#run-01-sample-and-recruitment",
        "#run-03-themes",
        "#run-05-report",
    ]


def test_notebook_that_stopped_is_a_failed_action_with_its_finding(
    study, data, notebooks, tmp_path
):
    report = run_study(
        study, data, unlock(data), notebooks=notebooks({"01-a": ["{}['her words']"]}),
        outputs=tmp_path / "out", options=Options(),
    )  # fmt: skip
    text = (report.folder / "ro-crate-metadata.json").read_text()
    (action,) = [each for each in json.loads(text)["@graph"] if each["@type"] == "CreateAction"]
    assert action["actionStatus"]["@id"] == "http://schema.org/FailedActionStatus"
    assert action["error"].startswith("RUN-010 01-a.ipynb cell 3")
    assert "her words" not in action["error"]
