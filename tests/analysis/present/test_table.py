"""Tables say what they rest on and escape what people said (P01)."""

import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.present.table import Table, Tables, shown

NASTY = '<script>alert("x")</script> & \u202egnp.exe'


def a_table(**changes):
    data = pd.DataFrame(
        {"Answer": ["yes", NASTY], "Participants": [1200, 1], "Percent": [99.94, float("nan")]}
    )
    parts = {"base": 1201, "base_of": "participants interviewed", "source": "answers"}
    return Table(**{"title": f"Who & {NASTY}", "data": data, **parts, **changes})


def parsed(shown_object):
    return fromstring(f"<div>{shown_object._repr_html_()}</div>")


def test_base_source_and_suppression_rule_are_always_told():
    text = "".join(parsed(a_table()).itertext())
    assert "Base: n = 1,201 participants interviewed." in text
    assert "Source: answers." in text
    assert "Suppression: no counts suppressed" in text


def test_a_screen_reader_hears_caption_column_and_row():
    root = parsed(a_table())
    assert root.find(".//caption") is not None
    assert [each.get("scope") for each in root.findall(".//thead//th")] == ["col"] * 3
    assert [each.get("scope") for each in root.findall(".//tbody//th")] == ["row"] * 2


def test_what_people_said_is_text_and_never_markup():
    html = a_table(notes=(NASTY,), source=NASTY, base_of=NASTY)._repr_html_()
    assert "<script" not in html
    assert "\u202e" not in html
    assert "[U+202E]" in html


def test_numbers_stand_right_with_their_format_and_missing_is_a_dash():
    root = parsed(a_table(formats={"Percent": ".2f"}))
    cells = [(each.text, each.get("class")) for each in root.findall(".//tbody//td")]
    assert cells[:2] == [("1,200", "number"), ("99.94", "number")]
    assert cells[3] == ("–", "number")


def test_a_suppressed_count_is_marked_and_its_column_stays_a_column_of_numbers():
    data = pd.DataFrame({"Role": ["mother", "father"], "Participants": [Mark("x"), Mark("<3")]})
    cells = parsed(a_table(data=data)).findall(".//tbody//td")
    assert [(each.text, each.get("class")) for each in cells] == [
        ("x", "number suppressed"),
        ("<3", "number suppressed"),
    ]


def test_an_empty_table_says_so():
    assert "Nothing to count yet." in a_table(data=pd.DataFrame({"Answer": []}))._repr_html_()


def test_plain_text_has_the_same_in_it():
    text = repr(a_table(notes=("One note.",)))
    for part in ("Answer", "1,200", "Base: n = 1,201", "Source: answers.", "One note."):
        assert part in text


def test_the_same_table_gives_the_same_bytes():
    assert a_table()._repr_html_() == a_table()._repr_html_()


def test_several_tables_are_shown_in_order_and_none_is_said():
    several = Tables((a_table(title="First"), a_table(title="Second")))
    assert [each.text for each in parsed(several).findall(".//caption")] == ["First", "Second"]
    assert len(several) == 2
    assert "nothing to show" in Tables(())._repr_html_()


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (None, "", "–"),
        (True, "", "yes"),
        (1234567, "", "1,234,567"),
        (0.5, "", "0.5"),
        (2.0, ".0f", "2"),
        ("n/a", ".1f", "n/a"),
    ],
)
def test_values_are_printed_as_a_report_prints_them(value, spec, text):
    assert shown(value, spec) == text
