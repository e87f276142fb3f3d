"""Figures say their numbers to everybody, in grey and in words, and are the same every time."""

import colorsys
import re

import pytest
from defusedxml.ElementTree import fromstring

from toolkit.analysis import figures
from toolkit.errors import AnalysisError

GUIDE = "telephone-interview"
FIGURES = {
    "recruitment": figures.recruitment,
    "answers": lambda study: figures.answers(study, GUIDE, "q1.who"),
    "durations": figures.durations,
    "cooccurrence": figures.cooccurrence,
    "themes": figures.themes,
}


@pytest.fixture(scope="module")
def drawn(sample):
    return {name: draw(sample) for name, draw in FIGURES.items()}


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_bytes_twice(sample, drawn, name):
    assert FIGURES[name](sample).to_html() == drawn[name].to_html()


@pytest.mark.parametrize("name", FIGURES)
def test_title_words_base_and_source_are_there(drawn, name):
    figure = drawn[name]
    root = fromstring(figure.svg)
    assert root.get("role") == "img"
    assert figure.base_line.startswith("Base: n = ")
    assert f"Source: {figure.source}." in figure.to_html()
    assert re.search(r"\d", figure.alt)


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_told_by_colour(drawn, name):
    for colour in set(re.findall(r"#([0-9a-f]{6})\b", drawn[name].svg)):
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
        assert colorsys.rgb_to_hls(red, green, blue)[2] == 0, colour


@pytest.mark.parametrize("name", FIGURES)
def test_a_study_in_which_nothing_has_happened_has_its_figures(journal, name):
    assert "<svg" in FIGURES[name](journal.opened()).to_html()


def text_of(figure):
    return " ".join("".join(fromstring(figure.svg).itertext()).split())


def test_flow_shows_every_stage_with_its_number(drawn):
    text = text_of(drawn["recruitment"])
    for part in ("n = 95", "n = 82", "n = 28", "n = 20", "Not drawn (n = 54)", "Refused (n = 3)"):
        assert part in text


def test_bars_carry_count_and_percent(drawn):
    assert "8 (40 %)" in text_of(drawn["answers"])
    assert "you as a parent or carer 8 (40 %)" in drawn["answers"].alt


def test_durations_show_every_session_under_a_number_of_their_own_and_the_plan(drawn):
    text = text_of(drawn["durations"])
    assert "planned 60 to 90" in text
    assert not re.search(r"\b[KPF]\d+\b", text)
    assert " 1 2 3 " in text
    assert "mean 60.0, planned 60 to 90; 9 below plan, 11 within, 0 above" in drawn["durations"].alt


def test_many_sessions_become_a_histogram_of_bounded_size(journal):
    for number in range(70):
        journal.call(f"K{number:03}", minutes=55 + number % 20)
    figure = figures.durations(journal.opened())
    assert "P001" not in text_of(figure)
    assert "70 sessions of 55 to 74 minutes" in figure.alt


def test_strands_differ_in_pattern_and_not_only_in_shade(drawn):
    assert "url(#" in drawn["themes"].svg
    assert "of 20" in text_of(drawn["themes"])
    assert "of 12" in text_of(drawn["themes"])


def test_squares_carry_their_number(sample, drawn):
    assert "Delay with A good worker" in drawn["cooccurrence"].alt
    small = figures.cooccurrence(sample, "participant", "theme")
    assert "32" in text_of(small)


def test_an_open_question_has_no_bars(sample):
    with pytest.raises(AnalysisError, match="ANALYSIS-004"):
        figures.answers(sample, GUIDE, "q3")
