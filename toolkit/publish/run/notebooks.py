"""Runs the notebooks that have to run: prepares, executes, cleans and keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import toolkit
from toolkit.publish.engine.execution import Executed
from toolkit.publish.engine.executor import Errand, Station
from toolkit.publish.engine.outcome import NotebookReport, report_of
from toolkit.publish.engine.schedule import Hands, OwnHands, Schedule
from toolkit.publish.notebooks.cells import put_back, ran, with_parameters
from toolkit.publish.notebooks.inputs import Inputs
from toolkit.publish.notebooks.normalise import normalise
from toolkit.publish.plan.cache import Cache, Kept
from toolkit.publish.plan.plan import Part, Plan


class Execution:
    """How the notebooks of a run are executed, here or elsewhere.

    Parameters
    ----------
    station : Station
        Where this machine executes notebooks.
    outputs : pathlib.Path
        Folder of the outputs, which no output may name.
    jobs : int
        Notebooks that run at the same time on this machine (count).
    cell_seconds : int
        Longest time that one cell may take, in seconds.
    scheduler : str
        Address of a Dask scheduler whose workers execute them; this machine where it is empty.
    """

    def __init__(
        self, station: Station, outputs: Path, jobs: int, cell_seconds: int, scheduler: str = ""
    ) -> None:
        self._station, self._outputs, self._jobs = station, outputs, jobs
        self._cell_seconds, self._scheduler = cell_seconds, scheduler

    def run(
        self, plan: Plan, inputs: Inputs, cache: Cache, names: Collection[str]
    ) -> Iterator[NotebookReport]:
        """Run notebooks, and keep what each left as soon as it ends."""
        if not names:
            return
        after = {name: part.after for name, part in plan.parts.items()}
        hidden = self._station.hidden({self._outputs: "<outputs>"})
        for name, came_of_it in Schedule(after, names, self._hands(plan, inputs, names)).run():
            part = plan.parts[name]
            if not isinstance(came_of_it, str):
                fault = came_of_it.fault
                normalise(came_of_it.notebook, fault=fault, hidden=hidden, about={})
            report = report_of(part.step, came_of_it, name=name)
            if report.executed is not None and report.fault is None:
                cache.keep(name, part.key, ran(report.executed), report.seconds)
            yield report
        if not self._scheduler:
            self._station.workplace.keep()

    def _hands(self, plan: Plan, inputs: Inputs, names: Collection[str]) -> Hands:
        """Return what executes the notebooks."""
        errands = {name: self._errand(plan.parts[name], inputs) for name in names}
        if self._scheduler:
            from toolkit.publish.team.dask_client import Crew, assignment_of

            sources = {plan.parts[name].step.notebook: plan.parts[name].source for name in names}
            return Crew(self._scheduler, assignment_of(plan, inputs, sources), errands)
        reading = any(each.snapshot for each in errands.values())
        self._station.start(inputs.snapshot if reading else None)
        tasks = {
            name: self._station.task(each, plan.parts[name].source)
            for name, each in errands.items()
        }
        return OwnHands(tasks, self._station.workplace, self._station.engine, self._jobs)

    def _errand(self, part: Part, inputs: Inputs) -> Errand:
        """Return what a notebook is given."""
        return Errand(
            part.name,
            part.settled,
            part.step.reads,
            inputs.snapshot if part.step.reads_data else "",
            part.key.run,
            f"{toolkit.__version__} ({part.key.code_version})",
            self._cell_seconds,
            part.share,
        )


def as_kept(part: Part, kept: Kept) -> NotebookReport:
    """Return the report of a notebook that need not run: what it left, in today's prose."""
    notebook = put_back(with_parameters(part.source, part.settled), kept.cells)
    normalise(notebook, fault=None, hidden={}, about={})
    executed = Executed(notebook, None, kept.seconds)
    return report_of(part.step, executed, name=part.name, again=False)
