"""A notebook reaches its study without holding a path."""

from __future__ import annotations

import os
import stat

import pytest

from toolkit.errors import RunError
from toolkit.publish.notebooks.code import code_version
from toolkit.publish.notebooks.notebook_study import footer, hand_over, open_study
from toolkit.store.lifecycle.unlocked import KeyServer, unlock

ID = "parents-and-social-care"


@pytest.fixture
def project(tmp_path, study, monkeypatch):
    """A project without data, and the working folder deep within it."""
    (tmp_path / "topic_guides").mkdir()
    (tmp_path / "topic_guides" / ID).symlink_to(study)
    deep = tmp_path / "notebooks" / "mine"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.delenv("TOOLKIT_TOLD", raising=False)
    return tmp_path


@pytest.fixture
def told(tmp_path, study, data, monkeypatch):
    """What a run tells a notebook, while the run shares its keys."""
    file, keys = tmp_path / "told.json", tmp_path / "keys"
    told = hand_over(file, study=study, data=data.folder, keys=keys, run="3f2a")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with KeyServer(keys, unlock(data)):
        yield file


def test_notebook_of_a_run_opens_what_the_run_tells_it(told):
    assert open_study(ID).protocol.study == ID


def test_only_the_person_who_runs_can_read_what_a_notebook_is_told(told):
    assert stat.S_IMODE(os.stat(told).st_mode) == 0o600


def test_notebook_of_a_run_about_another_study_stops(told):
    with pytest.raises(RunError, match="RUN-018 study other"):
        open_study("other")


def test_footer_names_run_guides_and_code_and_that_data_is_fictional(told):
    said = repr(footer(open_study(ID)))
    assert said.startswith("Fictional sample data. Run 3f2a. Topic guides: telephone-interview ")
    assert said.endswith(f"Code: toolkit {code_version()}.")


def test_notebook_in_a_project_finds_the_study_around_it(project, data):
    (project / ".studies").mkdir()
    data.folder.rename(project / ".studies" / ID)
    found = open_study(ID)
    assert found.protocol.study == ID
    assert "Not part of a run." in repr(footer(found))


def test_sample_data_does_where_there_is_no_other(project, data):
    (project / ".studies").mkdir()
    data.folder.rename(project / ".studies" / f"{ID}-sample")
    assert open_study(ID).fictional


@pytest.mark.parametrize("name", [ID, "other"])
def test_study_without_data_or_name_is_said_to_be_missing(project, name):
    with pytest.raises(RunError, match=f"RUN-018 study {name}"):
        open_study(name)
