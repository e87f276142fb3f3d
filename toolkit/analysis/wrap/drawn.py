"""What axes draw, as far as it can be seen: the words, the numbers, and what nobody can read.

Words are read as words on a page are: the drawing keeps them as text, where the gate finds them.
What draws letters as outlines or as a picture hides them from the gate, and is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure as Canvas
from matplotlib.image import AxesImage, BboxImage, FigureImage
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon, Rectangle, Wedge
from matplotlib.path import Path
from matplotlib.table import Table
from matplotlib.text import Text

Numbers = tuple[float, ...]
# Ticks of matplotlib's own with powers of ten; everything else is shown as it was written.
_POWERS = re.compile(r"\$\\mathdefault\{[-−\d.,^{} \\times]*\}\$")
_TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_PLACE = re.compile(r'(?:translate\(|\bx=")([-\d.e]+)(?:"\s+y=")?[ ,]*([-\d.e]+)')
_MARK = re.compile(r"<[^>]*>")
_COUNTING = ("ScalarFormatter", "LogFormatterSciNotation", "LogFormatter", "PercentFormatter")
_MOST_SQUARES = 2_500
_LINE = 6.0


def keep_as_text(canvas: Canvas) -> None:
    """Set the texts of a drawing so that they are drawn as they were written, letter by letter.

    Parameters
    ----------
    canvas : matplotlib.figure.Figure
        The drawing.
    """
    canvas.draw_without_rendering()
    for text in _texts(canvas):
        text.set_usetex(False)
        text.set_parse_math(bool(_POWERS.fullmatch(text.get_text())))


def words_in(svg: str, canvas: Canvas) -> tuple[str, ...]:
    """Return the texts of a drawing as a reader meets them, ticks that are numbers left out.

    Parameters
    ----------
    svg : str
        The drawing as it is published: what stands there is what is read.
    canvas : matplotlib.figure.Figure
        The same drawing, which knows its ticks.

    Returns
    -------
    tuple of str
        Line by line from the top, each from the left. Letters that were written one by one are
        put together to a word.
    """
    ticks = Counter(each.get_text() for axes in canvas.axes for each in _numeric_ticks(axes))
    lines: dict[int, list[tuple[float, str]]] = {}
    for how, marked in _TEXT.findall(svg):
        x, y = found.groups() if (found := _PLACE.search(how)) else (0, 0)
        text = " ".join(unescape(_MARK.sub("", marked)).split())
        if ticks[text] > 0:
            ticks[text] -= 1
        elif text:
            lines.setdefault(round(float(y) / _LINE), []).append((float(x), text))
    told = [[text for _, text in sorted(lines[y])] for y in sorted(lines)]
    return tuple(word for line in told for word in _letters_together(line))


def _letters_together(texts: list[str]) -> list[str]:
    """Return the texts of a line; three or more single letters in a row are one word."""
    if len(texts) > 2 and all(len(each) == 1 and each.isalpha() for each in texts):
        return ["".join(texts)]
    return texts


def _texts(canvas: Canvas) -> Iterator[Text]:
    """Yield all texts, those in the cells of a table included."""
    yield from canvas.findobj(Text)
    for each in canvas.findobj(Table):
        yield from (cell.get_text() for cell in each.get_celld().values())


def unreadable(canvas: Canvas) -> str:
    """Return what in a drawing could hold words that nobody can read; empty if nothing.

    Parameters
    ----------
    canvas : matplotlib.figure.Figure
        The drawing.
    """
    for each in canvas.findobj():
        if isinstance(each, AxesImage | BboxImage | FigureImage) and not _is_grid(each):
            return "a picture"
        if isinstance(each, PathPatch) and _has_outlines([each.get_path()]):
            return "letters drawn as outlines"
        if isinstance(each, PathCollection) and _has_outlines(each.get_paths()):
            return "letters as marks"
        if isinstance(each, Line2D) and not _is_plain_mark(each):
            return "letters as marks"
    return ""


def _is_grid(image: AxesImage | BboxImage | FigureImage) -> bool:
    """Return whether an image is a table of numbers, and no picture."""
    values = image.get_array()
    few = values is not None and values.ndim == 2 and values.size <= _MOST_SQUARES
    return isinstance(image, AxesImage) and few


def _has_outlines(paths: Sequence[Path]) -> bool:
    """Return whether paths have the curves or the pieces of letters, which bars have not."""
    codes = [np.asarray(path.codes) for path in paths if path.codes is not None]
    pieces = [int((each == Path.MOVETO).sum()) for each in codes]
    return any(pieces) and (max(pieces) > 1 or any((each == Path.CURVE3).any() for each in codes))


def _is_plain_mark(line: Line2D) -> bool:
    """Return whether the marks of a line are dots, crosses and such."""
    mark = line.get_marker()
    return isinstance(mark, int | tuple) or (isinstance(mark, str) and "$" not in mark)


def _numeric_ticks(axes: Axes) -> Iterator[Text]:
    """Yield the labels of ticks on axes that count by themselves, and their offset."""
    for axis in (axes.xaxis, axes.yaxis):
        yield axis.get_offset_text()
        if _counts_by_itself(axis):
            yield from (each for each in axis.get_ticklabels(which="both"))


def _counts_by_itself(axis: Axis) -> bool:
    """Return whether an axis has the ticks of numbers, and not those of names."""
    return type(axis.get_major_formatter()).__name__ in _COUNTING


def numbers_in(canvas: Canvas) -> Iterator[tuple[Numbers, ...]]:
    """Yield for each mark of a drawing what it draws, as far as it can be seen.

    Parameters
    ----------
    canvas : matplotlib.figure.Figure
        The drawing.

    Yields
    ------
    tuple of tuple of float
        Of bars and grids one row of numbers; of lines, dots and areas those along x and along y.
    """
    for axes in canvas.axes:
        bars: set[int] = set()
        for container in axes.containers:
            if isinstance(container, BarContainer):
                bars |= {id(each) for each in container.patches}
                yield (tuple(_lengths(container)),)
        marks = [each for each in axes.get_children() if id(each) not in bars]
        yield from filter(None, (_of(each, axes) for each in marks if each is not axes.patch))


def _of(artist: Artist, axes: Axes) -> tuple[Numbers, ...]:
    """Return what one mark draws; nothing where it draws no data."""
    if isinstance(artist, AxesImage | QuadMesh):
        values = np.asarray(artist.get_array(), dtype="float64")
        return (_floats(values[np.isfinite(values)]),)
    if isinstance(artist, Wedge):
        return (((float(artist.theta2) - float(artist.theta1)) / 360,),)
    if isinstance(artist, Rectangle):
        flat = artist.get_data_transform() == axes.transData
        return (_floats([artist.get_width()]), _floats([artist.get_height()])) if flat else ()
    points = _points(artist, axes)
    if isinstance(artist, LineCollection | PolyCollection | Polygon):
        # Areas and sticks stand on a baseline, which is no number of its own.
        return tuple(_floats(each[each != 0]) for each in points.T)
    return tuple(map(_floats, points.T))


def _points(artist: Artist, axes: Axes) -> np.ndarray:
    """Return the points of a line, of dots, or around an area, two columns; baselines left out."""
    found: list[object] = []
    if isinstance(artist, Line2D) and artist.get_transform() == axes.transData:
        found = [artist.get_xydata()]
        if len({float(y) for _, y in np.asarray(found[0])}) == 1:
            return np.empty((0, 2))
    elif isinstance(artist, PathCollection):
        found = [np.ma.getdata(artist.get_offsets())]
    elif isinstance(artist, LineCollection):
        found = list(artist.get_segments())
    elif isinstance(artist, PolyCollection):
        found = [each.vertices for each in artist.get_paths()]
    elif isinstance(artist, Polygon) and artist.get_data_transform() == axes.transData:
        found = [artist.get_xy()]
    points = [np.asarray(each, dtype="float64").reshape(-1, 2) for each in found]
    return np.concatenate(points) if points else np.empty((0, 2))


def _lengths(bars: BarContainer) -> Iterator[float]:
    for each in bars.patches:
        yield float(each.get_height() if bars.orientation != "horizontal" else each.get_width())


def _floats(values: object) -> Numbers:
    return tuple(float(each) for each in np.asarray(values, dtype="float64").ravel())
