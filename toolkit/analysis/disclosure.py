"""Small cells: which counts of people are not printed, and which others must go with them.

The rule comes from ``study.yaml`` (`disclosure.minimum_cell`, clause P30). Where an attribute of
participants (role, say) is crossed with anything, a count below the minimum is printed as
``<3``, zero included. Alone that is not enough: with 19 of 20 printed beside it, ``<3`` is 1.
So other counts of the table are hidden as ``x``, the smallest that do, until every hidden small
count could be at least one other number, even for a reader who knows this rule.

Counts of what people said in the whole sample or a whole strand are not crossed with an attribute
and stay as they are. `suppress_small` looks at one table at a time; tables that cross the same
attribute can give each other away, and `withheld_together` takes one decision for all of them.

The counts of a table with margins are a circulation: each is an arc from its row to its column,
margins lead back. A hidden count can be another number exactly if a cycle of hidden counts leads
through it that can rise and fall in turn within what the reader knows of each; the cheapest such
cycle is found as a shortest path (Cox 1995, "Network models for complementary cell suppression").
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.errors import AnalysisError

Margin = Literal["public", "shown", "absent"]
Node = tuple[str, int]
HIDDEN = "x"
MARGIN_COST = 1_000_000
# Counts that nobody may work out.
_GUARDED = ("small", "withheld")


class Mark(str):
    """Mark printed in place of a suppressed count: ``<3`` or ``x``."""

    __slots__ = ()


Count = int | Mark


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table of counts as it may be printed.

    Attributes
    ----------
    cells : list of list of int or Mark
        Row by row.
    row_totals, column_totals : list of int or Mark
        Margins; empty if they are absent.
    total : int or Mark or None
        The grand total; None if it is absent.
    safe : bool
        False if even hiding every cell gives a small count away, as with one column and a
        public total: then the breakdown must not be shown at all.
    """

    cells: list[list[Count]]
    row_totals: list[Count]
    column_totals: list[Count]
    total: Count | None
    safe: bool


@dataclass(slots=True)
class _Arc:
    """One count of the table: an arc from its row to its column, or a margin."""

    tail: Node
    head: Node
    value: int
    state: Literal["open", "small", "withheld", "hidden", "free", "fixed"]
    cost: int
    least: int = 0
    most: int | None = None

    def room(self, rise: bool) -> bool:
        """Return whether the reader must reckon with a larger (or smaller) number here."""
        if self.state == "fixed":
            return False
        return (self.most is None or self.value < self.most) if rise else self.value > self.least


def suppress_small(
    cells: Sequence[Sequence[int]],
    *,
    minimum: int,
    row_totals: Margin = "shown",
    column_totals: Margin = "shown",
    total: Margin = "shown",
    withheld: Collection[tuple[int, int]] = (),
) -> Suppressed:
    """Suppress counts below the minimum, and those from which they could be worked out.

    Parameters
    ----------
    cells : sequence of sequences of int
        Counts of people, R rows x C columns.
    minimum : int
        Smallest count that is printed; 0 or 1 hides nothing.
    row_totals, column_totals, total : {"public", "shown", "absent"}
        Public margins are known anyway (the number of interviews) and always printed; shown ones
        are hidden where they must be; absent ones are not printed.
    withheld : collection of (int, int)
        Row and column of cells that are not printed whatever their number.

    Returns
    -------
    Suppressed
        Counts and marks.

    Raises
    ------
    AnalysisError
        Rows of different lengths, or a count below zero (ANALYSIS-010).
    """
    _check_counts(cells)
    if not any(len(row) for row in cells):
        return Suppressed([[] for _ in cells], [], [], None if total == "absent" else 0, True)
    arcs = _arcs(cells, minimum, {"row": row_totals, "column": column_totals, "total": total})
    for row, column in withheld:
        arc = arcs[row * len(cells[0]) + column]
        arc.state, arc.least, arc.most = "withheld", 0, None
    safe = _protect(arcs)
    if not safe:
        _hide_everything(arcs)
        safe = all(_cycle(arcs, arc) is not None for arc in arcs if arc.state in _GUARDED)
        for arc in arcs:
            arc.state = "hidden" if arc.state in _GUARDED else arc.state
    return _printed(arcs, len(cells), len(cells[0]) if cells else 0, minimum, safe)


