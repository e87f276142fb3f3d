"""A notebook becomes a page that stands on its own."""

from __future__ import annotations

import re

import pytest
from nbformat import v4

from toolkit.analysis.present.results import RESULTS_MIME
from toolkit.errors import Finding
from toolkit.publish.engine.outcome import RESULTS
from toolkit.publish.pages.frame import Link, Page, Site
from toolkit.publish.pages.notebook_page import render_notebook, title_of

TABLE = "<table><caption>By role</caption><tr><th scope='row'>Mother</th><td>19</td></tr></table>"


def page(fictional=True):
    guides = [{"guide": "talk", "version": "1.0", "hash": "ab" * 32}]
    links = [Link("index.html", "Overview"), Link("01-a.html", "Sample")]
    return Page(
        Site("A study", fictional, "3f2a", "0.1.0 (ab)", guides, links), "01-a.html", "Sample"
    )


def code(*outputs, source="x = 1"):
    return v4.new_code_cell(source, outputs=list(outputs))


def display(**data):
    kinds = {"html": "text/html", "md": "text/markdown", "svg": "image/svg+xml"}
    kinds |= {"plain": "text/plain", "results": RESULTS}
    return v4.new_output("display_data", {kinds[name]: value for name, value in data.items()})


def rendered(*cells, **options):
    opening = v4.new_markdown_cell("# Sample\n\nWho took part?")
    return render_notebook(v4.new_notebook(cells=[opening, *cells]), page(), **options)


def test_page_holds_its_style_and_nothing_that_loads_or_runs():
    html = rendered(code(display(svg="<svg xmlns='http://www.w3.org/2000/svg'/>")))
    assert "<style>" in html
    assert not re.search(
        r"<script|<link (?!rel=\"icon\" href=\"data:,\")|@import|src=|url\(http", html
    )


def test_page_forbids_scripts_and_requests_by_itself():
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in rendered()


def test_fictional_data_is_marked_in_head_title_and_foot():
    html = rendered()
    assert html.count("Fictional sample data.") == 2
    assert "(fictional sample)</title>" in html


def test_real_data_carries_no_such_mark():
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Sample")])
    assert "ictional" not in re.sub(
        r"<style>.*?</style>", "", render_notebook(notebook, page(False)), flags=re.DOTALL
    )


def test_code_is_folded_away_and_there():
    html = rendered(code(source="recruitment.flow(data)  # reads only"))
    assert html.count('<details class="code"><summary>Show the code') == 1
    assert "flow" in html
    assert "<details open" not in html


def test_headings_are_in_order_and_contents_lead_to_them():
    html = rendered(v4.new_markdown_cell("## First & last\n\n### Inner\n\n# Second"))
    assert re.findall(r"<h([1-6])", html) == ["1", "2", "3", "2"]
    links = re.findall(r'<li><a href="#(part-\d+)">([^<]+)</a>', html)
    assert [text for _, text in links] == ["First &amp; last", "Second"]
    assert all(f'<h2 id="{name}">' in html for name, _ in links)


def test_every_table_can_be_scrolled_with_the_keyboard_and_says_its_number():
    wrapped = f'<div class="table-scroll" tabindex="0" role="region" aria-label="x">{TABLE}</div>'
    html = rendered(code(display(html=TABLE)), code(display(html=wrapped)))
    assert html.count('class="table-scroll" role="region" tabindex="0"') == 2
    assert 'aria-label="Table 1: By role"' in html
    assert 'aria-label="Table 2: By role"' in html


def test_every_figure_can_be_moved_with_the_keyboard_and_says_its_number():
    figure = "<figure><div class='plate'><svg xmlns='http://www.w3.org/2000/svg'/></div></figure>"
    html = rendered(
        code(display(html=figure)), code(display(svg="<svg xmlns='http://www.w3.org/2000/svg'/>"))
    )
    assert 'aria-label="Figure 1" class="plate" role="region" tabindex="0"' in html
    assert 'aria-label="Figure 2" class="plate" role="region" tabindex="0"' in html


def test_base_source_and_rule_of_suppression_stand_together():
    html = rendered(
        code(display(html=f"{TABLE}<p class='base'>n = 3</p>\n<p class='source'>x</p>"))
    )
    assert '<div class="rests-on"><p class="base">n = 3</p>' in html


def test_link_to_a_notebook_leads_to_its_page():
    html = rendered(v4.new_markdown_cell("[themes](03-themes.ipynb) and [more](04-x.ipynb#part)"))
    assert 'href="03-themes.html"' in html
    assert 'href="04-x.html#part"' in html


@pytest.mark.parametrize("kind", ["html", "md", "plain"])
def test_answer_with_markup_in_it_stays_an_answer(kind):
    html = rendered(
        code(display(**{kind: "so <script>alert(1)</script> <img src=x onerror=alert(1)>"}))
    )
    assert not re.search(r"<script|<img", html)
    assert "alert(1)" in html


def test_printed_text_is_escaped_and_loses_its_colours():
    html = rendered(code(v4.new_output("stream", text="\x1b[31m<b>no</b>\x1b[0m")))
    assert "<pre>&lt;b&gt;no&lt;/b&gt;</pre>" in html


def test_failure_says_where_and_why_at_the_top_and_in_its_place():
    fault = Finding("RUN-010", "01-a.ipynb", 0, "cell 2", "it stopped", "a rule", "mend it")
    error = v4.new_output("error", ename="KeyError", evalue=str(fault), traceback=[])
    html = rendered(code(error), fault=fault)
    assert html.count("RUN-010 01-a.ipynb cell 2: it stopped") == 2
    assert "This page is not complete." in html


def test_named_results_are_folded_away():
    html = rendered(code(display(html=TABLE, results={"drawn": 28})))
    assert '<details class="results"><summary>Named results of this page</summary>' in html


def test_settings_are_listed_with_their_meaning():
    html = rendered(settings=[{"name": "smallest", "value": 5, "meaning": "least count: <people>"}])
    assert "<td>least count: &lt;people&gt;</td>" in html


def test_title_is_the_first_heading():
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Sample and recruitment\n\nWho?")])
    assert title_of(notebook) == "Sample and recruitment"


def test_results_are_read_in_the_form_in_which_analysis_leaves_them():
    assert RESULTS == RESULTS_MIME
