"""What a page of the review pack is made of: a small class with a title and its content."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pkgutil import iter_modules
from typing import ClassVar, Literal, Protocol

from toolkit.analysis.present.markup import escaped
from toolkit.publish.review.records import Records

State = Literal["met", "not met", "no records yet", "filled", "declared", "open", "same", "differs"]
_GOOD = ("met", "filled", "declared", "same")
_BAD = ("not met", "differs")


class _Shown(Protocol):
    """Anything that shows itself as HTML: tables and figures of analysis, listings of the pack."""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the pack should hold and that has no records: said openly.

    Attributes
    ----------
    what : str
        What is missing, and which record would fill the place.
    """

    what: str


@dataclass(frozen=True, slots=True)
class Link:
    """A cell of a listing that leads to evidence.

    Attributes
    ----------
    text : str
        What it says.
    href : str
        Page of the pack with its part: ``sampling.html#the-draw-done-again``.
    """

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell of a listing with text to be typed exactly.

    Attributes
    ----------
    text : str
        A command.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A cell of a listing that shows a state.

    Attributes
    ----------
    state : str
        ``met``, ``not met``, ``no records yet``; ``filled``, ``declared``, ``open``; ``same``,
        ``differs``.
    """

    state: State


Cell = str | int | Link | Typed | Verdict


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of words, links and verdicts.

    Attributes
    ----------
    title : str
        Its caption.
    heads : sequence of str
        Names of the columns.
    rows : sequence of sequences of str, int, Link, Typed or Verdict
        The cells; the first one of each row names it.
    base : str
        What it rests on, in words.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    base: str

    def _repr_html_(self) -> str:
        numbers = [self._numeric(place) for place in range(len(self.heads))]
        heads = zip(self.heads, numbers, strict=True)
        head = "".join(f'<th scope="col"{_class(n)}>{escaped(each)}</th>' for each, n in heads)
        body = "".join(f"<tr>{_row(row, numbers)}</tr>\n" for row in self.rows)
        return (
            f"<table>\n<caption>{escaped(self.title)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f'<tbody>\n{body}</tbody>\n</table>\n<p class="base">{escaped(self.base)}</p>'
        )

    def _numeric(self, place: int) -> bool:
        """Return whether a column holds counts."""
        return bool(self.rows) and all(isinstance(row[place], int) for row in self.rows)


Piece = str | Missing | _Shown


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page under a heading of its own.

    Attributes
    ----------
    title : str
        The heading.
    pieces : tuple of str, Missing or anything that shows itself as HTML
        Paragraphs, tables, figures, and what is openly missing, in order.
    """

    title: str
    pieces: tuple[Piece, ...] = field(default=())

    @property
    def anchor(self) -> str:
        """Its id in the page, by which evidence is linked to."""
        return slug(self.title)


class Section(ABC):
    """One page of the pack. A subclass says its title, its text in its docstring, its content.

    Attributes
    ----------
    order : int
        Where it stands among the pages.
    name : str
        Name of the page's file without its ending.
    short : str
        What the links to it say.
    title : str
        Its heading.
    """

    order: ClassVar[int]
    name: ClassVar[str]
    short: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def content(self, records: Records) -> Iterator[Part]:
        """Return the parts of the page."""

    @property
    def href(self) -> str:
        """The page's place in the pack."""
        return f"{self.name}.html"

    @property
    def text(self) -> str:
        """What the page is about: the docstring of the class."""
        return " ".join(cleandoc(type(self).__doc__ or "").split())


@cache
def all_sections() -> tuple[Section, ...]:
    """Return every page of the pack in order: one for each class in ``review/sections``."""
    package = import_module("toolkit.publish.review.sections")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return tuple(sorted((each() for each in Section.__subclasses__()), key=lambda s: s.order))


def counted(number: int, one: str, many: str = "") -> str:
    """Return a count with its noun: ``1 version``, ``2 versions``.

    Parameters
    ----------
    one, many : str
        The noun for one and for several; else with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def slug(title: str) -> str:
    """Return the id of a part from its heading, as in ``the-draw-done-again``."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _row(cells: Sequence[Cell], numbers: Sequence[bool]) -> str:
    """Return the cells of a row, the first one as its header."""
    first, *rest = cells
    shown = [f"<td{_class(n)}>{_cell(e)}</td>" for e, n in zip(rest, numbers[1:], strict=True)]
    return f'<th scope="row">{_cell(first)}</th>{"".join(shown)}'


def _class(number: bool) -> str:
    """Return the class attribute of a cell."""
    return ' class="number"' if number else ""


def _cell(cell: Cell) -> str:
    """Return one cell as HTML; all text is escaped."""
    if isinstance(cell, Link):
        return f'<a href="{escaped(cell.href)}">{escaped(cell.text)}</a>'
    if isinstance(cell, Typed):
        return f"<code>{escaped(cell.text)}</code>"
    if isinstance(cell, Verdict):
        kind = "good" if cell.state in _GOOD else "bad" if cell.state in _BAD else "open"
        return f'<span class="tag {kind}">{escaped(cell.state)}</span>'
    return escaped(cell)
