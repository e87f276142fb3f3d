"""P26, P30: who has withdrawn is counted as withdrawn, and is in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pandas as pd
import pytest

from tests.analysis.conftest import STUDY, Journal
from tests.analysis.exact_counts import role_counts
from toolkit.analysis import StudyData, figures, open_study
from toolkit.analysis.data.study_data import Frames
from toolkit.analysis.disclosure import Mark
from toolkit.analysis.tables import answers, coders, quality, recruitment, themes
from toolkit.analysis.tables.overview import state
from toolkit.store import MemoryStore, NewEvent, Store

COLUMNS = [each.name for each in fields(NewEvent)]
FRAMES = [each.name for each in fields(Frames)]
DOUBLY_CODED = ("K03", "K08", "K14", "K20", "K24")
FATHER = "K17"
Without = Callable[..., StudyData]


@pytest.fixture(scope="session")
def without(sample_store: Store) -> Without:
    """The sample study without some who have withdrawn: ``without("K08")``; worked out once."""
    events = [NewEvent(**{n: getattr(e, n) for n in COLUMNS}) for e in sample_store.read()]
    known: dict[tuple[str, ...], StudyData] = {}

    def opened(*people: str) -> StudyData:
        if people not in known:
            store = MemoryStore(sample_store.about)
            store.append(events)
            for person in people:
                store.withdraw(person, user="researcher-1", at=0, reason="withdrawal")
            known[people] = open_study(store, STUDY)
        return known[people]

    return opened


def rows_of(frame: pd.DataFrame, people: tuple[str, ...]) -> pd.Series:
    """Whether a row speaks of somebody: their pseudonym, their interview, or a text of theirs."""
    texts = frame.select_dtypes("string").drop(columns="clause", errors="ignore")
    found = pd.Series(data=False, index=frame.index)
    for column in texts:
        found |= texts[column].str.partition("/")[0].isin(people)
    return found


@pytest.mark.parametrize("people", [("K08",), (FATHER,), DOUBLY_CODED])
@pytest.mark.parametrize("name", [each for each in FRAMES if each != "coverage"])
def test_a_frame_loses_the_rows_of_the_person_and_no_other(
    sample: StudyData, without: Without, name: str, people: tuple[str, ...]
) -> None:
    before, after = getattr(sample.frames, name), getattr(without(*people).frames, name)
    left = before[~rows_of(before, people)].reset_index(drop=True)
    kept = after[~rows_of(after, people)].reset_index(drop=True)
    pd.testing.assert_frame_equal(left, kept)
    assert rows_of(after, people).sum() == (len(people) if name == "recruitment" else 0)


def test_of_the_person_is_known_that_they_were_drawn_and_have_withdrawn(without: Without) -> None:
    people = without("K08").frames.recruitment.set_index("participant")
    assert people.loc["K08", ["outcome", "disposition", "aapor"]].tolist() == [
        "withdrawn",
        "withdrawn",
        "2.11",
    ]


def test_questions_are_asked_of_one_fewer(sample: StudyData, without: Without) -> None:
    """What routing opened for the person is no longer counted, and nothing else changes."""
    keys = ["guide", "ref", "strand"]
    before = sample.frames.coverage.set_index(keys)["open"]
    after = without("K08").frames.coverage.set_index(keys)["open"].reindex(before.index)
    lost = (before - after.fillna(0)).groupby(level="strand").agg(["min", "max"])
    assert lost.loc["forum"].tolist() == [0, 0]
    assert lost.loc["interview", "min"] in (0, 1)
    assert lost.loc["interview", "max"] == 1


@pytest.mark.parametrize("people", [("K08",), (FATHER, "K04", "K13"), DOUBLY_CODED])
def test_the_flow_still_adds_up(
    sample: StudyData, without: Without, people: tuple[str, ...]
) -> None:
    """Those drawn are those interviewed, those who left on the way, and those who withdrew."""
    study = without(*people)
    flow = dict(recruitment.flow(study).data.itertuples(index=False))
    drawn = sample.frames.recruitment["participant"]
    assert flow["Drawn"] == flow["Approached"] == len(drawn) == 28
    assert flow["→ Withdrew"] == len(people)
    stages = list(flow)
    after = stages[stages.index("Approached") + 1 :]
    assert sum(flow[stage] for stage in after) == flow["Approached"]
    outcomes = recruitment.outcomes(study)
    assert (outcomes.base, outcomes.data["People"].sum()) == (28, 28)
    assert recruitment.draw_replay(study).tables[0].data["Same"].all()


def words(study: StudyData, person: str) -> int:
    mine = study.frames.answers["participant"] == person
    return int(study.frames.answers.loc[mine, "words"].sum())


@pytest.mark.parametrize("person", ["K01", "K08", FATHER])
def test_named_results_change_by_exactly_this_person(
    sample: StudyData, without: Without, person: str
) -> None:
    frames, after = sample.frames, without(person)
    counted = frames.answers[frames.answers["status"] == "counted"]
    mine = counted[counted["participant"] == person]
    coded = themes.first_coding(sample)
    segments = coded[coded["participant"] == person]
    given = {
        recruitment: {"interviewed": 1, "participants": 1},
        answers: {
            "answers": int(mine["value"].notna().sum()),
            "open_answers": int((mine["value"].notna() & (mine["type"] == "text")).sum()),
            "open_words": words(sample, person),
        },
        themes: {
            "segments": len(segments),
            "coded_sources": segments["source"].nunique(),
            "sources": sum(each.participant == person for each in sample.sources.values()),
        },
        quality: {"sessions": 1, "written_up": 1},
    }
    for room, lost in given.items():
        before, now = room.numbers(sample), room.numbers(after)
        assert {name: before[name] - now[name] for name in lost} == lost
    same = ("listed", "excluded", "frame", "drawn", "approached", "forum_participants", "forums")
    for name in same:
        assert recruitment.numbers(after)[name] == recruitment.numbers(sample)[name]


def everything(study: StudyData) -> list[object]:
    """All that the notebooks show."""
    tables: list[object] = [state(study)]
    for make in (
        *(recruitment.flow, recruitment.exclusions, recruitment.draw_replay, recruitment.outcomes),
        *(recruitment.rates, recruitment.attempts, recruitment.roles, figures.recruitment),
        *(themes.by_strand, themes.frequencies, themes.cooccurrence, themes.who_said_it),
        *(themes.agreement, themes.disagreements, figures.themes, figures.cooccurrence),
        *(quality.durations, quality.guides_used, quality.deviations, figures.durations),
    ):
        tables.append(make(study))
    for guide in study.guides:
        for room in (answers.all_closed, answers.opened, answers.missing, answers.probes):
            tables.append(room(study, guide))
        tables.append(quality.timings(study, guide))
    return tables


def shown(study: StudyData) -> str:
    parts = []
    for each in everything(study):
        bundle = getattr(each, "_repr_mimebundle_", None)
        parts.append(str(bundle()) if bundle else "")
        parts += [str(each), getattr(each, "_repr_html_", str)()]
    return "\n".join(parts)


@pytest.mark.parametrize("person", ["K08"])
def test_no_table_or_figure_shows_anything_of_the_person(
    sample: StudyData, without: Without, person: str
) -> None:
    mine = coders.differences(sample)["Source"].str.startswith(f"{person}/")
    assert mine.any(), "the coders differ on their texts"
    study = without(person)
    after = shown(study)
    lost = coders.disagreements(sample).base - coders.disagreements(study).base
    assert lost == mine.sum()
    assert f"{person}/q" not in after
    assert f">{person}<" not in after


def test_without_the_doubly_coded_interviews_there_is_nobody_to_compare(without: Without) -> None:
    """P14: no table breaks, and the numbers say that there are none."""
    study = without(*DOUBLY_CODED)
    assert shown(study)
    assert themes.numbers(study)["doubly_coded_sessions"] == 0
    assert themes.numbers(study)["kappa"] is None
    assert "Fewer than two coders" in str(themes.agreement(study))


def test_a_study_whose_interviews_have_all_been_taken_back_is_shown(
    sample: StudyData, without: Without
) -> None:
    everybody = tuple(sample.frames.recruitment["participant"])
    study = without(*everybody)
    assert shown(study)
    assert recruitment.numbers(study)["interviewed"] == 0
    assert recruitment.numbers(study)["forum_participants"] == 12
    flow = dict(recruitment.flow(study).data.itertuples(index=False))
    assert flow["→ Withdrew"] == flow["Drawn"] == 28


def test_when_the_only_father_interviewed_goes_his_row_still_gives_nobody_away(
    sample: StudyData, without: Without
) -> None:
    """P30: a nought beside roles that others hold would say as much as a one."""
    exact = role_counts(without(FATHER))
    assert "father" not in exact["interview"]
    assert role_counts(sample)["interview"]["father"] == 1
    for study in (sample, without(FATHER)):
        table = recruitment.roles(study).data.set_index("Role")
        calls = table["Telephone interviews"]
        assert isinstance(calls["Father"], Mark)
        assert isinstance(calls["Grandmother"], Mark)
        small = [(name, strand) for strand in table for name in table.index]
        for name, strand in small:
            cell = table.loc[name, strand]
            assert isinstance(cell, Mark) or cell >= sample.minimum
    said = themes.who_said_it(without(FATHER)).data
    assert all(
        isinstance(cell, Mark) or cell >= sample.minimum
        for role in ("Father", "Grandmother", "Mother")
        for cell in said[role]
    )


def test_when_the_last_of_a_role_goes_the_role_goes_too(journal: Journal) -> None:
    """P30: no empty row is left that says what somebody was."""
    for case, role in (("K01", "mother"), ("K02", "father"), ("K03", "mother"), ("K04", "mother")):
        journal.fieldwork("attributes", case, {"role": role})
        journal.call(case)
    assert recruitment.roles(journal.opened()).data["Role"].tolist() == ["Father", "Mother", "All"]
    journal.store.withdraw("K02", user="researcher-1", at=0)
    table = recruitment.roles(journal.opened())
    assert table.data["Role"].tolist() == ["Mother", "All"]
    assert table.base == 3


def test_without_a_draw_who_was_approached_and_withdrew_is_counted_still(journal: Journal) -> None:
    journal.fieldwork("invite", "K01", {})
    journal.fieldwork("invite", "K02", {})
    for case, approached in (("K02", True), ("F1-A", False)):
        told = {"approached": approached}
        if case == "F1-A":
            journal.fieldwork("attributes", case, {"role": "mother"})
        new = NewEvent("withdrawal", node=case, session="fieldwork", new_value=told)
        journal.store.append([new])
        journal.store.withdraw(case, user="researcher-1", at=0)
    people = journal.opened().frames.recruitment
    assert people["participant"].tolist() == ["K01", "K02"]
    assert people["disposition"].fillna("").tolist() == ["", "withdrawn"]
    assert recruitment.numbers(journal.opened())["approached"] == 2


def test_a_seat_whose_words_are_destroyed_is_not_at_the_forum(journal: Journal) -> None:
    """P27: even where the record of the forum was written before it was left."""
    for seat in ("F1-A", "F1-B"):
        journal.fieldwork("attributes", seat, {"role": "mother"})
    journal.forum("F1", ["F1-A", "F1-B"])
    journal.store.withdraw("F1-A", user="researcher-1", at=0)
    study = journal.opened()
    assert study.frames.participants["participant"].tolist() == ["F1-B"]
