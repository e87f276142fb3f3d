"""The graph of the notebooks says what there is, and refuses what does not hang together."""

from __future__ import annotations

import pytest

from toolkit.errors import RunError
from toolkit.publish.notebooks.graph import Headline, read_graph

GOOD = """\
format = "toolkit-graph/1"

[[notebook]]
notebook = "01-first"
question = "What comes first?"
reads = ["sessions"]
records = ["drawn", "frame"]
headlines = [{number = "{drawn} of {frame}", label = "drawn"}]

[[notebook]]
notebook = "02-second"
question = "And then?"
after = ["01-first"]
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("01-first", "02-second"):
        (tmp_path / f"{name}.ipynb").write_text("{}")
    (tmp_path / "graph.toml").write_text(GOOD)
    return tmp_path


def test_graph_gives_notebooks_in_reading_order_with_what_they_record(folder):
    graph = read_graph(folder)
    assert [each.notebook for each in graph.steps] == ["01-first", "02-second"]
    assert graph.steps[0].records == ("drawn", "frame")
    assert graph.path(graph.steps[0]).name == "01-first.ipynb"


def test_notebook_is_ready_only_when_those_before_it_are_done(folder):
    sorter = read_graph(folder).sorter()
    assert sorter.get_ready() == ("01-first",)
    assert sorter.get_ready() == ()
    sorter.done("01-first")
    assert sorter.get_ready() == ("02-second",)


def test_headline_prints_a_number_with_its_base():
    headline = Headline("{helped} of {people}", "helped")
    assert headline.said({"helped": 4, "people": 32}) == "4 of 32"
    assert Headline("{mean} minutes", "mean").said({"mean": 60.04}) == "60.0 minutes"
    assert Headline("{kappa:.2f}", "kappa").said({"kappa": 0.7412}) == "0.74"


def test_headline_is_silent_where_there_is_nothing_to_count():
    assert Headline("{mean} minutes", "mean").said({"mean": None}) == ""
    assert Headline("{mean} minutes", "mean").said({}) == ""


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("toolkit-graph/1", "other", "format", "other than toolkit-graph/1"),
        ('"01-first"\nq', '"First"\nq', "notebook", "NN-words"),
        ("reads =", "raeds =", "01-first", "unknown key"),
        ('question = "And then?"', 'question = " "', "02-second", "has no question"),
        ('["drawn", "frame"]', '["drawn", "drawn"]', "01-first, records", "twice"),
        ('["sessions"]', '["session"]', "01-first, reads", "did you mean sessions?"),
        ('["sessions"]', '["her words"]', "01-first, reads", "it can read protocol"),
        ('["sessions"]', '"sessions"', "01-first, reads", "list of names"),
        ("{drawn} of {frame}", "{drawn} of {list}", "01-first, headlines", "not made of results in 'records'"),
        ("{drawn} of {frame}", "many", "01-first, headlines", "not made of results in 'records'"),
        ('reads = ["sessions"]', 'after = ["02-second"]', "after", "circle"),
        ('"02-second"', '"01-first"', "graph.toml", "twice"),
        ("[[notebook]]", "[[notebook", "graph.toml", "not TOML"),
    ],
)
def test_fault_of_the_graph_is_named(folder, old, new, place, what):
    (folder / "graph.toml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(RunError) as caught:
        read_graph(folder)
    fault = caught.value.findings[0]
    assert (fault.code, fault.place) == ("RUN-004", place)
    assert what in fault.found


def test_notebook_that_is_not_there_is_named(folder):
    (folder / "02-second.ipynb").unlink()
    with pytest.raises(RunError, match="RUN-005 notebook 02-second"):
        read_graph(folder)


def test_dependency_that_is_not_there_names_the_nearest(folder):
    (folder / "graph.toml").write_text(GOOD.replace('after = ["01-first"]', 'after = ["01-frist"]'))
    with pytest.raises(RunError, match="did you mean 01-first"):
        read_graph(folder)


def test_folder_without_a_graph_is_refused(tmp_path):
    with pytest.raises(RunError, match="has no such file"):
        read_graph(tmp_path)


OVER = 'over = {case = "cases"}\n'


def steps(folder, *lines):
    """Give the steps where the first notebook has some more lines."""
    text = GOOD.replace('reads = ["sessions"]\n', "".join(lines))
    (folder / "graph.toml").write_text(text)
    return read_graph(folder).steps


def test_notebook_that_fans_out_is_handed_shares_but_for_what_it_names_whole(folder):
    reads = 'reads = ["answers", "sessions", "quotations", "codebook"]\n'
    (alone, _), (over, _) = steps(folder, reads), steps(folder, reads, OVER)
    (compared, _) = steps(folder, reads, OVER, 'whole = ["answers"]\n')
    assert alone.shares == ()
    assert over.shares == ("answers", "sessions", "guides")
    assert compared.shares == ("sessions", "guides")
    assert read_graph(folder).shares == {"cases": ("guides", "sessions")}


@pytest.mark.parametrize(
    ("over", "name"), [("", "answers"), (OVER, "turns"), (OVER, "codebook"), (OVER, "anwers")]
)
def test_whole_names_what_is_read_and_would_be_handed_in_shares(folder, over, name):
    with pytest.raises(RunError, match=rf"RUN-004 .* 01-first, whole: {name}"):
        steps(folder, 'reads = ["answers", "codebook"]\n', over, f'whole = ["{name}"]\n')
