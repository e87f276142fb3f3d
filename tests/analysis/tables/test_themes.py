"""Themes: distinct participants, strand by strand, and what falls together."""

from datetime import date

import pytest

from toolkit.analysis.tables import themes
from toolkit.capture import ScriptedClock
from toolkit.coding import CodingDesk
from toolkit.errors import AnalysisError
from toolkit.sources import read_sources

WORDS = "We waited for weeks. Nobody rang. She was kind."


@pytest.fixture
def coded(journal, answered):
    """Two calls coded by one person; K01 says one thing twice."""
    for case in ("K01", "K02"):
        journal.fieldwork("attributes", case, {"role": "mother"})
        journal.call(case, *answered(q2="involved", q3=WORDS, q4=WORDS))
    code(journal, "coder-1", [
        ("K01/q3", 0, 20, ["delay"]),
        ("K01/q4", 0, 20, ["delay"]),
        ("K01/q3", 10, 33, ["no-reply"]),
        ("K02/q3", 0, 20, ["delay"]),
        ("K02/q3", 34, 47, ["good-worker"]),
    ])  # fmt: skip
    return journal


def code(journal, coder, stretches):
    opened = journal.opened()
    clock = ScriptedClock(date(2019, 5, 2), "10:00")
    sources = read_sources(journal.store, opened.guides)
    desk = CodingDesk(journal.store, sources, opened.codebook, coder, clock)
    for stretch in stretches:
        desk.code_stretch(*stretch)


def test_a_participant_counts_once_however_often_they_said_it(coded):
    counts = themes.people_by_strand(coded.opened(), "code")
    assert counts.loc["delay"].to_dict() == {"interview": 2, "forum": 0, "All": 2}
    assert counts.loc["no-reply", "All"] == 1


def test_a_theme_counts_participants_not_the_sum_of_its_codes(coded):
    assert themes.people_by_strand(coded.opened(), "theme").loc["response", "interview"] == 2


def test_frequencies_tell_participants_sources_and_segments_apart(coded):
    data = themes.frequencies(coded.opened()).data.set_index("Code")
    assert data.loc["Delay", ["Participants", "Sources", "Segments"]].tolist() == [2, 3, 3]
    assert data["Segments"].sum() == 5
    assert len(data) == 30


@pytest.mark.parametrize(
    ("unit", "delay", "both"), [("participant", 2, 1), ("source", 3, 1), ("segment", 3, 1)]
)
def test_what_falls_together_depends_on_the_unit(coded, unit, delay, both):
    counts = themes.cooccurrence_matrix(coded.opened(), unit, "code")
    assert counts.loc["delay", "delay"] == delay
    assert counts.loc["delay", "no-reply"] == counts.loc["no-reply", "delay"] == both
    apart = 0 if unit == "segment" else 1
    assert counts.loc["delay", "good-worker"] == apart


def test_an_unknown_unit_is_refused(coded):
    with pytest.raises(AnalysisError, match="ANALYSIS-005"):
        themes.cooccurrence_matrix(coded.opened(), "chapter", "code")


def test_pairs_come_most_frequent_first_and_none_is_shown_that_never_was(coded):
    data = themes.cooccurrence(coded.opened(), "source").data
    assert data.iloc[:, 2].tolist() == [1, 1]
    assert data.iloc[0, :2].tolist() == ["Delay", "No reply"]


def test_the_first_coder_is_whoever_coded_most(coded):
    code(coded, "a-later-coder", [("K01/q3", 0, 5, ["trust-lost"])])
    assert set(themes.first_coding(coded.opened())["coder"]) == {"coder-1"}


def test_nobody_screened_out_is_in_a_count_of_themes(sample):
    coded = themes.first_coding(sample)
    assert not coded["participant"].isin(["K13", "K19"]).any()
    assert (themes.people_by_strand(sample, "theme")["interview"] <= 20).all()
    assert (themes.people_by_strand(sample, "theme")["forum"] <= 12).all()


def test_table_by_strand_has_the_base_of_every_column(sample):
    table = themes.by_strand(sample)
    assert "Telephone interviews (n = 20)" in table.data
    assert "Parent forums (n = 12)" in table.data
    assert "All (n = 32)" in table.data
    assert len(table.data) == 30 + 7


def test_who_said_it_hides_small_roles_and_keeps_the_whole(sample):
    """P30: counts of what people said are whole; crossed with a role, small ones are hidden."""
    table = themes.who_said_it(sample)
    whole = themes.people_by_strand(sample, "theme")["All"].tolist()
    assert table.data["All"].tolist() == whole
    assert set(map(str, table.data["Grandmother"])) <= {"<3", "x"}
    for row in table.data.drop(columns=["Theme", "All"]).to_numpy().tolist():
        assert all(isinstance(cell, str) or cell >= 3 for cell in row)


def test_numbers_of_the_sample_agree_with_its_tables(sample):
    numbers = themes.numbers(sample)
    assert numbers["segments"] == themes.frequencies(sample).data["Segments"].sum()
    assert numbers["doubly_coded_sessions"] == 5
    assert (numbers["codes"], numbers["themes"]) == (30, 7)
