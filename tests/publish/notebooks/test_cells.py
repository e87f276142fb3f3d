"""Parameters are put in as papermill puts them; outputs go out and back without a change."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4
from papermill.parameterize import parameterize_notebook

from toolkit.publish.notebooks.cells import put_back, ran, with_parameters

PRINTABLE = st.text().filter(str.isprintable)
VALUES = st.one_of(
    PRINTABLE,
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(PRINTABLE, max_size=3),
)


def notebook(*tags):
    cells = [v4.new_markdown_cell("# A", metadata={"tags": []})]
    cells.append(v4.new_code_cell("x = 1", metadata={"tags": list(tags)}))
    cells.append(v4.new_code_cell("x", metadata={"tags": []}))
    return v4.new_notebook(cells=cells, metadata={"papermill": {}})


@given(st.dictionaries(st.sampled_from(["one", "two"]), VALUES, min_size=1))
def test_cell_of_parameters_is_the_one_that_papermill_puts_in(values):
    python = {"kernel_name": "python3", "language": "python"}
    theirs = parameterize_notebook(notebook("parameters"), values, **python)
    ours = with_parameters(notebook("parameters"), values)
    assert [each.source for each in ours.cells] == [each.source for each in theirs.cells]
    assert ours.cells[2].metadata.tags == theirs.cells[2].metadata.tags


@given(st.dictionaries(st.sampled_from(["one", "two"]), VALUES, min_size=1))
def test_cell_of_parameters_sets_exactly_what_was_given(values):
    found = {}
    exec(with_parameters(notebook("parameters"), values).cells[2].source, found)
    assert {name: found[name] for name in values} == values


def test_parameters_stand_first_where_nothing_is_declared():
    assert with_parameters(notebook(), {"x": 2}).cells[0].source == "# Parameters\nx = 2\n"


def test_without_parameters_nothing_is_put_in_and_the_source_is_left_alone():
    source = notebook("parameters")
    before = copy.deepcopy(source)
    assert with_parameters(source, {}) == before
    with_parameters(source, {"x": 2}).cells[1].source = "changed"
    assert source == before


def test_what_ran_is_put_into_new_prose():
    executed = notebook()
    executed.cells[1].update(execution_count=4, outputs=[v4.new_output("stream", text="said")])
    new = notebook()
    new.cells[0].source = "# B"
    filled = put_back(new, ran(executed))
    assert filled.cells[0].source == "# B"
    assert filled.cells[1].outputs[0].text == "said"
    assert filled.cells[1].execution_count == 4
