"""A plain form of a topic guide with ipywidgets, as people make them: the page's competitor.

Every change is written to a file in the kernel, brought to the disk, and then called saved.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from toolkit.guide import Guide, wording
from toolkit.guide.topic.model import Question


def form(guide: Guide, answers: Path) -> widgets.VBox:
    """Give the form; what is typed goes to a file, line by line."""
    out = answers.open("a", encoding="utf-8")
    saved = widgets.Label("Saved 0")
    saved.add_class("plain-saved")
    count = 0

    def keep(change: Any) -> None:
        nonlocal count
        said = {"ref": change["owner"].ref, "value": str(change["new"])}
        out.write(json.dumps(said) + "\n")
        out.flush()
        os.fsync(out.fileno())
        count += 1
        saved.value = f"Saved {count}"

    shown: list[widgets.Widget] = [saved]
    for ref, asked in _asked(guide):
        field = _field(asked)
        field.ref = ref
        field.add_class("plain-field")
        field.observe(keep, names="value")
        shown += [widgets.HTML(f"<p>{wording(asked.text, 'en')}</p>"), field]
    return widgets.VBox(shown)


def _asked(guide: Guide) -> list[tuple[str, Any]]:
    """Every question and probe, with its name."""
    found: list[tuple[str, Any]] = []
    for section in guide.sections:
        for item in section.items:
            if isinstance(item, Question):
                found.append((item.question, item))
                found += [(f"{item.question}.{each.probe}", each) for each in item.probes]
    return found


def _field(asked: Any) -> Any:
    choices = [wording(each.label, "en") for each in getattr(asked, "choices", ()) or ()]
    if asked.type == "yes-no":
        choices = ["Yes", "No"]
    if choices:
        return widgets.RadioButtons(options=["", *choices])
    return widgets.Textarea()
