"""Drawings go to paper whole, with their words, and by letters that are no machine's own."""

from __future__ import annotations

from pathlib import Path

from toolkit.publish.paper.drawings import as_pictures, fonts, marked, put_back, text_of

SVG = (
    '<svg role="img"><title>T</title><desc id="d">A line &amp; "more"</desc><path d="M0 0"/></svg>'
)
BODY = f'<figure><div class="plate" tabindex="0">{SVG}</div><figcaption>Line</figcaption></figure>'


def test_a_drawing_is_taken_out_and_put_back_with_its_words():
    without, drawn = marked(BODY + BODY)
    assert "<svg" not in without
    assert without.count("<figcaption>Line</figcaption>") == 2
    written = put_back(without, drawn)
    assert written.count('alt: "A line & \\"more\\""') == 2
    assert "ofthisreport" not in written


def test_a_drawing_without_words_is_left_and_so_fails_the_pdf():
    bare = BODY.replace("<desc", "<nodesc").replace("</desc", "</nodesc")
    assert marked(bare) == (bare, [])


def test_pictures_are_named_and_say_what_they_show():
    shown, files = as_pictures(BODY, lambda source: source.encode())
    assert '<img src="drawing-1.png" alt="A line &amp; &quot;more&quot;">' in shown
    assert list(files) == ["drawing-1.png"]
    assert b"#set page(width: auto" in files["drawing-1.png"]


def test_letters_come_with_a_package():
    assert [each.name for each in Path(str(fonts()[0])).glob("DejaVuSans.ttf")] == [
        "DejaVuSans.ttf"
    ]


def test_text_cannot_leave_its_string():
    assert text_of('a"b\\c') == '"a\\"b\\\\c"'
