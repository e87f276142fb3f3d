"""A small study with small notebooks, to run for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4, write

from toolkit.store import About, NewEvent, PlainStore

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"


@pytest.fixture
def study():
    """Folder of the worked study."""
    return STUDY


@pytest.fixture
def data(tmp_path):
    """Folder of a store with one record in it."""
    folder = tmp_path / "research"
    store = PlainStore.create(folder, About(STUDY.name, fictional=True, created="2019-01-01"))
    store.append([NewEvent("note", new_value="one", session="P01", case="P01", start=1)])
    store.close()
    return folder


@pytest.fixture
def notebooks(tmp_path):
    """Write notebooks and their graph: ``notebooks({"01-a": ["1 + 1"]}, records=["x"])``."""

    def written(sources, *, records=(), after="", headlines=""):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        graph = 'format = "toolkit-graph/1"\n'
        for name, cells in sources.items():
            tagged = v4.new_code_cell(
                'study = "x"  # which study\nword = "one"  # a word',
                metadata={"tags": ["parameters"]},
                id="parameters",
            )
            code = [v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(cells)]
            title = v4.new_markdown_cell(f"# Title of {name}\n\nWhat?", id="title")
            write(v4.new_notebook(cells=[title, tagged, *code]), folder / f"{name}.ipynb")
            graph += f'\n[[notebook]]\nnotebook = "{name}"\nquestion = "What?"\n'
            graph += f"records = {list(records)}\n{headlines}\n"
            graph += f'after = ["{after}"]\n' if after and name != after else ""
        (folder / "graph.toml").write_text(graph)
        return folder

    return written
