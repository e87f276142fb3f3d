"""What the files of a study are made of: ids, words, spans of numbers, periods of time."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictInt,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from toolkit.guide.topic import model
from toolkit.guide.topic.answers import date_bounds

Words = Annotated[str, Field(min_length=1, max_length=4000)]


def shaped(pattern: str, what: str) -> tuple[Any, Any]:
    """Return the two annotations of a text that must have a shape, described in words.

    Parameters
    ----------
    pattern : str
        Regular expression for the whole text; it also goes into the JSON Schema.
    what : str
        What the text should be, with an example: ``a clause such as P24``.
    """
    shape = re.compile(pattern, re.ASCII)

    def has_shape(text: str) -> str:
        if shape.fullmatch(text) is None:
            raise PydanticCustomError(
                "ill_formed", "is '{text}', and not {what}", {"text": text[:80], "what": what}
            )
        return text

    return Field(json_schema_extra={"pattern": f"^{pattern}$"}), AfterValidator(has_shape)


_shape, _check = shaped(r"P\d{2}", "a clause such as P24")
ClauseId = Annotated[str, _shape, _check]
_shape, _check = shaped(r"\d+(\.\d+){0,2}", 'a version in quotes such as "1.0"')
Version = Annotated[str, _shape, _check]


class Part(model.Part):
    """A frozen piece of a protocol file; a key that it does not know is refused."""

    def fingerprint(self) -> str:
        """Return the SHA-256, in hex, of the part as canonical JSON.

        Returns
        -------
        str
            64 hex digits; equal for equal content, whatever the layout of the file.
        """
        plain = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Span(Part):
    """From one whole number to another, both included.

    Raises
    ------
    pydantic.ValidationError
        The span ends before it begins.
    """

    from_: StrictInt = Field(alias="from", ge=0, description="Smallest value, included.")
    to: StrictInt = Field(ge=0, description="Largest value, included.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("order", "ends before it begins: {span}", {"span": str(self)})
        return self

    def __contains__(self, value: float) -> bool:
        """Return whether a value lies within the span."""
        return self.from_ <= value <= self.to

    def __str__(self) -> str:
        """Return ``60 to 90``, or one number where both ends are the same."""
        return str(self.to) if self.from_ == self.to else f"{self.from_} to {self.to}"


def _as_span(value: object) -> object:
    """Read one number as a span that begins and ends there."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"from": value, "to": value}
    return value


_NUMBER = {"type": "integer", "minimum": 0}
_FROM_TO = {
    "type": "object",
    "properties": {"from": _NUMBER, "to": _NUMBER},
    "required": ["from", "to"],
    "additionalProperties": False,
}
Minutes = Annotated[Span, BeforeValidator(_as_span), WithJsonSchema({"anyOf": [_NUMBER, _FROM_TO]})]


def days_of(when: str) -> tuple[date, date]:
    """Return the first and the last day that a year, season, month or day stands for.

    Parameters
    ----------
    when : str
        EDTF, as in answers: ``2019``, ``2019-21``, ``2019-04`` or ``2019-04-12``.

    Raises
    ------
    ValueError
        The text is no such date; the models turn this into a finding.
    """
    bounds = date_bounds(when)
    if bounds is None:
        raise ValueError(when)
    first, last = bounds
    return date.fromisoformat(first), date.fromisoformat(last)


def _as_text(value: object) -> object:
    """Read the year 2019, a number in YAML, as the text that it is meant to be."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_date(when: str) -> str:
    if date_bounds(when) is None:
        what = "a year, month or day of the calendar such as 2019-04"
        raise PydanticCustomError(
            "no_such_date", "is '{when}', and not {what}", {"when": when[:80], "what": what}
        )
    return when


Moment = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_is_date),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2019", "2019-04", "2019-04-12"]}),
]


class Period(Part):
    """From one day, month or year to another, both included.

    Raises
    ------
    pydantic.ValidationError
        The period ends before it begins.
    """

    from_: Moment = Field(alias="from", description="Day, month or year in which it begins.")
    to: Moment = Field(description="Day, month or year with which it ends, included.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("order", "ends before it begins: {it}", {"it": str(self)})
        return self

    @property
    def first(self) -> date:
        """First day of the period."""
        return days_of(self.from_)[0]

    @property
    def last(self) -> date:
        """Last day of the period."""
        return days_of(self.to)[1]

    def __contains__(self, day: date) -> bool:
        """Return whether a day lies within the period."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """Return ``2019-02 to 2019-04``."""
        return f"{self.from_} to {self.to}"
