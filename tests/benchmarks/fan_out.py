"""Times a notebook that is run once for each case, here and by two workers; a report, not a test.

``python tests/benchmarks/fan_out.py 5000``: a generated study of so many people approached, of whom
about one in seven refuses, in an encrypted store. Whole runs, with keys, pages, manifest and crate.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from nbformat import v4, write

from tests.publish.cluster import Cluster
from toolkit.guide import load_consent, load_guide, load_study
from toolkit.publish.run import Options, run_study
from toolkit.sample.generate import Field, generate
from toolkit.store import About
from toolkit.store.home import Home, make_home
from toolkit.store.keys import Cost
from toolkit.store.passphrase import SAMPLE
from toolkit.store.unlocked import unlock

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
CELLS = (
    "from toolkit.publish.notebook import study_data\ndata = study_data(study)",
    "mine = data.frames.answers[data.frames.answers['participant'] == case]\nlen(mine)",
)
GRAPH = """\
format = "toolkit-graph/1"

[[notebook]]
notebook = "06-case"
question = "What was said in this case?"
reads = ["answers"]
over = {case = "cases"}
"""


def generated(folder: Path, people: int) -> Home:
    """Make a home of a generated study."""
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    home = make_home(folder, about, SAMPLE, sample=True, cost=cheap).home
    store = home.open_research(unlock(home))
    guide = load_guide(STUDY / "telephone-interview.yaml")
    field = Field(store, load_study(STUDY), guide, load_consent(STUDY / "consent.yaml"))
    generate(field, participants=people, seed=1)
    store.close()
    return home


def notebooks(folder: Path) -> Path:
    """Write the notebook and its graph."""
    folder.mkdir()
    told = 'study = "x"  # which study\ncase = "x"  # pseudonym of the case'
    first = v4.new_code_cell(told, metadata={"tags": ["parameters"]}, id="parameters")
    cells = [v4.new_code_cell(each, id=f"cell-{number}") for number, each in enumerate(CELLS)]
    title = v4.new_markdown_cell("# One case", id="title")
    write(v4.new_notebook(cells=[title, first, *cells]), folder / "06-case.ipynb")
    (folder / "graph.toml").write_text(GRAPH, encoding="utf-8")
    return folder


def measure(people: int) -> None:
    """Print what a run takes here, by two workers, and when nothing changed."""
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        root = Path(folder)
        home, graph = generated(root / "data", people), notebooks(root / "notebooks")
        (root / "logs").mkdir()
        cluster = Cluster(root / "logs", home.folder)
        ways = (
            ("here, two at a time", "here", Options()),
            ("by two workers", "there", Options(scheduler=cluster.address)),
            ("by two workers, nothing changed", "there", Options(scheduler=cluster.address)),
        )
        try:
            for what, outputs, how in ways:
                begun = time.perf_counter()
                report = run_study(
                    STUDY, home, unlock(home), notebooks=graph, outputs=root / outputs, options=how
                )
                assert report.good, report.findings[:3]
                taken, count = time.perf_counter() - begun, len(report.notebooks)
                print(f"  {count} cases, {what}: {taken:.1f} s, {1000 * taken / count:.0f} ms each")
        finally:
            cluster.close()
        same = (root / "here" / home.study / "run.json").read_bytes()
        assert same == (root / "there" / home.study / "run.json").read_bytes()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  same bytes; {memory:.0f} MB at most; load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    for each in sys.argv[1:] or ["200"]:
        measure(int(each))
