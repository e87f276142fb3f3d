"""How one notebook is executed, by whichever engine, and what becomes of a failure.

Three engines give the same bytes. ``toolkit-compat`` is papermill's own way, a real kernel in a
process of its own. ``toolkit-fork`` is a real kernel too, forked from a process that has loaded
what notebooks need. ``toolkit-fast`` runs the cells in such a fork without sockets between. All
are registered with papermill (`toolkit.publish.engine.papermill_engines`); here the last is used
without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from nbformat import NotebookNode

from toolkit import errors
from toolkit.errors import Finding, finding
from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.forking import CAN_FORK, preloaded_of
from toolkit.publish.engine.seals import VARIABLE, check_seals, new_key
from toolkit.publish.notebooks.cells import PUT_IN, put_back_one, with_parameters
from toolkit.publish.notebooks.parameters import Value

COMPAT, FORK, FAST = "toolkit-compat", "toolkit-fork", "toolkit-fast"
# Their messages name what stands in the code, and nothing else.
_MARKS = count()
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
    mark : str
        Short, and another for each; names files and sockets.
    executed : nbformat.NotebookNode or None
        As far as it came, once it ran.
    end : callable or None
        Ends at once what runs it, while something does.
    """

    notebook: str
    source: NotebookNode
    parameters: Mapping[str, Value]
    environment: Mapping[str, str]
    cell_seconds: int
    mark: str = field(default_factory=lambda: f"{next(_MARKS):x}")
    executed: NotebookNode | None = None
    end: Callable[[], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Executed:
    """The result of executing one notebook.

    Attributes
    ----------
    notebook : nbformat.NotebookNode
        Executed as far as it came.
    fault : Finding or None
        Why it stopped; None if it ran to its end.
    seconds : float
        How long it took, in seconds.
    """

    notebook: NotebookNode
    fault: Finding | None
    seconds: float


def usual_engine() -> str:
    """Return the quickest engine that works here."""
    return FAST if CAN_FORK else COMPAT


def execute(task: Task, workplace: Workplace, *, engine: str = "") -> Executed:
    """Execute one notebook; a failure is a result, not an exception.

    Parameters
    ----------
    engine : str
        Name of an engine; the quickest that works here where it is left out.

    Returns
    -------
    Executed
        With a finding (RUN-010 to RUN-013) where it stopped; a finding never holds data.
    """
    begun, key = time.monotonic(), new_key()
    task.environment = {**task.environment, VARIABLE: key}
    filled = with_parameters(task.source, task.parameters)
    by = _fast if (engine or usual_engine()) == FAST else _papermill
    fault = by(task, filled, workplace, engine)
    executed = task.executed if task.executed is not None else task.source
    check_seals(executed, key)
    return Executed(executed, fault, time.monotonic() - begun)


def _fast(task: Task, filled: NotebookNode, workplace: Workplace, engine: str) -> Finding | None:
    """Run the cells in a fork; give the finding where they stopped."""
    task.executed, started, what = filled, -1, ""
    try:
        for what, number in cells_in_fork(task, filled, workplace):
            started = number
            if what == "failed":
                break
    except TimeoutError:
        return _stopped("RUN-011", task, started, seconds=task.cell_seconds)
    except EOFError:
        return _stopped("RUN-012", task, started)
    except OSError:
        return finding("RUN-013", place="kernel", file=f"{task.notebook}.ipynb")
    failed = started if what == "failed" else None
    for position, kind, message in _raised(filled, failed):
        # As papermill has it, a cell that may fail by its tag is shown, and is a failure.
        return _failed(task, position, kind, message)
    return None


def cells_in_fork(
    task: Task, notebook: NotebookNode, workplace: Workplace
) -> Iterator[tuple[str, int]]:
    """Run the cells of a notebook in a fork of the preloaded process, and fill it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Without outputs.

    Yields
    ------
    tuple of str and int
        ``started``, ``done`` or ``failed``, and the position of the cell.

    Raises
    ------
    TimeoutError
        A cell took too long.
    EOFError
        The process died.
    OSError
        There was none.
    """
    folder = str(workplace.working_folder)
    request = {"environment": task.environment, "folder": folder, "notebook": notebook}
    forked = preloaded_of(workplace).ask(request)
    task.end = forked.kill
    try:
        for message in forked.messages(task.cell_seconds):
            if "ended" in message:
                return
            what, number = next(iter(message.items()))
            if what == "started":
                notebook.cells[number].execution_count = message["count"]
            elif what == "done":
                put_back_one(notebook.cells[number], message)
            yield what, number
        raise EOFError
    except ConnectionResetError:
        raise EOFError from None
    finally:
        task.end = None
        forked.close()


def _papermill(
    task: Task, filled: NotebookNode, workplace: Workplace, engine: str
) -> Finding | None:
    """Run the notebook through papermill; give the finding where it stopped."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        papermill.execute_notebook(
            filled,
            None,
            engine_name=engine or COMPAT,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            task=task,
            workplace=workplace,
        )
    except PapermillExecutionError as error:
        return _failed(task, error.cell_index, error.ename, error.evalue)
    except CellTimeoutError:
        return _stopped("RUN-011", task, _last_started(task), seconds=task.cell_seconds)
    except DeadKernelError:
        return _stopped("RUN-012", task, _last_started(task))
    except (RuntimeError, OSError):
        return finding("RUN-013", place="kernel", file=f"{task.notebook}.ipynb")
    return None


def cell_number(notebook: NotebookNode, position: int) -> int:
    """Return the number of a cell as a reader of the committed notebook counts it.

    Parameters
    ----------
    position : int
        Position in it, from 0.

    Returns
    -------
    int
        From 1, without the cell that sets parameters.
    """
    before = notebook.cells[: position + 1]
    added = sum(PUT_IN in each.metadata.get("tags", []) for each in before)
    return len(before) - added


def _raised(notebook: NotebookNode, failed: int | None) -> Iterator[tuple[int, str, str]]:
    """Yield position, kind and message of errors in cells, as papermill reports them."""
    for position, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                yield position, str(output.ename), str(output.evalue)
    if failed is not None:
        yield failed, "CellExecutionError", ""


def _failed(task: Task, position: int, kind: str, message: str) -> Finding | None:
    """Return which cell raised what; the message only where it is one of ours."""
    if kind == "SystemExit" and message in ("", "0"):
        return None
    ours = isinstance(getattr(errors, kind, None), type) or kind in _WITHOUT_DATA
    said = " ".join(message.split()) if ours else "its message is left out, it could hold data"
    return _stopped("RUN-010", task, position, kind=kind, message=said)


def _stopped(code: str, task: Task, position: int, **values: str | int) -> Finding:
    """Build the finding about one cell."""
    executed = task.executed if task.executed is not None else task.source
    number = cell_number(executed, position)
    return finding(code, place=f"cell {number}", file=f"{task.notebook}.ipynb", line=0, **values)


def _last_started(task: Task) -> int:
    """Return the position of the cell that was running when the kernel was lost."""
    cells = task.executed.cells if task.executed is not None else []
    running = [
        position
        for position, cell in enumerate(cells)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return running[-1] if running else -1
