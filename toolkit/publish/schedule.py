"""Several notebooks at the same time, each as soon as those that it comes after are done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from toolkit.publish.engine import Executed, Task, execute
from toolkit.publish.workplace import Workplace

_ROUND_SECONDS = 0.2


@dataclass(slots=True)
class Schedule:
    """The notebooks of a run on their way.

    The work is done by the kernels, which are processes of their own; here a thread waits for
    each of them.

    Attributes
    ----------
    after : mapping of str to collection of str
        What comes after what; a notebook without a task is one that need not run.
    tasks : mapping of str to Task
        One for each notebook that runs.
    workplace : Workplace
        Prepared folders of the run.
    engine : str
        papermill engine.
    jobs : int
        Notebooks that run at the same time (count).
    """

    after: Mapping[str, Collection[str]]
    tasks: Mapping[str, Task]
    workplace: Workplace
    engine: str
    jobs: int
    _stopped: set[str] = field(default_factory=set)
    _running: dict[Future[Executed], str] = field(default_factory=dict)

    def run(self) -> Iterator[tuple[str, Executed | str]]:
        """Run all notebooks.

        Yields
        ------
        tuple of str and Executed or str
            Each notebook as it ends, with what came of it; or with the name of a notebook that
            stopped, where it was not run because it comes after that one.
        """
        sorter = TopologicalSorter(self.after)
        sorter.prepare()
        with ThreadPoolExecutor(max_workers=max(1, self.jobs)) as pool:
            try:
                while sorter.is_active():
                    yield from self._start(sorter, pool)
                    yield from self._ended(sorter)
            except BaseException:
                self.kill()
                raise

    def _start(
        self, sorter: TopologicalSorter[str], pool: ThreadPoolExecutor
    ) -> Iterator[tuple[str, str]]:
        """Start what is ready; give up what comes after a notebook that stopped."""
        for name in sorter.get_ready():
            blocking = [each for each in self.after.get(name, ()) if each in self._stopped]
            if name not in self.tasks:
                sorter.done(name)
            elif blocking:
                self._stopped.add(name)
                sorter.done(name)
                yield name, blocking[0]
            else:
                task = self.tasks[name]
                future = pool.submit(execute, task, self.workplace, engine=self.engine)
                self._running[future] = name

    def _ended(self, sorter: TopologicalSorter[str]) -> Iterator[tuple[str, Executed]]:
        """Wait until a notebook ends, and give all that have."""
        ended = wait(self._running, return_when=FIRST_COMPLETED).done if self._running else set()
        for future in ended:
            name, executed = self._running.pop(future), future.result()
            if executed.fault:
                self._stopped.add(name)
            sorter.done(name)
            yield name, executed

    def kill(self) -> None:
        """End the kernels at once, so that the threads that wait for them end too."""
        running = list(self._running)
        for future in running:
            future.cancel()
        # A kernel that is only just starting is met on a later round.
        while wait(running, timeout=_ROUND_SECONDS).not_done:
            for task in self.tasks.values():
                if (end := task.end) is not None:
                    end()
