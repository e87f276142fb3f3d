"""Several notebooks at the same time, each as soon as those that it comes after are done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import Executed, Task, execute

_ROUND_SECONDS = 0.2


class Hands(Protocol):
    """What executes notebooks: threads of this machine, or a cluster."""

    def __enter__(self) -> Self:
        """Start the threads."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what is still running at once if there was an error, and release everything."""
        ...

    def submit(self, name: str) -> Future[Any]:
        """Begin with a notebook, now or when there is room."""
        ...

    def came(self, name: str, future: Future[Any]) -> Executed:
        """Return its outcome, once its future is done."""
        ...


class OwnHands:
    """Threads of this machine; each waits for one notebook, which is a process of its own.

    Parameters
    ----------
    tasks : mapping of str to Task
        One for each notebook that runs.
    workplace : Workplace
        Prepared folders of the run.
    engine : str
        Name of an engine.
    jobs : int
        Notebooks that run at the same time (count).
    """

    def __init__(
        self, tasks: Mapping[str, Task], workplace: Workplace, engine: str, jobs: int
    ) -> None:
        self._tasks, self._workplace, self._engine = tasks, workplace, engine
        self._pool = ThreadPoolExecutor(max_workers=max(1, jobs))
        self._begun: list[Future[Executed]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.kill()
        self._pool.shutdown()

    def submit(self, name: str) -> Future[Executed]:
        """Begin with a notebook, now or when there is room."""
        future = self._pool.submit(execute, self._tasks[name], self._workplace, engine=self._engine)
        self._begun.append(future)
        return future

    def came(self, name: str, future: Future[Executed]) -> Executed:
        """Return the outcome of a notebook."""
        return future.result()

    def kill(self) -> None:
        """End the kernels at once, so that the threads that wait for them end too."""
        for future in self._begun:
            future.cancel()
        # A kernel that is only just starting is met on a later round.
        while wait(self._begun, timeout=_ROUND_SECONDS).not_done:
            for task in self._tasks.values():
                if (end := task.end) is not None:
                    end()


@dataclass(slots=True)
class Schedule:
    """The notebooks of a run on their way.

    Attributes
    ----------
    after : mapping of str to collection of str
        What comes after what; a notebook that is not among `todo` is one that need not run.
    todo : collection of str
        The notebooks that run.
    hands : Hands
        Whoever executes them.
    """

    after: Mapping[str, Collection[str]]
    todo: Collection[str]
    hands: Hands
    _stopped: set[str] = field(default_factory=set)
    _running: dict[Future[Any], str] = field(default_factory=dict)
    _ended: SimpleQueue[Future[Any]] = field(default_factory=SimpleQueue)

    def run(self) -> Iterator[tuple[str, Executed | str]]:
        """Run all notebooks.

        Yields
        ------
        tuple of str and Executed or str
            Each notebook as it ends, with the outcome of it; or with the name of a notebook that
            stopped, where it was not run because it comes after that one.
        """
        sorter = TopologicalSorter(self.after)
        sorter.prepare()
        with self.hands:
            while sorter.is_active():
                yield from self._start(sorter)
                if self._running:
                    yield self._next(sorter)

    def _start(self, sorter: TopologicalSorter[str]) -> Iterator[tuple[str, str]]:
        """Start what is ready; give up what comes after a notebook that stopped."""
        for name in sorter.get_ready():
            blocking = [each for each in self.after.get(name, ()) if each in self._stopped]
            if name not in self.todo:
                sorter.done(name)
            elif blocking:
                self._stopped.add(name)
                sorter.done(name)
                yield name, blocking[0]
            else:
                future = self.hands.submit(name)
                self._running[future] = name
                future.add_done_callback(self._ended.put)

    def _next(self, sorter: TopologicalSorter[str]) -> tuple[str, Executed]:
        """Wait until a notebook ends, and return its outcome."""
        future = self._ended.get()
        name = self._running.pop(future)
        executed = self.hands.came(name, future)
        if executed.fault:
            self._stopped.add(name)
        sorter.done(name)
        return name, executed
