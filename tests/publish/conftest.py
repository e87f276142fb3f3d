"""A small study with small notebooks, to run for real."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from nbformat import v4, write

from toolkit.publish.gate.gate import ordinary_words
from toolkit.publish.gate.held import HELD_BACK
from toolkit.publish.gate.names import names_of
from toolkit.publish.gate.releases import record_release
from toolkit.publish.paper.study_report import make_report
from toolkit.publish.run.run import run_study
from toolkit.store import About, NewEvent
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"


@pytest.fixture
def study():
    """Folder of the worked study."""
    return STUDY


def make_data(folder):
    """Give a new home of fictional data with one record in them."""
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    home = make_home(folder, about, SAMPLE, sample=True, cost=CHEAP).home
    store = home.open_research(unlock(home))
    store.append([NewEvent("note", new_value="one", session="K01", case="K01", start=1)])
    store.close()
    return home


@pytest.fixture
def data(tmp_path):
    """Home of fictional data with one record in them."""
    return make_data(tmp_path / "data")


@pytest.fixture(scope="session")
def small_run(shared):
    """Folder of ``data``, ``notebooks`` and ``out`` after a run of one notebook; to be read."""

    def make(folder):
        home = make_data(folder / "data")
        where = {
            "notebooks": write_notebooks(folder / "notebooks", {"01-a": ["1"]}),
            "outputs": folder / "out",
        }
        assert run_study(STUDY, home, unlock(home), **where).good

    return shared("small-run", make)


@pytest.fixture
def after_run(small_run, tmp_path):
    """A copy of it to change: no run is needed to have one."""
    return shutil.copytree(small_run, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def another_record(data):
    """Write one more record: ``another_record()``."""

    def written():
        store = data.open_research(unlock(data))
        store.append([NewEvent("note", new_value="two", session="K02", case="K02", start=2)])
        store.close()

    return written


def as_said(cell):
    """Return a cell that shows through the toolkit what it would print: else it is held back."""
    if re.fullmatch(r"\d+", cell):
        return f"x = {cell}"
    printed = re.fullmatch(r"print\((.*)\)", cell)
    if printed is None:
        return cell
    return f'from toolkit import say\nsay("{{x}}", x=" ".join(map(str, ({printed[1]},))))  # {cell}'


def release_everything(home, outputs):
    """Release by name all that a run held back, so that the next one publishes it."""
    listed = json.loads((outputs / home.study / HELD_BACK).read_text())["held_back"]
    store = home.open_research(unlock(home))
    for each in listed:
        record_release(store, each["hash"], user="lead-1", reason="Made up for a test.", at=1)
    store.close()


def written(folder, cells, graph):
    """Write notebooks and a graph of them that is given; give the folder."""
    folder.mkdir()
    for name, sources in cells.items():
        told = v4.new_code_cell(
            'study = "x"  # which study\nword = "one"  # a word',
            metadata={"tags": ["parameters"]}, id="parameters",
        )  # fmt: skip
        told_so = map(as_said, sources)
        code = [v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(told_so)]
        write(v4.new_notebook(cells=[told, *code]), folder / f"{name}.ipynb")
    (folder / "graph.toml").write_text(graph)
    return folder


def write_notebooks(folder, sources, *, records=(), after="", headlines="", reads=()):
    """Write notebooks and their graph into a folder, and give it."""
    folder.mkdir(exist_ok=True)
    graph = 'format = "toolkit-graph/1"\n'
    for name, cells in sources.items():
        tagged = v4.new_code_cell(
            'study = "x"  # which study\nword = "one"  # a word',
            metadata={"tags": ["parameters"]},
            id="parameters",
        )
        said = map(as_said, cells)
        code = [v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(said)]
        title = v4.new_markdown_cell(f"# Title of {name}\n\nWhat?", id="title")
        write(v4.new_notebook(cells=[title, tagged, *code]), folder / f"{name}.ipynb")
        graph += f'\n[[notebook]]\nnotebook = "{name}"\nquestion = "What?"\n'
        graph += f"records = {list(records)}\nreads = {list(reads)}\n{headlines}\n"
        graph += f'after = ["{after}"]\n' if after and name != after else ""
    (folder / "graph.toml").write_text(graph)
    return folder


@pytest.fixture
def notebooks(tmp_path):
    """Write notebooks and their graph: ``notebooks({"01-a": ["1 + 1"]}, records=["x"])``."""
    return partial(write_notebooks, tmp_path / "notebooks")


@pytest.fixture(scope="session")
def people():
    """Names on the fictional list of people supported."""
    file = STUDY / "sample" / "recruitment.yaml"
    return re.findall(r'name: "([^"]+)"', file.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample_names(people):
    """The same names, as the gate looks for them."""
    return names_of(people, ordinary_words(STUDY))


@pytest.fixture(scope="session")
def products(shared, sample_run):
    """Folder of the report of the sample study: page, PDF, document."""

    def make(folder):
        shutil.copytree(sample_run, folder / sample_run.name)
        make_report(sample_run.name, "Parents and social care", outputs=folder)

    return shared("sample-report", make) / f"{sample_run.name}-report"
