"""Nothing that could run, load or restyle a page gets through the gate."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.publish.pages.sanitise import clean_html, clean_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}</svg>'
FORBIDDEN = re.compile(
    r"<\s*(script|iframe|object|embed|img|style|link|meta|base|form|input|foreignObject|image)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*href=\"?\s*(javascript|data|http:)",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<p onclick=alert(1)>x</p>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>@import 'http://x'</style>",
        "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
        "<svg><script>alert(1)</script></svg>",
        "<svg onload=alert(1)>",
        "<svg/onload=alert(1)//",
        "<details ontoggle=alert(1) open>x</details>",
        "<link rel=stylesheet href=//x>",
        "<base href=//x>",
        "<form action=//x><input name=a></form>",
        "<!--><script>alert(1)</script-->",
        "<table background='//x'><td style='background:url(//x)'>x",
    ],
)
def test_attack_in_html_is_shown_as_text_or_dropped(attack):
    assert not FORBIDDEN.search(clean_html(attack))


def test_words_of_an_answer_with_markup_in_it_are_kept_as_words():
    cleaned = clean_html("They wrote <script>no</script> & <3")
    assert unescape(cleaned) == "They wrote <script>no</script> & <3"


def test_table_keeps_caption_scope_and_classes():
    table = (
        '<table class="counts"><caption>By role</caption><thead><tr><th scope="col">Role</th></tr>'
        '</thead><tbody><tr><td class="number" colspan="2">19</td></tr></tbody></table>'
    )
    assert clean_html(table) == table


def test_no_output_can_take_the_place_of_a_part_of_the_page():
    assert 'id="' not in clean_html('<p id="page-main">x</p>')


def test_drawing_loses_what_runs_or_loads():
    drawing = SVG.format(
        'onload="x()"><script>x()</script><a href="http://x"><text>y</text></a>'
        '<image href="http://x"/><style>*{fill:url(http://x)}</style>'
        '<rect style="fill:url(http://x)" width="1"/><use xlink:href="http://x#y"/>'
        "<foreignObject><p>z</p></foreignObject>"
    )
    cleaned = clean_svg(drawing, "f1")
    assert not FORBIDDEN.search(cleaned)
    assert "http://x" not in cleaned
    assert "<rect" in cleaned


def test_drawings_on_one_page_share_no_identifier():
    drawing = SVG.format(
        '><defs><path id="m1" d="M0 0"/><clipPath id="c"/></defs><use xlink:href="#m1"/>'
        '<g clip-path="url(#c)" aria-labelledby="m1"/>'
    )
    cleaned = clean_svg(drawing, "f7")
    assert set(re.findall(r"[\"#]f7-(\w+)", cleaned)) == {"m1", "c"}
    assert 'href="#f7-m1"' in cleaned
    assert "url(#f7-c)" in cleaned
    assert 'aria-labelledby="f7-m1"' in cleaned


def test_drawing_is_an_image_with_alternative_text():
    assert 'role="img"' in clean_svg(SVG.format(">"), "f1")
    assert 'aria-label="Bars: 3 and 4"' in clean_svg(SVG.format(">"), "f1", "Bars: 3 and 4")


@pytest.mark.parametrize(
    "bad",
    [
        "no drawing",
        "<p>x</p>",
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("><text>&a;</text>"),
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd" [<!ENTITY % x SYSTEM "http://x">%x;]>'
        + SVG.format(">"),
    ],
)
def test_drawing_that_is_none_or_declares_entities_is_refused(bad):
    assert clean_svg(bad, "f1") == ""


@given(st.text(alphabet="<>/\"'=&;# abcimgscriptonlrh:j\n\t\x00", max_size=80))
def test_no_text_at_all_gets_through_as_something_that_runs(text):
    assert not FORBIDDEN.search(clean_html(text))
