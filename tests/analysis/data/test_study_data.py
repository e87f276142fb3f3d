"""A study in a notebook says what it is, and refuses a name that it does not have."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from toolkit.analysis.data.schema import SCHEMA
from toolkit.analysis.data.study_data import Frames
from toolkit.analysis.frames import open_study
from toolkit.analysis.tables import quality, report
from toolkit.errors import AnalysisError
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture(scope="session")
def second(second_project):
    home = find_home(second_project / ".studies" / "my-study-sample")
    store = home.open_research(unlock(home))
    yield open_study(store, second_project / "topic_guides" / "my-study")
    store.close()


@pytest.fixture(scope="session")
def worked(sample_store, request):
    root = request.config.rootpath
    return open_study(sample_store, root / "topic_guides" / "parents-and-social-care")


@pytest.fixture(params=["worked", "second"])
def study(request):
    return request.getfixturevalue(request.param)


def words_of(study):
    """What people said, in stretches that no label has by chance."""
    answers = study.frames.answers
    said = answers.loc[answers["type"] == "text", "value"].dropna().tolist()
    said += study.frames.turns["text"].tolist()
    return {each[:25] for each in said if len(each) >= 25}


def test_it_shows_strands_people_and_frames_and_nobody_s_words(study):
    shown = study._repr_html_()
    for strand in study.protocol.strands:
        assert strand.title in shown
    assert f"{study.frames.participants['participant'].nunique()} participants" in shown
    for each in fields(Frames):
        rows = len(getattr(study.frames, each.name))
        assert f"<td>{each.name}</td><td>{rows:,}</td>" in shown
    assert all(column in shown for columns in SCHEMA.values() for column in columns)
    words = words_of(study)
    assert len(words) > 20
    assert not [each for each in words if each in shown or each in repr(study)]


def test_its_repr_is_short(study):
    assert 0 < len(repr(study)) < 1000
    assert "\n" not in repr(study)
    assert study.protocol.study in repr(study)


def test_every_frame_completes_by_tab_and_is_what_the_study_holds(study):
    for each in fields(Frames):
        assert each.name in dir(study)
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(study, each.name)), getattr(study.frames, each.name)
        )
        assert next(iter(SCHEMA[each.name])) in getattr(type(study), each.name).__doc__


def test_what_a_notebook_writes_into_a_frame_changes_no_table(study):
    study.answers["status"] = "parked"
    assert "counted" in set(study.frames.answers["status"])
    del vars(study)["answers"]


def test_schema_is_described_with_type_and_meaning(study):
    told = study.describe("answers")
    assert told["column"].tolist() == list(study.answers.columns)
    assert told["meaning"].str.endswith(".").all()
    assert set(study.describe()["frame"]) == set(SCHEMA)


MISSPELT = {
    "frame": (lambda study: study.answrs, "no frame 'answrs'.*did you mean answers"),
    "frame by name": (lambda study: study.rows("answrs"), "did you mean answers"),
    "frame described": (lambda study: study.describe("sesions"), "did you mean sessions"),
    "column": (lambda study: study.answers["strnd"], "no column 'strnd'.*did you mean strand"),
    "columns": (lambda study: study.answers[["ref", "strnd"]], "did you mean strand"),
    "column as attribute": (lambda study: study.answers.strnd, "did you mean strand"),
    "column grouped": (lambda study: study.answers.groupby("strnd"), "did you mean strand"),
    "column sorted": (lambda study: study.answers.sort_values("strnd"), "did you mean strand"),
    "column counted": (lambda study: study.answers.value_counts("strnd"), "did you mean strand"),
    "column asked": (lambda study: study.answers.query("strnd == 'x'"), "did you mean strand"),
    "column of rows": (lambda study: study.answers.head()["strnd"], "did you mean strand"),
    "strand": (lambda study: study.rows("answers", strand="intervew"), "did you mean interview"),
    "strand compared": (
        lambda study: study.answers[study.answers["strand"] == "intervew"],
        "no strand 'intervew'.*did you mean interview",
    ),
    "strand excluded": (lambda study: study.answers.strand != "forun", "did you mean forum"),
    "strand among": (lambda study: study.answers.strand.isin(["forun"]), "did you mean forum"),
    "strand of a table": (lambda study: quality.complete_sessions(study, "forun"), "forum"),
    "strand of a plan": (lambda study: quality.plan_of(study, "forun"), "did you mean forum"),
    "question": (lambda study: study.rows("answers", ref="q1O"), "did you mean q1"),
    "question of no guide": (lambda study: study.answers.question == "q1x", "did you mean q1"),
    "answers": (lambda study: study.answers_to(first_guide(study), "q1O"), "did you mean q1"),
    "guide": (lambda study: study.rows("sessions", guide=first_guide(study)[:-1]), "did you mean"),
    "guide of a table": (lambda study: study.guide(first_guide(study).upper()), "did you mean"),
    "theme": (lambda study: study.rows("segments", theme=theme(study) + "s"), "did you mean"),
    "theme compared": (lambda study: study.segments["theme"] == theme(study)[:-1], "did you mean"),
    "theme of a table": (lambda study: report.recommendations(study, theme(study) + "s"), "mean"),
    "role": (lambda study: study.rows("participants", role="fathr"), "did you mean father"),
}


def first_guide(study):
    return next(iter(study.guides))


def theme(study):
    return study.codebook.themes[0].theme


@pytest.mark.parametrize("kind", MISSPELT)
def test_a_misspelt_name_is_refused_with_the_nearest(study, kind):
    ask, told = MISSPELT[kind]
    with pytest.raises(AnalysisError, match=told):
        ask(study)


def test_a_name_that_there_is_gives_its_rows(study):
    for strand in (each.strand for each in study.protocol.strands):
        expected = (study.frames.answers["strand"] == strand).sum()
        assert len(study.rows("answers", strand=strand)) == expected > 0
        assert (study.answers["strand"] == strand).sum() == expected


def test_an_answer_that_nobody_gave_is_refused_without_a_word_of_what_was_said(study):
    with pytest.raises(AnalysisError, match="ANALYSIS-006") as raised:
        study.rows("answers", value="something that nobody said")
    said = str(raised.value)
    assert "nobody said" not in said
    assert not [each for each in words_of(study) if each in said]


def test_columns_that_were_made_of_answers_stand_in_no_message(study):
    answers = study.answers.dropna(subset=["value"])
    wide = answers.assign(one=1).pivot_table(index="ref", columns="value", values="one")
    with pytest.raises(KeyError) as raised:
        wide["no such answer"]
    assert not [each for each in words_of(study) if each in str(raised.value)]
