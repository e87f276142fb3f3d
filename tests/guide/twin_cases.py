"""The table of cases that the evaluator and its JavaScript twin are both held to.

The cases stand in ``twin_cases.json``. Guides in it are short: items only; a choice is its id, with
``!`` behind it where it excludes the others.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.guide.strategies import Data, build
from toolkit.guide import Answer, Guide

TABLE = Path(__file__).with_name("twin_cases.json")


@cache
def table() -> dict[str, list[Any]]:
    """All cases by what they try."""
    found: dict[str, list[Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def guide_for(case: Data) -> Guide:
    """The guide of a case of routing or checks."""
    endings = [
        {"ending": "end", "disposition": "end", "text": "Bye", "default": "no_default" not in case},
        {"ending": "left", "disposition": "left", "text": "Bye"},
    ]
    return build(
        {
            "guide": "g",
            "title": "T",
            "version": "1",
            "source": "s",
            "languages": ["en"],
            "mode": case.get("mode", "survey"),
            "sections": [{"section": "one", "title": "One", "items": case["items"]}],
            "endings": endings,
        }
    )


def said(answers: Data) -> dict[str, Answer]:
    """Answers of a case as the evaluator takes them."""
    return {ref: Answer.from_json(each) for ref, each in answers.items()}


def asked(item: Data) -> Data:
    """The item of a case of answering, as it stands in a guide; a tick is a probe."""
    whole = dict(item)
    if "choices" in item:
        whole["choices"] = [
            {"id": each.rstrip("!"), "label": each} | ({"exclusive": True} if "!" in each else {})
            for each in item["choices"]
        ]
    name = "probe" if item.get("type") == "tick" else "question"
    return {name: "it", "text": "?", **whole}