def withheld_together(
    rows: Sequence[Sequence[int]], *, minimum: int, known: Sequence[int] = ()
) -> frozenset[int]:
    """Choose the categories of an attribute that no table of a run prints by themselves.

    Why nothing small can be worked out, however many tables there are: of every row a reader knows
    the sum over the withheld categories at most, by taking what is printed off the total, and that
    sum is never small. Within it somebody of one withheld category can be taken for one of another,
    in every table at once, and no printed number changes. For this there have to be two withheld
    categories, enough people of them in every row, and a mark that says nothing of a size.

    Parameters
    ----------
    rows : sequence of sequences of int
        All rows of all tables, counts of people by category, in one order of categories.
    minimum : int
        Smallest count that is printed; 0 or 1 withholds nothing.
    known : sequence of int
        For each row, how many of every category a reader knows to be in it (1 where a category
        would not be listed otherwise); 0 for rows beyond its end.

    Returns
    -------
    frozenset of int
        Places of the categories. Empty where no count of a row with anybody in it is small; the
        rarest are added until there are two, and every row has the minimum of them beyond what is
        known. All places where that cannot be.
    """
    sure = [*known, *[0] * len(rows)]
    told = [(row, at) for row, at in zip(rows, sure, strict=False) if any(row)]
    if not told:
        return frozenset()
    places = range(len(told[0][0]))
    withheld = {place for place in places if any(row[place] < minimum for row, _ in told)}
    rarest = sorted(places, key=lambda place: (sum(row[place] for row, _ in told), place))
    for place in rarest if withheld else ():
        if len(withheld) > 1 and all(_enough(row, withheld, at, minimum) for row, at in told):
            break
        withheld.add(place)
    return frozenset(withheld)


def _enough(row: Sequence[int], withheld: set[int], known: int, minimum: int) -> bool:
    """Return whether a row has the minimum of people in withheld places, beyond those known."""
    return sum(row[place] - known for place in withheld) >= minimum


def suppression_rule(minimum: int) -> str:
    """Return the rule in words, for the foot of a table."""
    if minimum < 2:
        return "no counts suppressed: the study sets no smallest cell"
    return (
        f"{HIDDEN} stands for counts of participants below {minimum} and for others that would "
        f"give them away, here or beside another table; together they are {minimum} or more in "
        f"every row; <{minimum} stands for small ones where that is safe (clause P30)"
    )


def _check_counts(cells: Sequence[Sequence[int]]) -> None:
    """Refuse what is no table of counts."""
    widths = {len(row) for row in cells}
    if len(widths) > 1 or any(count < 0 for row in cells for count in row):
        raise AnalysisError.of("ANALYSIS-010", place="suppression of small cells")


def _arcs(cells: Sequence[Sequence[int]], minimum: int, margins: dict[str, Margin]) -> list[_Arc]:
    """Return the table as arcs: cells, row totals, column totals, grand total."""
    columns = len(cells[0]) if cells else 0
    rows = [sum(row) for row in cells]
    sums = [sum(row[column] for row in cells) for column in range(columns)]
    arcs = [
        _arc(("row", i), ("column", j), count, "shown", minimum)
        for i, row in enumerate(cells)
        for j, count in enumerate(row)
    ]
    arcs += [_arc(("all", 0), ("row", i), n, margins["row"], minimum) for i, n in enumerate(rows)]
    arcs += [
        _arc(("column", j), ("all", 1), n, margins["column"], minimum) for j, n in enumerate(sums)
    ]
    arcs.append(_arc(("all", 1), ("all", 0), sum(rows), margins["total"], minimum))
    _open_zeros(arcs)
    return arcs


def _arc(tail: Node, head: Node, value: int, margin: Margin, minimum: int) -> _Arc:
    """Return what a reader is to know of one count."""
    cost = value + (0 if (tail[0], head[0]) == ("row", "column") else MARGIN_COST)
    if margin != "shown":
        return _Arc(tail, head, value, "fixed" if margin == "public" else "free", cost)
    if value < minimum:
        return _Arc(tail, head, value, "small", cost, most=minimum - 1)
    return _Arc(tail, head, value, "open", cost, least=minimum)


