"""A cell reaches data by what the graph declares, or the run does not start."""

from __future__ import annotations

import pytest

from toolkit.errors import RunError
from toolkit.publish.notebooks.readable import way_around
from toolkit.publish.run.run import run_study
from toolkit.store.lifecycle.unlocked import unlock


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("from toolkit.store.home import find_home", "toolkit.store.home"),
        ("import toolkit.store", "toolkit.store"),
        ("from toolkit import capture", "toolkit.capture"),
        ("from toolkit.publish.notebooks.study_access import opened", "toolkit.publish.notebooks.study_access"),
        ("from toolkit.publish.notebooks.notebook_study import opened", "toolkit.publish.notebooks.notebook_study"),
        ("from toolkit.analysis import open_study, say", "toolkit.analysis"),
        ("from toolkit.analysis.present.table import Table", "toolkit.analysis.present.table"),
        ("import toolkit\ntoolkit.store.home.find_home(x)", "toolkit.store.home.find_home"),
        ("toolkit.analysis.frames.open_study(store, x)", "toolkit.analysis.frames.open_study"),
        ("import toolkit as t\nf = t.analysis.Table", "toolkit.analysis.Table"),
        ("from toolkit import run, say", "toolkit.run"),
        ("if True:\n    import toolkit.analysis.frames as f", "toolkit.analysis.frames"),
    ],
)
def test_import_that_leads_past_the_graph_is_named(cell, what):
    assert way_around(cell) == what


@pytest.mark.parametrize(
    "cell",
    [
        "from toolkit import figures, open_study, record, say, tables",
        "import toolkit\ntoolkit.tables.themes.by_strand(toolkit.open_study(study))",
        "import toolkit\ntoolkit.__version__",
        "from toolkit.errors import AnalysisError",
        "from toolkit import load_guide",
        "import pandas, toolkit",
        "%matplotlib inline\nnot python at all",
    ],
)
def test_what_notebooks_need_is_let_through(cell):
    assert way_around(cell) == ""


def test_notebook_that_opens_the_store_by_itself_is_refused_before_anything_runs(
    study, data, notebooks, tmp_path
):
    folder = notebooks({"01-a": ["1"], "02-b": ["1", "from toolkit.store import home"]})
    with pytest.raises(RunError, match=r"RUN-058 02-b.ipynb.* cell 4: it uses toolkit.store"):
        run_study(study, data, unlock(data), notebooks=folder, outputs=tmp_path / "out")
    assert not (tmp_path / "out" / study.name).exists()
