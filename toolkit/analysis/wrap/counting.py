"""The counts of an analyst's frame, and which of them may be printed (P30).

An analyst's frame says less than the toolkit's own: not which people stand behind a count, nor what
else is printed of them. So more is assumed. Sums over rows and columns count as known, whether or
not they stand in the frame, and so does the base. A role that no table prints by itself is printed
in none of these either. What is hidden in one row or column adds up to the minimum at least, since
the sum of what is hidden is what a reader works out first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.analysis.disclosure import HIDDEN, Count, Margin, Mark, Suppressed, suppress_small

Cell = tuple[int, int]
Cells = list[list[int]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of people with what is known of their sums.

    Attributes
    ----------
    cells : list of list of int
        Counts without their margins, R rows x C columns.
    row_margin, column_margin : bool
        Whether the frame has the sum of each row in a last column; of each column in a last row.
    base : int or None
        How many people there are in all, where that is printed.
    withheld : frozenset of (int, int)
        Cells of roles that no table prints; their sums are printed in none either.
    """

    cells: Cells
    row_margin: bool
    column_margin: bool
    base: int | None = None
    withheld: frozenset[Cell] = field(default_factory=frozenset)


def counts_of(numbers: pd.DataFrame, base: int | None, withheld: frozenset[Cell]) -> Counts:
    """Return the counts of a frame, and which of its rows and columns are sums of the others.

    Parameters
    ----------
    numbers : pandas.DataFrame
        Whole numbers only.
    base : int or None
        How many people there are in all.
    withheld : frozenset of (int, int)
        Row and column of cells that are printed in no table.
    """
    values = numbers.to_numpy(dtype=np.int64)
    rows, columns = values.shape
    column_margin = rows > 2 and bool((values[:-1].sum(axis=0) == values[-1]).all())
    row_margin = columns > 2 and bool((values[:, :-1].sum(axis=1) == values[:, -1]).all())
    inner = values[: rows - column_margin, : columns - row_margin]
    kept = frozenset((i, j) for i, j in withheld if i < len(inner) and j < inner.shape[1])
    return Counts(inner.tolist(), row_margin, column_margin, base, kept)


def printed(counts: Counts, minimum: int) -> tuple[list[list[Count]], bool]:
    """Return the counts as they may be printed, margins that the frame has included.

    Parameters
    ----------
    counts : Counts
        From `counts_of`.
    minimum : int
        Smallest count that is printed.

    Returns
    -------
    cells : list of list of int or Mark
        Row by row.
    safe : bool
        False where only hiding every count keeps a small one hidden.
    """
    if not counts.cells or not counts.cells[0]:
        return [[] for _ in counts.cells], True
    cells, added = _with_the_rest(counts, minimum)
    found = _hidden_enough(cells, counts, minimum)
    safe = found.safe and not _leans_on_what_is_known(found, cells, counts, minimum)
    if not safe:
        everything: list[Count] = [Mark(HIDDEN)] * (len(cells[0]) + counts.row_margin)
        return [everything] * (len(counts.cells) + counts.column_margin), False
    return list(_laid_out(found, counts, added)), True


def _with_the_rest(counts: Counts, minimum: int) -> tuple[Cells, int]:
    """Add those who are in the base and in no row, where they are so few that they are somebody.

    With "19 of 20" beside it, the twentieth is known.
    """
    rest = (counts.base or 0) - sum(map(sum, counts.cells))
    if len(counts.cells[0]) == 1 and 0 < rest < minimum:
        return [*counts.cells, [rest]], 1
    return counts.cells, 0


def _hidden_enough(cells: Cells, counts: Counts, minimum: int) -> Suppressed:
    """Hide counts until what is hidden in each row and column adds up to the minimum."""
    withheld = set(counts.withheld)
    while True:
        found = suppress_small(cells, minimum=minimum, **_margins(cells, counts), withheld=withheld)
        more = set(_still_to_hide(cells, found, minimum)) - withheld
        if not more or not found.safe:
            return found
        withheld |= more


def _margins(cells: Cells, counts: Counts) -> dict[str, Margin]:
    """Return what a reader knows of the sums."""
    one_row, one_column = len(cells) == 1, len(cells[0]) == 1
    total = sum(map(sum, cells))
    whole: Margin = "shown" if counts.row_margin or counts.column_margin else "absent"
    if total == counts.base:
        whole = "public"
    return {
        "row_totals": "absent" if one_column else "shown",
        "column_totals": "absent" if one_row else "shown",
        "total": whole,
    }


def _still_to_hide(cells: Cells, found: Suppressed, minimum: int) -> Iterator[Cell]:
    """Yield the smallest count that is printed in each line where too few people are hidden."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    lines = [[(i, j) for j in columns] for i in rows] if len(columns) > 1 else []
    lines += [[(i, j) for i in rows] for j in columns] if len(rows) > 1 else []
    for line in lines:
        hidden = [each for each in line if isinstance(found.cells[each[0]][each[1]], Mark)]
        shown = [each for each in line if each not in hidden]
        if hidden and shown and sum(cells[i][j] for i, j in hidden) < minimum:
            yield min(shown, key=lambda each: (cells[each[0]][each[1]], each))


def _leans_on_what_is_known(found: Suppressed, cells: Cells, counts: Counts, minimum: int) -> bool:
    """Return whether something is safe only while a sum is hidden that is printed elsewhere."""
    sums = [sum(row) for row in cells] if found.row_totals and not counts.row_margin else []
    shown = found.row_totals if sums else []
    if found.column_totals and not counts.column_margin:
        sums += [sum(column) for column in zip(*cells, strict=True)]
        shown = [*shown, *found.column_totals]
    told = zip(sums, shown, strict=True)
    return any(isinstance(mark, Mark) and count >= minimum for count, mark in told)


def _laid_out(found: Suppressed, counts: Counts, added: int) -> Iterator[list[Count]]:
    """Yield the rows of the frame, with the margins that it has."""
    rows = found.cells[: len(found.cells) - added]
    across, down = range(len(rows[0])), range(len(rows))
    for i, row in enumerate(rows):
        hidden = all((i, j) in counts.withheld for j in across) or not found.row_totals
        yield [*row, Mark(HIDDEN) if hidden else found.row_totals[i]] if counts.row_margin else row
    if counts.column_margin:
        downs = [
            Mark(HIDDEN)
            if all((i, j) in counts.withheld for i in down) or not found.column_totals
            else found.column_totals[j]
            for j in across
        ]
        corner = found.total if found.total is not None else Mark(HIDDEN)
        yield [*downs, corner] if counts.row_margin else downs