def _open_zeros(arcs: list[_Arc]) -> None:
    """Print the zeros of a row or column whose public total is zero: they are known anyway."""
    known = {node for arc in arcs if arc.state == "fixed" and not arc.value for node in _ends(arc)}
    for arc in arcs:
        if arc.state == "small" and any(end in known for end in _ends(arc) if end[0] != "all"):
            arc.state = "fixed"


def _ends(arc: _Arc) -> tuple[Node, Node]:
    return arc.tail, arc.head


def _protect(arcs: list[_Arc]) -> bool:
    """Suppress the cheapest cycle through each small count; return False if there is none."""
    for arc in arcs:
        if arc.state in _GUARDED:
            cycle = _cycle(arcs, arc)
            if cycle is None:
                return False
            for other in cycle:
                other.state = "hidden" if other.state == "open" else other.state
    return True


def _hide_everything(arcs: list[_Arc]) -> None:
    """Suppress every count that is not public, so that readers learn only that there is one."""
    for arc in arcs:
        if arc.state in ("open", "hidden", *_GUARDED):
            arc.state = arc.state if arc.state in _GUARDED else "hidden"
            arc.least, arc.most = 0, None


def _cycle(arcs: list[_Arc], small: _Arc) -> list[_Arc] | None:
    """Return the cheapest cycle along which a small count can rise or fall, without itself."""
    found = []
    if small.room(rise=True):
        found.append(_path(arcs, small, small.head, small.tail))
    if small.room(rise=False):
        found.append(_path(arcs, small, small.tail, small.head))
    paths = [each for each in found if each is not None]
    return min(paths, key=lambda each: each[0])[1] if paths else None


def _path(
    arcs: list[_Arc], without: _Arc, start: Node, goal: Node
) -> tuple[int, list[_Arc]] | None:
    """Return cost and arcs of the cheapest path in the residual graph (Dijkstra 1959)."""
    best: dict[Node, int] = {start: 0}
    came: dict[Node, tuple[Node, _Arc]] = {}
    queue = [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            return cost, _walked(came, start, goal)
        for arc, following in _steps(arcs, without, node):
            price = cost + (arc.cost + 1 if arc.state == "open" else 0)
            if price < best.get(following, price + 1):
                best[following], came[following] = price, (node, arc)
                heapq.heappush(queue, (price, following))
    return None


def _steps(arcs: list[_Arc], without: _Arc, node: Node) -> Iterator[tuple[_Arc, Node]]:
    """Yield the arcs that lead on from a node: forwards by rising, backwards by falling."""
    for arc in arcs:
        if arc is not without:
            if arc.tail == node and arc.room(rise=True):
                yield arc, arc.head
            if arc.head == node and arc.room(rise=False):
                yield arc, arc.tail


def _walked(came: dict[Node, tuple[Node, _Arc]], start: Node, goal: Node) -> list[_Arc]:
    """Return the arcs of a path that was found."""
    arcs = []
    while goal != start:
        goal, arc = came[goal]
        arcs.append(arc)
    return arcs


def _printed(arcs: list[_Arc], rows: int, columns: int, minimum: int, safe: bool) -> Suppressed:
    """Put the counts back into the shape of a table."""
    marks = {"small": Mark(f"<{minimum}"), "withheld": Mark(HIDDEN), "hidden": Mark(HIDDEN)}
    shown: list[Count] = [marks.get(arc.state, arc.value) for arc in arcs]
    absent = [arc.state == "free" for arc in arcs]
    cells = rows * columns
    sides = [slice(cells, cells + rows), slice(cells + rows, cells + rows + columns)]
    row_totals, column_totals = ([] if any(absent[side]) else shown[side] for side in sides)
    return Suppressed(
        [shown[row * columns : (row + 1) * columns] for row in range(rows)],
        row_totals,
        column_totals,
        None if absent[-1] else shown[-1],
        safe,
    )
