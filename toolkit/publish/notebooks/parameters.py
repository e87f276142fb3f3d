"""The parameters of a notebook: its `parameters` cell, read as a typed declaration.

The cell holds plain assignments of literals, each with a comment that says what it is and in
which unit::

    study = "parents-and-social-care"  # which study: the name of its folder in topic_guides
    smallest_cell = 5  # counts below this are not printed: people

The literal gives the type, the comment the meaning. papermill only warns of a parameter that it
does not know and runs on; here an unknown or ill-typed one stops before anything starts.
"""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import TypeGuard

from toolkit.errors import Finding, RunError, finding

Value = str | int | float | bool | list[str]

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list of texts",
}
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a notebook declares.

    Attributes
    ----------
    name : str
        Its name in the notebook.
    default : str, int, float, bool or list of str
        The literal in the notebook; its type is the parameter's type.
    meaning : str
        The comment beside it, with the unit.
    notebook : str
        The notebook that declares it.
    """

    name: str
    default: Value
    meaning: str
    notebook: str

    @property
    def kind(self) -> str:
        """What a value has to be, in words: ``a whole number``."""
        return _KINDS[type(self.default)]


def declared_parameters(source: str, notebook: str) -> tuple[Parameter, ...]:
    """Read the declaration in the source of a `parameters` cell.

    Parameters
    ----------
    source : str
        Source of the cell; empty if a notebook has no such cell.

    Returns
    -------
    tuple of Parameter
        In the order in which they are declared.

    Raises
    ------
    RunError
        RUN-003, with one finding for each statement that is no literal or has no comment.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        at = error.lineno or 1
        raise RunError.of("RUN-003", place=_line(at), file=notebook, what="the cell is not Python") from None
    comments = _comments(source)
    read = [_declaration(each, comments, notebook) for each in statements]
    faults = [each for each in read if isinstance(each, Finding)]
    if faults:
        raise RunError(faults)
    return tuple(each for each in read if isinstance(each, Parameter))


def settle_parameters(
    declared: Iterable[Parameter], given: Mapping[str, object]
) -> dict[str, dict[str, Value]]:
    """Check what was given against what the notebooks declare.

    Parameters
    ----------
    given : mapping of str to object
        What the caller set. Text is read as the declared type asks: ``"3"`` for a whole number,
        ``"yes"`` or ``"true"``, ``"a,b"`` for a list.

    Returns
    -------
    dict of str to dict
        Notebook to the parameters that are set for it. What nobody set keeps its default and
        is not in here.

    Raises
    ------
    RunError
        RUN-001 for a name that no notebook declares, RUN-002 for a value of another type; all
        findings at once.
    """
    known = list(declared)
    names = sorted({each.name for each in known})
    faults = [_unknown(name, names) for name in given if name not in names]
    settled: dict[str, dict[str, Value]] = {}
    for each in known:
        if each.name not in given:
            continue
        value = _converted(given[each.name], each.default)
        if value is None:
            faults.append(
                finding(
                    "RUN-002",
                    place=f"parameter {each.name}",
                    file=each.notebook,
                    kind=each.kind,
                    meaning=each.meaning,
                )
            )
        else:
            settled.setdefault(each.notebook, {})[each.name] = value
    if faults:
        raise RunError(faults)
    return settled


def _line(number: int) -> str:
    """Name a line of the cell."""
    return f"parameters cell, line {number}"


def _comments(source: str) -> dict[int, str]:
    """Return the comment that ends each line, by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _declaration(
    statement: ast.stmt, comments: Mapping[int, str], notebook: str
) -> Parameter | Finding:
    """Read one statement of the cell."""

    def fault(what: str) -> Finding:
        return finding("RUN-003", place=_line(statement.lineno), file=notebook, what=what)

    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return fault("the line is something other than name = value")
    try:
        default = ast.literal_eval(statement.value)
    except (ValueError, TypeError):
        return fault("the value is not written out as a literal")
    if type(default) not in _KINDS or not _fits(default, default):
        return fault("a parameter cannot have a value of this type")
    meaning = comments.get(statement.end_lineno or statement.lineno, "")
    if not meaning:
        return fault("the parameter has no comment")
    return Parameter(statement.targets[0].id, default, meaning, notebook)


def _unknown(name: str, names: list[str]) -> Finding:
    """Return the finding for an unknown parameter, with the nearest name."""
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    known = ", ".join(names) or "none"
    return finding("RUN-001", place=f"parameter {name}", hint=hint, known=known)


def _converted(value: object, default: Value) -> Value | None:
    """Return the value in the type of the default, None if it does not fit."""
    if isinstance(value, str) and not isinstance(default, str):
        value = _read(value, default)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if _fits(value, default) else None


def _fits(value: object, default: Value) -> TypeGuard[Value]:
    """Return whether a value has exactly the type of the default."""
    if isinstance(value, float) and not isfinite(value):
        return False
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(value, str):
        return isinstance(default, str) and value.isprintable()
    return type(value) is type(default)


def _read(text: str, default: Value) -> object:
    """Read text from a command line as the type of the default."""
    if isinstance(default, bool):
        return _TRUTH.get(text.strip().lower())
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return json.loads(text)
    except ValueError:
        return None
