"""What goes into a run is read, checked and hashed before anything starts."""

from __future__ import annotations

import json
import shutil

import pytest

from toolkit.errors import GuideError, RunError, StoreError
from toolkit.publish.inputs import canonical, environment, read_inputs
from toolkit.store import NewEvent, PlainStore


def test_inputs_know_guides_protocol_and_that_data_is_fictional(study, data):
    inputs = read_inputs(study, data)
    assert [each.guide for each in inputs.guides] == ["telephone-interview", "parent-forum"]
    assert inputs.fictional
    assert inputs.events == 1


def test_manifest_of_the_inputs_holds_no_path(study, data, tmp_path):
    said = json.dumps(read_inputs(study, data).to_json())
    assert str(tmp_path) not in said
    assert str(study) not in said


def test_one_more_record_is_another_snapshot(study, data):
    before = read_inputs(study, data).snapshot
    store = PlainStore(data)
    store.append([NewEvent("note", new_value="two", session="P02", case="P02", start=2)])
    store.close()
    assert read_inputs(study, data).snapshot != before


def test_changed_record_stops_the_run(study, data):
    journal = data / "journal.jsonl"
    journal.write_text(journal.read_text().replace("one", "two"))
    with pytest.raises(StoreError):
        read_inputs(study, data)


def test_faulty_guide_stops_the_run(study, data, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    guide = copy / "parent-forum.yaml"
    guide.write_text(guide.read_text().replace("sections:", "sectoins:"))
    with pytest.raises(GuideError):
        read_inputs(copy, data)


@pytest.mark.parametrize("missing", ["study", "data"])
def test_folder_that_is_not_there_is_named(study, data, tmp_path, missing):
    places = {"study": study, "data": data} | {missing: tmp_path / "none"}
    with pytest.raises(RunError, match=f"RUN-016 {missing} folder"):
        read_inputs(places["study"], places["data"])


def test_environment_names_python_and_what_shapes_outputs():
    assert {"python", "pandas", "matplotlib", "nbconvert"} <= set(environment())


def test_canonical_bytes_do_not_depend_on_the_order_of_keys():
    assert canonical({"b": [1], "a": {"d": 1, "c": 2}}) == canonical(
        {"a": {"c": 2, "d": 1}, "b": [1]}
    )
