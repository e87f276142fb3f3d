"""Two coders over the same texts, character by character, without looking at a character.

Every source is laid end to end on one line, once for each code, so that the stretches of all
codes are compared in a few sorted passes: the time grows with segments, not with text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toolkit.coding.agreement import Coefficient, cohen_kappa
from toolkit.coding.segments import Segment
from toolkit.errors import CodingError

Line = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far two coders put one code on the same characters.

    Attributes
    ----------
    code : str
        The code; empty in the total over all codes.
    both, first, second, none : int
        Characters coded by both, by the first only, by the second only, by none.
    """

    code: str
    both: int
    first: int
    second: int
    none: int

    @property
    def agreement(self) -> float | None:
        """Share of characters (0 to 1) that the coders treat alike; None for no characters."""
        total = self.both + self.first + self.second + self.none
        return (self.both + self.none) / total if total else None

    @property
    def kappa(self) -> Coefficient:
        """Cohen's kappa over characters, or the reason why it is undefined."""
        return cohen_kappa([[self.both, self.first], [self.second, self.none]])


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """A stretch to which only one of two coders gave a code.

    Attributes
    ----------
    source : str
        Id of the source.
    start, end : int
        Offsets in code points, the end exclusive.
    code : str
        The code.
    coder : str
        The coder who gave it.
    """

    source: str
    start: int
    end: int
    code: str
    coder: str


def compare(
    segments: Iterable[Segment],
    lengths: Mapping[str, int],
    coders: tuple[str, str],
    codes: Sequence[str],
) -> list[Overlap]:
    """Compare two coders over the characters of the sources that both were given.

    Parameters
    ----------
    segments : iterable of Segment
        Anybody's segments; those of other coders, sources and codes are left aside.
    lengths : mapping of str to int
        Characters of each source that both coders were given, coded or not.
    coders : tuple of two str
        The first and the second coder.
    codes : sequence of str
        The codes to compare, in the order of the result.

    Raises
    ------
    CodingError
        The two coders are the same person (CODING-020).
    """
    layout = _Layout(lengths, codes, coders)
    first, second = layout.covered(segments)
    size = len(layout.codes)
    alone = [layout.sums(_covered_length(line), line) for line in (first, second)]
    met = layout.sums(_shared_length(first, second), first)
    return [
        Overlap(
            code,
            both=int(met[number]),
            first=int(alone[0][number] - met[number]),
            second=int(alone[1][number] - met[number]),
            none=int(layout.total - alone[0][number] - alone[1][number] + met[number]),
        )
        for number, code in zip(range(size), layout.codes, strict=True)
    ]


def total_overlap(overlaps: Iterable[Overlap]) -> Overlap:
    """Add up overlaps of several codes.

    Parameters
    ----------
    overlaps : iterable of Overlap
        One for each code, over the same characters.

    Returns
    -------
    Overlap
        With an empty code; its unit is a character for one code.
    """
    rows = [(each.both, each.first, each.second, each.none) for each in overlaps]
    both, first, second, none = (sum(row[part] for row in rows) for part in range(4))
    return Overlap("", both, first, second, none)


def disagreements(
    segments: Iterable[Segment],
    lengths: Mapping[str, int],
    coders: tuple[str, str],
    codes: Sequence[str],
) -> list[Disagreement]:
    """List the stretches to which only one of two coders gave a code.

    Raises
    ------
    CodingError
        The two coders are the same person (CODING-020).
    """
    layout = _Layout(lengths, codes, coders)
    first, second = layout.covered(segments)
    found = [
        layout.place(start, end, coder)
        for coder, mine, other in ((coders[0], first, second), (coders[1], second, first))
        for start, end in _without(mine, other).tolist()
    ]
    return sorted(found)


class _Layout:
    """All sources on one line, once for each code, with a gap of one between any two."""

    def __init__(
        self, lengths: Mapping[str, int], codes: Sequence[str], coders: tuple[str, str]
    ) -> None:
        if coders[0] == coders[1]:
            raise CodingError.of("CODING-020", place="comparison of coders", coders=1)
        self.coders = coders
        self.codes = list(dict.fromkeys(codes))
        self.names = sorted(lengths)
        steps = np.array([lengths[name] + 1 for name in self.names], dtype=np.int64)
        self.starts = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
        self.span = int(self.starts[-1])
        self.total = self.span - len(self.names)

    def covered(self, segments: Iterable[Segment]) -> tuple[Line, Line]:
        """Return each coder's stretches on the line, merged and sorted, shape (n, 2)."""
        offsets = dict(zip(self.names, self.starts.tolist(), strict=False))
        blocks = {code: number * self.span for number, code in enumerate(self.codes)}
        found: dict[str, list[tuple[int, int]]] = {coder: [] for coder in self.coders}
        for each in segments:
            if each.coder in found and each.source in offsets and each.code in blocks:
                base = blocks[each.code] + offsets[each.source]
                found[each.coder].append((base + each.start, base + each.end))
        first, second = (_merged(found[coder]) for coder in self.coders)
        return first, second

    def sums(self, lengths: Line, line: Line) -> Line:
        """Add lengths of stretches up by code."""
        if not len(line):
            return np.zeros(len(self.codes), dtype=np.int64)
        sums = np.zeros(len(self.codes), dtype=np.int64)
        np.add.at(sums, line[:, 0] // self.span, lengths)
        return sums

    def place(self, start: int, end: int, coder: str) -> Disagreement:
        """Return where on which source a stretch of the line is."""
        code, within = divmod(start, self.span)
        number = int(np.searchsorted(self.starts, within, side="right")) - 1
        offset = within - int(self.starts[number])
        return Disagreement(
            self.names[number], offset, offset + end - start, self.codes[code], coder
        )


def _merged(stretches: list[tuple[int, int]]) -> Line:
    """Merge stretches that meet or touch; sorted."""
    if not stretches:
        return np.zeros((0, 2), dtype=np.int64)
    line = np.array(sorted(stretches), dtype=np.int64)
    reach = np.maximum.accumulate(line[:, 1])
    opens = np.concatenate([[True], line[1:, 0] > reach[:-1]])
    closes = np.concatenate([opens[1:], [True]])
    return np.column_stack([line[opens, 0], reach[closes]])


def _covered_length(line: Line) -> Line:
    """Return the length of each stretch."""
    lengths: Line = line[:, 1] - line[:, 0]
    return lengths


def _shared_length(line: Line, other: Line) -> Line:
    """Return for each stretch of a line how much of it the other line covers."""
    if not len(other) or not len(line):
        return np.zeros(len(line), dtype=np.int64)
    before = np.concatenate([[0], np.cumsum(_covered_length(other))])

    def covered_until(points: Line) -> Line:
        at = np.searchsorted(other[:, 0], points, side="right")
        last = np.maximum(at - 1, 0)
        within = np.minimum(points, other[last, 1]) - other[last, 0]
        covered: Line = before[last] + np.where(at > 0, within, 0)
        return covered

    return covered_until(line[:, 1]) - covered_until(line[:, 0])


def _without(line: Line, other: Line) -> Line:
    """Return the parts of a line that the other line does not cover."""
    edges = np.concatenate([line.ravel(), other.ravel()])
    steps = np.concatenate([np.tile([1, -1], len(line)), np.tile([2, -2], len(other))])
    order = np.argsort(edges, kind="stable")
    edges, level = edges[order], np.cumsum(steps[order])
    if len(edges) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    mine = np.flatnonzero((level[:-1] == 1) & (edges[1:] > edges[:-1]))
    return np.column_stack([edges[mine], edges[mine + 1]])
