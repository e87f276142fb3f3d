"""A notebook reads what the graph says, and nothing else."""

from __future__ import annotations

import pytest

import toolkit
from toolkit.analysis import open_study

from toolkit.analysis.tables import quality

from toolkit.analysis.tables import themes
from toolkit.errors import RunError
from toolkit.publish.notebooks.declared import only_declared
from toolkit.publish.notebooks.notebook_study import hand_over


@pytest.fixture
def opened(sample_store, study):
    return open_study(sample_store, study)


def test_frame_that_is_declared_is_read_as_it_is(opened):
    seen = only_declared(opened, ["sessions"])
    assert seen.frames.sessions is opened.frames.sessions
    assert repr(quality.guides_used(seen)) == repr(quality.guides_used(opened))


def test_frame_that_is_not_declared_is_refused_by_name(opened):
    with pytest.raises(RunError, match="RUN-023 study: it reads answers"):
        _ = only_declared(opened, ["sessions"]).frames.answers


def test_table_that_rests_on_something_else_is_refused_too(opened):
    with pytest.raises(RunError, match="RUN-023"):
        themes.by_strand(only_declared(opened, ["sessions"]))


def test_codebook_is_read_only_where_it_is_declared(opened):
    assert only_declared(opened, ["codebook"]).codebook is opened.codebook
    with pytest.raises(RunError, match="RUN-023 study: it reads codebook"):
        _ = only_declared(opened, ["segments"]).codebook


@pytest.mark.parametrize(
    ("attribute", "name"),
    [("sources", "sources"), ("quoted", "quotations"), ("sampling", "recruitment")],
)
def test_part_of_the_study_is_read_only_where_it_is_declared(opened, attribute, name):
    assert getattr(only_declared(opened, [name]), attribute) is getattr(opened, attribute)
    with pytest.raises(RunError, match=f"RUN-023 study: it reads {name}"):
        getattr(only_declared(opened, ["sessions"]), attribute)


def test_share_holds_no_counts_of_the_whole_study(opened):
    share = only_declared(opened, ["recruitment"], ("recruitment",))
    assert share.frames.recruitment is opened.frames.recruitment
    with pytest.raises(RunError, match="RUN-059 study: it uses the counts of the list"):
        _ = share.sampling


def test_what_was_open_in_each_session_is_handed_to_nobody(opened):
    assert opened.open_in
    with pytest.raises(RunError, match="RUN-023"):
        _ = only_declared(opened, ["coverage"]).open_in


def test_what_is_not_declared_is_not_there_by_another_way_either(opened):
    seen = only_declared(opened, ["sessions"])
    assert set(vars(seen.frames)) == {"sessions"}
    assert not {"codebook", "sources", "quoted", "sampling"} & set(vars(seen))


def test_notebook_that_declares_no_data_opens_no_study(tmp_path, study, monkeypatch):
    told = hand_over(tmp_path / "told", study=study, data=None, keys=tmp_path, run="1", reads=())
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RunError, match="RUN-023 study parents-and-social-care: it reads data"):
        toolkit.open_study("parents-and-social-care")
