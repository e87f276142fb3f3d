"""A guide to read in a terminal: what is said and asked, in order, and where it leads."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from toolkit.guide.topic.compiler import compile_guide
from toolkit.guide.topic.model import Ending, Group, Guide, Probe, Question, Script, Span, wording
from toolkit.guide.topic.paths import Proof, prove

WIDTH = 88
_KINDS = {
    "text": "in their own words",
    "single": "one choice",
    "multiple": "several choices",
    "scale": "scale",
    "number": "number",
    "date": "date",
    "duration": "length of time",
    "yes-no": "yes or no",
    "tick": "tick",
}


def show_guide(guide: Guide, language: str = "") -> str:
    """Render a guide as plain text.

    Parameters
    ----------
    language : str
        Language of the wordings; empty for the guide's first.

    Returns
    -------
    str
        Lines of at most 88 characters.
    """
    language = language or guide.languages[0]
    lines = [f"{wording(guide.title, language)}  (guide {guide.guide}, version {guide.version})"]
    lines += [f"{planned(guide)}{'; ' if planned(guide) else ''}hash {guide.hash[:12]}", ""]
    for section in guide.sections:
        budget = f"  [{section.minutes:g} min]" if section.minutes is not None else ""
        heading = f"{wording(section.title, language)}{budget}"
        lines += [heading, "-" * len(heading)]
        lines += _when(section.when, "")
        lines += _items(section.items, language, "")
        lines.append("")
    lines += ["Endings", "-------"]
    for ending in guide.endings:
        lines += _ending(ending, language)
    lines += ["", path_line(prove(compile_guide(guide)))]
    return "\n".join(lines)


def planned(guide: Guide) -> str:
    """Return how long a session is planned to be; empty if the guide does not say."""
    length = guide.planned_minutes
    if length is None:
        return ""
    if isinstance(length, Span):
        return f"planned {length.from_:g} to {length.to:g} minutes"
    return f"planned {length:g} minutes"


def path_line(proof: Proof) -> str:
    """Return in one line what is proven of every path (clause P17)."""
    if not proof.complete:
        ends = ", ".join(sorted(proof.leads_to))
        return f"Paths: more than were counted, and every one ends ({ends})."
    by_ending = ", ".join(f"{name} {count:,}" for name, count in proof.endings.items())
    if proof.paths == 1 and not proof.endless:
        return f"Paths: a single one, and it ends ({by_ending})."
    most = "" if proof.exact else "at most "
    return f"Paths: {most}{proof.paths:,} different ones, and every one ends ({by_ending})."


def kind_of(item: Question | Probe) -> str:
    """Return in words what kind of answer is wanted, with its limits."""
    words = _KINDS[item.type]
    if item.type == "scale":
        words += f" {item.from_} to {item.to}"
    if item.type == "number" and item.unit:
        words += f" of {item.unit}"
    if item.type == "date" and item.precision != "exact":
        words += ", as near as remembered"
    marks = [words]
    if item.required:
        marks.append("needed")
    if item.each_participant:
        marks.append("each participant")
    return ", ".join(marks)


def choices_of(item: Question | Probe, language: str) -> list[str]:
    """List the choices in words; the last may be the one for their own words."""
    labels = [wording(choice.label, language) for choice in item.choices or ()]
    if item.other:
        said = "" if isinstance(item.other, bool) else wording(item.other, language)
        labels.append(said or "other: in their own words")
    return labels


def _items(items: tuple[object, ...], language: str, indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Question):
            yield from _question(item, language, indent)
        elif isinstance(item, Script):
            mark = "say, and confirm" if item.confirm else "say"
            clause = f" {item.clause}" if item.clause else ""
            yield f"{indent}* {item.script} ({mark}){clause}"
            yield from _when(item.when, indent)
            yield from _wrapped(wording(item.text, language), indent)
            yield from _instruction(wording(item.instruction, language), indent)
        elif isinstance(item, Group):
            again = f" (up to {item.repeat.max} times)" if item.repeat else ""
            yield f"{indent}# {wording(item.title, language) or item.group}{again}"
            yield from _when(item.when, indent)
            yield from _items(item.items, language, indent + "  ")


def _question(item: Question, language: str, indent: str) -> Iterator[str]:
    yield f"{indent}{item.question} ({kind_of(item)})"
    yield from _when(item.when, indent)
    yield from _wrapped(wording(item.text, language), indent)
    yield from _instruction(wording(item.instruction, language), indent)
    yield from _choices(item, language, indent)
    for probe in item.probes:
        yield f"{indent}  - {probe.probe} ({kind_of(probe)})"
        yield from _when(probe.when, indent + "  ")
        yield from _wrapped(wording(probe.text, language), indent + "  ")
        yield from _choices(probe, language, indent + "  ")
    for rule in item.routes:
        yield f"{indent}  -> {rule.to}" + (f"  if {rule.when}" if rule.when else "")


def _choices(item: Question | Probe, language: str, indent: str) -> Iterator[str]:
    labels = choices_of(item, language)
    if labels:
        yield from _wrapped(" / ".join(labels), indent + "  ")


def _ending(ending: Ending, language: str) -> Iterator[str]:
    mark = ", where nothing else leads elsewhere" if ending.default else ""
    yield f"= {ending.ending} (counts as {ending.disposition}{mark})"
    yield from _wrapped(wording(ending.text, language), "")


def _when(condition: str | None, indent: str) -> Iterator[str]:
    if condition:
        yield f"{indent}    only if {condition}"


def _instruction(text: str, indent: str) -> Iterator[str]:
    if text:
        yield from _wrapped(f"({text})", indent)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent + "    ",
        subsequent_indent=indent + "    ",
    )
