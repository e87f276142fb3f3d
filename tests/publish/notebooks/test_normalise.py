"""What differs by chance, and what must not be in a notebook, is taken out."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat import v4

from toolkit.errors import Finding, RunError
from toolkit.publish.notebooks.normalise import as_text, normalise, read_notebook

FAULT = Finding("RUN-010", "01.ipynb", 0, "cell 2", "it stopped", "a rule", "mend it")


def cleaned(*outputs, fault=None, hidden=None, **metadata):
    cell = v4.new_code_cell("x", id="a", outputs=list(outputs), metadata=metadata)
    notebook = v4.new_notebook(cells=[cell], metadata={"papermill": {"duration": 3}})
    return normalise(notebook, fault=fault, hidden=hidden or {}, about={"run": "0"})


def output(text, kind="text/plain"):
    return v4.new_output("display_data", {kind: text})


def test_timings_and_papermill_are_gone_and_tags_of_parameters_stay():
    notebook = cleaned(papermill={"duration": 1}, tags=["parameters", "mine"])
    assert notebook.cells[0].metadata == {"tags": ["parameters"]}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "toolkit"}


def test_cell_that_papermill_puts_in_has_a_fixed_id():
    assert cleaned(tags=["injected-parameters"]).cells[0].id == "injected-parameters"


def test_traceback_gives_way_to_what_we_say_of_it():
    raw = v4.new_output("error", ename="KeyError", evalue="'her words'", traceback=["her words"])
    text = as_text(cleaned(raw, fault=FAULT))
    assert "her words" not in text
    assert "RUN-010 01.ipynb cell 2: it stopped" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<toolkit.X object at 0x7f3a2b1c9d00>", "<toolkit.X object at 0x0>"),
        ("/tmp/ipykernel_311/2871.py:3: UserWarning", "<cell>:3: UserWarning"),
        ("/srv/clone/toolkit/a.py and /srv/clone2", "<code>/toolkit/a.py and <code>2"),
        ("the answer 0x12345678 stays", "the answer 0x12345678 stays"),
    ],
)
def test_addresses_and_paths_of_this_machine_are_replaced(before, after):
    shown = cleaned(output(before), hidden={"/srv/clone": "<code>"})
    assert shown.cells[0].outputs[0].data["text/plain"] == after


def test_longest_path_is_replaced_first():
    hidden = {"/srv": "<short>", "/srv/data": "<long>"}
    shown = cleaned(v4.new_output("stream", text="/srv/data/x"), hidden=hidden)
    assert shown.cells[0].outputs[0].text == "<long>/x"


def test_widget_leaves_neither_its_identifier_nor_its_value():
    widget = v4.new_output(
        "display_data",
        {
            "application/vnd.jupyter.widget-view+json": {"model_id": "4f"},
            "text/plain": "Textarea(value='her words')",
        },
    )
    text = as_text(cleaned(widget))
    assert "4f" not in text.split('"outputs"')[1].split('"source"')[0]
    assert "her words" not in text


def test_notebook_is_read_without_outputs(tmp_path):
    file = tmp_path / "a.ipynb"
    file.write_text(as_text(cleaned(output("old"))))
    assert read_notebook(file).cells[0].outputs == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x00\xff", "not a valid notebook"),
        (b"{}", "not a valid notebook"),
        (b"[1]", "not a valid notebook"),
        (json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}).encode(),
         "older format"),
    ],
)  # fmt: skip
def test_file_that_is_no_notebook_of_ours_is_refused(tmp_path, content, what):
    file = tmp_path / "a.ipynb"
    file.write_bytes(content)
    with pytest.raises(RunError, match="RUN-006 a") as caught:
        read_notebook(file)
    assert what in str(caught.value)


def test_how_a_notebook_was_looked_at_does_not_change_what_is_run(tmp_path):
    """JupyterLab saves kernels, folded cells, times and the state of widgets beside the cells."""
    cell = v4.new_code_cell("x = 1", id="a", metadata={"tags": ["parameters"]})
    nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "plain.ipynb")
    seen = {"collapsed": True, "execution": {"iopub.status.busy": "2026-01-01"}, "scrolled": False}
    cell = v4.new_code_cell("x = 1", id="a", metadata={"tags": ["parameters"], **seen})
    cell.outputs = [v4.new_output("stream", text="4f")]
    saved = {
        "kernelspec": {"name": "mine", "display_name": "Mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.12.1"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
        "toc-autonumbering": True,
    }
    nbformat.write(v4.new_notebook(cells=[cell], metadata=saved), tmp_path / "saved.ipynb")
    one, two = (as_text(read_notebook(tmp_path / f"{name}.ipynb")) for name in ("plain", "saved"))
    assert one == two
    assert '"parameters"' in one
