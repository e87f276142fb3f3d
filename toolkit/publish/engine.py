"""How one notebook is executed: a papermill engine, and what becomes of a failure.

The engine is registered with papermill under its own name; further engines stand beside it and
take the same `Task`.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from toolkit import errors
from toolkit.errors import Finding, finding
from toolkit.publish.kernel import Workplace, new_kernel

COMPAT = "toolkit-compat"
_START_SECONDS = 60
# Their messages name what stands in the code, and nothing else.
_WITHOUT_DATA = ("NameError", "ModuleNotFoundError")


@dataclass(slots=True)
class Task:
    """One notebook on its way through an engine.

    Attributes
    ----------
    notebook : str
        Its name.
    source : nbformat.NotebookNode
        As it is committed, without outputs.
    parameters : mapping
        What is set for it.
    environment : mapping of str to str
        Environment of its kernel.
    cell_seconds : int
        Longest time that one cell may take, in seconds.
    executed : nbformat.NotebookNode or None
        As far as it came, once it ran.
    kernel : jupyter_client.manager.AsyncKernelManager or None
        The kernel while it lives.
    """

    notebook: str
    source: NotebookNode
    parameters: Mapping[str, object]
    environment: Mapping[str, str]
    cell_seconds: int
    executed: NotebookNode | None = None
    kernel: AsyncKernelManager | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of executing one notebook.

    Attributes
    ----------
    notebook : nbformat.NotebookNode
        Executed as far as it came.
    fault : Finding or None
        Why it stopped; None where it ran to its end.
    seconds : float
        How long it took, in seconds.
    """

    notebook: NotebookNode
    fault: Finding | None
    seconds: float


class CompatEngine(NBClientEngine):
    """papermill's own way, a real ipykernel, with our kernel, environment and time-out."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: object
    ) -> None:
        """Run all cells; what ran is left in the task, whether it failed or not.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            papermill's hold of the notebook.
        kernel_name : str
            As papermill asks for it; there is one kernel only.
        **options
            ``task`` and ``workplace``, as `execute` gives them, and what papermill adds.

        Raises
        ------
        nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError
            As in papermill.
        """
        task, workplace = options["task"], options["workplace"]
        assert isinstance(task, Task)
        assert isinstance(workplace, Workplace)
        task.kernel = new_kernel(workplace, task.notebook)
        client = PapermillNotebookClient(
            nb_man,
            km=task.kernel,
            kernel_name=kernel_name,
            timeout=task.cell_seconds,
            startup_timeout=_START_SECONDS,
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",
        )
        try:
            client.execute(
                env=dict(task.environment), cwd=str(workplace.working_folder), cleanup_kc=True
            )
        finally:
            task.executed = copy.deepcopy(nb_man.nb)
            task.kernel = None


papermill_engines.register(COMPAT, CompatEngine)


def execute(task: Task, workplace: Workplace, *, engine: str = COMPAT) -> Executed:
    """Execute one notebook; a failure is a result, not an exception.

    Parameters
    ----------
    task : Task
        The notebook and what it is told.
    workplace : Workplace
        Prepared folders of the run.
    engine : str
        Name of a papermill engine that takes a `Task`.

    Returns
    -------
    Executed
        With a finding (RUN-010 to RUN-013) where it stopped; a finding never holds data.
    """
    begun = time.monotonic()
    fault = None
    try:
        papermill.execute_notebook(
            copy.deepcopy(task.source),
            None,
            parameters=dict(task.parameters),
            engine_name=engine,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            task=task,
            workplace=workplace,
        )
    except PapermillExecutionError as error:
        fault = _failed(task, error.cell_index, error.ename, error.evalue)
    except CellTimeoutError:
        fault = _stopped("RUN-011", task, _last_started(task), seconds=task.cell_seconds)
    except DeadKernelError:
        fault = _stopped("RUN-012", task, _last_started(task))
    except RuntimeError:
        fault = finding("RUN-013", place="kernel", file=f"{task.notebook}.ipynb")
    executed = task.executed if task.executed is not None else task.source
    return Executed(executed, fault, time.monotonic() - begun)


def cell_number(notebook: NotebookNode, position: int) -> int:
    """Give the number of a cell as a reader of the committed notebook counts it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An executed notebook.
    position : int
        Position in it, from 0.

    Returns
    -------
    int
        From 1, without the cell that papermill put in.
    """
    before = notebook.cells[: position + 1]
    added = sum("injected-parameters" in each.metadata.get("tags", []) for each in before)
    return len(before) - added


def _failed(task: Task, position: int, kind: str, message: str) -> Finding:
    """Say which cell raised what; the message only where it is one of ours."""
    ours = isinstance(getattr(errors, kind, None), type) or kind in _WITHOUT_DATA
    said = " ".join(message.split()) if ours else "its message is left out, it could hold data"
    return _stopped("RUN-010", task, position, kind=kind, message=said)


def _stopped(code: str, task: Task, position: int, **values: str | int) -> Finding:
    """Build the finding about one cell."""
    executed = task.executed if task.executed is not None else task.source
    number = cell_number(executed, position)
    return finding(code, place=f"cell {number}", file=f"{task.notebook}.ipynb", line=0, **values)


def _last_started(task: Task) -> int:
    """Give the position of the cell that was running when the kernel was lost."""
    cells = task.executed.cells if task.executed is not None else []
    running = [
        position
        for position, cell in enumerate(cells)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return running[-1] if running else -1
