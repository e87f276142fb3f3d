"""What a run is going to do, settled and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from toolkit.errors import RunError
from toolkit.publish.code import code_hash
from toolkit.publish.graph import Graph
from toolkit.publish.inputs import Inputs, canonical, environment, hash_of
from toolkit.publish.normalise import read_notebook
from toolkit.publish.parameters import (
    Parameter,
    Value,
    declared_parameters,
    settle_parameters,
)

_STUDY = "study"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it starts.

    Attributes
    ----------
    run : str
        Id of the run (12 hex digits): the hash of everything that goes in.
    graph : Graph
        The notebooks.
    sources : mapping of str to nbformat.NotebookNode
        Each notebook as it is committed.
    hashes : mapping of str to str
        SHA-256 of each notebook's file.
    declared : mapping of str to tuple of Parameter
        What each notebook declares.
    settled : mapping of str to mapping
        What is set for each notebook.
    """

    run: str
    graph: Graph
    sources: Mapping[str, NotebookNode]
    hashes: Mapping[str, str]
    declared: Mapping[str, tuple[Parameter, ...]]
    settled: Mapping[str, Mapping[str, Value]]

    def settings(self, notebook: str) -> list[dict[str, object]]:
        """Give ``name``, ``value`` and ``meaning`` of each parameter of a notebook."""
        given = self.settled.get(notebook, {})
        return [
            {
                "name": each.name,
                "value": given.get(each.name, each.default),
                "meaning": each.meaning,
            }
            for each in self.declared[notebook]
        ]


def plan_run(graph: Graph, inputs: Inputs, parameters: Mapping[str, object]) -> Plan:
    """Read all notebooks, check all parameters and give the run its id.

    Parameters
    ----------
    graph : Graph
        The notebooks.
    inputs : Inputs
        The study and its data.
    parameters : mapping
        What the caller sets. The study's id is set by the run itself.

    Returns
    -------
    Plan
        Ready to run.

    Raises
    ------
    RunError
        RUN-001 to RUN-003 for parameters, RUN-006 for notebooks, RUN-007 for a study that is
        set as a parameter.
    """
    if _STUDY in parameters:
        raise RunError.of("RUN-007", place=f"parameter {_STUDY}")
    files = {step.notebook: graph.path(step) for step in graph.steps}
    sources = {name: read_notebook(file) for name, file in files.items()}
    declared = {name: declared_parameters(_cell(source), name) for name, source in sources.items()}
    known = [each for parts in declared.values() for each in parts]
    given = dict(parameters)
    if any(each.name == _STUDY for each in known):
        given[_STUDY] = inputs.study.study
    settled = settle_parameters(known, given)
    hashes = {name: hash_of(file.read_bytes()) for name, file in files.items()}
    everything = {
        "inputs": inputs.to_json(),
        "notebooks": hashes,
        "graph": hash_of((graph.folder / "graph.toml").read_bytes()),
        "parameters": settled,
        "code": code_hash(),
        "environment": environment(),
    }
    run = hash_of(canonical(everything))[:12]
    return Plan(run, graph, sources, hashes, declared, settled)


def _cell(notebook: NotebookNode) -> str:
    """Give the source of the cell that is tagged `parameters`; empty where there is none."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            return str(cell.source)
    return ""
