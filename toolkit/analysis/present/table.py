"""A table that says what it rests on: title, base, source, suppression rule, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.present.markup import escaped, visible
from toolkit.analysis.present.seal import Shown, sealed
from toolkit.rounding import printed

NO_SUPPRESSION = "no counts suppressed: no attribute of participants is crossed"
ABSENT = "–"


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a report; the last value of a notebook cell shows it.

    Attributes
    ----------
    title : str
        What the table shows; its caption.
    data : pandas.DataFrame
        What is shown, columns under the names that are printed. The first `headers` columns
        name the rows. Numbers stay numbers; a suppressed count is a `Mark`.
    base : int or Mark
        Number of units that the table rests on (n).
    base_of : str
        What these units are: ``participants interviewed``.
    source : str
        Records that the numbers come from.
    rule : str
        Suppression rule, in words.
    notes : tuple of str
        What a reader must know to read it rightly.
    formats : mapping of str to str
        Column to format: ``.1f``.
    headers : int
        How many columns at the left name the rows.
    """

    title: str
    data: pd.DataFrame
    base: int | Mark
    base_of: str
    source: str
    rule: str = NO_SUPPRESSION
    notes: tuple[str, ...] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    headers: int = 1

    @property
    def base_line(self) -> str:
        """The base in words, such as ``Base: n = 20 participants interviewed``."""
        return f"Base: n = {shown(self.base)} {self.base_of}."

    def drawable(self) -> pd.DataFrame:
        """Return the rows of which every number is printed, to be drawn.

        Returns
        -------
        pandas.DataFrame
            Indexed by what names the rows.
        """
        names = [str(each) for each in self.data.columns[: self.headers]]
        hidden = [any(isinstance(cell, Mark) for cell in row) for row in self.data.to_numpy()]
        return self.data[[not each for each in hidden]].set_index(names).infer_objects()

    def to_html(self) -> str:
        """Return the table as static HTML with caption, scopes and its foot; text is escaped."""
        numeric = [_is_numeric(self.data[name]) for name in self.data.columns]
        head = "".join(
            f'<th scope="col"{_number(is_number)}>{_whole(escaped(name))}</th>'
            for name, is_number in zip(self.data.columns, numeric, strict=True)
        )
        body = "".join(f"<tr>{self._row(cells, numeric)}</tr>\n" for cells in self._cells())
        if self.data.empty:
            body = f'<tr><td colspan="{max(1, len(numeric))}">Nothing to count yet.</td></tr>\n'
        return (
            f"<table>\n<caption>{escaped(self.title)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}</tbody>\n</table>\n{self._foot()}"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Shown:
        html = Table.to_html(self)
        return sealed(self, {"text/html": html, "text/plain": Table.__repr__(self)})

    def __repr__(self) -> str:
        """Return the table as plain text, for terminals and for readers of the notebook file."""
        names = [str(name) for name in self.data.columns]
        rows = [names, *([text for text, _ in cells] for cells in self._cells())]
        widths = [max(len(row[place]) for row in rows) for place in range(len(names))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        foot = [self.base_line, f"Source: {self.source}.", f"Suppression: {self.rule}."]
        return "\n".join([self.title, *(line.rstrip() for line in lines), *foot, *self.notes])

    def _cells(self) -> Iterator[list[tuple[str, bool]]]:
        """Yield row by row each cell's text and whether it is suppressed."""
        specs = [self.formats.get(str(name), "") for name in self.data.columns]
        columns = [self.data.iloc[:, place].tolist() for place in range(len(specs))]
        for values in zip(*columns, strict=True):
            yield [
                (visible(shown(value, spec)), isinstance(value, Mark))
                for value, spec in zip(values, specs, strict=True)
            ]

    def _row(self, cells: list[tuple[str, bool]], numeric: list[bool]) -> str:
        """Return the cells of one row as HTML, its first ones as row headers."""
        parts = []
        for place, ((text, suppressed), is_number) in enumerate(zip(cells, numeric, strict=True)):
            if place < self.headers:
                parts.append(f'<th scope="row">{escaped(text)}</th>')
            else:
                parts.append(f"<td{_number(is_number, suppressed)}>{escaped(text)}</td>")
        return "".join(parts)

    def _foot(self) -> str:
        """Return base, source, rule and notes as HTML."""
        notes = "".join(f'<p class="note">{escaped(note)}</p>\n' for note in self.notes)
        return (
            f'<p class="base">{escaped(self.base_line)}</p>\n'
            f'<p class="source">Source: {escaped(self.source)}.</p>\n'
            f'<p class="suppression">Suppression: {escaped(self.rule)}.</p>\n{notes}'
        )


@dataclass(frozen=True, eq=False)
class Tables:
    """Several tables that are shown one after the other.

    Attributes
    ----------
    tables : tuple of Table
        In the order in which they are shown.
    empty : str
        What is said where there is none.
    """

    tables: tuple[Table, ...]
    empty: str = "There is nothing to show yet."

    def __iter__(self) -> Iterator[Table]:
        """Iterate over the tables in order."""
        return iter(self.tables)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self.tables)

    def _repr_html_(self) -> str:
        parts = [f"<div>\n{table.to_html()}</div>\n" for table in self.tables]
        return "".join(parts) or f"<p>{escaped(self.empty)}</p>\n"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Shown:
        html = Tables._repr_html_(self)
        return sealed(self, {"text/html": html, "text/plain": Tables.__repr__(self)})

    def __repr__(self) -> str:
        """Return the tables as plain text."""
        return "\n\n".join(map(repr, self.tables)) or self.empty


def shown(value: object, spec: str = "") -> str:
    """Return a value as a report prints it.

    Parameters
    ----------
    value : object
        A number, a text, a mark; None and nan print as a dash.
    spec : str
        Format of a number: ``.1f``. Whole numbers without one get thousands separators.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ABSENT
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return format(int(value), spec or ",")
    if isinstance(value, float | np.floating):
        return ABSENT if np.isnan(value) else printed(float(value), spec or ",.1f")
    return str(value)


def _is_numeric(column: pd.Series) -> bool:
    """Return whether a column holds numbers, suppressed ones included."""
    values = [each for each in column.tolist() if each is not None]
    return bool(values) and all(
        isinstance(each, int | float | np.number | Mark) and not isinstance(each, bool)
        for each in values
    )


def _whole(head: str) -> str:
    """Keep ``(n = 12)`` of a head on one line."""
    return head.replace("n = ", "n\u00a0=\u00a0")


def _number(is_number: bool, suppressed: bool = False) -> str:
    """Return the class attribute of a cell."""
    names = [*(["number"] if is_number else []), *(["suppressed"] if suppressed else [])]
    return f' class="{" ".join(names)}"' if names else ""
