"""Figures: the same bytes, ids of their own, words for those who do not see them."""

import re

from defusedxml.ElementTree import fromstring

from toolkit.analysis.present.figure import Figure, blank, drawing_style, to_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(title="Minutes <of> the call", label="a & b"):
    with drawing_style():
        canvas = blank(4, 2)
        axes = canvas.subplots()
        axes.barh([label, "c $x$"], [2, 3], hatch="//", color="white", edgecolor="black")
        return to_svg(canvas, title, "Two bars \\1 of 2 and 3.")


def test_the_same_drawing_gives_the_same_bytes():
    assert drawn() == drawn()


def test_a_reader_who_does_not_see_it_gets_title_and_description():
    root = fromstring(drawn())
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "Minutes <of> the call"
    assert desc.text == "Two bars \\1 of 2 and 3."


def test_text_stays_text_and_is_not_read_as_mathematics():
    assert "c $x$" in "".join(fromstring(drawn()).itertext())


def test_two_figures_on_a_page_share_no_id_and_every_reference_is_met():
    one, two = drawn(), drawn(title="Another")
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert not ids[0] & ids[1]
    for svg, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= own


def test_nothing_in_it_tells_when_it_was_drawn_or_asks_for_anything():
    svg = drawn()
    assert "<metadata" not in svg
    assert "<style" not in svg
    assert not re.search(r'(?:href|src)="https?:', svg)


def test_base_and_source_stand_in_the_caption():
    figure = Figure(
        "<svg/>", "Title", "Words.", "Base: n = 20 interviews.", "sessions", ("A <note>",)
    )
    html = figure._repr_html_()
    assert html.index("<figcaption>") < html.index("Base: n = 20 interviews.")
    assert "Source: sessions." in html
    assert "A &lt;note&gt;" in html
    assert "Words." in repr(figure)
