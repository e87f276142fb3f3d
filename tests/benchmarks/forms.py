"""The same questionnaire twice: as a topic guide and as an XLSForm, question for question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl

_TEXT = "Question {0}: thinking of the time after that, what happened and how was it for you?"
_NOTE = "Read it out as it stands and leave time to think."


@dataclass(frozen=True)
class Asked:
    """One question; a choice, a text on a condition and a number take turns."""

    number: int

    @property
    def id(self) -> str:
        return f"q{self.number}"

    @property
    def kind(self) -> str:
        return ("single", "text", "number")[self.number % 3]

    @property
    def before(self) -> str:
        return f"q{self.number - 1}"


def write_guide(count: int, path: Path) -> None:
    """Write a guide with this many questions."""
    lines = [
        *("guide: benchmark", "title: Benchmark", 'version: "1.0"', "source: made up"),
        *("languages: [en]", "mode: survey", "sections:", "  - section: all", "    title: All"),
        "    items:",
    ]
    for each in map(Asked, range(count)):
        lines += [
            f"      - question: {each.id}",
            f"        text: '{_TEXT.format(each.number)}'",
            f"        instruction: {_NOTE}",
            f"        type: {each.kind}",
            "        required: true",
        ]
        if each.kind == "single":
            lines.append("        choices: [{id: yes, label: Yes}, {id: no, label: No}]")
        elif each.kind == "text":
            lines.append(f"        when: {each.before} = yes")
        else:
            lines += [
                "        unit: visits",
                "        checks:",
                f"          - {{hard: '{each.id} <= 50', message: That is more than fifty.}}",
            ]
    lines += ["endings:", "  - {ending: end, disposition: complete, text: Thanks, default: true}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_xlsform(count: int, path: Path) -> None:
    """Write an XLSForm with the same questions."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(
        [
            *("type", "name", "label", "guidance_hint", "required", "relevant"),
            *("constraint", "constraint_message"),
        ]
    )
    for each in map(Asked, range(count)):
        kind = {"single": "select_one yes_no", "text": "text", "number": "integer"}[each.kind]
        relevant = f"${{{each.before}}} = 'yes'" if each.kind == "text" else None
        limit = (". <= 50", "That is more than fifty.") if each.kind == "number" else (None, None)
        survey.append([kind, each.id, _TEXT.format(each.number), _NOTE, "yes", relevant, *limit])
    choices = book.create_sheet("choices")
    for row in (("list_name", "name", "label"), ("yes_no", "yes", "Yes"), ("yes_no", "no", "No")):
        choices.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "version"])
    settings.append(["benchmark", "Benchmark", "1"])
    book.save(path)
