"""The register of a run's pages: headings, tables, figures and questions, for the index to search.

It is taken from finished pages, so that what it leads to is there. What a name stands in is left
out: the page that it came from is withheld, and the index page must not be for its sake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from toolkit.publish.gate.gate import Gate

_WORDS = re.compile(
    r'<h[23](?: id="(?P<id>[^"]+)")?[^>]*>(?P<head>.*?)</h[23]>'
    r'|aria-label="(?P<table>Table [0-9]+: [^"]*)"'
    r"|<figcaption[^>]*>(?P<figure>.*?)</figcaption>"
    r'|<p class="said"[^>]*>(?P<said>.*?)</p>',
    re.DOTALL,
)
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a page that can be searched for.

    Attributes
    ----------
    text : str
        What stands there.
    href : str
        The way to it from the index page.
    page : str
        Title of the page.
    """

    text: str
    href: str
    page: str


def register_of(files: Mapping[str, bytes], gate: Gate) -> list[Entry]:
    """Return what can be searched for in the pages of a run.

    Parameters
    ----------
    files : mapping of str to bytes
        Place to content. Readers' pages and guides are looked into; parts of a notebook that fans
        out are not, as they are alike and the index page lists them.
    gate : Gate
        What must not stand in it.
    """
    pages = (each for each in files if re.fullmatch(r"(guides/)?[^./]+\.html", each))
    found = (entry for each in pages for entry in _entries(each, files[each].decode()))
    return [each for each in found if not gate.finds_in(each.text)]


def _entries(place: str, html: str) -> Iterator[Entry]:
    """Yield the entries of one page, each with the heading above it to go to."""
    title = _TITLE.search(html)
    page, href = _plain(title[1]) if title else place, place
    item = ""
    for found in _WORDS.finditer(html.partition("<main")[2]):
        kind, text = str(found.lastgroup), _plain(found[str(found.lastgroup)])
        if kind == "head":
            href, item = f"{place}#{found['id']}" if found["id"] else place, text
        if kind == "said":
            # A question is known by its item, which is the heading above it.
            text = f"{item}: {text}" if item else text
        yield Entry(f"Figure: {text}" if kind == "figure" else text, href, page)


def _plain(markup: str) -> str:
    """Return the words of HTML."""
    return " ".join(unescape(_MARK.sub("", markup)).split())
