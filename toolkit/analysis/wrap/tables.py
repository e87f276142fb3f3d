"""An analyst's own frame as a table of the toolkit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import pandas as pd

from toolkit.analysis.disclosure import HIDDEN, Mark
from toolkit.analysis.present.table import NO_SUPPRESSION, Table
from toolkit.analysis.wrap.counting import counts_of, printed
from toolkit.analysis.wrap.frame import Shape, shape_of, whole_numbers
from toolkit.analysis.wrap.study_in_view import minimum_in_view, rule_in_view
from toolkit.errors import AnalysisError

Kind = Literal["people", "segments", "other"]
_UNITS: Mapping[str, str] = {"people": "participants", "segments": "segments", "other": "records"}
_ALL_HIDDEN = (
    "Every count is held back: with fewer of them hidden, a small one could be worked out."
)


def table(
    frame: pd.DataFrame | pd.Series,
    *,
    counts: Kind,
    base: int,
    source: str,
    title: str = "",
    base_of: str = "",
    notes: tuple[str, ...] = (),
) -> Table:
    """Return a frame as a table with base, source and suppression rule.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
        Its index, or its first columns that hold no numbers, name the rows.
    counts : {"people", "segments", "other"}
        What its numbers count. Small counts of people are held back, with what gives them away.
    base : int
        Number of units that it rests on (n).
    source, title, base_of : str
        Records that the numbers come from; what it shows; units of the base.
    notes : tuple of str
        What a reader must know.

    Returns
    -------
    Table
        Its ``data`` holds a mark in place of each count that is held back.

    Raises
    ------
    AnalysisError
        No frame (ANALYSIS-040), no whole numbers (041), no base (042), people one by one (043).

    Examples
    --------
    >>> from toolkit import open_study, table
    >>> counted = open_study("my-study").participants.groupby("strand").size()
    >>> table(counted, counts="people", base=36, source="calls and forums")
    Participants by strand ...
    """
    check_kind(counts, base, "table")
    unit, n = base_of or _UNITS[counts], shown_count(base, counts)
    shape = shape_of(frame, _UNITS[counts].capitalize(), "table")
    data, safe, hidden = suppressed(shape, counts, base)
    told = (*notes, *([] if safe else [_ALL_HIDDEN]))
    rule = rule_in_view() if counts == "people" or hidden else NO_SUPPRESSION
    title = title or _title(shape, counts)
    return Table(title, data, n, unit, source, rule, told, headers=shape.headers)


def suppressed(shape: Shape, counts: Kind, base: int | None) -> tuple[pd.DataFrame, bool, bool]:
    """Return a frame with marks in place of the counts that are held back.

    Parameters
    ----------
    shape : Shape
        The frame.
    counts : {"people", "segments", "other"}
        What it counts.
    base : int or None
        How many units there are in all.

    Returns
    -------
    data : pandas.DataFrame
        What may be shown.
    safe : bool
        False where every count of people is held back.
    hidden : bool
        Whether anything is.
    """
    data, withheld = shape.data.copy(), shape.withheld()
    if counts != "people":
        for column, name in enumerate(shape.numbers):
            rows = [row for row, place in withheld if place == column]
            if rows:
                values = list(data[name])
                told = [Mark(HIDDEN) if n in rows else each for n, each in enumerate(values)]
                data[name] = pd.Series(told, index=data.index, dtype=object)
        return data, True, bool(withheld)
    numbers = whole_numbers(shape, "table")
    minimum = minimum_in_view()
    known = None if base is None or 0 < base < minimum else base
    cells, safe = printed(counts_of(numbers, known, withheld), minimum)
    for column, name in enumerate(shape.numbers):
        values = [row[column] for row in cells]
        data[name] = pd.Series(values, index=data.index, dtype=object)
        if not any(isinstance(each, Mark) for each in values):
            data[name] = numbers[name]
    hidden = any(isinstance(each, Mark) for row in cells for each in row)
    return (_in_another_order(data, numbers, shape) if hidden else data), safe, hidden


def _in_another_order(data: pd.DataFrame, numbers: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Order rows by their names where they stand by size: between two fives stands a five."""
    sums = counts_of(numbers, None, frozenset()).column_margin
    rows = len(numbers) - sums
    counts = [numbers[name].iloc[:rows] for name in numbers.columns]
    if not any(each.is_monotonic_decreasing or each.is_monotonic_increasing for each in counts):
        return data
    names = data.iloc[:rows][shape.names].astype(str).sort_values(shape.names, kind="stable")
    return data.loc[[*names.index, *data.index[rows:]]].reset_index(drop=True)


def shown_count(base: int, counts: Kind) -> int | Mark:
    """Return a base as it may be printed: a small number of people is held back.

    Parameters
    ----------
    base : int
        How many units there are.
    counts : {"people", "segments", "other"}
        What is counted.
    """
    minimum = minimum_in_view()
    return Mark(f"<{minimum}") if counts == "people" and 0 < base < minimum else int(base)


def check_kind(counts: str, base: int, place: str) -> None:
    """Refuse what does not say what it counts, or has no base.

    Parameters
    ----------
    counts : str
        What is counted.
    base : int
        How many units there are.
    place : str
        What is made, for messages.

    Raises
    ------
    AnalysisError
        ANALYSIS-042.
    """
    kinds = get_args(Kind)
    given: object = base
    whole = isinstance(given, int | np.integer) and int(given) >= 0
    if counts not in kinds or not whole:
        raise AnalysisError.of("ANALYSIS-042", place=place, kinds=", ".join(kinds))


def _title(shape: Shape, counts: Kind) -> str:
    """Return a title from the names of the columns."""
    by = ", ".join(each.strip() for each in shape.names if each.strip())
    what = _UNITS[counts].capitalize() if counts != "other" else ", ".join(shape.numbers)
    return f"{what} by {by}" if by and what else what or by
