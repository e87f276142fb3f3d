"""Outputs are whole or not there, and none is left over from before."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import RunError
from toolkit.publish.output_folder import as_json, check_writable, write_outputs


def files(**content):
    listed = as_json({"outputs": dict.fromkeys(content, "")})
    return {name: text.encode() for name, text in content.items()} | {"run.json": listed}


def test_files_are_written_with_their_folders(tmp_path):
    write_outputs(tmp_path / "study", {"a/b.html": b"x", "run.json": b"{}"})
    assert (tmp_path / "study" / "a" / "b.html").read_bytes() == b"x"


def test_what_an_earlier_run_wrote_and_this_one_did_not_is_taken_away(tmp_path):
    write_outputs(tmp_path, files(old="1", both="1"))
    write_outputs(tmp_path, files(both="2", new="2"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["both", "new", "run.json"]


def test_files_that_no_run_wrote_are_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    write_outputs(tmp_path, files(a="1"))
    write_outputs(tmp_path, files(b="1"))
    assert (tmp_path / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize("place", ["../outside", "/etc/outside", "a/../../outside"])
def test_manifest_that_was_tampered_with_removes_nothing_outside(tmp_path, place):
    outside = tmp_path / "outside"
    outside.write_text("keep")
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"outputs": {place: ""}}))
    write_outputs(folder, files(a="1"))
    assert outside.exists()


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"outputs": 3}'])
def test_manifest_that_cannot_be_read_is_no_obstacle(tmp_path, manifest):
    (tmp_path / "run.json").write_text(manifest)
    write_outputs(tmp_path, files(a="1"))
    assert (tmp_path / "a").exists()


def test_no_partial_file_stays_behind(tmp_path):
    write_outputs(tmp_path, files(a="1"))
    assert not [each for each in tmp_path.rglob("*") if each.name.endswith(".partial")]


def test_folder_that_cannot_be_written_to_is_said_so(tmp_path):
    (tmp_path / "study").write_text("a file, no folder")
    with pytest.raises(RunError, match="RUN-017"):
        write_outputs(tmp_path / "study", files(a="1"))


def test_json_is_the_same_whatever_the_order_of_its_keys():
    assert as_json({"b": 1, "a": {"d": "é", "c": 2}}) == as_json({"a": {"c": 2, "d": "é"}, "b": 1})


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_outputs_that_cannot_be_written_are_refused_before_anything_starts(tmp_path, place):
    (tmp_path / "a-file").write_text("kept")
    with pytest.raises(RunError, match="RUN-017 outputs folder"):
        check_writable(tmp_path / place)
    assert (tmp_path / "a-file").read_text() == "kept"
    check_writable(tmp_path / "new" / "outputs")
    assert list((tmp_path / "new" / "outputs").iterdir()) == []
