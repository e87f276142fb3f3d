"""P26: a run tells what it saw, so that a withdrawal finds every page that held the person."""

from __future__ import annotations

import json
import shutil

import pytest

from toolkit.errors import RunError
from toolkit.publish.notebooks.inputs import hash_of
from toolkit.publish.provenance.stale import drop_kept, stale_pages
from toolkit.publish.run.run import run_study
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture
def data(after_run):
    """Home of the data that the first run saw."""
    return find_home(after_run / "data")


@pytest.fixture
def first(after_run, data):
    """Folder of the outputs of the first run."""
    (after_run / "outputs").mkdir()
    (after_run / "out").rename(after_run / "outputs" / "first")
    return after_run / "outputs" / "first" / data.study


@pytest.fixture
def second(study, data, after_run):
    """Run the same notebook on the data as they are: ``second()``."""

    def run():
        where = {"notebooks": after_run / "notebooks", "outputs": after_run / "outputs" / "second"}
        run_study(study, data, unlock(data), **where)

    return run


@pytest.fixture
def stale(data, tmp_path):
    """Ask which pages a withdrawal makes stale: ``stale("K01")``."""

    def asked(case, outputs=None):
        store = data.open_research(unlock(data))
        try:
            return stale_pages(outputs or tmp_path / "outputs", store, case)
        finally:
            store.close()

    return asked


def test_a_page_is_stale_where_its_run_saw_the_person(first, second, stale, another_record, data):
    another_record()
    second()
    found = stale("K02")
    assert [each.page for each in found] == [
        f"second/{data.study}/{name}"
        for name in (
            *("01-a.code.html", "01-a.html", "held-back.json", "index.html"),
            *("notebooks/01-a.ipynb", "ro-crate-metadata.json", "run.json"),
        )
    ]
    assert {each.held for each in found} == {"held"}
    everywhere = {each.page.partition("/")[0] for each in stale("K01")}
    assert everywhere == {"first", "second"}
    page = stale("K01")[0]
    assert page.hash == hash_of((first / "01-a.code.html").read_bytes())
    assert page.run == json.loads((first / "run.json").read_text())["run"]


@pytest.mark.usefixtures("first")
def test_nobody_who_came_later_or_is_not_known_makes_a_page_stale(stale, another_record):
    another_record()
    assert stale("K02") == stale("K09") == []


@pytest.mark.usefixtures("first")
def test_where_the_data_were_others_nobody_can_tell_and_the_page_counts(stale, data):
    """The journal has lost somebody since, so that it never was what the run saw."""
    store = data.open_research(unlock(data))
    store.withdraw("K01", user="researcher-1", at=1)
    store.close()
    assert {each.held for each in stale("K02")} == {"in doubt"}


def test_a_page_that_was_changed_by_hand_is_known_by_what_it_is_now(first, stale):
    page = first / "01-a.code.html"
    page.write_bytes(b"changed")
    assert stale("K01")[0].hash == hash_of(b"changed")
    page.unlink()
    assert "01-a.code.html" not in {each.page.rpartition("/")[2] for each in stale("K01")}


def test_runs_of_other_studies_are_passed_over(first, stale):
    manifest = first / "run.json"
    told = json.loads(manifest.read_text())
    told["inputs"]["study"] = "another"
    manifest.write_text(json.dumps(told))
    assert stale("K01") == []


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"run": "x"}', '{"inputs": {}, "outputs": []}'])
def test_a_record_that_cannot_be_read_stops_the_withdrawal(first, stale, broken, data):
    (first / "run.json").write_text(broken)
    with pytest.raises(RunError, match="RUN-030") as caught:
        stale("K01")
    assert caught.value.findings[0].file == f"first/{data.study}/run.json"


def test_a_record_leads_to_no_file_outside_of_its_folder(first, stale, tmp_path):
    (tmp_path / "outputs" / "secret.html").write_text("not of a run")
    manifest = first / "run.json"
    told = json.loads(manifest.read_text())
    absolute = str(tmp_path / "outputs" / "secret.html")
    told["outputs"] |= {"../../secret.html": "", absolute: ""}
    manifest.write_text(json.dumps(told))
    assert [each.page for each in stale("K01") if "secret" in each.page] == []


def test_without_outputs_there_is_nothing_to_make_again(stale, tmp_path):
    assert stale("K01", tmp_path / "nowhere") == []


def test_what_runs_have_kept_of_a_study_is_dropped_and_of_another_stays(tmp_path, data):
    for name in (data.study, "another"):
        (tmp_path / ".cache" / name).mkdir(parents=True)
        (tmp_path / ".cache" / name / "notebook").write_text("words")
    assert drop_kept(tmp_path, data.study)
    assert not drop_kept(tmp_path, data.study)
    assert [each.name for each in (tmp_path / ".cache").iterdir()] == ["another"]


def test_what_cannot_be_dropped_is_told(tmp_path, data, monkeypatch):
    (tmp_path / ".cache" / data.study).mkdir(parents=True)

    def failing(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", failing)
    with pytest.raises(RunError, match=r"RUN-031 .*permission denied"):
        drop_kept(tmp_path, data.study)
