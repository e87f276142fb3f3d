"""One notebook for each strand or case: what it fans out over, and the names of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.errors import RunError
from toolkit.publish.graph import Step
from toolkit.publish.inputs import Inputs
from toolkit.publish.parameters import Parameter, Value

_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def parts_of(step: Step, inputs: Inputs) -> Iterator[tuple[str, dict[str, Value]]]:
    """Give the name of each part of a notebook, and what is set for it.

    Parameters
    ----------
    step : Step
        A notebook of the graph.
    inputs : Inputs
        The study, with its strands and cases.

    Yields
    ------
    tuple of str and dict
        ``03-themes`` and nothing, or ``05-strand.interviews`` and ``{"strand": "interviews"}``.
    """
    if step.over is None:
        yield step.notebook, {}
        return
    parameter, kind = step.over
    for item in _items(kind, inputs):
        if not _ITEM.fullmatch(item):
            raise _fault(step, f"an id among the {kind} that cannot stand in the name of a file")
        yield f"{step.notebook}.{item}", {parameter: item}


def check_fan_out(step: Step, declared: Sequence[Parameter], given: Sequence[str]) -> None:
    """Refuse what a notebook that fans out cannot be told.

    Parameters
    ----------
    step : Step
        A notebook of the graph.
    declared : sequence of Parameter
        What it declares.
    given : sequence of str
        Names that the caller sets.

    Raises
    ------
    RunError
        RUN-004, the notebook does not declare the parameter as a text; RUN-020, the caller sets it.
    """
    if step.over is None:
        return
    parameter, _ = step.over
    if not any(each.name == parameter and isinstance(each.default, str) for each in declared):
        raise _fault(step, f"over sets {parameter}, which the notebook does not declare as a text")
    if parameter in given:
        raise RunError.of("RUN-020", place=f"parameter {parameter}", notebook=step.notebook)


def _items(kind: str, inputs: Inputs) -> tuple[str, ...]:
    """Give the ids of the strands or cases of a study."""
    if kind == "strands":
        return tuple(each.strand for each in inputs.study.strands)
    return inputs.cases


def _fault(step: Step, what: str) -> RunError:
    """Build the error about what a notebook fans out over."""
    return RunError.of("RUN-004", place=step.notebook, file="graph.toml", what=what)
