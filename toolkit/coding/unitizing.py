"""Krippendorff's alpha for unitizing: whether coders mark the same stretches of a continuum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toolkit.coding.agreement import NO_VARIATION, ONE_CODER, Coefficient
from toolkit.errors import CodingError

Stretch = tuple[int, int]
Units = npt.NDArray[np.float64]
NAME = "Krippendorff's alpha (unitizing)"


def unitizing_alpha(coders: Sequence[Sequence[Stretch]], *, begin: int, length: int) -> Coefficient:
    """Return alpha for one code that coders put on stretches of a continuum.

    Parameters
    ----------
    coders : sequence of sequences of (offset, length)
        For each coder the units with this code, in characters; units of one coder do not overlap.
    begin : int
        Offset at which the continuum begins, in characters.
    length : int
        Length of the continuum, in characters.

    Returns
    -------
    Coefficient
        Alpha (Krippendorff 2004, pp. 251-255); `units` counts the marked stretches of all coders.

    Raises
    ------
    CodingError
        A unit is empty, lies outside the continuum or overlaps another unit of the same coder.
    """
    if len(coders) < 2:
        return Coefficient(NAME, None, ONE_CODER)
    marked = [_checked(units, begin, length) for units in coders]
    gaps = [_gaps(units, begin, begin + length) for units in marked]
    total = sum(len(units) for units in marked)
    if total == 0:
        return Coefficient(NAME, None, "no coder marked anything")
    expected = _expected(marked, gaps, length)
    if expected == 0:
        return Coefficient(NAME, None, NO_VARIATION, total)
    return Coefficient(NAME, 1 - _observed(marked, gaps, length) / expected, units=total)


def _checked(units: Sequence[Stretch], begin: int, length: int) -> Units:
    """Return the units as rows of start and end, sorted, or say which one is wrong."""
    rows = sorted(units)
    reached = begin
    for start, size in rows:
        if start < reached or size < 1 or start + size > begin + length:
            raise CodingError.of("CODING-026", place=NAME, start=start, length=size)
        reached = start + size
    return np.array([(start, start + size) for start, size in rows], dtype=float).reshape(-1, 2)


def _gaps(units: Units, begin: int, end: int) -> Units:
    """Return the stretches between the units, with no length zero."""
    edges = np.concatenate([[float(begin)], units.ravel(), [float(end)]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]


def _observed(marked: list[Units], gaps: list[Units], length: int) -> float:
    """Sum the squared differences between every two coders' stretches."""
    total = 0.0
    for one, units in enumerate(marked):
        for other, others in enumerate(marked):
            if one != other:
                total += _overlapping(units, others) + 2 * _engulfed(units, gaps[other])
    return total / (len(marked) * (len(marked) - 1) * length**2)


def _overlapping(units: Units, others: Units) -> float:
    """Sum squared distances of both ends, over units of two coders that meet."""
    starts = units[:, 0, None] - others[None, :, 0]
    ends = units[:, 1, None] - others[None, :, 1]
    meet = (units[:, 0, None] < others[None, :, 1]) & (others[None, :, 0] < units[:, 1, None])
    return float(((starts**2 + ends**2) * meet).sum())


def _engulfed(units: Units, gaps: Units) -> float:
    """Sum squared lengths of units that lie wholly in a gap of the other coder."""
    inside = (units[:, 0, None] >= gaps[None, :, 0]) & (units[:, 1, None] <= gaps[None, :, 1])
    lengths = units[:, 1] - units[:, 0]
    return float((lengths[:, None] ** 2 * inside).sum())


def _expected(marked: list[Units], gaps: list[Units], length: int) -> float:
    """Return the disagreement that chance placing of all units would give."""
    units, empty = np.concatenate(marked), np.concatenate(gaps)
    sizes, spaces = units[:, 1] - units[:, 0], empty[:, 1] - empty[:, 0]
    room = spaces[None, :] - sizes[:, None] + 1
    against_gaps = sizes**2 * np.where(room > 0, room, 0).sum(axis=1)
    against_units = (len(units) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes)
    ways = len(marked) * length * (len(marked) * length - 1) - float((sizes * (sizes - 1)).sum())
    if ways == 0:
        return 0.0
    return 2 / length * float((against_units + against_gaps).sum()) / ways
