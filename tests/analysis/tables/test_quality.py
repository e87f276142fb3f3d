"""Fieldwork against plan: length, time by question, deviations (P12, P16, P18)."""

import pytest

from toolkit.analysis.tables import quality


def test_interviews_of_the_sample_took_sixty_minutes_on_average(sample):
    numbers = quality.numbers(sample)
    assert numbers["mean_minutes"] == 60.0
    assert (numbers["below_plan"], numbers["above_plan"]) == (9, 0)
    assert (numbers["pauses"], numbers["concerns"], numbers["not_recorded"]) == (1, 1, 2)


def test_every_call_outside_the_plan_has_a_deviation_and_no_other(sample):
    """P12: what tables call below plan is what the session recorded."""
    plan = quality.plan_of(sample, "interview")
    calls = quality.complete_sessions(sample, "interview")
    short = calls.loc[calls["minutes"].round() < plan.shortest, "session"]
    deviations = sample.frames.deviations
    told = deviations.loc[deviations["clause"] == "P12", "session"]
    assert sorted(told) == sorted(short)
    assert quality.deviations(sample).base == len(deviations)


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [(59.4, [1, 0, 0]), (59.6, [0, 1, 0]), (90.4, [0, 1, 0]), (91, [0, 0, 1])],
)
def test_whole_minutes_are_set_against_the_plan(journal, minutes, counts):
    journal.call("K01", minutes=minutes)
    row = quality.durations(journal.opened()).data.iloc[0]
    assert row[["Below", "Within", "Above"]].tolist() == counts


def test_a_plan_of_one_number_is_a_plan_for_about_that_long(journal):
    """P18: 5 x 15 + 15 = 90, a tenth less or more."""
    for name, minutes in (("F1", 81), ("F2", 100)):
        journal.forum(name, [f"{name}-A"], minutes=minutes)
    row = quality.durations(journal.opened()).data.iloc[1]
    assert row[["Planned", "Below", "Within", "Above"]].tolist() == ["about 90", 0, 1, 1]


def test_calls_that_ended_at_screening_are_in_no_length(journal):
    journal.call("K01", minutes=9, end="never-involved")
    assert quality.numbers(journal.opened())["mean_minutes"] is None
    assert quality.durations(journal.opened()).base == 0


def test_time_by_question_adds_up_to_the_sections(sample):
    data = quality.timings(sample, "parent-forum").data
    whole = data[data["Question"] == "All of it"].set_index("Section")
    assert whole.loc["What was offered", "Budget"] == 15
    assert whole["Sessions"].tolist() == [2] * len(whole)
    only = data[(data["Section"] == "What was offered") & (data["Question"] == "q1")]
    assert only["Median"].tolist() == [whole.loc["What was offered", "Median"]]


def test_one_row_a_guide_means_equal_guidance(sample):
    data = quality.guides_used(sample).data
    assert data["Guide"].is_unique
    assert data["Sessions"].sum() == 24
    assert data["First"].min() == "2019-02-05"
