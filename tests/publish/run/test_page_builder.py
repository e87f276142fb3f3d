"""Pages are made aside, come in the reader's order, and no fault of theirs is lost."""

from __future__ import annotations

import pytest
from nbformat import v4

from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.notebooks.graph import read_graph
from toolkit.publish.notebooks.inputs import read_inputs
from toolkit.publish.plan.plan import plan_run
from toolkit.publish.run.page_builder import Press
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture
def planned(study, data, notebooks):
    graph = read_graph(notebooks({"01-a": ["1"], "02-b": ["2"]}))
    inputs = read_inputs(study, data, unlock(data))
    return plan_run(graph, inputs, {}), inputs


def test_pages_come_in_the_order_of_the_reader_whichever_ended_first(planned):
    cells = [v4.new_markdown_cell("# A title", id="title")]
    ended = [
        NotebookReport(name, "?", executed=v4.new_notebook(cells=cells))
        for name in ("02-b", "01-a")
    ]
    left_out = NotebookReport("03-c", "?")
    with Press() as press:
        press.get_ready(*planned)
        for report in (*ended, left_out):
            press.take(*planned, report)
        made = list(press.files([ended[1], ended[0], left_out]))
    assert [sorted(each) for each in made] == [
        ["01-a.code.html", "01-a.html", "notebooks/01-a.ipynb"],
        ["02-b.code.html", "02-b.html", "notebooks/02-b.ipynb"],
        [],
        ["guides/parent-forum.html", "guides/telephone-interview.html"],
    ]
    assert b"<h1>A title</h1>" in made[0]["01-a.html"]


def test_page_that_cannot_be_made_is_no_page_that_is_missing(planned):
    unknown = NotebookReport("09-unknown", "?", executed=v4.new_notebook())
    with Press() as press:
        press.take(*planned, unknown)
        with pytest.raises(KeyError):
            list(press.files([unknown]))
