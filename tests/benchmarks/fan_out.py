"""Times a notebook that is run once for each case, here and by two workers; a report, not a test.

``python tests/benchmarks/fan_out.py 600``: a generated study of so many people approached, of whom
about one in seven refuses, in an encrypted store. Whole runs, with keys, pages, manifest and crate.
``--here`` leaves the workers out; ``--jobs 4`` runs so many at a time.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path

from nbformat import v4, write

from tests.publish.team.cluster import Cluster
from toolkit.guide import load_consent, load_guide, load_study
from toolkit.publish.run.run import Options, run_study
from toolkit.sample.generate import Field, generate
from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
CELLS = (
    "from toolkit import open_study\ndata = open_study(study)",
    "len(data.frames.answers)",
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


def correct(home: Home) -> None:
    """Write down another answer of one case."""
    store = home.open_research(unlock(home))
    said = [each for each in store.read() if each.event == "answer"][-1]
    names = [each.name for each in fields(NewEvent)]
    event = NewEvent(**{name: getattr(said, name) for name in names})
    store.append([replace(event, new_value={"missing": "refused"})])
    store.close()


class Bench:
    """A generated study with a notebook for each case, and where what it takes is printed."""

    def __init__(self, root: Path, people: int) -> None:
        self._root, self.folder = root, root / "data"
        self.home, self._graph = generated(self.folder, people), notebooks(root / "notebooks")

    def run(self, what: str, outputs: str, how: Options) -> Path:
        """Run, print how long it took, and give the folder of the outputs."""
        begun, key = time.perf_counter(), unlock(self.home)
        place = self._root / outputs
        report = run_study(STUDY, self.home, key, notebooks=self._graph, outputs=place, options=how)
        assert report.good, report.findings[:3]
        taken, count = time.perf_counter() - begun, len(report.notebooks)
        again = sum(each.again for each in report.notebooks)
        each, load = 1000 * taken / count, os.getloadavg()[0]
        print(f"  {count} cases, {what}: {again} run, {taken:.1f} s, {each:.0f} ms each;", end=" ")
        print(f"load {load:.1f}", flush=True)
        return report.folder


def measure(people: int, jobs: int, *, here: bool) -> None:
    """Print what a run takes here, by two workers, when nothing changed, and after one answer."""
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        bench, alone = Bench(Path(folder), people), Options(jobs=jobs)
        made = bench.run(f"here, {jobs} at a time", "here", alone)
        bench.run("here, nothing changed", "here", alone)
        if not here:
            (Path(folder) / "logs").mkdir()
            cluster = Cluster(Path(folder) / "logs", bench.folder)
            try:
                team = Options(scheduler=cluster.address)
                by_team = bench.run("by two workers", "there", team)
            finally:
                cluster.close()
            assert (made / "run.json").read_bytes() == (by_team / "run.json").read_bytes()
            print("  same bytes")
        correct(bench.home)
        bench.run("here, one answer is another", "here", alone)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {memory:.0f} MB at most", flush=True)


def main() -> None:
    """Read the command line and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="*", default=[200])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--here", action="store_true")
    asked = parser.parse_args()
    for people in asked.people:
        measure(people, asked.jobs, here=asked.here)


if __name__ == "__main__":
    main()
