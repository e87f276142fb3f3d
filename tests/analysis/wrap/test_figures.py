"""An analyst's own drawing shows nothing small, and every word in it can be read."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath

mpl.use("agg")
from matplotlib import pyplot as plt

from toolkit.analysis import figures
from toolkit.analysis.wrap.figures import figure
from toolkit.errors import AnalysisError
from toolkit.publish.gate.gate import Gate, pass_gate
from toolkit.publish.gate.names import names_of

STRANDS = pd.Series({"interview": 20, "forum": 12}, name="people")
SAID = {"base": 32, "counts": "people", "alt": "Two bars.", "source": "sessions", "title": "Who"}


@pytest.fixture(autouse=True)
def nothing_is_drawn_yet():
    plt.close("all")


def drawn(**more):
    return figure(plt.gca(), **{**SAID, "data": STRANDS, **more})


@pytest.mark.parametrize("kind", ["bar", "barh", "line", "area", "pie"])
def test_a_drawing_of_its_data_is_a_figure_with_base_and_source(kind):
    STRANDS.plot(kind=kind)
    shown = drawn()
    assert (shown.title, shown.base_line) == ("Who", "Base: n = 32 participants.")
    assert shown.alt == "Two bars."
    assert "interview" in shown.svg
    assert plt.get_fignums() == [], "it is not shown a second time"


def test_shares_and_stacked_bars_of_the_data_are_of_the_data():
    (100 * STRANDS / 32).plot.barh()
    assert drawn()
    pd.DataFrame([STRANDS]).plot.bar(stacked=True)
    assert drawn()


def test_the_same_drawing_gives_the_same_bytes():
    STRANDS.plot.bar()
    first = drawn().svg
    STRANDS.plot.bar()
    assert drawn().svg == first


WRONG = {
    "another number": lambda axes: axes.bar(["x"], [7]),
    "a small number": lambda axes: axes.bar(["x"], [1]),
    "no number": lambda axes: axes.bar(["x"], [0]),
    "a line": lambda axes: axes.plot([0.1, 0.2], [1, 2]),
    "dots": lambda axes: axes.scatter([0.1], [1]),
    "a grid": lambda axes: axes.imshow(np.array([[1, 2]])),
    "a text": lambda axes: axes.text(0, 1, "1"),
    "a share in words": lambda axes: axes.text(0, 1, "3 %"),
    "a base in words": lambda axes: axes.text(0, 1, "carers (n = 1)"),
    "a title": lambda axes: axes.set_title("Fathers, n=2"),
    "a cell": lambda axes: axes.table(cellText=[["1"]]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_contradicts_its_data_is_refused(kind):
    WRONG[kind](STRANDS.plot.bar())
    with pytest.raises(AnalysisError, match="ANALYSIS-047"):
        drawn()


def test_small_counts_are_not_drawn():
    few = pd.Series({"a": 30, "b": 2})
    few.plot.bar()
    with pytest.raises(AnalysisError, match="ANALYSIS-046"):
        drawn(data=few)


UNREADABLE = {
    "outlines": lambda axes: axes.add_patch(PathPatch(TextPath((0, 0), "Mary"))),
    "marks of a line": lambda axes: axes.plot([0], [20], marker="$Mary$"),
    "marks of dots": lambda axes: axes.scatter([0], [20], marker="$Mary$"),
    "a picture": lambda axes: axes.imshow(np.zeros((9, 9, 3))),
    "a picture on the canvas": lambda axes: axes.figure.figimage(np.zeros((9, 9, 3))),
    "a large grid": lambda axes: axes.imshow(np.zeros((90, 90))),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_words_that_nobody_can_read_are_refused(kind):
    UNREADABLE[kind](STRANDS.plot.bar())
    with pytest.raises(AnalysisError, match="ANALYSIS-045"):
        drawn(counts="other")


WORDS = {
    "text": lambda axes: axes.text(0, 5, "so Mary Marple said"),
    "mathematics": lambda axes: axes.text(0, 5, "$Mary\\ Marple$ Mary Marple"),
    "title": lambda axes: axes.set_title("Mary Marple"),
    "tick": lambda axes: axes.set_xticks([0, 1], ["Mary Marple", "x"]),
    "legend": lambda axes: axes.legend(["Mary Marple"]),
    "axis": lambda axes: axes.set_ylabel("Mary Marple"),
    "annotation": lambda axes: axes.annotate("Mary Marple", (0, 5)),
    "cell of a table": lambda axes: axes.table(cellText=[["Mary Marple"]]),
    "heading": lambda axes: axes.figure.suptitle("Mary Marple"),
    "two texts": lambda axes: (axes.text(0, 5, "Mary"), axes.text(0.5, 5, "Marple")),
    "letters": lambda axes: [axes.text(n / 9, 5, letter) for n, letter in enumerate("Marple")],
}


@pytest.mark.parametrize("kind", WORDS)
def test_words_in_a_drawing_are_found_as_words_on_a_page_are(kind):
    WORDS[kind](STRANDS.plot.bar())
    page = drawn().to_html().encode()
    found = names_of(["Marple"] if kind == "letters" else ["Mary Marple"])
    assert pass_gate({"page.html": page}, Gate(found)).held


@pytest.mark.parametrize("missing", [{"alt": ""}, {"data": None}, {"axes": None}, {"axes": "x"}])
def test_a_figure_has_axes_data_and_a_description(missing):
    STRANDS.plot.bar()
    given = {"axes": plt.gca(), **SAID, "data": STRANDS, **missing}
    with pytest.raises(AnalysisError, match="ANALYSIS-044"):
        figure(given.pop("axes"), **given)


def test_the_toolkit_s_figures_give_their_axes_back_for_restyling(sample):
    before = figures.themes(sample)
    (axes,) = before.axes
    axes.set_title("In my own words")
    after = figure(before)
    assert "In my own words" in after.svg
    assert "In my own words" not in before.svg
    assert (after.base_line, after.source) == (before.base_line, before.source)


def test_a_figure_of_the_toolkit_that_was_not_restyled_is_the_same_drawing(sample):
    first, again = figures.recruitment(sample), figures.recruitment(sample)
    assert first.svg == again.svg
