"""Marks that figures are made of: boxes, bars, dots and squares, in greys with patterns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from toolkit.rounding import printed

INK = "#222222"
MID = "#8a8a8a"
LIGHT = "#e4e4e4"
# Two strands must be told apart in print and by readers who see no colour: light and dark, and
# a pattern that stays where a copier drowns the grey.
_FILLS = (("#9a9a9a", ""), ("#ffffff", "////"), ("#d9d9d9", "...."), ("#5a5a5a", ""))


def steps(axes: Axes, boxes: Sequence[str], leaving: Sequence[Sequence[str]]) -> None:
    """Draw boxes from top to bottom with arrows, and beside each arrow those who leave.

    Parameters
    ----------
    leaving : sequence of sequence of str
        After each box, the lines of those who leave there; empty if nobody does.
    """
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(-len(boxes) + 0.45, 0.55)
    for place, text in enumerate(boxes):
        _box(axes, 0.1, -place, 3.9, text, centred=True)
        if place + 1 < len(boxes):
            _arrow(axes, (2.05, -place - 0.29), (2.05, -place - 0.71))
        if place < len(leaving) and leaving[place] and place + 1 < len(boxes):
            lines = [part for line in leaving[place] for part in textwrap.wrap(line, 58)]
            _box(axes, 5.0, -place - 0.5, 4.9, "\n".join(lines), centred=False)
            _arrow(axes, (2.05, -place - 0.5), (5.0, -place - 0.5))


def _box(axes: Axes, left: float, middle: float, width: float, text: str, *, centred: bool) -> None:
    """Draw one box around its text."""
    height = 0.56 if centred else 0.2 + 0.14 * (text.count("\n") + 1)
    low = middle - height / 2
    shape = FancyBboxPatch(
        (left, low),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.06",
        mutation_aspect=0.5,
        facecolor="white" if centred else "#f4f4f4",
        edgecolor=INK,
        linewidth=1.2 if centred else 0.8,
    )
    axes.add_patch(shape)
    place = left + width / 2 if centred else left + 0.15
    align = "center" if centred else "left"
    size = 10 if centred else 8.5
    axes.text(place, middle, text, ha=align, va="center", fontsize=size, color=INK)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow."""
    style = {"arrowstyle": "-|>", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=style)


def bars(axes: Axes, labels: Sequence[str], counts: Sequence[int], words: Sequence[str]) -> None:
    """Draw one bar a label, from the top, with words at its end."""
    places = list(range(len(labels)))
    axes.barh(places, counts, height=0.62, color=_FILLS[0][0], edgecolor=INK, linewidth=0.8)
    _label_bars(axes, places, counts, words)
    axes.set_yticks(places, [textwrap.fill(label, 34) for label in labels])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max([*counts, 1]) * 1.22)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def grouped_bars(
    axes: Axes,
    labels: Sequence[str],
    shares: Sequence[Sequence[float]],
    words: Sequence[Sequence[str]],
    groups: Sequence[str],
) -> None:
    """Draw for each label one bar a group, told apart by shade and pattern.

    Parameters
    ----------
    shares, words : sequence of sequence
        For each group and label the percent, and the text at the end of the bar.
    """
    height = 0.8 / max(1, len(groups))
    for number, (group, values) in enumerate(zip(groups, shares, strict=True)):
        shade, pattern = _FILLS[number % len(_FILLS)]
        places = [place - 0.4 + height * (number + 0.5) for place in range(len(labels))]
        known = [0.0 if value != value else value for value in values]
        drawn = axes.barh(places, known, height=height * 0.92, label=group, color=shade)
        for bar in drawn:
            bar.set(hatch=pattern, edgecolor=INK, linewidth=0.8)
        _label_bars(axes, places, known, words[number])
    axes.set_yticks(range(len(labels)), [textwrap.fill(label, 28) for label in labels])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 118)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("Percent of the strand's participants")
    if groups:
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=len(groups), frameon=False)


def _label_bars(
    axes: Axes, places: Sequence[float], lengths: Sequence[float], words: Sequence[str]
) -> None:
    """Write at the end of each bar."""
    for place, length, text in zip(places, lengths, words, strict=True):
        _beside(axes, text, (length, place), 9)


def _beside(axes: Axes, text: str, point: tuple[float, float], size: float) -> None:
    """Write at the right of a point."""
    axes.annotate(
        text, point, xytext=(5, 0), textcoords="offset points", va="center", fontsize=size
    )


def planned_band(axes: Axes, shortest: float, longest: float, words: str) -> None:
    """Draw the planned length as a band, or as a line where it is one number.

    Parameters
    ----------
    shortest, longest : float
        In minutes.
    """
    if shortest < longest:
        axes.axvspan(shortest, longest, facecolor=LIGHT, edgecolor="none", zorder=0)
    for edge in {shortest, longest}:
        axes.axvline(edge, color=MID, linewidth=1, linestyle="--", zorder=1)
    axes.annotate(
        words,
        ((shortest + longest) / 2, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=9,
    )


def dots(axes: Axes, values: Sequence[float], labels: Sequence[str]) -> None:
    """Draw one dot a value, on a row of its own with its label."""
    rows = list(range(len(values)))
    axes.hlines(rows, 0, values, color="#c9c9c9", linewidth=0.7, zorder=1)
    axes.plot(values, rows, "o", color=INK, markersize=5, zorder=2)
    for row, value in zip(rows, values, strict=True):
        _beside(axes, printed(value, ".0f"), (value, row), 8)
    axes.set_yticks(rows, list(labels), fontsize=8)
    axes.set_ylim(-0.8, max(len(rows), 1) - 0.2)
    axes.set_xlim(left=0)


def histogram(axes: Axes, values: Sequence[float]) -> None:
    """Draw how many values fall in each five minutes.

    Parameters
    ----------
    values : sequence of float
        Minutes.
    """
    edges = list(range(0, int(max(values)) + 10, 5))
    axes.hist(values, bins=edges, color=_FILLS[0][0], edgecolor=INK, linewidth=0.6, zorder=2)
    axes.set_ylabel("Sessions")
    axes.set_xlim(left=0)


def grid_of_counts(axes: Axes, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
    """Draw the lower triangle of a square table as squares with numbers, the darker the more.

    Parameters
    ----------
    names : sequence of str
        Of rows and columns.
    """
    size = len(names)
    most = max((counts[i][j] for i in range(size) for j in range(i)), default=0)
    small = 9 if size <= 12 else 7
    for i in range(size):
        _write(axes, (i, i), counts[i][i], INK, small)
        for j in range(i):
            if counts[i][j]:
                grey = 0.96 - 0.72 * counts[i][j] / most
                shade = str(round(grey, 3))
                axes.add_patch(Rectangle((j, i), 1, 1, facecolor=shade, edgecolor="white"))
                _write(axes, (j, i), counts[i][j], "white" if grey < 0.48 else INK, small)
    axes.set_xlim(0, max(size, 1))
    axes.set_ylim(max(size, 1), 0)
    axes.set_aspect("equal")
    middles = [place + 0.5 for place in range(size)]
    axes.set_yticks(middles, list(names), fontsize=small + 0.5)
    axes.set_xticks(middles, list(names), fontsize=small + 0.5, rotation=60, ha="right")
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _write(axes: Axes, cell: tuple[int, int], count: int, colour: str, size: float) -> None:
    """Write a count into the middle of a square."""
    x, y = cell[0] + 0.5, cell[1] + 0.5
    text = axes.text(x, y, str(count), color=colour, fontsize=size, ha="center", va="center")
    # It lies within its square, so that the layout need not measure it.
    text.set_in_layout(False)
