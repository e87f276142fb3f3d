"""The run: notebooks and data in, a folder that can be read in a browser out.

Same inputs, same bytes. What may differ from run to run (how long it took, where, on what) goes
to ``run.side.json`` and nowhere else.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from toolkit.errors import Finding
from toolkit.publish.engine import COMPAT, Task
from toolkit.publish.graph import read_graph
from toolkit.publish.inputs import Inputs, read_inputs
from toolkit.publish.kernel import Workplace
from toolkit.publish.notebook import hand_over
from toolkit.publish.output_folder import write_outputs
from toolkit.publish.plan import Plan, plan_run
from toolkit.publish.publication import publication
from toolkit.publish.report import NotebookReport, report_of
from toolkit.publish.schedule import Schedule
from toolkit.store.home import Home
from toolkit.store.keyring import Keyring
from toolkit.store.unlocked import KeyServer

Tell = Callable[[NotebookReport], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    Attributes
    ----------
    parameters : mapping
        Set in every notebook that declares them; text is read as the declared type.
    jobs : int
        Notebooks that run at the same time (count).
    cell_seconds : int
        Longest time that one cell may take, in seconds.
    engine : str
        papermill engine.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)
    jobs: int = 2
    cell_seconds: int = 120
    engine: str = COMPAT


@dataclass(frozen=True, slots=True)
class RunReport:
    """What came of a run.

    Attributes
    ----------
    folder : pathlib.Path
        Where everything was written.
    run : str
        Id of the run, which its inputs decide.
    notebooks : tuple of NotebookReport
        One for each notebook, in reading order.
    seconds : float
        How long it took, in seconds.
    """

    folder: Path
    run: str
    notebooks: tuple[NotebookReport, ...]
    seconds: float

    @property
    def index(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why notebooks stopped; empty after a good run."""
        return tuple(each.fault for each in self.notebooks if each.fault)


def run_study(
    study: Path,
    home: Home,
    keyring: Keyring,
    *,
    notebooks: Path,
    outputs: Path,
    options: Options | None = None,
    tell: Tell | None = None,
) -> RunReport:
    """Run the notebooks of a study and write the pages, the notebooks and the manifest.

    Parameters
    ----------
    study, home : pathlib.Path, Home
        Folder of the study's files, and where its data are.
    keyring : Keyring
        The unlocked research keyring.
    notebooks : pathlib.Path
        Folder of the notebooks and of ``graph.toml``.
    outputs : pathlib.Path
        Folder below which the folder of the study is written.
    options : Options, optional
        How to run.
    tell : callable, optional
        Called with the report of each notebook when it ends.

    Returns
    -------
    RunReport
        A notebook that stopped is a finding in it, not an exception.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        Something is wrong: nothing was started. Or the outputs cannot be written (RUN-017).
    """
    begun = time.monotonic()
    options = options or Options()
    inputs = read_inputs(study, home, keyring)
    plan = plan_run(read_graph(notebooks), inputs, options.parameters)
    with tempfile.TemporaryDirectory(prefix="tk-") as temporary:
        workplace = Workplace(Path(temporary), outputs / ".cache" / "matplotlib")
        workplace.prepare()
        with KeyServer(workplace.keys, keyring):
            reports = _run_all(plan, inputs, workplace, options, tell)
    seconds, hidden = time.monotonic() - begun, _hidden(inputs, workplace, outputs)
    files = publication(plan, inputs, reports, hidden=hidden, side=_side(reports, seconds))
    write_outputs(outputs / home.study, files)
    return RunReport(outputs / home.study, plan.run, tuple(reports), seconds)


def _run_all(
    plan: Plan, inputs: Inputs, workplace: Workplace, options: Options, tell: Tell | None
) -> list[NotebookReport]:
    """Run the notebooks; give their reports in reading order."""
    tasks = {}
    for step in plan.graph.steps:
        name = step.notebook
        paper = workplace.folder / f"{name[:2]}.told.json"
        told = hand_over(
            paper,
            study=inputs.folder,
            data=inputs.home.folder,
            keys=workplace.keys,
            run=plan.run,
        )
        tasks[name] = Task(
            notebook=name,
            source=plan.sources[name],
            parameters=plan.settled.get(name, {}),
            environment=workplace.environment(told),
            cell_seconds=options.cell_seconds,
        )
    steps = {each.notebook: each for each in plan.graph.steps}
    reports: dict[str, NotebookReport] = {}
    schedule = Schedule(plan.graph, tasks, workplace, options.engine, options.jobs)
    for name, came_of_it in schedule.run():
        reports[name] = report_of(steps[name], came_of_it)
        if tell:
            tell(reports[name])
    return [reports[name] for name in steps]


def _hidden(inputs: Inputs, workplace: Workplace, outputs: Path) -> dict[str, str]:
    """Give the paths of this machine that no output may show, and what stands in their place."""
    named = {
        workplace.folder: "<run>",
        inputs.home.folder: "<data>",
        inputs.folder: "<study>",
        outputs: "<outputs>",
        Path(sys.prefix): "<python>",
        Path(sys.base_prefix): "<python>",
        Path(__file__).parents[2]: "<toolkit>",
        Path.home(): "<home>",
    }
    return {
        str(path.resolve()): label for path, label in named.items() if len(path.resolve().parts) > 1
    }


def _side(reports: Sequence[NotebookReport], seconds: float) -> dict[str, object]:
    """Give what may differ from run to run."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "notebooks": {each.notebook: round(each.seconds, 3) for each in reports},
        "host": platform.node(),
        "platform": platform.platform(),
        "python": sys.executable,
        "processors": os.cpu_count(),
        "time_zone": list(time.tzname),
    }
