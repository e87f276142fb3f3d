"""Answers that try to be more than answers, shown in a real browser in every form there is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nbformat import v4

from toolkit.analysis.present.results import record, say
from toolkit.analysis.present.table import Table
from toolkit.publish.pages.frame import Page, Site
from toolkit.publish.pages.notebook_page import render_notebook

ANSWERS = Path(__file__).parents[1].joinpath("naughty.txt").read_text(encoding="utf-8").splitlines()
SITE = Site("A study", True, "0", "0.1.0", [], [])


def output(**data):
    return v4.new_output(
        "display_data", {"/".join(kind.split("__")): v for kind, v in data.items()}
    )


def forms(answer):
    """Give an answer in the forms in which analysis shows it, and raw, past all care."""
    table = Table(answer, pd.DataFrame({answer: [answer]}), 1, answer, answer)
    return [
        output(text__html=table._repr_html_()),
        v4.new_output("display_data", record(said=answer)._repr_mimebundle_()[0]),
        output(text__markdown=say("They said: {said}", said=answer)._repr_markdown_()),
        output(text__plain=repr(table)),
        output(text__html=answer),
        output(text__markdown=answer),
        v4.new_output("stream", text=answer),
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    cells = [v4.new_markdown_cell("# Answers")]
    cells += [v4.new_code_cell("x", outputs=forms(answer)) for answer in ANSWERS]
    file = tmp_path_factory.mktemp("naughty") / "page.html"
    file.write_text(
        render_notebook(v4.new_notebook(cells=cells), Page(SITE, "page.html", "Answers")),
        encoding="utf-8",
    )
    return file


def test_no_answer_runs_loads_or_moves_the_reader(page, opened):
    with opened(page) as watched:
        watched.page.wait_for_load_state("networkidle")
        assert watched.page.title().startswith("Answers")
        assert watched.requests == [page.as_uri()]
        assert watched.complaints == []
        assert watched.page.url == page.as_uri()


def test_no_answer_becomes_an_element_that_could(page, opened):
    with opened(page) as watched:
        for name in (
            "script",
            "iframe",
            "object",
            "embed",
            "img",
            "video",
            "audio",
            "form",
            "base",
        ):
            assert watched.page.locator(f"body {name}").count() == 0, name
        assert watched.page.locator("body style, body link, body meta").count() == 0
        assert (
            watched.page.evaluate("document.querySelectorAll('a[href^=j i], a[href^=d i]').length")
            == 0
        )


def test_link_in_an_answer_leads_to_a_page_elsewhere_or_is_none(page, opened):
    with opened(page) as watched:
        hrefs = watched.page.locator(".text a[href]").evaluate_all(
            "all => all.map(a => a.protocol)"
        )
        assert set(hrefs) == {"https:"}


def test_answers_in_tables_are_shown_to_the_letter(page, opened):
    with opened(page) as watched:
        cells = watched.page.locator(".output .table-scroll tbody th").all_inner_texts()
        plain = [each for each in ANSWERS if each.isascii()]
        shown = {" ".join(each.split()) for each in cells}
        assert {" ".join(each.split()) for each in plain} <= shown
