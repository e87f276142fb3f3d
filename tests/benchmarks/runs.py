"""Compares the run with the plain papermill command line, in turn; a report, not a test.

``python tests/benchmarks/runs.py``: one small notebook cold and warm, the study's whole graph,
twenty notebooks of which nothing changed, a thousand cells. Ours is the whole command, with checks
and pages, except where it says "engine". papermill only runs the notebook.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode, v4, write

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import FAST, Task, execute
from toolkit.sample.demo import prepare_demo

ROOT = Path(__file__).parents[2]
STUDY = "parents-and-social-care"
BIN = Path(sys.executable).parent
SMALL = [
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd",
    "frame = pd.DataFrame({'group': np.arange(3000) % 7, 'value': np.arange(3000) ** 0.5})",
    "frame.groupby('group')['value'].agg(['mean', 'count'])",
    "frame.groupby('group')['value'].mean().plot.bar()\nplt.show()",
]


def notebook(cells: list[str]) -> NotebookNode:
    """Give a notebook with a title and a cell of parameters."""
    first = v4.new_markdown_cell("# A notebook", id="title")
    told = v4.new_code_cell(
        'study = "x"  # which study', metadata={"tags": ["parameters"]}, id="parameters"
    )
    code = [v4.new_code_cell(text, id=f"cell-{number}") for number, text in enumerate(cells)]
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return v4.new_notebook(cells=[first, told, *code], metadata=spec)


def graph(folder: Path, sources: dict[str, list[str]]) -> Path:
    """Write notebooks and the graph of them."""
    folder.mkdir(parents=True)
    text = 'format = "toolkit-graph/1"\n'
    for name, cells in sources.items():
        write(notebook(cells), folder / f"{name}.ipynb")
        text += f'\n[[notebook]]\nnotebook = "{name}"\nquestion = "?"\n'
    (folder / "graph.toml").write_text(text, encoding="utf-8")
    return folder


def seconds(call: Callable[[], object]) -> float:
    """Time a call."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


class Place:
    """A project with the sample study, in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "topic_guides").mkdir()
        (folder / "topic_guides" / STUDY).symlink_to(ROOT / "topic_guides" / STUDY)
        prepare_demo(ROOT / "topic_guides" / STUDY, folder / ".studies" / f"{STUDY}-sample")

    def papermill(self, file: Path) -> float:
        """Run one notebook by the plain papermill command line."""
        words = [BIN / "papermill", file, self.folder / "theirs.ipynb", "--no-progress-bar"]
        return seconds(lambda: self._call(*words))

    def toolkit(self, notebooks: Path, *words: str) -> float:
        """Run notebooks by our command."""
        study = f"topic_guides/{STUDY}"
        return seconds(
            lambda: self._call(BIN / "toolkit", "run", study, "--notebooks", notebooks, *words)
        )

    def fresh(self) -> None:
        """Forget what was run."""
        shutil.rmtree(self.folder / "outputs", ignore_errors=True)

    def _call(self, *words: str | Path) -> None:
        environment = {**os.environ, "MPLBACKEND": "agg"}
        subprocess.run(words, cwd=self.folder, env=environment, check=True, capture_output=True)


def say(what: str, theirs: list[float], ours: list[float], aim: int) -> None:
    """Print one comparison: medians and their ratio."""
    one, other = statistics.median(theirs), statistics.median(ours)
    print(
        f"  {what:44} papermill {one:8.2f} s, ours {other:8.3f} s: "
        f"{one / other:7.1f} times (aim {aim})",
        flush=True,
    )


def small_and_long(place: Place, rounds: int) -> None:
    """Compare on one small notebook, cold and warm, and on a thousand cells."""
    one = graph(place.folder / "one", {"01-small": SMALL})
    theirs, cold, warm = [], [], []
    source = notebook(SMALL)
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        workplace = Workplace(Path(folder), Path(folder) / "cache")
        workplace.prepare()

        def run(cells: NotebookNode) -> None:
            task = Task("01-a", cells, {}, workplace.environment({}), 600)
            came = execute(task, workplace, engine=FAST)
            assert came.fault is None, came.fault

        run(source)
        for _ in range(rounds):
            theirs.append(place.papermill(one / "01-small.ipynb"))
            place.fresh()
            cold.append(place.toolkit(one))
            warm.append(seconds(lambda: run(source)))
        say("one small notebook, cold, whole command", theirs, cold, 2)
        say("one small notebook, warm, engine", theirs, warm, 10)
        cells = [f"x = {number}" for number in range(1000)]
        long = graph(place.folder / "long", {"01-long": cells})
        slow = place.papermill(long / "01-long.ipynb")
        quick = [seconds(lambda: run(notebook(cells))) for _ in range(rounds)]
        say("1,000 cells, warm, engine", [slow], quick, 100)
        assert workplace.preloaded is not None
        workplace.preloaded.close()


def graphs(place: Place, rounds: int) -> None:
    """Compare on the study's graph, and on twenty notebooks of which nothing changed."""
    study = sorted((ROOT / "notebooks").glob("*.ipynb"))
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(sum(place.papermill(each) for each in study))
        place.fresh()
        ours.append(place.toolkit(ROOT / "notebooks"))
    say(f"the study's {len(study)} notebooks, whole command", theirs, ours, 8)
    twenty = graph(place.folder / "twenty", {f"{n:02}-small": SMALL for n in range(20)})
    place.fresh()
    place.toolkit(twenty)
    once = [20 * place.papermill(twenty / "00-small.ipynb")]
    say("20 notebooks, nothing changed, whole command", once,
        [place.toolkit(twenty) for _ in range(5 * rounds)], 50)  # fmt: skip


def runs(rounds: int = 3) -> None:
    """Print every comparison."""
    print("\nRuns against the plain papermill command line, in turn, median seconds")
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        place = Place(Path(folder))
        small_and_long(place, rounds)
        graphs(place, rounds)


if __name__ == "__main__":
    runs(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
