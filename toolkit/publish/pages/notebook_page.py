"""One executed notebook as one page: nbconvert with our own template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from html import escape, unescape
from itertools import count
from typing import Any

from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

from toolkit.errors import Finding
from toolkit.publish.engine.outcome import RESULTS
from toolkit.publish.pages.frame import TEMPLATES, Page, render_page
from toolkit.publish.pages.sanitise import clean_html, clean_svg

_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
_WHOLE = r"(<table\b.*?</table>)"
_TABLE = re.compile(
    rf'<div [^>]*class="table-scroll"[^>]*>\s*{_WHOLE}\s*</div>|{_WHOLE}', re.DOTALL
)
_FOOT = re.compile(r'((?:<p class="(?:base|source|suppression|note)">.*?</p>\s*)+)', re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_CODE = re.compile(r'<details class="code">.*?</details>\s*', re.DOTALL)
_MARK = re.compile(r"<[^>]+>")
_NOTEBOOK = re.compile(r'href="([0-9]{2}-[a-z0-9-]+)\.ipynb')
_PLATE = '<div class="plate">'
_REST = "<!--the rest-->"
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class _Exporter(HTMLExporter):
    """nbconvert's exporter without what it does to a finished page.

    It reads the whole page anew, to give images a text and cells a place in the order of the Tab
    key, which ours have; that takes as long as everything before.
    """

    def __init__(self, **settings: Any) -> None:
        above: Any = super()
        above.__init__(**settings)

    def from_notebook_node(self, nb: NotebookNode, *given: Any, **settings: Any) -> Any:
        """Return the page; parameters as in `HTMLExporter.from_notebook_node`."""
        above: Any = super(HTMLExporter, self)
        return above.from_notebook_node(nb, *given, **settings)


@cache
def _exporter() -> Any:
    """Build the exporter; once, since compiling its template takes as long as a page."""
    exporter: Any = _Exporter(
        config=Config({"CSSHTMLHeaderPreprocessor": {"enabled": False}}),
        default_preprocessors=[],
        template_name="toolkit",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
    )
    exporter.register_filter("clean", clean_html)
    exporter.register_filter("highlight_code", _coloured)
    return exporter


@lru_cache(maxsize=256)
def _coloured(source: str) -> str:
    """Return the source of a cell in colours; parts of a notebook that fans out have the same."""
    # The lexer of IPython, for its magics, loads those of ten other languages.
    return str(Highlight2HTML(pygments_lexer="python3")(source))


class Body:
    """The body of one page, and what is found in it on the way.

    Attributes
    ----------
    contents : list of dict
        ``id`` and ``text`` of each heading of the second level, in order.
    """

    def __init__(self) -> None:
        self.contents: list[dict[str, str]] = []
        self._titled = False
        self._number = count(1)
        self._table = count(1)
        self._figure = count(1)

    def html(self, notebook: NotebookNode) -> str:
        """Return the body as HTML; everything that came out of the notebook has passed the gate."""
        exporter = _exporter()
        exporter.register_filter("headings", self.headings)
        exporter.register_filter("shown", self.shown)
        body, _ = exporter.from_notebook_node(notebook)
        return str(body)

    def headings(self, fragment: str) -> str:
        """Return prose with its headings in order, and links that lead to pages, not notebooks."""
        linked = _NOTEBOOK.sub(r'href="\1.html', fragment)
        return _HEADING.sub(self._heading, linked)

    def shown(self, output: Mapping[str, object]) -> str:
        """Return one output of a cell."""
        kind = output["output_type"]
        if kind == "error":
            said = _text(output["evalue"])
            return f'<div class="stopped"><strong>It stops here.</strong> {said}</div>'
        if kind == "stream":
            return _printed(_COLOUR.sub("", str(output["text"])))
        data, metadata = output["data"], output.get("metadata", {})
        assert isinstance(data, Mapping)
        assert isinstance(metadata, Mapping)
        return self._displayed(data, metadata)

    def _displayed(self, data: Mapping[str, str], metadata: Mapping[str, object]) -> str:
        """Return an output that came in one or several forms: the best one for a page."""
        if "text/html" in data:
            shown = _TABLE.sub(self._scrollable, clean_html(data["text/html"]))
            shown = shown.replace(_PLATE, self._plate())
            shown = _FOOT.sub(r'<div class="rests-on">\1</div>', shown)
            if RESULTS in data:
                return _folded("results", "Named results of this page", shown)
            return f'<div class="output">{shown}</div>'
        if "text/markdown" in data:
            cleaned = self.headings(clean_html(_markdown(data["text/markdown"])))
            return f'<div class="output said">{cleaned}</div>'
        label = str(metadata.get("alt", "")) or data.get("text/plain", "")
        if "image/svg+xml" in data:
            drawing = clean_svg(data["image/svg+xml"], f"f{next(self._number)}", label)
            return f'<div class="output"><figure>{self._plate()}{drawing}</div></figure></div>'
        if "image/png" in data:
            source = re.sub(r"[^A-Za-z0-9+/=]", "", data["image/png"])
            image = f'<img src="data:image/png;base64,{source}" alt="{_text(label)}">'
            return f'<div class="output"><figure>{self._plate()}{image}</div></figure></div>'
        return _printed(data.get("text/plain", ""))

    def _plate(self) -> str:
        """Open the region of a figure, which can be moved with the keyboard on a small screen."""
        label = f"Figure {next(self._figure)}"
        return f'<div aria-label="{label}" class="plate" role="region" tabindex="0">'

    def _heading(self, found: re.Match[str]) -> str:
        """Return one heading its level and its id."""
        level, inner = int(found[1]), found[2]
        if level == 1 and not self._titled:
            self._titled = True
            return f"<h1>{inner}</h1>"
        level = max(2, level)
        name = f"part-{next(self._number)}"
        if level == 2:
            self.contents.append({"id": name, "text": _plain(inner)})
        return f'<h{level} id="{name}">{inner}</h{level}>'

    def _scrollable(self, found: re.Match[str]) -> str:
        """Wrap a table in a region that can be scrolled with the keyboard."""
        table = found[1] or found[2]
        caption = _CAPTION.search(table)
        said = f": {_plain(caption[1])}" if caption else ""
        label = escape(f"Table {next(self._table)}{said}")
        # The title stays in view while a wide table is moved under it.
        table = _CAPTION.sub(r"<caption><span>\1</span></caption>", table)
        region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'
        return f"{region}{table}</div>"


def render_notebook(
    notebook: NotebookNode,
    page: Page,
    *,
    settings: Sequence[Mapping[str, object]] = (),
    fault: Finding | None = None,
) -> str:
    """Return one executed notebook as a self-contained page.

    Parameters
    ----------
    settings : sequence of mapping
        ``name``, ``value`` and ``meaning`` of each parameter.
    """
    body = Body()
    return _page(body.html(notebook), page, body.contents, settings, fault)


def render_views(
    notebook: NotebookNode,
    page: Page,
    *,
    settings: Sequence[Mapping[str, object]] = (),
    fault: Finding | None = None,
) -> dict[str, str]:
    """Return one executed notebook as two self-contained pages, of which each leads to the other.

    Returns
    -------
    dict of str to str
        Place to HTML: the reader's view, which has no code, and the reviewer's, which has that of
        each step folded away.
    """
    body, reviewed = Body(), replace(page, href=with_code(page.href), entry=page.href)
    whole = body.html(notebook)
    told = (body.contents, settings, fault)
    return {
        page.href: _page(_CODE.sub("", whole), page, *told, other=reviewed.href),
        reviewed.href: _page(whole, reviewed, *told, other=page.href),
    }


def _page(
    html: str,
    page: Page,
    contents: Sequence[Mapping[str, str]],
    settings: Sequence[Mapping[str, object]],
    fault: Finding | None,
    *,
    other: str = "",
) -> str:
    """Return the page around the body of a notebook."""
    opening, _, rest = html.partition(_REST)
    return render_page(
        "notebook.html.j2",
        page,
        body={"opening": opening, "rest": rest},
        contents=contents,
        settings=settings,
        fault=fault,
        other=other,
    )


def with_code(href: str) -> str:
    """Return the place of the reviewer's view of a page."""
    return href.removesuffix(".html") + ".code.html"


def title_of(notebook: NotebookNode) -> str:
    """Return the title of a notebook: the first heading of its first cell."""
    first = str(notebook.cells[0].source) if notebook.cells else ""
    return next((line[2:].strip() for line in first.splitlines() if line.startswith("# ")), "")


def _text(value: object) -> str:
    """Escape text for HTML."""
    return escape(str(value))


def _folded(name: str, summary: str, inner: str) -> str:
    """Return a part of the page that a reader opens on demand."""
    return f'<details class="{name}"><summary>{summary}</summary>{inner}</details>'


def _printed(text: str) -> str:
    """Return printed text as it was printed."""
    return f'<div class="output"><pre>{_text(text)}</pre></div>'


def _plain(fragment: str) -> str:
    """Return the words of a fragment of HTML."""
    return " ".join(unescape(_MARK.sub("", fragment)).split())


def _markdown(text: str) -> str:
    """Return Markdown as HTML."""
    from nbconvert.filters import markdown2html

    return str(markdown2html(text))
