"""Pages made while other notebooks still run.

The run waits for notebooks that are processes of their own; meanwhile a thread loads what renders,
which takes a second, and makes the page of each notebook that has ended. One thread, since what
cleans pages is not made for two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from toolkit.publish.engine.light_imports import load_nbconvert
from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.notebooks.inputs import Inputs
from toolkit.publish.plan.plan import Plan

if TYPE_CHECKING:
    from toolkit.publish.gate.gate import Passed
    from toolkit.publish.gate.keeper import Keeper

Files = dict[str, bytes]


class Press:
    """Renders what notebooks leave, in the order in which they end."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
        self._made: dict[str, Future[Files]] = {}
        self._shared: Future[Files] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def get_ready(self, plan: Plan, inputs: Inputs) -> None:
        """Begin with the pages that no notebook is waited for."""
        self._shared = self._thread.submit(_guide_pages, plan, inputs)

    def take(self, plan: Plan, inputs: Inputs, report: NotebookReport) -> None:
        """Begin with the page of a notebook that has ended."""
        self._made[report.notebook] = self._thread.submit(_pages_of, plan, inputs, report)

    def publish(
        self,
        inputs: Inputs,
        plan: Plan,
        reports: Sequence[NotebookReport],
        *,
        side: Mapping[str, object],
        keeper: Keeper,
    ) -> Passed:
        """Return all files of a run that may be published.

        Parameters
        ----------
        reports : sequence of NotebookReport
            The outcome of each notebook, in the order of the reader.

        Raises
        ------
        RunError
            As there.
        """
        from toolkit.publish.run.publication import publication

        made = self.files(reports)
        return publication(plan, inputs, reports, made=made, side=side, keeper=keeper)

    def files(self, reports: Sequence[NotebookReport]) -> Iterator[Files]:
        """Yield page and notebook of each notebook, and the guides' pages, once they are there.

        Parameters
        ----------
        reports : sequence of NotebookReport
            Of the notebooks, in the order of the reader.
        """
        yield from (self._made[each.notebook].result() for each in reports)
        if self._shared is not None:
            yield self._shared.result()


def _guide_pages(plan: Plan, inputs: Inputs) -> Files:
    load_nbconvert()
    from toolkit.publish.run.publication import guide_pages

    return guide_pages(plan, inputs)


def _pages_of(plan: Plan, inputs: Inputs, report: NotebookReport) -> Files:
    from toolkit.publish.run.publication import pages_of

    return pages_of(plan, inputs, report)
