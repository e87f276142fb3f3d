"""What is common to the files of a sample study."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from toolkit.guide.study.parts import Part

Pseudonym = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}\d{1,6}(-[A-Z])?$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _is_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("no_day", "is not a day such as 2019-02-05") from None
    return text


Day = Annotated[str, AfterValidator(_is_day)]


class Fictional(Part):
    """Base of every file of a sample: it has to say that it is fictional."""

    fictional: Literal[True] = Field(description="Always true: nobody said any of this.")
