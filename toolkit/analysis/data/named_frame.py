"""The frames as a notebook sees them: ``study.answers``, with a schema, and slips of the pen named.

They are pandas frames and stay so in everything that is made of them. What is added: a column that
does not exist is refused with the nearest name, and so is a strand, guide, question, theme or code
that a column is compared with, since ``answers["strand"] == "intervew"`` would make an empty table
that looks like a finding. ``study.describe("answers")`` says what each column means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property, wraps
from typing import Any

import pandas as pd

from toolkit.analysis.data.schema import SCHEMA
from toolkit.errors import UnknownNameError

# Methods of pandas that take names of columns and say no more than the name that is missing.
_TAKE_NAMES = (
    "drop drop_duplicates duplicated explode groupby melt merge pivot pivot_table query set_index"
    " sort_values value_counts"
).split()


_A_NAME = re.compile(r"[\w.-]{1,40}")
_COLUMNS = frozenset(column for columns in SCHEMA.values() for column in columns)


Names = Mapping[str, tuple[str, ...]]


class StudyColumn(pd.Series):
    """A column of a frame of a study; what it is compared with has to be one of its names.

    Attributes
    ----------
    known : tuple of str or None
        The names that it can have; None if these are not known.
    """

    _metadata = ("name", "known")
    known: tuple[str, ...] | None = None

    @property
    def _constructor(self) -> type[StudyColumn]:
        return StudyColumn

    @property
    def _constructor_expanddim(self) -> type[StudyFrame]:
        return StudyFrame

    def __eq__(self, other: object) -> Any:
        """Compare, as pandas does, with a name that there is."""
        return super().__eq__(self._checked(other))

    def __ne__(self, other: object) -> Any:
        """Compare, as pandas does, with a name that there is."""
        return super().__ne__(self._checked(other))

    __hash__ = None  # as every column of pandas: it can change

    def isin(self, values: Any) -> Any:
        """Return whether each value is one of several, as pandas does; they have to be names."""
        for each in values:
            self._checked(each)
        return super().isin(values)

    def _checked(self, other: object) -> Any:
        """Return what is compared, or refuse a name that there is not."""
        if self.known and isinstance(other, str) and other not in self.known:
            raise unknown(str(self.name), other, self.known)
        return other


class StudyFrame(pd.DataFrame):
    """A frame of a study, or what was made of one; a name that there is not is refused.

    Attributes
    ----------
    known : mapping of str to tuple of str or None
        Column to the names that it can have, where these are known.
    """

    _metadata = ("known",)
    known: Names | None = None

    @property
    def _constructor(self) -> type[StudyFrame]:
        return StudyFrame

    @property
    def _constructor_sliced(self) -> type[StudyColumn]:
        return StudyColumn

    def __getitem__(self, key: Any) -> Any:
        """Return columns or rows, as pandas does."""
        found = _naming(pd.DataFrame.__getitem__)(self, key)
        if isinstance(found, StudyColumn):
            found.known = (self.known or {}).get(key)
        return found


def unknown(kind: str, wanted: str, known: Iterable[str], place: str = "study") -> UnknownNameError:
    """Return the error that a name does not exist, with the nearest one that does (ANALYSIS-006).

    Parameters
    ----------
    kind : str
        What it would be the name of: ``strand``, ``column``.
    """
    choices = nearest(wanted, dict.fromkeys(known))
    # What is no name can be somebody's words, and these stand in no message.
    told = f"'{wanted}'" if _A_NAME.fullmatch(wanted) else "of what was given"
    return UnknownNameError.of("ANALYSIS-006", place=place, kind=kind, wanted=told, choices=choices)


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Return what to say of names that there are: the nearest one first, then all of them."""
    names = list(known)
    folded = {each.casefold(): each for each in names}
    near = get_close_matches(wanted.casefold(), folded, n=1, cutoff=0.4)
    hint = f"did you mean {folded[near[0]]}? " if near else ""
    return f"{hint}Known: {', '.join(names)}" if names else "look for it with pandas"


def frame_of(name: str, what: str) -> cached_property[StudyFrame]:
    """Return the attribute of a study that is one of its frames."""

    def frame(study: Any) -> StudyFrame:
        # A copy: what a notebook writes into it changes no other table.
        found = StudyFrame(getattr(study.frames, name).copy())
        # What stands in a column is a name too, though a file does not name it any more.
        found.known = {
            column: tuple(dict.fromkeys((*names, *found[column].dropna())))
            for column, names in study.names_in(name).items()
        }
        return found

    columns = "\n".join(f"    {column}: {said}" for column, (_, said) in SCHEMA[name].items())
    frame.__doc__ = f"{what}\n\n    Columns:\n\n{columns}\n"
    return cached_property(frame)


def _naming(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of pandas that names the nearest column where one does not exist."""

    @wraps(method)
    def named(frame: StudyFrame, *words: Any, **how: Any) -> Any:
        try:
            return method(frame, *words, **how)
        except (KeyError, NameError) as error:
            told = str(error.args[0]) if error.args else ""
            missing = [each for each in (*re.findall(r"'([^']+)'", told), told) if each]
            if isinstance(error, UnknownNameError) or not missing or missing[0] in frame.columns:
                raise
            raise _no_column(frame, missing[0]) from None

    return named


def _no_column(frame: StudyFrame, wanted: str) -> UnknownNameError:
    """Return the error; columns that a notebook made of answers are not named in it."""
    return unknown("column", wanted, (each for each in frame.columns if each in _COLUMNS))


def _attribute(frame: StudyFrame, name: str) -> Any:
    """Return a column by its name, as pandas does, or name the nearest."""
    try:
        return frame[name] if name in frame.columns else _plain_attribute(frame, name)
    except AttributeError:
        if name.startswith("_"):
            raise
        raise _no_column(frame, name) from None


_plain_attribute = pd.DataFrame.__getattr__
# Set from outside: the type stubs of pandas call them final, or give each its own signature.
_NAMED = {each: _naming(getattr(pd.DataFrame, each)) for each in _TAKE_NAMES}
for _name, _method in {**_NAMED, "__getattr__": _attribute}.items():
    setattr(StudyFrame, _name, _method)
