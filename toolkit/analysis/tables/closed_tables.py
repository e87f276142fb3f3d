"""How closed answers are counted, one way for each type of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from toolkit.analysis.present.table import Table
from toolkit.analysis.tables.asked import Asked
from toolkit.guide.topic.answers import duration_days
from toolkit.rounding import median, percent, quartiles


def counted(asked: Asked) -> dict[str, tuple[str, int]]:
    """Count the answers to a single, multiple, scale or yes/no question.

    Returns
    -------
    dict of str to (str, int)
        Value to label and count of answers, in the guide's order, those nobody chose included.
    """
    values = asked.answered["value"]
    if asked.item.type == "multiple":
        values = values.str.split(" ").explode()
    counts = values.value_counts()
    return {value: (label, int(counts.get(value, 0))) for value, label in _labels(asked).items()}


def _labels(asked: Asked) -> dict[str, str]:
    """Return the choices of a question and what readers see them called."""
    item = asked.item
    if item.type == "yes-no":
        return {"yes": "Yes", "no": "No"}
    if item.type == "scale" and item.from_ is not None and item.to is not None:
        named = {value: asked.said(words) for value, words in (item.labels or {}).items()}
        values = range(item.from_, item.to + 1)
        return {str(v): f"{v} ({named[v]})" if v in named else str(v) for v in values}
    labels = {choice.id: asked.said(choice.label) for choice in item.choices or ()}
    if item.other:
        labels["other"] = asked.said(item.other) or "Other"
    return labels


def _choices(asked: Asked) -> Table:
    base = len(asked.answered)
    unit = "Forums" if asked.people == "forums" else "Participants"
    rows = [[label, count, percent(count, base)] for label, count in counted(asked).values()]
    data = pd.DataFrame(rows, columns=["Answer", unit, "Percent"])
    return asked.table(data, notes=_notes(asked))


def _notes(asked: Asked) -> tuple[str, ...]:
    """Return what a reader of counts must know beyond the base."""
    if asked.item.type == "multiple":
        return ("Several answers were possible: percentages may add up to more than 100.",)
    if asked.item.type == "scale" and len(asked.answered):
        return (f"Median {median(asked.answered['number']):g}.",)
    return ()


def _distribution(asked: Asked) -> Table:
    if asked.item.type == "duration":
        days = [duration_days(str(value)) for value in asked.answered["value"]]
        values, unit = pd.Series(days, dtype="float64"), "days"
    else:
        values, unit = asked.answered["number"], asked.item.unit or "number"
    row = [f"In {unit}", len(values), *quartiles(values)]
    names = ["Measure", "Answers", "Lower quartile", "Median", "Upper quartile"]
    return asked.table(pd.DataFrame([row], columns=names))


def _years(asked: Asked) -> Table:
    base = len(asked.answered)
    counts = asked.answered["value"].str.slice(0, 4).value_counts().sort_index()
    rows = [[year, int(count), percent(int(count), base)] for year, count in counts.items()]
    data = pd.DataFrame(rows, columns=["Year", "Participants", "Percent"])
    return asked.table(data, notes=("Dates as near as people remembered, counted by year.",))


CLOSED: Mapping[str, Callable[[Asked], Table]] = {
    **dict.fromkeys(("single", "multiple", "scale", "yes-no"), _choices),
    **dict.fromkeys(("number", "duration"), _distribution),
    "date": _years,
}
