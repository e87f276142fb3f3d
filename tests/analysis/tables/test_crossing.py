"""No suppressed number can be recovered from all tables of a run together (P30)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.attack import Attack, attack
from toolkit.analysis.disclosure import Mark, withheld_together
from toolkit.analysis.tables import recruitment, themes
from toolkit.analysis.tables.crossing import by_role, decide, withheld_roles

ROLES = ("mother", "father", "grandmother")
WEIGHTS = ((20, 5, 2), (8, 8, 8), (20, 1, 1), (12, 3, 3), (10, 6, 1), (30, 2, 0))
rows = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


def drawn_anew(study, seed):
    """The sample study with other people in other roles who said other things."""
    random, frames = Random(seed), study.frames
    people = frames.participants
    kept = random.sample(sorted(people["participant"]), random.choice([6, 10, 16, 32]))
    people = people[people["participant"].isin(kept)].reset_index(drop=True)
    weights = random.choice(WEIGHTS)
    people["role"] = [random.choices(ROLES, weights)[0] for _ in range(len(people))]
    share = random.choice([0.1, 0.3, 0.6, 1])
    said = frames.segments
    said = said[(said["coder"] == "coder-1") & said["participant"].isin(kept)]
    said = said[[random.random() < share for _ in range(len(said))]].reset_index(drop=True)
    return replace(study, frames=replace(frames, participants=people, segments=said))


def test_nothing_is_recovered_from_the_tables_of_the_sample_study(sample):
    known = attack(sample)
    assert len(known.hidden) >= 20
    assert known.recovered() == {}


def test_nothing_hidden_in_the_sample_is_known_to_be_few_people(sample):
    """20 less 19 gave the 1 father away, 16 less 14 two of the others."""
    assert attack(sample).too_narrow() == {}


def test_the_attack_finds_what_is_left_of_a_total():
    known = Attack(3)
    cells = [known.of(role) for role in ROLES]
    known.learn(("people", "mother", "strand"), cells[:1], 19)
    known.learn(("people", "father", "strand"), cells[1:2], Mark("x"))
    known.learn(("people", "grandmother", "strand"), cells[2:], Mark("x"))
    known.learn(("people", "All", "strand"), cells, 20)
    assert known.recovered() == {}
    assert known.too_narrow()["together", "people", "strand"] == (1, 1)


# 0, 3 and 9 gave small numbers away while each table was looked at by itself.
@pytest.mark.parametrize("seed", [0, 3, 9, 11, 12, 13, 21, 34, 55])
def test_nothing_is_recovered_whoever_took_part(sample, seed):
    known = attack(drawn_anew(sample, seed))
    assert known.recovered() == {}
    assert known.too_narrow() == {}


def test_the_attack_works_where_there_is_something_to_recover():
    known = Attack(3)
    mothers, fathers = known.of("mothers"), known.of("fathers")
    known.learn("mothers", [mothers], 19)
    known.learn("fathers", [fathers], Mark("<3"))
    known.learn("all", [mothers, fathers], 20)
    assert known.recovered() == {"fathers": 1}


def test_two_tables_that_are_safe_alone_are_recovered_together():
    known = Attack(3)
    cells = [known.of(role) for role in ROLES]
    known.learn("all", cells, 12)
    known.learn("mother", cells[:1], Mark("x"))
    known.learn("father", cells[1:2], Mark("x"))
    known.learn("grandmother", cells[2:], 2)
    assert known.recovered() == {}
    known.learn("again", cells[:1], 9)
    assert known.recovered() == {"mother": 9, "father": 1}


@given(rows, st.integers(0, 5))
def test_what_is_printed_is_never_small(table, minimum):
    withheld = withheld_together(table, minimum=minimum)
    for row in table:
        if any(row):
            printed = [n for place, n in enumerate(row) if place not in withheld]
            assert all(n >= minimum for n in printed)


@given(rows, st.integers(2, 5))
def test_withheld_categories_can_be_taken_for_each_other_in_every_row(table, minimum):
    withheld = withheld_together(table, minimum=minimum)
    if withheld and len(withheld) < len(table[0]):
        assert len(withheld) > 1
        for row in table:
            assert not any(row) or sum(row[place] for place in withheld) >= minimum


def test_without_a_smallest_cell_nothing_is_withheld():
    assert withheld_together([[1, 0]], minimum=0) == frozenset()
    assert withheld_together([[0, 0]], minimum=3) == frozenset()


def test_the_same_roles_are_withheld_in_every_table(sample):
    withheld = withheld_roles(sample)
    assert withheld == {"father", "grandmother"}
    marked = {
        name
        for table in (
            recruitment.roles(sample).data.set_index("Role").T,
            themes.who_said_it(sample).data,
        )
        for name in table.columns
        if any(isinstance(each, Mark) for each in table[name])
    }
    assert marked >= {"Father", "Grandmother"}
    assert decide(sample).shown == {"people"}
    everybody = recruitment.roles(sample).data.set_index("Role")["All"]
    assert everybody["Mother"] == 27


def test_a_finer_table_that_would_give_itself_away_has_no_rows(sample):
    assert "code" not in decide(sample).shown
    table = themes.who_said_it(sample, "code")
    assert table.data.empty
    assert "Not shown by role" in table.notes[0]


def test_roles_are_counted_by_people_not_by_segments(sample):
    counts = by_role(sample, "theme")
    assert counts.max().max() <= len(sample.frames.participants)
    assert int(counts.iloc[5].sum()) == 32


def of_roles(study, roles, said):
    """The sample study with these roles, where who said the one theme is given by role."""
    people = study.frames.participants
    people = people.head(len(roles)).assign(role=roles, strand="interview")
    theme = study.codebook.themes[0]
    left, spoke = dict(said), []
    for row in people.itertuples():
        if left.get(row.role):
            left[row.role] -= 1
            spoke.append(row.participant)
    segments = study.frames.segments.iloc[: len(spoke)].assign(
        participant=spoke,
        strand="interview",
        theme=theme.theme,
        code=theme.codes[0].code,
        coder="coder-1",
    )
    return replace(study, frames=replace(study.frames, participants=people, segments=segments))


def test_tables_with_enough_of_every_hidden_role_are_broken_down(sample):
    """The rule hides what it has to, and no more: 5 of two rare roles said it."""
    roles = ["mother"] * 20 + ["father"] * 4 + ["carer"] * 3
    study = of_roles(sample, roles, {"mother": 10, "father": 3, "carer": 2})
    decision = decide(study)
    assert decision.withheld == {"father", "carer"}
    assert {"people", "theme"} <= decision.shown
    row = themes.who_said_it(study).data.set_index("Theme").iloc[0]
    assert row["Mother"] == 10
    assert attack(study).too_narrow() == {}


def test_a_row_that_leaves_two_of_the_hidden_roles_takes_its_table_out(sample):
    """16 said it and 14 of them were mothers."""
    roles = ["mother"] * 20 + ["father"] * 4 + ["carer"] * 3
    study = of_roles(sample, roles, {"mother": 14, "father": 1, "carer": 1})
    assert "theme" not in decide(study).shown
    assert attack(study).too_narrow() == {}


def test_roles_that_are_all_frequent_are_all_printed(sample):
    roles = ["mother"] * 10 + ["father"] * 10
    study = of_roles(sample, roles, {"mother": 5, "father": 4})
    assert decide(study).withheld == frozenset()
    assert themes.who_said_it(study).data.iloc[0, 1:].tolist() == [4, 5, 9]


def test_somebody_of_every_listed_role_is_known_to_be_there():
    """5 of two roles leave 1 to 4 for each; 4 leave 1 to 3, which is too narrow for 3."""
    assert withheld_together([[20, 4, 1, 9]], minimum=3, known=(1,)) == {1, 2}
    assert withheld_together([[20, 3, 1, 9]], minimum=3, known=(1,)) == {1, 2, 3}
