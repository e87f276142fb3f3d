"""The notebooks of a run that have to run: told what they may know, executed, cleaned, kept."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import toolkit
from toolkit.publish.cache import Cache, Kept
from toolkit.publish.cells import put_back, ran, with_parameters
from toolkit.publish.engine import COMPAT, Executed, Task, usual_engine
from toolkit.publish.forking import preloaded_of
from toolkit.publish.inputs import Inputs
from toolkit.publish.normalise import normalise
from toolkit.publish.notebook import hand_over
from toolkit.publish.plan import Part, Plan
from toolkit.publish.report import NotebookReport, report_of
from toolkit.publish.schedule import Schedule
from toolkit.publish.workplace import Workplace
from toolkit.store.keyring import Keyring
from toolkit.store.unlocked import KeyServer


class Execution:
    """Where and how notebooks are executed; its temporary folders are there within ``with``.

    Parameters
    ----------
    outputs : pathlib.Path
        Folder of the outputs, in which what outlives the run is kept.
    keyring : Keyring
        The unlocked research keyring, whose keys the notebooks are given at a socket.
    engine : str
        Name of an engine; the quickest that works here where it is empty.
    jobs : int
        Notebooks that run at the same time (count).
    cell_seconds : int
        Longest time that one cell may take, in seconds.
    """

    def __init__(
        self, outputs: Path, keyring: Keyring, engine: str, jobs: int, cell_seconds: int
    ) -> None:
        self._outputs, self._jobs, self._cell_seconds = outputs, jobs, cell_seconds
        self._keyring, self._keys, self._started = keyring, ExitStack(), False
        self._engine = engine or usual_engine()
        self._folder = tempfile.TemporaryDirectory(prefix="tk-")
        self._workplace = Workplace(
            Path(self._folder.name), outputs.resolve() / ".cache" / "matplotlib"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._workplace.preloaded is not None:
            self._workplace.preloaded.close()
        self._keys.close()
        self._folder.cleanup()

    def start(self) -> None:
        """Make the folders, and load what notebooks need while the run still reads its inputs."""
        if not self._started:
            self._workplace.prepare()
            if self._engine != COMPAT:
                preloaded_of(self._workplace)
        self._started = True

    def run(
        self, plan: Plan, inputs: Inputs, cache: Cache, names: Mapping[str, object]
    ) -> Iterator[NotebookReport]:
        """Run notebooks, and keep what each left as soon as it ends.

        Parameters
        ----------
        plan : Plan
            All notebooks.
        inputs : Inputs
            The study and its data.
        cache : Cache
            Where what they left is kept.
        names : collection of str
            Those that have to run.

        Yields
        ------
        NotebookReport
            Of each notebook when it ends.
        """
        if not names:
            return
        self.start()
        self._keys.enter_context(KeyServer(self._workplace.keys, self._keyring))
        tasks = {name: self._task(plan.parts[name], inputs) for name in names}
        after = {name: part.after for name, part in plan.parts.items()}
        hidden = self._hidden(inputs)
        schedule = Schedule(after, tasks, self._workplace, self._engine, self._jobs)
        for name, came_of_it in schedule.run():
            part = plan.parts[name]
            if not isinstance(came_of_it, str):
                fault = came_of_it.fault
                normalise(came_of_it.notebook, fault=fault, hidden=hidden, about={})
            report = report_of(part.step, came_of_it, name=name)
            if report.executed is not None and report.fault is None:
                cache.keep(name, part.key, ran(report.executed), report.seconds)
            yield report
        self._workplace.keep()

    def _task(self, part: Part, inputs: Inputs) -> Task:
        """Give a notebook with all that it is told."""
        told = hand_over(
            self._workplace.folder / f"{part.name}.told.json",
            study=inputs.folder,
            data=inputs.home.folder if part.step.reads_data else None,
            keys=self._workplace.keys,
            run=part.key.run,
            code=f"{toolkit.__version__} ({part.key.code_version})",
            reads=part.step.reads,
        )
        environment = self._workplace.environment(told)
        return Task(part.name, part.source, part.settled, environment, self._cell_seconds)

    def _hidden(self, inputs: Inputs) -> dict[str, str]:
        """Give the paths of this machine that no output may show, and what stands for them."""
        named = {
            self._workplace.folder: "<run>",
            inputs.home.folder: "<data>",
            inputs.folder: "<study>",
            self._outputs: "<outputs>",
            Path(sys.prefix): "<python>",
            Path(sys.base_prefix): "<python>",
            Path(toolkit.__file__).parents[1]: "<toolkit>",
            Path.home(): "<home>",
        }
        return {
            str(path.resolve()): label
            for path, label in named.items()
            if len(path.resolve().parts) > 1
        }


def as_kept(part: Part, kept: Kept) -> NotebookReport:
    """Give the report of a notebook that need not run: what it left, in today's prose.

    Parameters
    ----------
    part : Part
        The notebook.
    kept : Kept
        What it left.
    """
    notebook = put_back(with_parameters(part.source, part.settled), kept.cells)
    normalise(notebook, fault=None, hidden={}, about={})
    executed = Executed(notebook, None, kept.seconds)
    return report_of(part.step, executed, name=part.name, again=False)
