"""One notebook for each strand or case: what it fans out over, and the names of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from toolkit.errors import RunError
from toolkit.publish.notebooks.graph import Step
from toolkit.publish.notebooks.inputs import Inputs
from toolkit.publish.notebooks.parameters import Parameter, Value
from toolkit.publish.notebooks.readable import share_of

_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def parts_of(step: Step, inputs: Inputs) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the name of each part of a notebook, and what is set for it.

    Yields
    ------
    tuple of str and dict
        ``03-themes`` and nothing, or ``05-strand.interviews`` and ``{"strand": "interviews"}``.
    """
    if step.over is None:
        yield step.notebook, {}
        return
    over = step.over
    for item in _items(over.kind, inputs):
        if not _ITEM.fullmatch(item):
            raise _fault(step, f"one of the {over.kind} has an id that cannot be part of a file name")
        yield f"{step.notebook}.{item}", {over.parameter: item}


def files_of(step: Step, item: str, inputs: Inputs) -> dict[str, str]:
    """Return the files of the study that a part of a notebook is handed, with their SHA-256.

    Parameters
    ----------
    item : str
        The strand or case; empty if it does not fan out.
    """
    files = inputs.guide_files
    guides = set(files.values()) if step.reads_data or "guides" in step.reads else set[str]()
    if step.over is not None and "guides" in step.shares:
        own = {files[each.guide] for each in inputs.study.strands if each.strand == item}
        guides = own if step.over.kind == "strands" else {*inputs.cases[item]}
    return inputs.files_of(protocol=bool(step.reads), guides=guides, codebook=step.reads_codebook)


def data_of(step: Step, item: str, sources: Mapping[str, str]) -> dict[str, str]:
    """Return what a part of a notebook is handed of the data, with fingerprints.

    Parameters
    ----------
    item : str
        The strand or case; empty if it does not fan out.

    Returns
    -------
    dict of str to str
        ``answers``, or ``answers of case K01``; whether all is fictional too. Empty if it
        reads no data.
    """
    if not step.reads_data:
        return {}
    over = step.over.kind if step.over is not None else ""
    names = [
        share_of(each, over, item) if each in step.shares else each for each in step.reads_of_data
    ]
    return {name: sources[name] for name in ("fictional", *names)}


def check_fan_out(step: Step, declared: Sequence[Parameter], given: Sequence[str]) -> None:
    """Refuse parameters that a repeated notebook cannot be given.

    Raises
    ------
    RunError
        RUN-004, the notebook does not declare the parameter as a text; RUN-020, the caller sets it.
    """
    if step.over is None:
        return
    parameter = step.over.parameter
    if not any(each.name == parameter and isinstance(each.default, str) for each in declared):
        raise _fault(step, f"'over' sets {parameter}, which the notebook does not declare as a text")
    if parameter in given:
        raise RunError.of("RUN-020", place=f"parameter {parameter}", notebook=step.notebook)


def _items(kind: str, inputs: Inputs) -> tuple[str, ...]:
    """Return the ids of the strands or cases of a study."""
    if kind == "strands":
        return tuple(each.strand for each in inputs.study.strands)
    return tuple(inputs.cases)


def _fault(step: Step, what: str) -> RunError:
    """Build the error about what a notebook fans out over."""
    return RunError.of("RUN-004", place=step.notebook, file="graph.toml", what=what)
