"""Named results of a notebook, and figures inside prose that come from code."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.present.markup import escaped, listed, markdown_escaped
from toolkit.analysis.present.seal import Shown, sealed
from toolkit.analysis.present.table import shown
from toolkit.coding.agreement import Coefficient
from toolkit.errors import AnalysisError

RESULTS_MIME = "application/vnd.topic-guide.results+json"


@dataclass(frozen=True, slots=True)
class Results:
    """Named results of one notebook; shown in its last cell, read by tests and by the report.

    Attributes
    ----------
    values : mapping of str to JSON value
        In the order in which they were given.
    """

    values: Mapping[str, Any]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Shown:
        forms = {"text/html": Results._html(self), "text/plain": Results.__str__(self)}
        return sealed(self, {RESULTS_MIME: dict(self.values), **forms})

    def __str__(self) -> str:
        """Return one line for each result."""
        return "\n".join(f"{name} = {_plain(value)}" for name, value in self.values.items())

    def _html(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escaped(name)}</th><td>{escaped(_plain(value))}</td></tr>\n'
            for name, value in self.values.items()
        )
        return (
            "<table>\n<caption>Named results of this page</caption>\n"
            '<thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>\n'
            f"<tbody>\n{rows}</tbody>\n</table>\n"
        )


@dataclass(frozen=True, slots=True)
class Prose:
    """A passage of Markdown whose figures come from code.

    Attributes
    ----------
    markdown : str
        The passage; what was filled in is escaped.
    plain : str
        The same without markup of ours.
    """

    markdown: str
    plain: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Shown:
        return sealed(self, {"text/markdown": self.markdown, "text/plain": self.plain})

    def __str__(self) -> str:
        """Return the passage as plain text."""
        return self.plain

    def __repr__(self) -> str:
        """Return the passage as plain text."""
        return self.plain


def record(**named: object) -> Results:
    """Record named results of a notebook, in its last code cell.

    Parameters
    ----------
    **named
        Numbers, texts, true or false, None, coefficients, marks, and lists or mappings of these.

    Returns
    -------
    Results
        Shows a small readable table and carries the values as JSON under `RESULTS_MIME`.

    Raises
    ------
    AnalysisError
        A value is not a number (nan, infinite), or of another kind (ANALYSIS-020).

    Examples
    --------
    >>> from toolkit import record
    >>> print(record(interviewed=20, response_rate=71.4))
    interviewed = 20
    response_rate = 71.4
    """
    return Results({name: _json(name, value) for name, value in named.items()})


def say(sentence: str, /, **values: object) -> Prose:
    """Return a sentence of the report with its figures filled in.

    Parameters
    ----------
    sentence : str
        Markdown with placeholders by name: ``"{drawn} of {frame} people, {share:.1f} minutes"``.
    **values
        What the placeholders stand for. Whole numbers get thousands separators, other numbers
        one decimal unless a format is given; lists are joined with "and"; None says "unknown".

    Returns
    -------
    Prose
        Shows itself as Markdown. Values are escaped, so that words of a study stay words.

    Raises
    ------
    AnalysisError
        A placeholder has no value (ANALYSIS-021) or looks into one (ANALYSIS-022).

    Examples
    --------
    >>> from toolkit import say
    >>> say("{count} of {base} texts carry a code.", count=1234, base=2000)
    1,234 of 2,000 texts carry a code.
    """
    markdown, plain = [], []
    for text, name, spec, _ in Formatter().parse(sentence):
        markdown.append(text)
        plain.append(text)
        if name is not None:
            value = _in_words(_named(values, name), spec or "")
            markdown.append(markdown_escaped(value))
            plain.append(value)
    return Prose("".join(markdown), "".join(plain))


def _named(values: Mapping[str, object], name: str) -> object:
    """Return the value of a placeholder, which is a plain name."""
    if not name.isidentifier():
        raise AnalysisError.of("ANALYSIS-022", place="prose", name=name)
    if name not in values:
        raise AnalysisError.of("ANALYSIS-021", place="prose", name=name)
    return values[name]


def _in_words(value: object, spec: str) -> str:
    """Return a value as a sentence says it."""
    if isinstance(value, Coefficient):
        value = value.value if value.value is not None else f"undefined ({value.reason})"
        spec = spec or ".2f"
    if isinstance(value, list | tuple):
        return listed(_in_words(each, spec) for each in value)
    if value is None:
        return "unknown"
    text = shown(value, "" if isinstance(value, str) else spec)
    return text.removesuffix(".0") if isinstance(value, float) and not spec else text


def _json(name: str, value: object) -> Any:
    """Return a value as plain JSON, or say why it is no result."""
    if isinstance(value, Mark):
        return str(value)
    if isinstance(value, Coefficient):
        return value.value
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _finite(name, value)
    if isinstance(value, Mapping):
        return {str(key): _json(f"{name}.{key}", each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_json(name, each) for each in value]
    remedy = "record single values of it"
    raise AnalysisError.of(
        "ANALYSIS-020", place="record", name=name, what=f"a {type(value).__name__}", remedy=remedy
    )


def _finite(name: str, value: float) -> float:
    """Return a number, or refuse anything else."""
    if math.isfinite(value):
        return value
    remedy = "say None where something is not defined"
    raise AnalysisError.of(
        "ANALYSIS-020", place="record", name=name, what="not a number", remedy=remedy
    )


def _plain(value: object) -> str:
    """Return a recorded value on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
