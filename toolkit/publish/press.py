"""Pages made while other notebooks still run.

The run waits for notebooks that are processes of their own; meanwhile a thread loads what renders,
which takes a second, and makes the page of each notebook that has ended. One thread, since what
cleans pages is not made for two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Self

from toolkit.publish.inputs import Inputs
from toolkit.publish.plan import Plan
from toolkit.publish.report import NotebookReport

Files = dict[str, bytes]


class Press:
    """Renders what notebooks leave, in the order in which they end."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
        self._made: dict[str, Future[Files]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def get_ready(self) -> None:
        """Begin to load what renders."""
        self._thread.submit(import_module, "toolkit.publish.publication")

    def take(self, plan: Plan, inputs: Inputs, report: NotebookReport) -> None:
        """Begin with the page of a notebook that has ended.

        Parameters
        ----------
        plan : Plan
            What was to be done.
        inputs : Inputs
            The study and its data.
        report : NotebookReport
            What came of the notebook.
        """
        self._made[report.notebook] = self._thread.submit(_pages_of, plan, inputs, report)

    def files(self, reports: Sequence[NotebookReport]) -> Iterator[Files]:
        """Give page and notebook of each notebook, once they are there.

        Parameters
        ----------
        reports : sequence of NotebookReport
            Of the notebooks, in the order of the reader.
        """
        yield from (self._made[each.notebook].result() for each in reports)


def _pages_of(plan: Plan, inputs: Inputs, report: NotebookReport) -> Files:
    from toolkit.publish.publication import pages_of

    return pages_of(plan, inputs, report)
