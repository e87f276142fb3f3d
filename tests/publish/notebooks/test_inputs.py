"""What goes into a run is read, checked and hashed before anything starts."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from sqlcipher3 import dbapi2

from toolkit.errors import GuideError, RunError, StoreError
from toolkit.publish.notebooks.hashes import canonical
from toolkit.publish.notebooks.inputs import environment, read_inputs
from toolkit.store.lifecycle.unlocked import unlock


def test_inputs_know_guides_protocol_and_that_data_is_fictional(study, data):
    inputs = read_inputs(study, data, unlock(data))
    assert [each.guide for each in inputs.guides] == ["telephone-interview", "parent-forum"]
    assert inputs.fictional
    assert inputs.events == 1


def test_manifest_of_the_inputs_holds_no_path(study, data, tmp_path):
    said = json.dumps(read_inputs(study, data, unlock(data)).to_json())
    assert str(tmp_path) not in said
    assert str(study) not in said


def test_one_more_record_is_another_snapshot(study, data, another_record):
    before = read_inputs(study, data, unlock(data)).snapshot
    another_record()
    assert read_inputs(study, data, unlock(data)).snapshot != before


def test_changed_record_stops_the_run(study, data):
    key = unlock(data).key("research/database")
    file = dbapi2.connect(str(data.research / "journal.db"), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    file.execute("UPDATE event SET session = 'K02'")
    file.close()
    with pytest.raises(StoreError, match="STORE-020 event 1"):
        read_inputs(study, data, unlock(data))


def test_faulty_guide_stops_the_run(study, data, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    guide = copy / "parent-forum.yaml"
    guide.write_text(guide.read_text().replace("sections:", "sectoins:"))
    with pytest.raises(GuideError):
        read_inputs(copy, data, unlock(data))


def test_folder_that_is_not_there_is_named(data, tmp_path):
    with pytest.raises(RunError, match="RUN-016 folder none"):
        read_inputs(tmp_path / "none", data, unlock(data))


def test_data_of_another_study_stop_the_run(study, data):
    with pytest.raises(RunError, match=r"RUN-019 .*'other'"):
        read_inputs(study, replace(data, study="other"), unlock(data))


def test_environment_names_python_and_what_shapes_outputs():
    assert {"python", "pandas", "matplotlib", "nbconvert"} <= set(environment())


def test_canonical_bytes_do_not_depend_on_the_order_of_keys():
    assert canonical({"b": [1], "a": {"d": 1, "c": 2}}) == canonical(
        {"a": {"c": 2, "d": 1}, "b": [1]}
    )
