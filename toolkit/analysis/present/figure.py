"""A static figure that can be read in grey, printed, enlarged and listened to."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from toolkit.analysis.present.markup import escaped, visible
from toolkit.analysis.present.seal import Shown, sealed

_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_UNWANTED = re.compile(r"\s*<metadata>.*?</metadata>|\s*<style[^>]*>.*?</style>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'(href="|url\()#([^")]+)')
_OPENING = re.compile(r"<svg\b([^>]*)>")


@dataclass(frozen=True, eq=False)
class Figure:
    """One figure of a report; the last value of a notebook cell shows it.

    Attributes
    ----------
    svg : str
        The drawing as one ``<svg>`` element, the same bytes at every run.
    title : str
        What the figure shows.
    alt : str
        What a reader who cannot see it must know: the main numbers, in words.
    base_line : str
        Base in words: ``Base: n = 20 participants interviewed.``
    source : str
        Records that the numbers come from.
    notes : tuple of str
        What a reader must know to read it rightly.
    canvas : matplotlib.figure.Figure or None
        The drawing that the SVG was made of. What is restyled in it shows after
        ``toolkit.figure`` was called on this figure.
    """

    svg: str
    title: str
    alt: str
    base_line: str
    source: str
    notes: tuple[str, ...] = ()
    canvas: Canvas | None = field(default=None, repr=False)

    @property
    def axes(self) -> list[Axes]:
        """The axes of the drawing, to be restyled; none where there is no drawing any more."""
        return list(self.canvas.axes) if self.canvas is not None else []

    def to_html(self) -> str:
        """Return the figure as static HTML: drawing with title and description, caption below."""
        foot = [self.base_line, f"Source: {self.source}.", *self.notes]
        said = "".join(f'<br><span class="base">{escaped(line)}</span>' for line in foot)
        return (
            f'<figure>\n<div class="plate">{self.svg}</div>\n'
            f"<figcaption>{escaped(self.title)}{said}</figcaption>\n</figure>\n"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Shown:
        html = Figure.to_html(self)
        return sealed(self, {"text/html": html, "text/plain": Figure.__repr__(self)})

    def __repr__(self) -> str:
        """Return title, description, base and source as plain text."""
        return "\n".join([self.title, self.alt, self.base_line, f"Source: {self.source}."])


@contextmanager
def drawing_style() -> Iterator[None]:
    """Yield the context in which figures are drawn: matplotlib's defaults and our own settings."""
    with mpl.rc_context():
        mpl.rcdefaults()
        # Text stays text, so that a reader can enlarge and search it; ids come from content.
        mpl.rcParams.update(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "topic-guide",
                "font.family": "sans-serif",
                "font.sans-serif": ["DejaVu Sans"],
                "font.size": 10,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.edgecolor": "#444444",
                "hatch.linewidth": 0.8,
                "text.parse_math": False,
            }
        )
        yield


def blank(width: float, height: float) -> Canvas:
    """Return an empty drawing.

    Parameters
    ----------
    width, height : float
        Size in inches; pages make it narrower where they must.
    """
    canvas = Canvas(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(canvas)
    return canvas


def to_svg(canvas: Canvas, title: str, alt: str) -> str:
    """Return a drawing as one ``<svg role="img">`` element with title and description.

    Returns
    -------
    str
        The same text for the same drawing: no date, no random id; ids are unique on a page.
    """
    file = io.StringIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = _UNWANTED.sub("", _HEAD.sub("", file.getvalue(), count=1))
    key = "f" + hashlib.sha256(f"{title}\0{alt}\0{svg}".encode()).hexdigest()[:10]
    svg = _REFERENCE.sub(rf"\1#{key}-\2", _ID.sub(rf'id="{key}-\1"', svg))
    named = (
        rf'<svg role="img" aria-labelledby="{key}-title {key}-desc"\1>\n'
        rf' <title id="{key}-title">{_literal(title)}</title>\n'
        rf' <desc id="{key}-desc">{_literal(alt)}</desc>'
    )
    return _OPENING.sub(named, svg, count=1).strip()


def _literal(text: str) -> str:
    """Return text that is safe in markup and in a replacement pattern."""
    return escaped(visible(text)).replace("\\", r"\\")
