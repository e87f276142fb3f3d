"""From pydantic's faults to findings with a line, a place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from toolkit.guide.yaml.source import Document

M = TypeVar("M", bound=BaseModel)

_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}
_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "date_from_datetime_parsing": "a date such as 2019-02-01",
    "date_type": "a date",
    "date_parsing": "a date such as 2019-02-01",
}
_PLAINER = (
    ("Input should", "should"),
    ("String should", "should"),
    ("greater than or equal to", "at least"),
    ("less than or equal to", "at most"),
)
_SHAPES = {
    "version": 'a version in quotes such as "1.0"',
    "clause": "a clause of the protocol such as P24",
    "languages": "a language code such as en or cy",
}
_LIMITED = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_HINTS = {
    "a whole number": "write a whole number, without quotes",
    "a number": "write a number, without quotes",
    "a text": "put the value in quotes, or write a text",
    "a list": "write the entries below each other, each beginning with '- '",
    "a mapping": "write 'key: value' lines, indented below it",
    "true or false": "write true or false",
}


def validate(model: type[M], document: Document) -> M | None:
    """Build a model from a document, adding every fault to the document's findings.

    Returns
    -------
    BaseModel or None
        None if anything was wrong in the shape of the file.
    """
    if document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as fault:
        told: set[tuple[tuple[Hashable, ...], str]] = set()
        # Where an alias stands there is no value, and that has been said already.
        aliases = {each.line for each in document.findings if each.code == "YAML-008"}
        for error in _sifted(fault.errors(include_url=False), document.data):
            path = _path(error["loc"], document.data, error["type"] == "missing")
            if error.get("input") is None and document.line(path) in aliases:
                continue
            if (path, error["type"]) not in told:
                told.add((path, error["type"]))
                _tell(error, path, model, document)
        return None


def _sifted(errors: Iterable[Any], data: Any) -> list[Any]:
    """Keep the deepest faults of a choice between shapes (text or mapping).

    pydantic reports each alternative; a reader wants the one that was meant.
    """
    kept: dict[tuple[Hashable, ...], list[Any]] = {}
    for error in errors:
        path = _path(error["loc"], data, error["type"] == "missing")
        kept.setdefault(path, []).append(error)
    above = {path[:end] for path in kept for end in range(len(path))}
    out: list[Any] = []
    for path, same in kept.items():
        if path in above and (same[0]["type"].endswith("_type") or same[0]["type"] == "too_short"):
            continue
        out.append(_clearest(same))
    return out


def _clearest(same: list[Any]) -> Any:
    """Keep the fault that says most about one value: the one where its kind was right."""
    right = [each for each in same if each["type"] in _LIMITED]
    shown = [each for each in same if each["type"] in _EXPECTED or each["type"] == "missing"]
    return (right or shown or same)[0]


def _path(
    location: tuple[int | str, ...], data: Any, missing: bool = False
) -> tuple[Hashable, ...]:
    """Drop pydantic's own steps (names of union members) from a location.

    The last step of a missing key is not in the data and is kept all the same.
    """
    path: list[Hashable] = []
    here = data
    for position, step in enumerate(location):
        if isinstance(here, dict):
            key = step if step in here else str(step)
            if key in here:
                path.append(key)
                here = here[key]
            elif missing and position == len(location) - 1:
                path.append(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            path.append(step)
            here = here[step]
    return tuple(path)


def _tell(
    error: Any, path: tuple[Hashable, ...], model: type[BaseModel], document: Document
) -> None:
    kind, value = error["type"], error.get("input")
    if kind == "extra_forbidden":
        _tell_unknown(path, model, document)
    elif kind == "missing":
        document.say("FORMAT-002", path, key=path[-1])
    elif kind in _EXPECTED:
        expected = _EXPECTED[kind]
        if expected == "a text" and (further := _as_text(value, path, model, document)):
            _tell(further, path, model, document)
            return
        hint = _HINTS.get(expected, "correct the value")
        found = _NAMES.get(type(value), "something else")
        document.say("FORMAT-003", path, kind=found, expected=expected, suggestion=hint)
    elif kind in ("literal_error", "enum"):
        choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        hint = nearest(str(value), choices) or f"write one of {', '.join(choices)}"
        document.say("FORMAT-004", path, value=value, choices=", ".join(choices), suggestion=hint)
    elif kind.startswith("union_tag") and error["ctx"]["discriminator"] == "'kind'":
        _tell_kind(error, path, document)
    elif kind == "union_tag_not_found":
        document.say("FORMAT-007", path, choices="question, script, group")
    elif kind == "string_pattern_mismatch" and "a-z0-9-" in error["ctx"]["pattern"]:
        document.say("FORMAT-005", path, value=value, suggestion=_as_id(value))
    elif kind == "string_pattern_mismatch" and _key_of(path) in _SHAPES:
        document.say("FORMAT-006", path, problem=f"'{value}' is not {_SHAPES[_key_of(path)]}")
    else:
        document.say("FORMAT-006", path, problem=_problem(error))


def _as_text(
    value: Any, path: tuple[Hashable, ...], model: type[BaseModel], document: Document
) -> Any:
    """Return what would be wrong with a value that were put in quotes; None if nothing.

    Nobody is told to quote what is refused when it is quoted.
    """
    if not path or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    data = deepcopy(document.data)
    around = data
    for step in path[:-1]:
        around = around[step]
    around[path[-1]] = str(value)
    try:
        model.model_validate(data)
    except ValidationError as fault:
        errors = _sifted(fault.errors(include_url=False), data)
        here = [each for each in errors if _path(each["loc"], data, False) == path]
        return next((each for each in here if each["type"] not in _EXPECTED), None)
    return None


def _tell_kind(error: Any, path: tuple[Hashable, ...], document: Document) -> None:
    """Report an item whose ``kind`` is missing or unknown."""
    if error["type"] == "union_tag_not_found":
        document.say("FORMAT-002", path, key="kind")
        return
    value, choices = error["ctx"]["tag"], error["ctx"]["expected_tags"].replace("'", "").split(", ")
    hint = nearest(value, choices) or f"write one of {', '.join(choices)}"
    said = {"value": value, "choices": ", ".join(choices), "suggestion": hint}
    document.say("FORMAT-004", (*path, "kind"), **said)


def _problem(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    for theirs, ours in _PLAINER:
        message = message.replace(theirs, ours)
    return message[:1].lower() + message[1:]


def _tell_unknown(path: tuple[Hashable, ...], model: type[BaseModel], document: Document) -> None:
    around = document.data
    for step in path[:-1]:
        around = around[step]
    if path[-1] in ("question", "script", "group"):
        hint = "an item is one question, script or group; make two items of it"
        document.say("FORMAT-001", path, key=path[-1], suggestion=hint)
        return
    known = _fields_like(set(around), _standing_at(_key_of(path[:-1]), model))
    hint = nearest(str(path[-1]), sorted(known)) or f"known here: {', '.join(sorted(known))}"
    document.say("FORMAT-001", path, key=path[-1], suggestion=hint)


def _as_id(value: str) -> str:
    """Make an id of a text, as near to it as can be."""
    words = re.sub("[^a-z0-9]+", "-", value.lower()).strip("-")[:60].rstrip("-")
    return words if words[:1].isalpha() else f"q{words}" if words else "first-contact"


def _key_of(path: tuple[Hashable, ...]) -> str:
    """Return the innermost key of a path, leaving out positions in lists."""
    return next((str(step) for step in reversed(path) if not isinstance(step, int)), "")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or an empty text."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.65)
    return f"did you mean '{close[0]}'?" if close else ""


def _standing_at(key: str, model: type[BaseModel]) -> list[type[BaseModel]]:
    """List the models that a key of the format can hold; without a key the whole file's."""
    if not key:
        return [model]
    found = [
        inner
        for each in reachable(model)
        for name, field in each.model_fields.items()
        if key == (field.alias or name)
        for inner in _models_in(field.annotation)
    ]
    return found or list(reachable(model))


def _fields_like(keys: set[str], models: Iterable[type[BaseModel]]) -> set[str]:
    """Return the field names of the model that fits these keys best."""
    best: set[str] = set()
    score = (-1, 0)
    for each in models:
        names = {field.alias or name for name, field in each.model_fields.items()}
        fit = (len(names & keys), -len(names))
        if fit > score:
            best, score = names, fit
    return best


@cache
def reachable(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """List a model and every model inside it, each once."""
    found: list[type[BaseModel]] = [model]
    for here in found:  # grows while it is gone through
        inside = [_models_in(field.annotation) for field in here.model_fields.values()]
        found += [each for each in dict.fromkeys(chain(*inside)) if each not in found]
    return tuple(found)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """List the models that an annotation names, at any depth of unions and lists."""
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [annotation]
    while waiting:
        here = waiting.pop()
        if isinstance(here, type) and issubclass(here, BaseModel):
            found.append(here)
        else:
            waiting += [each for each in getattr(here, "__args__", ()) if each is not here]
    return found
