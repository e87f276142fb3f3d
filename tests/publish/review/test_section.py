"""A section is a small class, and what it shows is escaped."""

from __future__ import annotations

import re

from toolkit.capture.session.fold import _TAKES
from toolkit.capture.session.marks import _SEES
from toolkit.publish.review.evidence import evidence
from toolkit.publish.review.kinds import KINDS
from toolkit.publish.review.section import (
    Link,
    Listing,
    Missing,
    Typed,
    Verdict,
    all_sections,
    slug,
)


def test_each_page_has_a_name_a_place_and_words_of_its_own():
    sections = all_sections()
    assert len(sections) == 11
    for what in ("order", "name", "title", "short", "text"):
        assert len({getattr(each, what) for each in sections}) == len(sections), what
    assert [each.order for each in sections] == sorted(each.order for each in sections)


def test_a_page_without_records_says_so_and_does_not_fail(nothing_yet):
    found = {
        section.name: [piece for part in section.content(nothing_yet) for piece in part.pieces]
        for section in all_sections()
    }
    for name in ("consent", "coding", "reflexivity", "run", "sampling", "fieldwork"):
        assert any(isinstance(piece, Missing) for piece in found[name]), name


def test_parts_of_a_page_have_different_anchors(sample_records):
    for section in all_sections():
        anchors = [part.anchor for part in section.content(sample_records)]
        assert len(anchors) == len(set(anchors)), section.name


def test_a_listing_escapes_what_it_is_given():
    shown = Listing("<t>", ("<h>",), [("<c>",), (Link("<l>", '"#x'),)], "<b>")._repr_html_()
    assert not {"<t>", "<h>", "<c>", "<l>", "<b>", '""#x'} & set(shown.split(">"))
    for each in ("&lt;t&gt;", "&lt;h&gt;", "&lt;c&gt;", "&lt;l&gt;", "&lt;b&gt;", "&quot;#x"):
        assert each in shown


def test_verdicts_are_told_apart_by_word_not_by_colour_alone():
    shown = Listing("t", ("a", "b"), [("x", Verdict("met")), ("y", Verdict("open"))], "b")
    assert '<span class="tag good">met</span>' in shown._repr_html_()
    assert '<span class="tag open">open</span>' in shown._repr_html_()


def test_counts_stand_in_a_column_of_numbers():
    assert '<td class="number">3</td>' in Listing("t", ("a", "n"), [("x", 3)], "b")._repr_html_()


def test_evidence_is_named_by_its_page():
    assert evidence("sampling.html#the-draw-done-again") == Link(
        "Sampling", "sampling.html#the-draw-done-again"
    )
    assert evidence("") == "none yet"


def test_a_command_is_set_as_one_and_escaped():
    shown = Listing("t", ("a", "b"), [("x", Typed("run <that>"))], "b")._repr_html_()
    assert "<code>run &lt;that&gt;</code>" in shown


def test_no_cell_of_a_page_is_empty_and_no_count_has_the_wrong_number(sample_records):
    for section in all_sections():
        pieces = [piece for part in section.content(sample_records) for piece in part.pieces]
        listings = [each for each in pieces if isinstance(each, Listing)]
        cells = [cell for each in listings for row in each.rows for cell in row]
        assert "" not in cells, section.name
        said = " ".join(str(cell) for cell in cells) + " ".join(each.base for each in listings)
        assert (
            re.findall(r"(?<![\d,.])1 of 1 [a-z]+s\b|(?<![\d,.] )\b1 (?:event|record)s\b", said)
            == []
        )


def test_every_kind_of_record_is_explained(sample_records):
    assert set(sample_records.kinds) <= set(KINDS)
    assert set(_TAKES) | set(_SEES) <= set(KINDS)


def test_an_anchor_is_made_of_the_words_of_a_heading():
    assert slug("What changed: Parent forum") == "what-changed-parent-forum"
