"""JSON Schema of the study's files, so that editors complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Guide

FILES: dict[str, type[BaseModel]] = {
    "guide": Guide,
    "study": Study,
    "codebook": Codebook,
    "consent": ConsentForm,
}


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one kind of file.

    Raises
    ------
    KeyError
        There is no such kind.
    """
    schema = FILES[name].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
