"""From the list to the interview: numbers that add up, a draw done again (P23, P24, P30)."""

import re
import shutil

import pandas as pd
import pytest

from tests.analysis.conftest import Journal
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


def test_those_never_screened_are_of_unknown_eligibility(sample):
    """AAPOR: 3 refused, 2 were not reached and 1 was unavailable before the call that screens."""
    table = recruitment.rates(sample)
    assert table.notes[0].startswith("I = 20, P = 0, R = 0, NC = 0, O = 0, U = 6.")
    assert (table.base, table.base_of) == (26, "people drawn, less 2 found not eligible")
    percent = numbers_of(table, "Rate", "Percent")
    assert percent["RR1"] == pytest.approx(100 * 20 / 26)
    assert percent["RR3"] == pytest.approx(100 * 20 / (20 + 6 * 20 / 22))
    assert (percent["COOP1"], percent["REF1"]) == (100, 0)
    assert percent["CON1"] == pytest.approx(100 * 20 / 26)
    outcomes = recruitment.outcomes(sample).data
    unknown = outcomes[outcomes["Eligible"] == "unknown"]
    assert int(unknown["People"].sum()) == 6
    assert set(unknown["AAPOR code"]) == {"3.21"}


def test_rates_of_the_sample_by_their_formulas_if_everybody_were_eligible(sample):
    percent = numbers_of(recruitment.rates(sample), "Rate", "Percent, all eligible")
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


def own_dispositions(journal, tmp_path, *own):
    """The journal of a study that says in study.yaml what endings of its own count as."""
    folder = tmp_path / "study"
    shutil.copytree(journal.folder, folder, ignore=shutil.ignore_patterns("sample"))
    lines = [
        f"  - {{disposition: {name}, label: {label}, counts_as: {counts}}}"
        for name, label, counts in own
    ]
    file = folder / "study.yaml"
    told = "\n".join(["\ndispositions:", *lines, "uses:"])
    file.write_text(file.read_text(encoding="utf-8").replace("\nuses:", told, 1), encoding="utf-8")
    return Journal(folder)


OWN = (
    ("in-short", "Interviewed in short", "partial", "P", 1),
    ("moved-abroad", "Moved abroad", "ineligible", None, 0),
    ("said-no", "Said no on the call", "refused", "U", 0),
    ("line-dead", "Line dead", "unknown", "U", 0),
    ("as-planned", "As planned", "complete", "I", 1),
    ("ill", "Too ill", "eligible", "U", 0),
    ("gone", "Not reached again", "not-reached", "U", 0),
)


@pytest.mark.parametrize(("name", "label", "counts", "letter", "people"), OWN)
def test_a_disposition_of_the_study_s_own_counts_as_the_study_says(
    journal, tmp_path, name, label, counts, letter, people
):
    own = own_dispositions(journal, tmp_path, (name, label, counts))
    own.call("K01", ("answer", "q1", {"value": "Some words."}), end=name)
    own.fieldwork("invite", "K01", {})
    study = own.opened()
    assert study.people() == people
    assert len(study.frames.answers) == people
    flow = dict(stages(study))
    last = list(flow)[-1]
    assert flow[last] == people
    assert flow["Approached"] == 1
    assert people or flow[f"→ {label}"] == 1
    (note, _) = recruitment.rates(study).notes
    letters = dict(re.findall(r"\b(I|P|R|NC|O|U) = (\d)", note))
    assert letters == dict.fromkeys(("I", "P", "R", "NC", "O", "U"), "0") | (
        {letter: "1"} if letter else {}
    )
    assert label in recruitment.outcomes(study).data["Outcome"].tolist()


def test_a_disposition_that_nobody_knows_is_counted_as_nobody_who_took_part(journal):
    journal.call("K01", end="who-knows")
    journal.fieldwork("invite", "K01", {})
    study = journal.opened()
    assert study.people() == 0
    assert "U = 1" in recruitment.rates(study).notes[0]
    assert dict(stages(study))["→ Who knows"] == 1


def adds_up(study):
    """Whether each stage is the one before it, less those who left and with those who joined."""
    found = [each for each in stages(study) if each[1] is not None]
    before = None
    for name, count in found:
        if name.startswith("→ "):
            before -= count
        elif name.startswith("← "):
            before += count
        else:
            if before is not None and before != count:
                return f"{name}: {count}, and not {before}"
            before = count
    return True


def test_the_flow_adds_up_at_every_step_whatever_happened(journal):
    draw = {"order": "alphabetical", "start": 1, "interval": 3, "frame_size": 15}
    draw |= {"frame_hash": "ab", "positions": [1, 4, 7, 10, 13]}
    draw["dealt"] = ["K01", "K02", "K03", "K04", "K05"]
    journal.fieldwork(
        "list", "", {"supported": 20, "excluded": {"other-programme": 3}, "frame": 15}
    )
    journal.fieldwork("draw", "", draw)
    for case in ("K01", "K02", "K03", "K09"):
        journal.fieldwork("invite", case, {})
    journal.fieldwork("outcome", "K02", {"disposition": "refused"})
    journal.call("K01")
    journal.call("K04", end="partial")
    study = journal.opened()
    flow = dict(stages(study))
    assert adds_up(study) is True
    assert flow["→ No reason on record"] == 2
    assert flow["→ Not approached yet"] == 1
    assert flow["← Approached without having been drawn"] == 1
    assert flow["Approached"] == recruitment.numbers(study)["approached"] == 5
    assert flow["→ No outcome yet"] == 2
    assert flow["Interviewed, 1 of them in part"] == 2
    assert recruitment.numbers(study)["yield_of_drawn"] == 40.0


def test_the_flow_of_the_sample_adds_up(sample):
    assert adds_up(sample) is True


def test_whoever_was_invited_was_approached_though_nobody_called_yet(journal):
    journal.fieldwork("invite", "K01", {})
    assert recruitment.numbers(journal.opened())["approached"] == 1


def test_somebody_in_two_strands_is_one_of_all(journal):
    journal.call("K01", ("answer", "q1", {"value": "Words."}))
    journal.forum("F1", ["K01", "F1-B"])
    study = journal.opened()
    numbers = recruitment.numbers(study)
    assert (numbers["interviewed"], numbers["forum_participants"]) == (1, 2)
    assert numbers["participants"] == study.people() == 2


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
