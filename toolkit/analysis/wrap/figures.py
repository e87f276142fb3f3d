"""An analyst's own drawing as a figure of the toolkit."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.present.figure import Figure, drawing_style, to_svg
from toolkit.analysis.present.table import shown
from toolkit.analysis.wrap.drawn import keep_as_text, numbers_in, unreadable, words_in
from toolkit.analysis.wrap.frame import Shape, shape_of, whole_numbers
from toolkit.analysis.wrap.study_in_view import minimum_in_view, roles_in_view, roles_withheld
from toolkit.analysis.wrap.tables import Kind, check_kind, shown_count, suppressed
from toolkit.errors import AnalysisError

_UNITS = {"people": "participants", "segments": "segments", "other": "records"}
# Numbers that stand for something drawn: alone, with a percent sign, or as "n = 5".
_ALONE = re.compile(r"\(?(?:n\s*=\s*)?(-?\d[\d,]*(?:\.\d+)?)\s*(?:%|percent|\(.*\)|of\b.*|/.*)?\)?")
_N = re.compile(r"\bn\s*=\s*(\d[\d,]*)")
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Allowed:
    """Numbers that a drawing of people may show.

    Attributes
    ----------
    counts : frozenset of float
        Counts, their sums, and percents of these.
    shares : frozenset of float
        The same as shares, 0 to 1.
    """

    counts: frozenset[float]
    shares: frozenset[float]


def figure(
    axes: object,
    *,
    data: pd.DataFrame | pd.Series | None = None,
    base: int | None = None,
    alt: str = "",
    counts: Kind = "other",
    **said: Any,
) -> Figure:
    """Return a drawing of matplotlib as a figure with base, source and a description.

    Parameters
    ----------
    axes : matplotlib Axes or Figure, or Figure of the toolkit
        The whole drawing is shown. A restyled figure of the toolkit needs nothing beside it.
    data : pandas.DataFrame or pandas.Series
        What is drawn; a drawing of people shows this, its sums and shares, and nothing small.
    base : int
        Number of units that it rests on (n).
    alt : str
        What a reader who cannot see it must know: the main numbers, in words.
    counts : {"people", "segments", "other"}
        What is counted.
    **said : str or tuple of str
        ``source``, ``title``, ``base_of`` (units of the base), ``notes``.

    Returns
    -------
    Figure
        Static SVG; every word in it stays text, as the gate reads it.

    Raises
    ------
    AnalysisError
        Something is missing (ANALYSIS-044), unreadable (045), small (046), or not in data (047).

    Examples
    --------
    >>> from toolkit import figure, open_study
    >>> coded = open_study("my-study").segments.groupby("theme").size()
    >>> drawn = figure(coded.plot.barh(), data=coded, base=213, counts="segments", alt="Bars.")
    >>> drawn.base_line
    'Base: n = 213 segments.'
    """
    if isinstance(axes, Figure):
        return _restyled(axes)
    return _wrapped(_canvas_of(axes), Wrapped(data, base, alt, counts, **said))


@dataclass(frozen=True, eq=False)
class Wrapped:
    """What an analyst says of a drawing; as the parameters of `figure`.

    Attributes
    ----------
    data : pandas.DataFrame or pandas.Series or None
        What is drawn.
    base : int or None
        Number of units.
    alt : str
        Description.
    counts : {"people", "segments", "other"}
        What is counted.
    source, title, base_of : str
        Records, title, units of the base.
    notes : tuple of str
        What a reader must know.
    """

    data: pd.DataFrame | pd.Series | None
    base: int | None
    alt: str
    counts: Kind
    source: str = "the records of the study"
    title: str = ""
    base_of: str = ""
    notes: tuple[str, ...] = ()


def _wrapped(canvas: Canvas, told: Wrapped) -> Figure:
    """Return a drawing as a figure once everything in it was looked at."""
    counts, base = told.counts, told.base
    if not told.alt.strip() or told.data is None or base is None:
        missing = "base" if base is None else "data" if told.data is None else "alt"
        raise AnalysisError.of("ANALYSIS-044", place="figure", what=f"no {missing}=")
    check_kind(counts, base, "figure")
    _refuse_unreadable(canvas)
    shape = shape_of(told.data, _UNITS[counts].capitalize(), "figure")
    allowed = _allowed(shape, base) if counts == "people" else None
    _refuse_small(shape, counts, base)
    title = told.title or _title_of(canvas)
    svg, words = _drawn(canvas, title, told.alt)
    _refuse_roles(words)
    if allowed is not None:
        _refuse_others(canvas, words, shape, allowed)
    line = f"Base: n = {shown(shown_count(base, counts))} {told.base_of or _UNITS[counts]}."
    _put_away(canvas)
    return Figure(svg, title, told.alt, line, told.source, told.notes, canvas)


def _restyled(figure: Figure) -> Figure:
    """Return a figure of the toolkit as its axes look now."""
    if figure.canvas is None:
        raise AnalysisError.of("ANALYSIS-044", place="figure", what="a figure without axes")
    _refuse_unreadable(figure.canvas)
    svg, words = _drawn(figure.canvas, figure.title, figure.alt)
    _refuse_roles(words)
    return Figure(
        svg, figure.title, figure.alt, figure.base_line, figure.source, figure.notes, figure.canvas
    )


def _drawn(canvas: Canvas, title: str, alt: str) -> tuple[str, tuple[str, ...]]:
    """Return a drawing as SVG, and its words, which are told to those who listen too."""
    with drawing_style():
        keep_as_text(canvas)
        words = words_in(to_svg(canvas, title, alt), canvas)
        said = f"{alt.rstrip()} In the drawing: {' '.join(words)}." if words else alt
        return to_svg(canvas, title, said), words


def _canvas_of(axes: object) -> Canvas:
    """Return the drawing that axes, or several of them, are part of."""
    if isinstance(axes, Canvas):
        return axes
    several = list(np.asarray(axes, dtype=object).ravel()) if axes is not None else []
    found = {id(each): each for one in several if (each := getattr(one, "figure", None))}
    canvases = [each for each in found.values() if isinstance(each, Canvas)]
    if len(canvases) != 1:
        raise AnalysisError.of("ANALYSIS-044", place="figure", what="no axes of one drawing")
    return canvases[0]


def _refuse_unreadable(canvas: Canvas) -> None:
    if what := unreadable(canvas):
        raise AnalysisError.of("ANALYSIS-045", place="figure", what=what)


def _refuse_small(shape: Shape, counts: Kind, base: int) -> None:
    """Refuse data of which a table would hold something back."""
    data, _, _ = suppressed(shape, counts, base)
    if any(isinstance(each, Mark) for name in shape.numbers for each in data[name]):
        raise AnalysisError.of("ANALYSIS-046", place="figure")


def _refuse_roles(words: Iterable[str]) -> None:
    """Refuse words that name a role which is printed nowhere by itself."""
    roles = {each.casefold() for each in roles_in_view()}
    named = {each.casefold() for each in words} & roles
    if named and named & {each.casefold() for each in roles_withheld(crossed=False)}:
        raise AnalysisError.of("ANALYSIS-046", place="figure")


def _refuse_others(canvas: Canvas, words: Iterable[str], shape: Shape, allowed: Allowed) -> None:
    """Refuse a drawing of people that shows a number which is not in its data."""
    lengths = allowed.counts | allowed.shares
    rows = [[row for row in mark if row] for mark in numbers_in(canvas)]
    drawn = all(any(all(_among(n, lengths) for n in row) for row in mark) for mark in rows if mark)
    written = all(
        _among(n, lengths if off < 0.5 else allowed.counts, off)
        for n, off in _numbers_of(words, shape)
    )
    if not (drawn and written):
        raise AnalysisError.of("ANALYSIS-047", place="figure")


def _numbers_of(words: Iterable[str], shape: Shape) -> Iterator[tuple[float, float]]:
    """Yield the numbers that stand for something drawn, and how far each may be rounded."""
    labels = shape.labels
    for word in words:
        found = _ALONE.fullmatch(word)
        texts = [found[1]] if found and word not in labels else _N.findall(word)
        for text in texts:
            decimals = len(text.partition(".")[2])
            yield float(text.replace(",", "")), 0.5 * 10.0**-decimals


def _allowed(shape: Shape, base: int) -> Allowed:
    """Return what a drawing of counts may show: the counts, their sums, and shares of these."""
    cells = whole_numbers(shape, "figure").to_numpy(dtype="float64")
    sums = {float(base), float(cells.sum())}
    sums |= {*cells.sum(axis=0).tolist(), *cells.sum(axis=1).tolist()}
    stacked = {float(n) for axis in (0, 1) for n in np.cumsum(cells, axis=axis).ravel()}
    plain = {*cells.ravel().tolist(), *stacked, *sums}
    shares = {part / whole for part in plain for whole in sums if 0 < part <= whole}
    small = {float(n) for n in range(minimum_in_view())}
    counts = {*plain, *(100 * each for each in shares)} - small
    return Allowed(frozenset(counts), frozenset(shares - small))


def _among(number: float, allowed: frozenset[float], off: float = _TOLERANCE) -> bool:
    return any(abs(number - each) <= off + _TOLERANCE * abs(each) for each in allowed)


def _title_of(canvas: Canvas) -> str:
    titles = [canvas.get_suptitle(), *(each.get_title() for each in canvas.axes)]
    return next((each for each in titles if each), "Figure")


def _put_away(canvas: Canvas) -> None:
    """Close the drawing in pyplot, which would show it a second time below the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(canvas)
