"""From the list to the interview: numbers that add up, a draw done again (P23, P24, P30)."""

import pandas as pd
import pytest

from tests.analysis.exact_counts import role_counts
from toolkit.analysis.disclosure import Mark
from toolkit.analysis.tables import recruitment
from toolkit.analysis.tables.outcome_rates import RATES, rate_counts
from toolkit.analysis.tables.stages import stages


def numbers_of(table, name, value):
    return dict(zip(table.data[name], table.data[value], strict=True))


def test_flow_of_the_sample_adds_up_from_95_to_20(sample):
    people = dict(stages(sample))
    kept = ["On the list of people supported", "In the frame", "Drawn", "Interviewed"]
    assert [people[stage] for stage in kept] == [95, 82, 28, 20]
    assert people["→ Not drawn"] == 54
    outcomes = {"→ Refused": 3, "→ Not reached": 2, "→ Unavailable in the fieldwork period": 1}
    outcomes |= {"→ Social care never involved": 1, "→ Asked for help, no response": 1}
    assert outcomes.items() <= people.items()
    assert people["Approached"] - sum(outcomes.values()) == people["Interviewed"]
    assert list(recruitment.flow(sample).data["People"]) == list(people.values())


def test_exclusions_have_the_reasons_of_the_protocol(sample):
    reasons = numbers_of(recruitment.exclusions(sample), "Reason", "People")
    assert sorted(reasons.values()) == [4, 9]
    assert "fewer than three support sessions in the period" in reasons


def test_asked_but_no_response_is_never_lumped_with_never_involved(sample):
    people = numbers_of(recruitment.outcomes(sample), "Outcome", "People")
    assert (people["Asked for help, no response"], people["Social care never involved"]) == (1, 1)
    assert sum(people.values()) == 28


def test_rates_of_the_sample_by_their_formulas(sample):
    percent = numbers_of(recruitment.rates(sample), "Rate", "Percent")
    assert percent["RR1"] == pytest.approx(100 * 20 / 26)
    assert percent["COOP1"] == pytest.approx(100 * 20 / 24)
    assert percent["COOP3"] == pytest.approx(100 * 20 / 23)
    assert percent["REF1"] == pytest.approx(100 * 3 / 26)
    assert percent["CON1"] == pytest.approx(100 * 24 / 26)


def test_rates_leave_out_who_is_not_eligible_and_count_the_unknown():
    people = ["complete", "partial", "break-off", "never-involved", "asked-no-response", None]
    counts = rate_counts(pd.Series(people, dtype="string"))
    assert counts == {"I": 1, "P": 1, "R": 1, "NC": 0, "O": 0, "U": 1}
    assert RATES[0].formula == "I / (I + P + R + NC + O + U)"
    assert RATES[1].percent(counts) == 50.0


def test_rates_of_nobody_are_no_number(journal):
    assert recruitment.rates(journal.opened()).data["Percent"].isna().all()
    assert recruitment.numbers(journal.opened())["response_rate"] is None


def test_the_draw_done_again_is_the_draw_recorded(sample):
    (table,) = recruitment.draw_replay(sample)
    assert table.data["Same"].all()
    assert numbers_of(table, "What", "Computed again")["People drawn"] == 28


def test_a_draw_that_was_tampered_with_shows(journal):
    record = {"order": "alphabetical", "start": 1, "interval": 3, "frame_size": 9}
    record |= {
        "frame_hash": "ab",
        "positions": [1, 5, 7],
        "dealt": ["K01", "K02", "K03"],
    }
    journal.fieldwork("list", "", {"supported": 9, "excluded": {}, "frame": 9})
    journal.fieldwork("draw", "", record)
    (table,) = recruitment.draw_replay(journal.opened())
    same = numbers_of(table, "What", "Same")
    assert not same["Positions that are the same"]
    assert same["People drawn"]


def test_without_a_draw_there_is_nothing_to_do_again(journal):
    assert len(recruitment.draw_replay(journal.opened())) == 0


def test_roles_hide_the_one_father_and_everything_that_gives_him_away(sample):
    """P30: 1 father of 20; 3 fathers and 1 grandmother of 12."""
    table = recruitment.roles(sample)
    data = table.data.set_index("Role")
    father = data.loc["Father"]
    assert [str(cell) for cell in data.loc["Grandmother"]] == ["x", "x", "x"]
    assert all(isinstance(cell, Mark) for cell in father)
    assert data.loc["All"].tolist() == [12, 20, 32]
    assert "<3" in table.rule


def test_a_study_of_one_role_and_few_people_shows_no_roles(journal):
    journal.fieldwork("attributes", "K01", {"role": "father"})
    journal.call("K01")
    assert recruitment.roles(journal.opened()).data["Role"].tolist() == ["All"]


def test_exact_roles_are_those_of_the_report(sample):
    assert role_counts(sample) == {
        "forum": {"father": 3, "grandmother": 1, "mother": 8},
        "interview": {"father": 1, "mother": 19},
    }


def test_attempts_count_attempts_and_people_apart(sample):
    table = recruitment.attempts(sample)
    assert table.base == int(table.data["Attempts"].sum())
    assert (table.data["People"] <= table.data["Attempts"]).all()


def test_named_numbers_are_the_report_s_and_hold_no_small_role(sample):
    numbers = recruitment.numbers(sample)
    assert [numbers[n] for n in ("interviewed", "forum_participants", "participants")] == [
        20,
        12,
        32,
    ]
    assert numbers["yield_of_drawn"] == 71.4
    assert not [name for name in numbers if "father" in name or "mother" in name]
