"""The shape of an analyst's frame: what names its rows, what its numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.analysis.wrap.study_in_view import (
    pseudonyms_in_view,
    roles_in_view,
    roles_withheld,
)
from toolkit.errors import AnalysisError

_PEOPLE = "participants"
# A text that is a number in disguise: "1", "1 (5 %)", "1 of 20".
_NUMBER = re.compile(r"\s*[<>=~]*\s*\d[\d,. ]*(%|percent|of\b.*|/.*|\(.*)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """A frame as it is shown: columns that name the rows at the left, then the rest.

    Attributes
    ----------
    data : pandas.DataFrame
        The frame with its index as columns, and every column under one text.
    headers : int
        How many columns name the rows.
    """

    data: pd.DataFrame
    headers: int

    @property
    def names(self) -> list[str]:
        """Columns that name the rows."""
        return [str(each) for each in self.data.columns[: self.headers]]

    @property
    def numbers(self) -> list[str]:
        """Columns of numbers."""
        rest = [str(each) for each in self.data.columns[self.headers :]]
        return [each for each in rest if _is_number(self.data[each])]

    @property
    def labels(self) -> set[str]:
        """Every text that names a row or a column."""
        values = {str(each) for name in self.names for each in self.data[name].dropna()}
        return values | {str(each) for each in self.data.columns}

    def withheld(self) -> frozenset[tuple[int, int]]:
        """Return row and column, among `numbers`, of every cell of a role that no table prints.

        Raises
        ------
        RunError
            The frame shows roles, and the notebook does not declare what is to be looked at
            (RUN-023).
        """
        if not _roles_among(self.labels):
            return frozenset()
        crossed = len(self.names) + len(self.numbers) > 2
        hidden = {each.casefold() for each in roles_withheld(crossed)}
        rows = [any(_parts(row) & hidden for row in values) for values in self._rows_named()]
        columns = [bool(_parts(name) & hidden) for name in self.numbers]
        return frozenset(
            (i, j)
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
            if row or column
        )

    def _rows_named(self) -> list[list[str]]:
        values = [self.data[name].astype(str).tolist() for name in self.names]
        return [list(each) for each in zip(*values, strict=True)] or [[]] * len(self.data)


def shape_of(frame: pd.DataFrame | pd.Series, count_name: str, place: str) -> Shape:
    """Return a frame or a column of counts in the shape in which it is shown.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
        As pandas gives it: crossed, grouped, counted.
    count_name : str
        Heading of counts that have no name of their own.
    place : str
        What is made of it, for messages.

    Raises
    ------
    AnalysisError
        It is no frame, or two of its columns have one name (ANALYSIS-040); it shows participants
        one by one beside an attribute of theirs (ANALYSIS-043).
    """
    if isinstance(frame, pd.Series):
        frame = pd.Series(frame).to_frame(frame.name if isinstance(frame.name, str) else count_name)
    if not isinstance(frame, pd.DataFrame):
        raise _not_a_frame(place, f"a {type(frame).__name__}")
    data = pd.DataFrame(frame).copy()
    data.columns = pd.Index([_one_text(each) for each in data.columns], name=None)
    headers = 0
    if not (isinstance(data.index, pd.RangeIndex) and data.index.name is None):
        names = [_one_text(each) if each is not None else "" for each in data.index.names]
        headers = len(names)
        data.index.names = [name if name not in data.columns else f"{name} " for name in names]
        data = data.reset_index(names=list(data.index.names))
    if not data.columns.is_unique:
        raise _not_a_frame(place, "two columns of one name")
    if not headers:
        plain = [not _is_number(data[name]) for name in data.columns]
        headers = plain.index(False) if False in plain else min(1, len(plain))
    shape = Shape(data, headers)
    _refuse_people_one_by_one(shape, place)
    return shape


def whole_numbers(shape: Shape, place: str) -> pd.DataFrame:
    """Return the counts of people in a frame.

    Parameters
    ----------
    shape : Shape
        From `shape_of`.
    place : str
        What is made of it, for messages.

    Raises
    ------
    AnalysisError
        A number is no count, or a text beside the counts is a number in disguise (ANALYSIS-041).
    """
    for name in shape.data.columns[shape.headers :]:
        column = shape.data[name]
        if _is_number(column):
            if not _are_counts(column):
                raise AnalysisError.of("ANALYSIS-041", place=place, column=name)
        elif any(_NUMBER.fullmatch(str(each)) for each in column.dropna()):
            raise AnalysisError.of("ANALYSIS-041", place=place, column=name)
    return shape.data[shape.numbers].fillna(0).astype("int64")


def _refuse_people_one_by_one(shape: Shape, place: str) -> None:
    """Refuse a frame that has pseudonyms in one column and roles in another."""
    people = pseudonyms_in_view()
    columns = [{str(each) for each in shape.data[name].dropna()} for name in shape.data.columns]
    if any(each & people for each in columns) and any(map(_roles_among, columns)):
        raise AnalysisError.of("ANALYSIS-043", place=place)


def _roles_among(texts: Iterable[str]) -> bool:
    roles = {each.casefold() for each in roles_in_view()}
    return any(_parts(each) & roles for each in texts)


def _parts(label: str) -> set[str]:
    """Return the names that a label is made of: itself, and what stands between its commas."""
    return {each.strip().casefold() for each in (label, *label.split(","))}


def _is_number(column: pd.Series) -> bool:
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return False
    if pd.api.types.is_object_dtype(kind):
        known = column.dropna()
        return bool(len(known)) and all(
            isinstance(each, int | float | np.number) and not isinstance(each, bool)
            for each in known
        )
    return bool(pd.api.types.is_numeric_dtype(kind))


def _are_counts(column: pd.Series) -> bool:
    known = column.dropna().astype("float64")
    return bool(((known >= 0) & (known == known.round()) & np.isfinite(known)).all())


def _one_text(name: object) -> str:
    """Return the name of a column as one text; of several levels their parts with commas."""
    if isinstance(name, tuple):
        return ", ".join(str(each) for each in name if str(each))
    return str(name)


def _not_a_frame(place: str, what: str) -> AnalysisError:
    return AnalysisError.of("ANALYSIS-040", place=place, what=what)
