"""The page that is opened first says what there is, what was found, and what is wrong."""

from __future__ import annotations

import pytest
from nbformat import v4

from toolkit.errors import Finding
from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.notebooks.graph import read_graph
from toolkit.publish.notebooks.inputs import read_inputs
from toolkit.publish.pages.frame import Link, Site
from toolkit.publish.pages.index_page import index_page
from toolkit.publish.plan.plan import plan_run
from toolkit.store.lifecycle.unlocked import unlock

HEADLINES = 'headlines = [{number = "{drawn} of {frame}", label = "people <drawn>"}]'
FAULT = Finding("RUN-010", "02-b.ipynb", 0, "cell 2", "it <stopped>", "a rule", "mend it")


@pytest.fixture
def shown(study, data, notebooks):
    def shown(*reports):
        graph = read_graph(
            notebooks(
                {"01-a": ["1"], "02-b": ["1"]}, records=["drawn", "frame"], headlines=HEADLINES
            )
        )
        inputs = read_inputs(study, data, unlock(data))
        plan = plan_run(graph, inputs, {})
        site = Site("A <study>", True, plan.run, "0.1.0", [], [Link("index.html", "Overview")])
        return index_page(site, plan, inputs, reports)

    return shown


def report(name, results=None, fault=None, sessions=1):
    executed = v4.new_notebook() if name == "01-a" else None
    values = {"sessions": sessions, **(results or {})}
    return NotebookReport(name, "What <is> it?", fault, values, executed)


def test_headline_of_a_notebook_stands_beside_its_question(shown):
    html = shown(report("01-a"), report("02-b", {"drawn": 28, "frame": 82}))
    assert "<dt>people &lt;drawn&gt;</dt><dd>28 of 82</dd>" in html
    assert "What &lt;is&gt; it?" in html


def test_research_question_guides_and_run_are_there(shown):
    html = shown(report("01-a"), report("02-b"))
    assert "children&#39;s social care" in html
    assert 'href="guides/telephone-interview.html"' in html
    assert "toolkit run topic_guides/parents-and-social-care --data FOLDER" in html


def test_notebook_that_was_not_run_has_no_link_and_a_reason(shown):
    html = shown(report("01-a"), report("02-b", fault=FAULT))
    assert 'href="02-b.html"' not in html.partition("<main")[2]
    assert "it &lt;stopped&gt;" in html
    assert ">not run</span>" in html
    assert "1 of 2 notebooks ran to their end" in html
    assert "does not hold" in html


def test_figures_that_do_not_add_up_are_counted_and_not_printed(shown):
    html = shown(report("01-a"), report("02-b"))
    assert ">to be read</span> The protocol and the published figures" in html
    assert "grandmother" not in html


def test_study_without_sessions_says_so(shown):
    assert "No sessions yet." in shown(report("01-a", sessions=0), report("02-b", sessions=0))
    assert "No sessions yet." not in shown(report("01-a"), report("02-b"))
