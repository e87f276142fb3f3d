"""A section is a small class, and what it shows is escaped."""

from __future__ import annotations

from toolkit.publish.review.section import Link, Listing, Missing, Verdict, all_sections, slug


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


def test_an_anchor_is_made_of_the_words_of_a_heading():
    assert slug("What changed: Parent forum") == "what-changed-parent-forum"
