"""What a run is going to do, settled and checked before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from nbformat import NotebookNode

import toolkit
from toolkit.errors import RunError
from toolkit.publish.notebooks.cells import code_cells
from toolkit.publish.notebooks.code import code_hash
from toolkit.publish.notebooks.fan_out import check_fan_out, data_of, files_of, parts_of
from toolkit.publish.notebooks.graph import Graph, Step
from toolkit.publish.notebooks.hashes import hash_of, hash_of_json
from toolkit.publish.notebooks.imports import Source
from toolkit.publish.notebooks.inputs import Inputs, environment
from toolkit.publish.notebooks.normalise import as_text, read_notebook
from toolkit.publish.notebooks.packages import packages_behind
from toolkit.publish.notebooks.parameters import (
    Parameter,
    Value,
    declared_parameters,
    settle_parameters,
)
from toolkit.publish.notebooks.readable import way_around
from toolkit.publish.plan.key import Key

_STUDY = "study"
# What runs cells and cleans what comes out; the engines themselves give the same bytes.
_RUNNERS = (
    "toolkit.publish.engine.environment",
    "toolkit.publish.engine.seals",
    "toolkit.publish.notebooks.normalise",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One notebook of a run; where it fans out, for one strand or case.

    Attributes
    ----------
    name : str
        Name of the notebook, and the strand or case behind a dot.
    step : Step
        What the graph says of it.
    source : nbformat.NotebookNode
        As it is committed.
    hash : str
        SHA-256 of the notebook without what JupyterLab saves beside its cells.
    declared : tuple of Parameter
        What it declares.
    settled : mapping of str to value
        What is set for it.
    after : tuple of str
        Names of the parts that have to be done before it starts.
    key : Key
        Everything that what it shows depends on.
    """

    name: str
    step: Step
    source: NotebookNode
    hash: str
    declared: tuple[Parameter, ...]
    settled: Mapping[str, Value]
    after: tuple[str, ...]
    key: Key

    @property
    def item(self) -> str:
        """The strand or case; empty if it does not fan out."""
        return self.name.partition(".")[2]

    @property
    def share(self) -> tuple[str, str, tuple[str, ...]] | None:
        """``strands`` or ``cases``, which one, and what it is handed of that one only."""
        over = self.step.over
        return (over.kind, self.item, self.step.shares) if over and self.step.shares else None

    @property
    def settings(self) -> list[dict[str, object]]:
        """``name``, ``value`` and ``meaning`` of each parameter."""
        return [
            {
                "name": each.name,
                "value": self.settled.get(each.name, each.default),
                "meaning": each.meaning,
            }
            for each in self.declared
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it starts.

    Attributes
    ----------
    run : str
        Id of the run (12 hex digits): the hash of everything that goes in.
    graph : Graph
        The notebooks.
    parts : mapping of str to Part
        What is to be run, by name, in reading order.
    first : mapping of str to Part
        The first part of each notebook that has any, by the name of the notebook.
    """

    run: str
    graph: Graph
    parts: Mapping[str, Part]
    first: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class _Read:
    """A notebook that was read, before it is known what is set for it."""

    hash: str
    source: NotebookNode
    declared: tuple[Parameter, ...]
    cells: tuple[str, ...]
    code: Mapping[str, str]
    packages: Mapping[str, str]


def plan_run(
    graph: Graph,
    inputs: Inputs,
    parameters: Mapping[str, object],
    memo: MutableMapping[str, object] | None = None,
    sources: Callable[[], Mapping[str, str]] = dict,
) -> Plan:
    """Read all notebooks, check all parameters, and give each part its key and the run its id.

    Parameters
    ----------
    parameters : mapping
        What the caller sets. The study's id is set by the run itself.
    sources : callable, optional
        Returns the fingerprint of each source of the data
        (`toolkit.publish.notebooks.fingerprints`); asked last, where a notebook reads any.

    Raises
    ------
    RunError
        RUN-001 to RUN-003 for parameters, RUN-004 and RUN-020 for what a notebook fans out over,
        RUN-006 and RUN-058 for notebooks, RUN-007 for a study that is set as a parameter.
    """
    if _STUDY in parameters:
        raise RunError.of("RUN-007", place=f"parameter {_STUDY}")
    known = {} if memo is None else memo
    source = Source(Path(toolkit.__file__).parent, known)
    read = {step.notebook: _read(graph, step, source, known) for step in graph.steps}
    settled = _settled(graph, read, parameters, inputs.study.study)
    found = sources() if any(each.reads_data for each in graph.steps) else {}
    parts = _parts(graph, read, settled, inputs, found)
    places = [each.notebook for each in graph.steps]
    ordered = sorted(parts.values(), key=lambda each: places.index(each.step.notebook))
    run, named = _run_id(graph, inputs, ordered), {each.name: each for each in ordered}
    first = {name: next(each) for name, each in groupby(ordered, lambda part: part.step.notebook)}
    return Plan(run, graph, named, first)


def _parts(
    graph: Graph,
    read: Mapping[str, _Read],
    settled: Mapping[str, Mapping[str, Value]],
    inputs: Inputs,
    sources: Mapping[str, str],
) -> dict[str, Part]:
    """Return the parts of a run by name, each after those that it waits for."""
    parts: dict[str, Part] = {}
    made: dict[Step, list[str]] = {}
    for step in _in_order(graph):
        one, made[step] = read[step.notebook], []
        for name, own in parts_of(step, inputs):
            item = str(next(iter(own.values()), ""))
            after = tuple(_before(step, item, made))
            made[step].append(name)
            told = {**settled.get(step.notebook, {}), **own}
            key = Key(
                cells=one.cells,
                parameters=told,
                files=files_of(step, item, inputs),
                data=data_of(step, item, sources),
                code=one.code,
                packages=one.packages,
                after={each: parts[each].key.hash for each in after},
            )
            parts[name] = Part(name, step, one.source, one.hash, one.declared, told, after, key)
    return parts


def _before(step: Step, item: str, made: Mapping[Step, list[str]]) -> Iterator[str]:
    """Yield the parts that a part comes after; where both fan out, only that of its own item."""
    for earlier, names in made.items():
        if earlier.notebook in step.after:
            if step.over and earlier.over and step.over.kind == earlier.over.kind:
                yield f"{earlier.notebook}.{item}"
            else:
                yield from names


def _settled(
    graph: Graph, read: Mapping[str, _Read], parameters: Mapping[str, object], study: str
) -> dict[str, dict[str, Value]]:
    """Check all parameters, and give what is set for each notebook."""
    for step in graph.steps:
        check_fan_out(step, read[step.notebook].declared, list(parameters))
    known = [each for one in read.values() for each in one.declared]
    given = dict(parameters)
    if any(each.name == _STUDY for each in known):
        given[_STUDY] = study
    return settle_parameters(known, given)


def _read(graph: Graph, step: Step, source: Source, memo: MutableMapping[str, object]) -> _Read:
    """Read one notebook, what it declares and what its code rests on."""
    file = graph.path(step)
    notebook = read_notebook(file)
    _refuse_ways_around(step, notebook)
    declared = declared_parameters(_cell(notebook), step.notebook)
    code = [str(each.source) for each in code_cells(notebook)]
    reach = source.reach(code, _RUNNERS)
    cells = tuple(hash_of(each.encode()) for each in code)
    packages = packages_behind(reach.libraries, memo)
    return _Read(
        hash_of(as_text(notebook).encode()), notebook, declared, cells, reach.files, packages
    )


def _refuse_ways_around(step: Step, source: NotebookNode) -> None:
    """Refuse a notebook that would read data past what it declares."""
    for number, cell in enumerate(source.cells, 1):
        if cell.cell_type == "code" and (what := way_around(cell.source)):
            file = f"{step.notebook}.ipynb"
            raise RunError.of("RUN-058", place=f"cell {number}", file=file, what=what)


def _in_order(graph: Graph) -> Iterator[Step]:
    """Yield the notebooks so that each comes after those that it waits for."""
    sorter = graph.sorter()
    steps = {each.notebook: each for each in graph.steps}
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            yield steps[name]
            sorter.done(name)


def _run_id(graph: Graph, inputs: Inputs, parts: list[Part]) -> str:
    """Hash everything that goes in, whether a notebook shows it or only a page does."""
    everything = {
        "inputs": inputs.to_json(),
        "notebooks": {each.step.notebook: each.hash for each in parts},
        "graph": hash_of((graph.folder / "graph.toml").read_bytes()),
        "parameters": {each.name: each.settled for each in parts},
        "code": code_hash(),
        "environment": environment(),
        "keys": {each.name: each.key.hash for each in parts},
    }
    return hash_of_json(everything)[:12]


def _cell(notebook: NotebookNode) -> str:
    """Return the source of the cell that is tagged `parameters`; empty if there is none."""
    for cell in code_cells(notebook):
        if "parameters" in cell.metadata.get("tags", []):
            return str(cell.source)
    return ""
