"""Three engines, the same bytes: on papermill's own notebooks and on what is hard to get right."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import v4
from papermill.engines import papermill_engines

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import COMPAT, FAST, FORK, Task, execute
from toolkit.publish.notebooks.normalise import as_text, normalise

ENGINES = (COMPAT, FORK, FAST)
THEIRS = Path(papermill.__file__).parent / "tests" / "notebooks"
NOTEBOOKS = sorted(each for each in THEIRS.rglob("*.ipynb") if each.stat().st_size)
HARD = [
    "print('a'); import sys; print('b', file=sys.stderr); print('c')",
    "from IPython.display import display, clear_output, HTML\ndisplay(HTML('<b>x</b>'))\n1",
    "print('gone'); clear_output(); print('stays')",
    "handle = display({'a': 1}, display_id='one'); handle.update({'a': 2})",
    "print('10%\\r20%\\r30%'); print('ab\\bc')",
    "import warnings; warnings.warn('watch out')",
    "import asyncio; await asyncio.sleep(0); asyncio.get_running_loop().is_running()",
    "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    "!echo from a shell",
    # Without a result: a real kernel may show that first.
    "import os; os.system('echo past Python');",
    "import uuid; uuid.uuid4()",
    "%%capture caught\nprint('caught')",
    "caught.stdout",
    "import ipywidgets\nwith ipywidgets.Output() as out: print('inside')\nout",
    "ipywidgets.IntSlider(value=3)",
    "import pandas; pandas.DataFrame({'a': [1.5, None]})",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "float('nan'), 'caf\\u00e9', '\\U0001f600', b'bytes'",
    "object()",
    "open?",
    "_, __, Out[7], In[2][:5]",
    "input('asks')",
]


@pytest.fixture(scope="module")
def workplace():
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        place = Workplace(Path(folder), Path(folder) / "cache")
        place.prepare()
        yield place
        place.preloaded.close()


def left(notebook, workplace, engine, seconds=60):
    """Give the text that an engine leaves, and the finding where it stopped."""
    task = Task("01-a", notebook, {}, workplace.environment({}), seconds)
    executed = execute(task, workplace, engine=engine)
    hidden = {str(workplace.folder): "<run>"}
    cleaned = normalise(executed.notebook, fault=None, hidden=hidden, about={})
    return as_text(cleaned), str(executed.fault)


def test_all_three_are_known_to_papermill():
    assert {COMPAT, FORK, FAST} <= set(papermill_engines._engines)


def test_there_are_notebooks_of_papermill_to_compare_on():
    assert len(NOTEBOOKS) >= 20


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda each: each.stem)
def test_papermill_s_own_notebooks_come_out_the_same(file, workplace):
    notebook = v4.upgrade(nbformat.read(file, as_version=4))
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            # A sleep of ten seconds shows nothing that one of a tenth does not.
            cell.source = re.sub(r"\bsleep\((10|0\.5)\)", "sleep(0.1)", cell.source)
    # One sleeps for a minute, to be interrupted.
    seconds = 2 if file.stem == "keyboard_interrupt" else 60
    texts = {engine: left(notebook, workplace, engine, seconds) for engine in ENGINES}
    assert texts[FORK] == texts[COMPAT]
    assert texts[FAST] == texts[COMPAT]


def test_what_is_hard_to_get_right_comes_out_the_same(workplace):
    cells = [v4.new_code_cell(text, id=f"cell-{number}") for number, text in enumerate(HARD)]
    cells[-1].metadata.tags = ["raises-exception"]
    notebook = v4.new_notebook(cells=cells)
    texts = {engine: left(notebook, workplace, engine) for engine in ENGINES}
    assert texts[FORK] == texts[COMPAT]
    assert texts[FAST] == texts[COMPAT]
