"""How far a run is, and how long it will still take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from toolkit.publish.engine.outcome import NotebookReport

_MINUTE = 60.0


class Progress:
    """Reports each notebook when it ends: a bar in a terminal, a line for each elsewhere.

    Parameters
    ----------
    quiet : bool
        Whether to say nothing.
    """

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._expected: Mapping[str, float] = {}
        self._left, self._done, self._begun = 0.0, 0.0, time.monotonic()

    def expect(self, seconds: Mapping[str, float]) -> None:
        """Note which notebooks are going to run.

        Parameters
        ----------
        seconds : mapping of str to float
            Notebook to how long it took last, in seconds; a guess where it never ran.
        """
        self._expected, self._left = seconds, sum(seconds.values())
        self._begun = time.monotonic()
        if seconds and not self._quiet and sys.stdout.isatty():
            self._bar = _bar(self._left)

    def __call__(self, report: NotebookReport) -> None:
        """Report one notebook."""
        weight = self._expected.get(report.notebook, 0.0)
        self._left, self._done = self._left - weight, self._done + weight
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.update(_thousandths(weight), line_of(report))
            return
        left = f"; {in_words(self.left)} left" if report.again and self._left > 0 else ""
        click.echo(f"   {line_of(report)}{left}")

    @property
    def left(self) -> float:
        """How long it will still take, in seconds, at the pace so far."""
        pace = (time.monotonic() - self._begun) / self._done if self._done else 1.0
        return self._left * pace

    def close(self) -> None:
        """End the line of the progress bar."""
        if self._bar is not None:
            self._bar.render_finish()


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Yield how far a run is.

    Parameters
    ----------
    quiet : bool
        Whether to say nothing.

    Yields
    ------
    Progress
        To be called with each report, and told before what to expect.
    """
    made = Progress(quiet)
    try:
        yield made
    finally:
        made.close()


def line_of(report: NotebookReport) -> str:
    """Return a line on how a notebook ended."""
    how = f"{report.seconds:.1f} s" if report.again else "as it was"
    return f"{report.state:8} {report.notebook}  ({how})"


def in_words(seconds: float) -> str:
    """Return a length of time in words, no more exact than anybody needs.

    Parameters
    ----------
    seconds : float
        In seconds.
    """
    if seconds < _MINUTE:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / _MINUTE)} min"


def _bar(seconds: float) -> Any:
    """Return a bar whose time left is weighed by what each notebook took last."""
    bar = click.progressbar(
        length=_thousandths(seconds), label="   notebooks", item_show_func=lambda each: each
    )
    bar.render_progress()
    return bar


def _thousandths(seconds: float) -> int:
    return max(1, round(1000 * seconds))
