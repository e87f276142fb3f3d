"""The flow of a guide as a picture: static SVG, readable in grey, with its text equivalent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from toolkit.guide.show.templates import render
from toolkit.guide.topic.model import Guide, Jump, Question, walk, wording

_ROW, _BOX = 46, 34
_LEFT, _RIGHT = 170, 540
_END_LEFT, _END_WIDE = 640, 250
_SPINE = 355
_SHOWN = 48


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    label: str
    note: str
    y: int
    heading: bool = False


def flow_svg(guide: Guide, language: str = "") -> Markup:
    """Draw the flow of a guide.

    Questions stand below each other; what is asked only sometimes is drawn with a broken line and
    its condition; routes lead to the endings on the right or, as curves, to later questions.

    Parameters
    ----------
    language : str
        Language of the wordings; empty for the guide's first.

    Returns
    -------
    Markup
        An ``<svg>`` element with title and description.
    """
    language = language or guide.languages[0]
    rows = list(_rows(guide, language))
    ends = _ending_rows(guide, rows)
    boxes = [row for row in rows if not row.heading]
    lines = [f"M{_SPINE} {one.y + _BOX}V{two.y}" for one, two in pairwise(boxes)]
    lines += [_curve(start, end, out=True) for start, end in _to_endings(guide, boxes, ends)]
    lines += [_curve(start, end, out=False) for start, end in _to_later(guide, rows)]
    return render(
        "flow.svg.j2",
        title=wording(guide.title, language),
        description=flow_words(guide),
        rows=rows,
        ends=ends,
        lines=lines,
        width=_END_LEFT + _END_WIDE + 10,
        height=max([row.y for row in rows] + list(ends.values())) + _ROW + 10,
        left=_LEFT,
        right=_RIGHT,
        box=_BOX,
        end_left=_END_LEFT,
        end_wide=_END_WIDE,
    )


def flow_words(guide: Guide) -> str:
    """Return the flow in words: the text equivalent of the picture."""
    questions = [item for section in guide.sections for item in _questions(section.items)]
    said = [f"{len(questions)} questions in {len(guide.sections)} sections, in order."]
    for item in questions:
        if item.when:
            said.append(f"{item.question} is asked only if {item.when}.")
        for rule in item.routes:
            only = f" if {rule.when}" if rule.when else ""
            said.append(f"From {item.question} to {rule.to}{only}.")
    default = next((each.ending for each in guide.endings if each.default), "")
    return " ".join([*said, f"Otherwise the talk ends at {default}." if default else ""]).strip()


def _questions(items: tuple[object, ...]) -> list[Question]:
    return [item for item in walk(items) if isinstance(item, Question)]


def _rows(guide: Guide, language: str) -> Iterator[_Row]:
    y = 10
    for section in guide.sections:
        budget = f"{section.minutes:g} min" if section.minutes else ""
        title = _short(wording(section.title, language))
        yield _Row(section.section, title, budget, y, heading=True)
        y += 30
        for item in _questions(section.items):
            condition = item.when or section.when
            note = _short(f"if {condition}", 26) if condition else ""
            label = _short(wording(item.text, language), _SHOWN - len(item.question))
            yield _Row(item.question, label, note, y)
            y += _ROW
        y += 8


def _jumps(guide: Guide) -> Iterator[tuple[str, Jump]]:
    for section in guide.sections:
        for item in _questions(section.items):
            for rule in item.routes:
                yield item.question, rule


def _ending_rows(guide: Guide, rows: list[_Row]) -> dict[str, int]:
    """Return every ending a row: beside the first question that routes to it, the default last."""
    at = {row.id: row.y for row in rows if not row.heading}
    last = max(at.values(), default=0)
    names = [each.ending for each in guide.endings]
    wanted = [(at[question], rule.to) for question, rule in _jumps(guide)]
    wanted += [(last, each.ending) for each in guide.endings if each.default]
    wanted += [(last, name) for name in names]
    places: dict[str, int] = {}
    free = 0
    for y, name in wanted:
        if name in names and name not in places:
            places[name] = max(y, free)
            free = places[name] + _ROW
    return places


def _to_endings(guide: Guide, boxes: list[_Row], ends: dict[str, int]) -> Iterator[tuple[int, int]]:
    at = {row.id: row.y for row in boxes}
    for question, rule in _jumps(guide):
        if rule.to in ends:
            yield at[question], ends[rule.to]
    default = next((each.ending for each in guide.endings if each.default), None)
    if default and boxes:
        yield boxes[-1].y, ends[default]


def _to_later(guide: Guide, rows: list[_Row]) -> Iterator[tuple[int, int]]:
    at = {row.id: row.y for row in rows}
    for question, rule in _jumps(guide):
        if rule.to in at:
            yield at[question], at[rule.to]


def _curve(start: int, end: int, *, out: bool) -> str:
    """Draw from a box to an ending on the right, or back to a later box below."""
    start, end = start + _BOX // 2, end + _BOX // 2
    middle = (_RIGHT + _END_LEFT) // 2 if out else _RIGHT + 60
    tip = _END_LEFT - 2 if out else _RIGHT + 2
    return f"M{_RIGHT} {start}C{middle} {start} {middle} {end} {tip} {end}"


def _short(text: str, most: int = _SHOWN) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
