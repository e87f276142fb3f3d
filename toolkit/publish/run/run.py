"""The run: notebooks and data in, a folder that can be read in a browser out.

Same inputs, same bytes. What may differ from run to run (how long it took, where, on what) goes
to ``run.side.json`` and nowhere else. A notebook runs again only when something changed that it
rests on.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from toolkit.errors import Finding
from toolkit.publish.engine.executor import Place, Station
from toolkit.publish.engine.outcome import NotebookReport, left_out
from toolkit.publish.gate.keeper import Keeper
from toolkit.publish.gate.names import Names
from toolkit.publish.notebooks.fingerprints import (
    Shared,
    keep_fingerprints,
    known_fingerprints,
    work_out,
)
from toolkit.publish.notebooks.graph import Graph, read_graph
from toolkit.publish.notebooks.inputs import Inputs, read_inputs
from toolkit.publish.output_folder import check_writable, write_outputs
from toolkit.publish.plan.cache import Cache
from toolkit.publish.plan.choice import Choice, choose
from toolkit.publish.plan.plan import Plan, plan_run
from toolkit.publish.run.notebooks import Execution, as_kept
from toolkit.publish.run.page_builder import Press
from toolkit.publish.team.remote_copy import copy_outputs
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

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
        Which engine runs them; the quickest that works here where it is left out.
    only : tuple of str
        Names or numbers of notebooks; all where it is left out.
    force : bool
        Run them though nothing changed.
    since : datetime or None
        Run those that ran last before then though nothing changed.
    names : Names or None
        What must not stand in any output, from the identity store; None: not looked for.
    scheduler : str
        Address of a Dask scheduler whose workers run the notebooks; this machine if empty.
    copy_to : str
        Where fsspec shall put a copy of what passed the gate; nowhere if empty.
    expect : callable or None
        Is told before anything runs how long each notebook that runs took last, in seconds.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)
    jobs: int = 2
    cell_seconds: int = 120
    engine: str = ""
    only: tuple[str, ...] = ()
    force: bool = False
    since: datetime | None = None
    names: Names | None = None
    scheduler: str = ""
    copy_to: str = ""
    expect: Callable[[Mapping[str, float]], None] | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of a run.

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
    files : tuple of pathlib.Path
        Everything that was written.
    held : tuple of Finding
        Outputs that the gate withheld, or that were released all the same.
    """

    folder: Path
    run: str
    notebooks: tuple[NotebookReport, ...]
    seconds: float
    files: tuple[Path, ...] = ()
    held: tuple[Finding, ...] = ()

    @property
    def index(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why notebooks stopped or were left out, and what was withheld; empty if all is good."""
        return (*(each.fault for each in self.notebooks if each.fault), *self.held)

    @property
    def good(self) -> bool:
        """Whether nothing stopped; what was left out on purpose does not count."""
        return not any(each.severity == "error" for each in self.findings)


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
    notebooks : pathlib.Path
        Folder of the notebooks and of ``graph.toml``.

    Returns
    -------
    RunReport
        A notebook that stopped is a finding in it, not an exception.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        Something is wrong: nothing was started. Or the outputs cannot be written (RUN-017).
    """
    begun, how = time.monotonic(), options or Options()
    place, graph = Place(study, home, keyring), read_graph(notebooks)
    keeper = Keeper(study, home, keyring, how.names)
    with Press() as press, Station(place, how.engine, graph.shares) as station:
        _start_early(station, graph, outputs / home.study, how)
        ready = _settled(place, graph, outputs, how, station)
        check_writable(outputs)
        reports = _ran(station, ready, outputs, how, tell, press, keeper)
        station.retire()  # it goes while what came of it is published
        side = _side(reports, time.monotonic() - begun)
        passed = press.publish(ready.inputs, ready.plan, reports, side=side, keeper=keeper)
    written = tuple(write_outputs(outputs / home.study, passed.files))
    if how.copy_to:
        copy_outputs(passed.files, how.copy_to)
    told = (outputs / home.study, ready.plan.run, tuple(reports), time.monotonic() - begun)
    return RunReport(*told, written, passed.findings)


@dataclass(frozen=True, slots=True)
class _Settled:
    """All that goes into a run, read and checked; nothing has run."""

    place: Place
    inputs: Inputs
    plan: Plan
    cache: Cache

    def choice(self, how: Options) -> Choice:
        """Decide what has to run."""
        return choose(self.plan, self.cache, only=how.only, force=how.force, since=how.since)


def _ran(
    station: Station,
    ready: _Settled,
    outputs: Path,
    how: Options,
    tell: Tell | None,
    press: Press,
    keeper: Keeper,
) -> list[NotebookReport]:
    """Run what has to run, and render each notebook as it ends; nothing is published yet."""
    inputs, plan, cache = ready.inputs, ready.plan, ready.cache
    choice = ready.choice(how)
    cache.forget(all_but={name: part.key for name, part in plan.parts.items()})
    cache.keep_memo()
    if how.expect is not None:
        how.expect(cache.expected(choice.reasons))
    press.get_ready(plan, inputs)
    execution = Execution(station, outputs, how.jobs, how.cell_seconds, how.scheduler)
    reports = {}
    # First those that are as they were, then each when it ends.
    kept = (as_kept(plan.parts[name], each) for name, each in choice.kept.items())
    aside = (left_out(plan.parts[name].step, name) for name in choice.left_out)
    ran = execution.run(plan, inputs, cache, choice.reasons)
    for report in map(keeper.look_at, chain(kept, aside, ran)):
        reports[report.notebook] = report
        press.take(plan, inputs, report)
        if tell:
            tell(report)
    return [reports[name] for name in plan.parts]


def what_would_run(
    study: Path,
    home: Home,
    keyring: Keyring,
    *,
    notebooks: Path,
    outputs: Path,
    options: Options | None = None,
) -> dict[str, str]:
    """Return which notebooks would run, and why; nothing is run or written.

    Returns
    -------
    dict of str to str
        Notebook to reason; empty if nothing would run.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        As in `run_study`.
    """
    how = options or Options()
    place = Place(study, home, keyring)
    return dict(_settled(place, read_graph(notebooks), outputs, how).choice(how).reasons)


def _start_early(station: Station, graph: Graph, outputs: Path, how: Options) -> None:
    """Start where notebooks surely will be executed, while the run still reads its inputs."""
    if (how.force or not outputs.is_dir()) and not how.scheduler:
        station.start("" if any(each.reads_data for each in graph.steps) else None)


def _settled(
    place: Place, graph: Graph, outputs: Path, how: Options, station: Station | None = None
) -> _Settled:
    """Read and check all that goes in."""
    inputs = read_inputs(place.study, place.home, place.keyring, with_cases=graph.over_cases)
    cache = Cache(outputs / ".cache" / place.home.study)
    here = None if how.scheduler else station

    def sources() -> Mapping[str, str]:
        return _sources(inputs, place, cache, graph.shares, here)

    plan = plan_run(graph, inputs, how.parameters, cache.memo, sources)
    return _Settled(place, inputs, plan, cache)


def _sources(
    inputs: Inputs, place: Place, cache: Cache, shared: Shared, station: Station | None
) -> dict[str, str]:
    """Return the fingerprints of the data; computed only when the data changed."""
    found = known_fingerprints(inputs, cache.memo, shared)
    if not found:
        found = station.fingerprints(inputs.snapshot) if station else {}
        found = found or work_out(inputs, place.keyring, shared)
        keep_fingerprints(inputs, found, cache.memo, shared)
    return found


def _side(reports: Sequence[NotebookReport], seconds: float) -> dict[str, object]:
    """Return what may differ from run to run."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "notebooks": {each.notebook: round(each.seconds, 3) for each in reports},
        "ran_again": [each.notebook for each in reports if each.again],
        "host": platform.node(),
        "platform": platform.platform(),
        "python": sys.executable,
        "processors": os.cpu_count(),
        "time_zone": list(time.tzname),
    }
