"""What the report says comes from records, by a declared scale, and leads to its finding (P19)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.analysis.data.study_data import Quoted
from toolkit.analysis.frames import open_study
from toolkit.analysis.tables import report, themes
from toolkit.errors import AnalysisError
from toolkit.sources.quotations import sign_off


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "none (0 of 32)"),
        (1, "a few (1 of 32)"),
        (8, "some (8 of 32)"),
        (16, "about half (16 of 32)"),
        (23, "most (23 of 32)"),
        (31, "nearly all (31 of 32)"),
        (32, "all (32 of 32)"),
    ],
)
def test_words_for_a_share_follow_the_scale(count, said):
    assert report.in_words(count, 32) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "none of the participants (0 of 32)"),
        (16, "about half of the participants (16 of 32)"),
        (31, "nearly all participants (31 of 32)"),
    ],
)
def test_words_for_a_share_make_a_sentence(count, said):
    assert report.in_words(count, 32, "participants") == said


def test_scale_says_where_each_word_begins_and_ends(sample):
    spans = report.scale(sample).data["Share of participants"].tolist()
    assert spans[:2] == ["0%", "over 0%, up to 24%"]
    assert spans[-2:] == ["over 89%, up to 99.9%", "100%"]


def test_a_claim_names_the_code_that_most_people_spoke_of(sample):
    first = report.summary(sample).plain.splitlines()[0]
    assert first.endswith("spoke of how services answered; most often: delay (20).")


def test_words_of_the_scale_rise_with_the_share():
    limits = [most for most, _ in report.SCALE]
    assert limits == sorted(set(limits))
    assert limits[-1] == 1


@pytest.mark.parametrize(("count", "base"), [(0, 0), (-1, 3), (4, 3)])
def test_a_share_of_nobody_is_refused(count, base):
    with pytest.raises(AnalysisError, match="ANALYSIS-031"):
        report.in_words(count, base)


def test_every_theme_has_a_claim_that_leads_to_its_finding(sample):
    claims, found = report.summary(sample).markdown.splitlines(), report.findings(sample).html
    assert len(claims) == len(sample.codebook.themes)
    for claim, theme in zip(claims, sample.codebook.themes, strict=True):
        assert f"](#{report.anchor(theme.theme)})" in claim
        assert f'<section id="{report.anchor(theme.theme)}">' in found


def test_counts_of_a_claim_are_those_of_the_table(sample):
    counts = themes.people_by_strand(sample, "theme")["All"].tolist()
    said = report.summary(sample).plain.splitlines()
    assert [f"({count} of 32)" in line for count, line in zip(counts, said, strict=True)] == [
        True
    ] * 7


def test_before_anybody_took_part_there_is_nothing_to_claim(journal):
    assert "nothing to claim" in report.summary(journal.opened()).markdown
    assert report.recommendations(journal.opened(), "change").data.empty


def test_a_theme_without_quotations_says_so_and_one_with_shows_them_escaped(sample):
    without = report.findings(replace(sample, quoted=())).html
    assert "No quotation on this is signed off" in without
    quoted = (Quoted("They <b>rang</b> [the office]", "Participant", ("response",)),)
    shown = report.findings(replace(sample, quoted=quoted)).html
    assert "They &lt;b&gt;rang&lt;/b&gt; [the office]" in shown
    assert shown.count("<blockquote>") == 1


def test_wishes_stand_in_the_order_of_how_many_have_them(sample):
    data = report.recommendations(sample, "change").data
    assert data["Wish"].tolist()[0] == "Partnership"
    assert data["Asked for by"].tolist()[0] == "most (22 of 32)"


def test_recommendations_of_no_theme_are_refused(sample):
    with pytest.raises(AnalysisError, match="ANALYSIS-032"):
        report.recommendations(sample, "nothing")


def test_appendices_hold_clauses_questions_and_points(sample):
    assert len(report.protocol(sample).data) == 45
    assert {"q1", "q10"} <= set(report.questions(sample, "telephone-interview").data["Item"])
    assert "use-report" in set(report.consent(sample).data["Point"])


def test_what_is_signed_off_and_agreed_to_reaches_the_report(journal):
    """P35, P36: from the sign-off in the journal to the words on the page."""
    said = "I rang them every day for weeks and nobody rang back."
    yes = {"clauses": {"use-report": True}, "recording": True}
    about = {"form": "f", "version": "1", "hash": "h", "date": "2019-01-01"}
    journal.fieldwork("consent", "K01", {**about, **yes})
    journal.fieldwork("attributes", "K01", {"role": "mother"})
    journal.call("K01", ("answer", "q3", {"value": said}))
    source = journal.opened().sources["K01/q3"]
    assert journal.opened().quoted == ()
    sign_off(journal.store, source, 0, 11, "I rang [them]", user="lead-1", at=1)
    assert [(each.words, each.beside) for each in journal.opened().quoted] == [
        ("I rang [them]", "Participant")
    ]
    journal.fieldwork(
        "consent", "K01", {**about, "clauses": {"use-report": False}, "recording": True}
    )
    assert open_study(journal.store, journal.folder).quoted == ()
