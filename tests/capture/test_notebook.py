"""A notebook says in plain words why there is no page in it, and never shows a traceback."""

from __future__ import annotations

from pathlib import Path

import anywidget
import nbformat
import pytest
from nbclient import NotebookClient

from tests.capture.service.conftest import Place, make_place
from toolkit.capture.notebook import CallWidget, ForumWidget, NotHere, call_page, forum_page
from toolkit.capture.service.kernel_environment import tell_kernels, told_to_kernels
from toolkit.store import About
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

STUDY = "parents-and-social-care"
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks" / "capture").glob("*.ipynb"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A study whose server told its kernels of it."""
    monkeypatch.setenv("TOOLKIT_CAPTURE_DATA", "")
    made = make_place(tmp_path)
    tell_kernels(made.data)
    return made


def codes(page: object) -> list[str]:
    assert isinstance(page, NotHere)
    return [each.code for each in page.findings]


def test_where_the_study_is_open_there_is_a_page_of_the_session(place: Place) -> None:
    assert told_to_kernels() == place.data.resolve()
    for page, kind in ((call_page, CallWidget), (forum_page, ForumWidget)):
        made = page(STUDY, "", "K07")
        assert isinstance(made, kind)
        assert isinstance(made, ForumWidget) == (kind is ForumWidget)
        assert made.session == "K07"
        assert call_page(STUDY, str(place.data), "K07").session == "K07"


def test_the_widget_syncs_a_session_and_a_number_and_nothing_else(place: Place) -> None:
    made = call_page(STUDY, "", "K07")
    theirs = {*anywidget.AnyWidget().keys, "_esm", "_anywidget_id"}
    assert set(made.keys) - theirs == {"session", "number"}
    assert "Nothing has been written" in made.saved
    made.number = 57
    assert made.saved == "The journal of K07 is saved up to entry 57."


@pytest.mark.parametrize("session", ["", "Mary Smith", "P 07", "../K07"])
def test_what_is_no_pseudonym_is_not_said_again(place: Place, session: str) -> None:
    page = call_page(STUDY, "", session)
    assert codes(page) == ["CAPTURE-070"]
    assert not session or session not in repr(page)


def test_without_a_server_that_captures_the_notebook_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TOOLKIT_CAPTURE_DATA", raising=False)
    page = call_page(STUDY, "", "K07")
    assert codes(page) == ["CAPTURE-071"]
    assert "toolkit lab" in repr(page)
    assert "toolkit lab" in page._repr_html_()


def test_another_study_or_other_data_are_not_written_to(place: Place, tmp_path: Path) -> None:
    assert codes(call_page("young-carers", "", "K07")) == ["CAPTURE-072"]
    assert codes(call_page(STUDY, str(tmp_path), "K07")) == ["CAPTURE-072"]


def test_a_locked_study_is_said_to_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLKIT_CAPTURE_DATA", "")
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    about = About(STUDY, True, "2019-01-01")
    make_home(tmp_path / "data", about, Passphrase(b"another phrase of a test"), cost=cheap)
    tell_kernels(tmp_path / "data")
    assert codes(call_page(STUDY, "", "K07")) == ["STORE-060"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda each: each.stem)
def test_elsewhere_the_notebook_runs_to_its_end_and_says_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOOLKIT_CAPTURE_DATA", raising=False)
    notebook = nbformat.read(file, as_version=4)
    parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    parameters.source = parameters.source.replace('session = ""', 'session = "K07"')
    NotebookClient(notebook, timeout=120).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert "error" not in [each.output_type for each in outputs]
    assert "toolkit lab" in nbformat.writes(notebook)
