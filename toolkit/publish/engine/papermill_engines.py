"""The three engines as papermill knows them; `toolkit.publish.engine.execution` explains each.

papermill loads this module by its entry points (``papermill --engine toolkit-fast ...``), while it
is itself being loaded; so it is never imported by name.
"""

from __future__ import annotations

import asyncio
import copy
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import Task, cells_in_fork
from toolkit.publish.engine.forked_kernel import new_kernel
from toolkit.publish.engine.forking import preloaded_of

_START_SECONDS = 60
_CELL_SECONDS = 24 * 3600


class _Client(PapermillNotebookClient):
    """Needs the state of widgets while cells run, and does not write it into the notebook."""

    def set_widgets_metadata(self) -> None:
        """Write nothing."""


class CompatEngine(NBClientEngine):
    """papermill's own way, a real ipykernel, with our kernel, environment and time-out."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: object
    ) -> None:
        """Run all cells; what ran is left in the task, whether it failed or not.

        Parameters
        ----------
        kernel_name : str
            As papermill asks for it; there is one kernel only.
        **options
            ``task`` and ``workplace``, as a run gives them, and what papermill adds.

        Raises
        ------
        nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError
            As in papermill.
        """
        with _work(nb_man, options) as (task, workplace):
            kernel = cls.kernel(workplace, task)
            task.end = lambda: _end(kernel)
            client = _Client(
                nb_man,
                km=kernel,
                kernel_name=kernel_name,
                timeout=task.cell_seconds,
                startup_timeout=_START_SECONDS,
                record_timing=False,
                coalesce_streams=True,
                shutdown_kernel="immediate",
            )
            try:
                client.execute(
                    env=dict(task.environment),
                    cwd=str(workplace.working_folder),
                    # What is written past Python would be shown to whoever started the run.
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cleanup_kc=True,
                )
            except CellTimeoutError:
                _forget_interrupt(nb_man.nb)
                raise
            finally:
                task.executed, task.end = copy.deepcopy(nb_man.nb), None

    @classmethod
    def kernel(cls, workplace: Workplace, task: Task) -> AsyncKernelManager:
        """Return the manager of a kernel that has not been started."""
        return new_kernel(workplace, task.mark)


class ForkEngine(CompatEngine):
    """The same with a kernel that is forked from a process which has loaded what notebooks need."""

    @classmethod
    def kernel(cls, workplace: Workplace, task: Task) -> AsyncKernelManager:
        """Return the manager of a kernel that has not been forked."""
        return new_kernel(workplace, task.mark, preloaded_of(workplace))


class FastEngine(Engine):
    """The cells run in such a fork, without a kernel's sockets; the notebook is saved once."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: object
    ) -> None:
        """Run all cells; parameters as in `CompatEngine.execute_managed_notebook`.

        Raises
        ------
        nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError
            As in papermill.
        """
        # papermill writes the whole notebook before and after every cell to this place.
        place, nb_man.output_path = nb_man.output_path, None
        started = 0
        with _work(nb_man, options) as (task, workplace):
            task.executed = nb_man.nb
            try:
                for what, started in cells_in_fork(task, nb_man.nb, workplace):
                    _follow(nb_man, what, started)
            except TimeoutError:
                cell = nb_man.nb.cells[started]
                raise CellTimeoutError.error_from_timeout_and_cell(
                    "Cell execution timed out", task.cell_seconds, cell
                ) from None
            except EOFError:
                raise DeadKernelError("Kernel died") from None
            finally:
                nb_man.output_path = place


def _forget_interrupt(notebook: NotebookNode) -> None:
    """Remove the interrupt message of a stopped cell: a kernel that is ended may send it or not."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [it for it in cell.outputs if it.get("ename") != "KeyboardInterrupt"]


def _follow(nb_man: NotebookExecutionManager, what: str, number: int) -> None:
    """Report to papermill how far the notebook is."""
    cell = nb_man.nb.cells[number]
    if what == "started":
        nb_man.cell_start(cell, number)
    elif what == "failed":
        nb_man.cell_exception(cell, number)
    else:
        nb_man.cell_complete(cell, number)


@contextmanager
def _work(
    nb_man: NotebookExecutionManager, options: dict[str, object]
) -> Iterator[tuple[Task, Workplace]]:
    """Yield task and workplace: those of a run, or ones for papermill's own command."""
    task, workplace = options.get("task"), options.get("workplace")
    if isinstance(task, Task) and isinstance(workplace, Workplace):
        yield task, workplace
        return
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        own = Workplace(Path(folder), Path(folder) / "matplotlib", here=Path.cwd())
        own.prepare()
        told = {name: it for name, it in os.environ.items() if name.startswith("TOOLKIT_")}
        source: NotebookNode = nb_man.nb
        try:
            yield Task("notebook", source, {}, own.environment(told), _CELL_SECONDS), own
        finally:
            if own.preloaded is not None:
                own.preloaded.close()


def _end(kernel: AsyncKernelManager) -> None:
    """End a kernel, without waiting for what it does."""
    if kernel.has_kernel:
        asyncio.run(_signal(kernel))


async def _signal(kernel: AsyncKernelManager) -> None:
    await kernel.signal_kernel(getattr(signal, "SIGKILL", signal.SIGTERM))
