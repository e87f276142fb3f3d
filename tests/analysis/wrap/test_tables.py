"""An analyst's own table is suppressed as the toolkit's are, alone and beside them."""

from __future__ import annotations

from weakref import WeakSet

import pandas as pd
import pytest

from tests.analysis.attack import attack, learn_own
from tests.analysis.tables.test_crossing import drawn_anew
from toolkit.analysis.disclosure import Mark
from toolkit.analysis.tables.coders import first_coding
from toolkit.analysis.tables.crossing import withheld_roles
from toolkit.analysis.wrap import study_in_view
from toolkit.analysis.wrap.study_in_view import remember
from toolkit.analysis.wrap.tables import table
from toolkit.errors import AnalysisError


@pytest.fixture(autouse=True)
def nothing_else_is_open(monkeypatch):
    monkeypatch.setattr(study_in_view, "_OPEN", WeakSet())


def people(frame, base=0, **more):
    return table(
        frame, counts="people", base=base or int(frame.to_numpy().sum()), source="s", **more
    )


def hidden(shown):
    return [isinstance(each, Mark) for each in shown.data.iloc[:, -1]]


def test_numbers_that_are_not_small_are_printed_with_base_source_and_rule():
    shown = people(pd.Series({"one": 20, "two": 12}))
    assert shown.data.iloc[:, -1].tolist() == [20, 12]
    assert (shown.base, shown.base_of, shown.source) == (32, "participants", "s")
    assert "below 3" in shown.rule


@pytest.mark.parametrize(
    ("counts", "base", "printed"),
    [
        ([19, 1], 20, [False, False]),  # 20 minus 19
        ([19, 1, 1], 21, [False] * 3),  # what is hidden adds up to two
        ([16, 4], 22, [True, False]),  # the two who are in no row
        ([40, 9, 2, 1], 52, [True, True, False, False]),
        ([1], 20, [False]),
        ([19], 20, [False]),  # so the other one is known
        ([0, 20], 20, [False, False]),  # nobody is a small number too
    ],
)
def test_small_counts_and_what_gives_them_away_are_held_back(counts, base, printed):
    named = pd.Series(counts, index=[f"group {n}" for n in range(len(counts))])
    shown = people(named, base)
    assert [not each for each in hidden(shown)] == printed


def test_a_base_of_one_person_is_held_back_too():
    assert isinstance(people(pd.Series({"a": 1})).base, Mark)


def test_rows_that_stand_by_size_are_put_in_another_order():
    """Between two fives stands a five."""
    shown = people(pd.Series({"d": 9, "c": 5, "b": 5, "a": 1}))
    assert any(hidden(shown))
    assert shown.data.iloc[:, 0].tolist() == ["a", "b", "c", "d"]


def test_sums_that_a_frame_has_are_no_counts_of_more_people():
    frame = pd.DataFrame(
        {"x": [9, 8, 17], "y": [5, 9, 14], "All": [14, 17, 31]}, index=["a", "b", "All"]
    )
    shown = people(frame, 31)
    assert shown.data["All"].tolist() == [14, 17, 31]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ([1, 2], "ANALYSIS-040"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "ANALYSIS-040"),
        (pd.Series({"a": 0.5}), "ANALYSIS-041"),
        (pd.Series({"a": -1}), "ANALYSIS-041"),
        (pd.DataFrame({"who": ["a"], "n": [9], "said": ["1 of 20"]}), "ANALYSIS-041"),
    ],
)
def test_what_is_no_frame_of_counts_is_refused(frame, code):
    with pytest.raises(AnalysisError, match=code):
        table(frame, counts="people", base=20, source="s")


@pytest.mark.parametrize("kind", [{"counts": "person"}, {"base": -1}, {"base": 0.5}])
def test_a_table_says_what_it_counts_and_of_how_many(kind):
    with pytest.raises(AnalysisError, match="ANALYSIS-042"):
        table(pd.Series({"a": 9}), **{"counts": "people", "base": 20, "source": "s", **kind})


def test_segments_are_not_people_and_are_printed():
    shown = table(pd.Series({"a": 1, "b": 9}), counts="segments", base=10, source="s")
    assert shown.data.iloc[:, -1].tolist() == [1, 9]
    assert shown.base_of == "segments"


def test_people_one_by_one_are_refused(sample):
    remember(sample)
    with pytest.raises(AnalysisError, match="ANALYSIS-043"):
        table(sample.frames.participants, counts="other", base=32, source="s")


def test_segments_of_a_withheld_role_are_not_printed(sample):
    remember(sample)
    people_of = sample.frames.participants[["participant", "role"]]
    said = sample.frames.segments.merge(people_of, on="participant")
    shown = table(pd.crosstab(said["theme"], said["role"]), counts="segments", base=9, source="s")
    withheld = withheld_roles(sample)
    assert withheld
    for role in withheld:
        assert all(isinstance(each, Mark) for each in shown.data[role])


def own_tables(study):
    """Tables of roles that an analyst would think of, each with what its rows and columns are.

    Themes by strand are left out: these are no attribute, and the toolkit prints them in full.
    """
    frames = study.frames
    people_of = frames.participants.drop_duplicates("participant").set_index("participant")
    said = first_coding(study)[["participant", "theme", "strand"]].drop_duplicates()
    said = said.assign(role=said["participant"].map(people_of["role"]))
    who = frames.participants
    everybody = len(who)
    yield "role", None, people(pd.crosstab(who["role"], who["strand"]), everybody)
    yield "role", None, people(pd.crosstab(who["role"], who["strand"], margins=True), everybody)
    yield "role", "all", people(who.groupby("role").size(), everybody)
    one = said[["participant", "theme", "role"]].drop_duplicates()
    yield "theme", "role", people(pd.crosstab(one["theme"], one["role"]), everybody)


@pytest.mark.parametrize("seed", [None, 0, 3, 9, 11, 12, 13, 21])
def test_nothing_is_recovered_from_own_tables_beside_all_others(sample, seed):
    study = sample if seed is None else drawn_anew(sample, seed)
    remember(study)
    known, found = attack(study), attack(study).recovered()
    assert found == {}
    for rows, columns, shown in own_tables(study):
        learn_own(known, study, rows, columns, shown.data)
    assert len(known.hidden) > len(attack(study).hidden) or seed is not None
    # What is not small may be printed elsewhere; a small number may follow from nothing.
    assert {each: n for each, n in known.recovered().items() if n < study.minimum} == {}
