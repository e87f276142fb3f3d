"""Drawings of our pages on their way to paper: for Typst as they are, for word processors as PNG.

Their letters are DejaVu's, which come with matplotlib, so that no font of this machine is needed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from toolkit.analysis.present.markup import escaped

_DRAWING = re.compile(
    r'<div[^>]*class="plate"[^>]*>\s*(?P<svg><svg\b.*?<desc[^>]*>(?P<alt>.*?)</desc>.*?</svg>)\s*</div>',
    re.DOTALL,
)
_MARK = "drawing{0}ofthisreport"


def fonts() -> list[str]:
    """Return the folder of the letters that drawings are made with; empty without matplotlib."""
    found = find_spec("matplotlib")
    places = found.submodule_search_locations if found else None
    return [str(Path(place, "mpl-data", "fonts", "ttf")) for place in places or ()]


def marked(body: str) -> tuple[str, list[str]]:
    """Replace each drawing in HTML by a mark that pandoc leaves as it is.

    Returns
    -------
    tuple of (str, list of str)
        HTML with marks; for each mark what Typst draws in its place, with the words for those who
        do not see it.
    """
    drawn: list[str] = []

    def taken(found: re.Match[str]) -> str:
        drawn.append(_image(found["svg"], html.unescape(found["alt"])))
        return f"<p>{_MARK.format(len(drawn) - 1)}</p>"

    return _DRAWING.sub(taken, body), drawn


def put_back(written: str, drawn: list[str]) -> str:
    """Replace the marks by their drawings."""
    for number, each in enumerate(drawn):
        written = written.replace(_MARK.format(number), each)
    return written


def as_pictures(body: str, to_png: Callable[[str], bytes]) -> tuple[str, dict[str, bytes]]:
    """Return HTML in which drawings are pictures, for programs that show no others."""
    files: dict[str, bytes] = {}

    def pictured(found: re.Match[str]) -> str:
        page = "#set page(width: auto, height: auto, margin: 0pt)\n"
        name = f"drawing-{len(files) + 1}.png"
        files[name] = to_png(page + _image(found["svg"], ""))
        return f'<img src="{name}" alt="{escaped(html.unescape(found["alt"]))}">'

    return _DRAWING.sub(pictured, body), files


def text_of(text: str) -> str:
    """Return text as a string of Typst's language."""
    doubled = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{doubled}"'


def _image(svg: str, alt: str) -> str:
    """Return a drawing as Typst draws it, no wider than the text."""
    return (
        f'#image(bytes({text_of(svg)}), format: "svg", width: 100%, alt: {text_of(alt)})'
        if alt
        else f'#image(bytes({text_of(svg)}), format: "svg")'
    )
