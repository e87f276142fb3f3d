"""What each case or strand has of a study: its own rows, all of them, numbered as if alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from toolkit.analysis import open_study
from toolkit.analysis.data.schema import as_frame
from toolkit.analysis.data.shares import Shares
from toolkit.publish.notebooks.readable import FRAMES

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"
KINDS = ("cases", "strands")
# Rows of these may be of nobody who was held: somebody who refused, the study as a whole.
OF_NOBODY = ("attempts", "recruitment", "deviations")


@pytest.fixture(scope="module")
def whole(sample_store):
    return open_study(sample_store, STUDY)


@pytest.fixture(params=KINDS)
def shares(request, whole):
    return Shares(whole, request.param)


def test_items_are_the_cases_held_and_the_strands_of_the_protocol(whole):
    cases, strands = (Shares(whole, each).items for each in KINDS)
    assert len(cases) == whole.frames.sessions["case"].nunique() == 24
    assert strands == ("interview", "forum")


@pytest.mark.parametrize("name", [each for each in FRAMES if each != "coverage"])
def test_rows_are_handed_once_each_in_their_order_and_numbered_from_0(name, shares, whole):
    frame = getattr(whole.frames, name)
    positions = []
    for item in shares.items:
        mine, rows = shares.frame(name, item), shares.rows(name, item)
        assert list(mine.index) == list(range(len(mine)))
        expected = frame.iloc[rows].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, expected)
        assert list(rows) == sorted(rows)
        positions += rows.tolist()
    assert len(positions) == len(set(positions))
    assert len(positions) == len(frame) or name in OF_NOBODY


def test_rows_of_a_case_are_of_its_session_or_its_people_alone(whole):
    study = Shares(whole, "cases").study("F1", FRAMES)
    for name in FRAMES:
        frame = getattr(study.frames, name)
        if "session" in frame:
            assert set(frame["session"]) <= {"F1"}
        for column in {"participant", "seat"} & set(frame.columns):
            assert all(each.startswith("F1") for each in frame[column].dropna())


def test_row_of_the_whole_study_is_nobodys(whole):
    frame = whole.frames.deviations
    of_nobody = frame["session"].isna().sum()
    shares = Shares(whole, "cases")
    assert sum(len(shares.rows("deviations", each)) for each in shares.items) + of_nobody == len(
        frame
    )


def test_coverage_of_the_cases_adds_up_to_that_of_the_study(whole):
    shares = Shares(whole, "cases")
    parts = pd.concat([shares.frame("coverage", each) for each in shares.items])
    added = parts.groupby(["guide", "strand", "ref"], as_index=False)["open"].sum()
    frame = whole.frames.coverage
    pd.testing.assert_frame_equal(added[list(frame.columns)], frame)


def test_coverage_of_strands_is_theirs(whole):
    shares = Shares(whole, "strands")
    assert set(shares.frame("coverage", "forum")["strand"]) == {"forum"}


def test_texts_and_guides_are_those_of_the_case(whole):
    study = Shares(whole, "cases").study("K07", ("sources", "guides"))
    assert {each.case for each in study.sources.values()} == {"K07"}
    assert list(study.guides) == list(study.strand_of) == ["telephone-interview"]
    # What is not shared is that of the whole study.
    assert study.frames.answers is whole.frames.answers


def test_attempt_to_reach_somebody_of_a_forum_is_the_forums(whole):
    called = {"participant": ["F1-A", "K99"], "number": [1, 1], "outcome": ["no-answer"] * 2}
    frames = replace(whole.frames, attempts=as_frame("attempts", called))
    shares = Shares(replace(whole, frames=frames), "cases")
    assert list(shares.frame("attempts", "F1")["participant"]) == ["F1-A"]
    assert sum(len(shares.rows("attempts", each)) for each in shares.items) == 1


def test_case_that_is_not_there_has_no_rows(shares, whole):
    for name in FRAMES:
        frame = shares.frame(name, "nobody")
        assert len(frame) == 0
        assert list(frame.dtypes) == list(getattr(whole.frames, name).dtypes)
    assert shares.sources("nobody") == {}
