"""The pack: whole, the same every time, without words of anybody, honest about its run."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from toolkit.errors import RunError
from toolkit.guide import load_guide
from toolkit.publish.gate.gate import Gate, gated
from toolkit.publish.gate.names import names_of
from toolkit.publish.review.pack import make_pack, pack_files, zip_of
from toolkit.publish.review.records import last_run
from toolkit.publish.review.section import all_sections
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture(scope="module")
def files(sample_records):
    return pack_files(sample_records)


def shown(records, name):
    """What a page of the pack says, without rendering the others."""
    section = next(each for each in all_sections() if each.name == name)
    pieces = [piece for part in section.content(records) for piece in part.pieces]
    return " ".join(e._repr_html_() if hasattr(e, "_repr_html_") else str(e) for e in pieces)


def test_the_same_records_give_the_same_bytes(sample_records, files):
    again = pack_files(replace(sample_records))
    assert again == files
    assert zip_of(again, "pack") == zip_of(files, "pack")


def test_folder_and_zip_hold_the_same(study, sample_home, tmp_path):
    pack = make_pack(study, sample_home, unlock(sample_home), outputs=tmp_path)
    with zipfile.ZipFile(pack.archive) as archive:
        assert archive.testzip() is None
        inside = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    there = {
        file.relative_to(pack.folder).as_posix(): file.read_bytes()
        for file in pack.folder.rglob("*")
        if file.is_file() and file != pack.archive
    }
    told = json.loads(there.pop("run.json"))
    without = json.loads(inside.pop("run.json"))
    assert inside == there
    assert told["outputs"].pop(pack.archive.name) == hash_of(pack.archive.read_bytes())
    assert told == without


def test_a_zip_has_no_clock_in_it(files):
    with zipfile.ZipFile(io.BytesIO(zip_of(files, "pack"))) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())


def test_the_manifest_lists_every_file_with_its_hash(files):
    told = json.loads(files["run.json"])["outputs"]
    assert told == {n: hash_of(c) for n, c in files.items() if n != "run.json"}


def test_every_version_of_a_guide_has_a_page_with_what_changed(sample_records, study, tmp_path):
    old = study.joinpath("parent-forum.yaml").read_text(encoding="utf-8")
    file = tmp_path / "parent-forum.yaml"
    file.write_text(old.replace('version: "1.0"', 'version: "0.9"').replace("quarter", "fourth"))
    earlier = load_guide(file)
    made = pack_files(replace(sample_records, earlier=(earlier,)))
    assert f"guides/parent-forum-{earlier.hash[:8]}.html" in made
    assert b"From version 0.9 to 1.0" in made["guides.html"]
    assert b"wording now" in made["guides.html"]


def test_a_session_held_with_a_version_that_is_lost_is_openly_missing(sample_records):
    lost = tuple(replace(each, hash="f" * 64) for each in sample_records.sessions)
    said = shown(replace(sample_records, sessions=lost), "guides")
    assert "No file is kept of the versions with these hashes: ffffffffffff" in said


def test_data_that_changed_since_the_run_are_told(sample_records):
    moved = replace(sample_records, inputs=replace(sample_records.inputs, snapshot="0" * 64))
    assert '<span class="tag bad">differs</span>' in shown(moved, "run")


def test_code_that_changed_since_the_run_is_told(sample_records):
    run = {**sample_records.run, "code": {**sample_records.run["code"], "hash": "0" * 64}}
    assert '<span class="tag bad">differs</span>' in shown(replace(sample_records, run=run), "run")
    assert '<span class="tag bad">differs</span>' not in shown(sample_records, "run")


def test_a_guide_that_never_changed_is_not_missing_and_one_not_used_yet_is(
    sample_records, nothing_yet
):
    assert "Nothing: 22 sessions began with it, every one with version 1.0" in shown(
        sample_records, "guides"
    )
    assert "so there is nothing to compare it with" in shown(nothing_yet, "guides")


def test_without_a_run_the_pack_says_so(sample_records):
    assert "The notebooks were not run yet" in shown(replace(sample_records, run=None), "run")


@pytest.mark.parametrize("said", ["no json", "{}", '{"run": 1, "inputs": [], "outputs": {}}'])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path, said):
    (tmp_path / "run.json").write_text(said)
    with pytest.raises(RunError) as refused:
        last_run(tmp_path)
    assert [each.code for each in refused.value.findings] == ["RUN-040"]


def test_no_words_of_a_participant_and_no_name_are_in_the_pack(sample_records, files):
    everything = b"\n".join(files.values()).decode()
    said = [each.text for each in sample_records.study.sources.values() if len(each.text) > 40]
    assert said
    assert [each[:20] for each in said if each[:40] in everything] == []
    adjustments = {each.new_value["asked"] for each in sample_records.of("adjustment")}
    assert [each for each in adjustments if each in everything] == []


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_page_with_a_name_is_held_back_from_folder_and_zip(study, sample_home, tmp_path):
    names = names_of(["Reflexivity"])
    pack = make_pack(study, sample_home, unlock(sample_home), outputs=tmp_path, names=names)
    assert not (pack.folder / "reflexivity.html").exists()
    with zipfile.ZipFile(pack.archive) as archive:
        assert f"{pack.folder.name}/reflexivity.html" not in archive.namelist()
    assert {each.code for each in pack.findings} == {"RUN-041"}
    assert "reflexivity.html" not in json.loads((pack.folder / "run.json").read_bytes())["outputs"]


def test_the_pack_of_the_sample_study_passes_the_gate(files, sample_names):
    assert gated(files, Gate(sample_names)).held == ()


def test_a_manifest_with_a_name_in_it_stops_everything(files):
    with pytest.raises(RunError, match="RUN-041"):
        gated(files, Gate(names_of(["parents-and-social-care"])))
