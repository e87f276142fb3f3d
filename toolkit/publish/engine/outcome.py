"""The outcome of each notebook: its results, or why it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from toolkit.errors import Finding, finding
from toolkit.publish.engine.execution import Executed
from toolkit.publish.notebooks.graph import Step

Result = str | int | float | bool | list[object] | dict[str, object] | None

# The form in which `toolkit.analysis.record` leaves its values; a test holds the two together.
RESULTS = "application/vnd.topic-guide.results+json"


@dataclass(frozen=True, slots=True)
class NotebookReport:
    """One notebook of a run.

    Attributes
    ----------
    notebook : str
        Its name.
    question : str
        The question that it answers.
    fault : Finding or None
        Why it stopped or was not run.
    results : mapping of str to value
        What it recorded, by name.
    executed : nbformat.NotebookNode or None
        As far as it came; None if it was not run.
    seconds : float
        How long it took, in seconds; for one that did not run again, how long it took then.
    again : bool
        Whether it ran this time; else it is as it was.
    """

    notebook: str
    question: str
    fault: Finding | None = None
    results: Mapping[str, Result] = field(default_factory=dict)
    executed: NotebookNode | None = None
    seconds: float = 0.0
    again: bool = True

    @property
    def state(self) -> str:
        """``done``, ``stopped`` or ``not run``."""
        if self.fault is None:
            return "done"
        return "stopped" if self.executed is not None else "not run"


def report_of(
    step: Step, came_of_it: Executed | str, *, name: str = "", again: bool = True
) -> NotebookReport:
    """Return the report of one notebook.

    Parameters
    ----------
    came_of_it : Executed or str
        The outcome of executing it, or the name of the notebook that it waited for in vain.

    Returns
    -------
    NotebookReport
        A notebook that ran to its end and recorded other names than it declares has a fault
        (RUN-014) too.
    """
    report = NotebookReport(name or step.notebook, step.question, again=again)
    file = f"{step.notebook}.ipynb"
    if isinstance(came_of_it, str):
        fault = finding("RUN-015", place="notebook", file=file, after=came_of_it)
        return replace(report, fault=fault)
    results = recorded(came_of_it.notebook)
    fault_found = came_of_it.fault
    if fault_found is None and set(results) != set(step.records):
        fault_found = finding(
            "RUN-014",
            place="results",
            file=file,
            recorded=", ".join(sorted(set(results) - set(step.records))) or "none",
            missing=", ".join(sorted(set(step.records) - set(results))) or "none",
        )
    return replace(
        report,
        fault=fault_found,
        results=results,
        executed=came_of_it.notebook,
        seconds=came_of_it.seconds,
    )


def left_out(step: Step, name: str) -> NotebookReport:
    """Return the report of a notebook that was not asked for, and is out of date."""
    fault = finding("RUN-022", place="notebook", file=f"{step.notebook}.ipynb")
    return NotebookReport(name, step.question, fault, again=False)


def recorded(notebook: NotebookNode) -> dict[str, Result]:
    """Return the named results that an executed notebook recorded; empty if there are none."""
    results: dict[str, Result] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            results |= output.get("data", {}).get(RESULTS, {})
    return results
