"""Times frames, tables and figures of generated studies; a report, not a test.

``python tests/benchmarks/frames.py 1000 10000 100000``: each size in a process of its own. A study
of so many people approached is generated into a journal, read back into frames, and the study's own
notebooks run on these: all their tables and figures. Processor seconds, so that a busy machine
blurs them less; the memory is the most that was held at any time.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.studies import ABOUT, STUDY, StreamStore
from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.frames import open_study
from toolkit.guide import load_consent, load_guide, load_study
from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.in_process import run_cells
from toolkit.publish.notebooks import study_access as opened
from toolkit.publish.notebooks.notebook_study import hand_over
from toolkit.sample.generate import Field, generate
from toolkit.store import Event
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

NOTEBOOKS = STUDY.parents[1] / "notebooks"


class Journal(StreamStore):
    """Gives back what was written, from the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path

    def read(self, **wanted: object) -> Iterator[Event]:
        """Give the events of those who came last, or of everybody once it is closed."""
        if not self._file.closed:
            yield from super().read(**wanted)
            return
        with self._path.open("rb") as file:
            for line in file:
                yield Event(**json.loads(line[:-65]), chain=line[-65:-1].decode())


def generated(path: Path, participants: int) -> Journal:
    """Generate a study into a journal, and close it."""
    journal = Journal(path)
    guide = load_guide(STUDY / "telephone-interview.yaml")
    field = Field(journal, load_study(STUDY), guide, load_consent(STUDY / "consent.yaml"))
    generate(field, participants=participants, seed=1)
    journal.close()
    return journal


def notebook_seconds(study: StudyData, name: str, folder: Path) -> float:
    """Run a notebook of the study on frames that are open, in a fork; give processor seconds."""
    workplace = Workplace(folder / name, folder / "fonts")
    workplace.prepare()
    places = {"study": STUDY, "data": folder / "data", "keys": workplace.keys, "run": "0" * 12}
    told = hand_over(folder / f"{name}.json", **places)
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if child == 0:
        os.environ |= workplace.environment(told)
        given = opened.told() or {}
        opened._AHEAD[given["study"], given["data"]] = opened.Opened("", study)
        settings = Path(os.environ["IPYTHONDIR"], "profile_default", "ipython_kernel_config.py")
        said: list[dict[str, object]] = []
        run_cells(notebook, settings, said.append)
        if "failed" in said[-1]:
            (folder / "failed").write_text(str(said[-2]["outputs"]), encoding="utf-8")
        os._exit("failed" in said[-1])
    assert os.waitpid(child, 0)[1] == 0, f"{name}: {(folder / 'failed').read_text()}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(participants: int) -> None:
    """Print what one size takes."""
    with tempfile.TemporaryDirectory(prefix="tk-") as name:
        folder = Path(name)
        if os.fork() == 0:
            generated(folder / "journal", participants)
            os._exit(0)
        assert os.wait()[1] == 0
        journal = Journal(folder / "other")
        journal.close()
        journal._path = folder / "journal"
        # Notebooks look which study the folder of the data is of, and at nothing else there.
        cheap = Cost(memory_kib=64, passes=1, lanes=1)
        make_home(folder / "data", ABOUT, SAMPLE, sample=True, cost=cheap)
        begun = time.process_time()
        study = open_study(journal, STUDY)
        frames = time.process_time() - begun
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        names = sorted(each.stem for each in NOTEBOOKS.glob("0*.ipynb"))
        taken = {each: notebook_seconds(study, each, folder) for each in names}
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    each = ", ".join(f"{name[:2]} {seconds:.1f}" for name, seconds in taken.items())
    print(
        f"  {participants:7,} approached, {len(study.frames.participants):7,} took part, "
        f"{len(study.frames.answers):9,} answers: frames {frames:.1f} s, tables and figures "
        f"{sum(taken.values()):.1f} s ({each}); {held:.0f} and {child:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure each size in a process of its own."""
    sizes = [int(each) for each in sys.argv[1:]] or [1_000, 10_000]
    if len(sizes) == 1:
        measure(sizes[0])
        return
    print("Frames, tables and figures of generated studies, processor seconds")
    for size in sizes:
        subprocess.run([sys.executable, __file__, str(size)], check=True)


if __name__ == "__main__":
    main()
