"""A run can be done again and compared; what differs is explained cell by cell, without data."""

from __future__ import annotations

import json

import pytest

from tests.publish.conftest import make_data
from toolkit.errors import RunError
from toolkit.publish.gate.names import names_of
from toolkit.publish.run.run import Options, run_study
from toolkit.publish.run.verify import _cause, verify_run
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture
def data(request, tmp_path):
    """Home of data: those that the small run saw, where a test asks for ``ran``."""
    if "ran" in request.fixturenames:
        return find_home(request.getfixturevalue("after_run") / "data")
    return make_data(tmp_path / "data")


@pytest.fixture
def ran(study, data, after_run):
    """One small notebook that has been run: what it was given, and where it is."""
    where = {"notebooks": after_run / "notebooks", "outputs": after_run / "out"}
    return (study, data, unlock(data)), where


@pytest.fixture
def places(study, data, notebooks, tmp_path):
    """Run notebooks once; give what it was given: ``places({"01-a": ["1"]})``."""

    def ran(sources):
        where = {"notebooks": notebooks(sources), "outputs": tmp_path / "out"}
        run_study(study, data, unlock(data), **where)
        return (study, data, unlock(data)), where

    return ran


def test_names_have_to_be_looked_for_in_both_or_in_none(ran):
    what, where = ran
    with pytest.raises(RunError, match="RUN-057"):
        verify_run(*what, **where, options=Options(names=names_of(["x"])))


def test_same_inputs_give_the_same_bytes(places):
    what, where = places({"01-a": ["1"], "02-b": ["print('x')"]})
    came = verify_run(*what, **where)
    assert came.findings == ()
    assert came.compared == 12


def test_cell_that_differs_is_named_with_the_kind_of_thing_and_not_with_what_it_shows(places):
    source = "import time; from toolkit import say\nsay('her words {x}', x=str(time.time_ns()))"
    what, where = places({"01-a": ["1", source], "02-b": ["2"]})
    found = verify_run(*what, **where).findings
    (cell,) = [each for each in found if each.code == "RUN-026"]
    assert (cell.file, cell.place) == ("notebooks/01-a.ipynb", "cell 4, output 1")
    assert "its text/markdown differs from character" in cell.found
    assert cell.found.endswith("in a number")
    assert "words" not in " ".join(map(str, found))
    assert {each.file for each in found} == {
        "notebooks/01-a.ipynb",
        "01-a.code.html",
        "01-a.html",
        "ro-crate-metadata.json",
        "run.json",
    }


def test_verifying_leaves_what_is_there_alone(ran):
    what, where = ran
    page = where["outputs"] / what[1].study / "01-a.html"
    page.write_text(page.read_text() + "changed by hand")
    before = {each: each.read_bytes() for each in where["outputs"].rglob("*") if each.is_file()}
    (found,) = verify_run(*what, **where).findings
    assert (found.code, found.file) == ("RUN-025", "01-a.html")
    assert {each: each.read_bytes() for each in before} == before


def test_other_inputs_are_another_run(ran, another_record):
    what, where = ran
    another_record()
    assert [each.code for each in verify_run(*what, **where).findings] == ["RUN-024"]


def test_output_that_is_gone_is_a_difference(ran):
    what, where = ran
    (where["outputs"] / what[1].study / "notebooks" / "01-a.ipynb").unlink()
    found = verify_run(*what, **where).findings
    assert [(each.code, each.file) for each in found] == [("RUN-025", "notebooks/01-a.ipynb")]


def test_without_a_run_there_is_nothing_to_compare_with(study, data, notebooks, tmp_path):
    with pytest.raises(RunError, match="RUN-027"):
        verify_run(
            study, data, unlock(data), notebooks=notebooks({"01-a": ["1"]}), outputs=tmp_path
        )


@pytest.mark.parametrize(
    ("one", "other", "cause"),
    [
        ("at 2024-01-01 x", "at 2024-01-02 x", "a time or date"),
        ("at 10:30:01", "at 10:31:01", "a time or date"),
        ("id 3f2a9c1d-11", "id 3f2a9c1e-11", "its text"),
        ("id 3f2a9c1d-1111-x", "id 4f2a9c1d-1111-x", "a random identifier"),
        ("<a at 0x7f1>", "<a at 0x7f2>", "an address in memory"),
        ("in /srv/a/b", "in /srv/c/b", "a path on this machine"),
        ("is 1.25", "is 1.26", "a number"),
        ("cats", "dogs", "its text"),
    ],
)
def test_kind_of_a_difference_is_told_from_the_words_around_it(one, other, cause):
    at = next(at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    told = _cause(one, other, at)
    assert told == cause or (cause == "its text" and "number" in told)


def test_manifest_of_a_verified_run_is_json(ran):
    what, where = ran
    manifest = json.loads((where["outputs"] / what[1].study / "run.json").read_text())
    assert verify_run(*what, **where).run == manifest["run"]
