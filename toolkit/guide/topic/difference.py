"""What changed from one version of a guide to the next, as a participant would notice it.

For every question the change is said together with whether answers from before and after can be
put into one table: ``yes``, ``with care`` (the same thing asked in other words, of other people or
with other choices) or ``no``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from toolkit.guide.topic.model import (
    Ending,
    Group,
    Guide,
    Probe,
    Question,
    Script,
    Section,
    walk,
    wording,
)

Comparable = Literal["yes", "with care", "no"]
Asked = Question | Probe
_WORST: tuple[Comparable, ...] = ("yes", "with care", "no")
_CUT = 60
_SEATS = {True: "now asked of each participant", False: "now asked of all together"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing in a guide.

    Attributes
    ----------
    ref : str
        ``q2``, ``q2.asked``, a script, section or ending.
    what : str
        The change in words.
    noticed : bool
        Whether a participant would notice it; False for what only interviewers see.
    comparable : {"yes", "with care", "no"}
        Whether answers before and after can be put together.
    """

    ref: str
    what: str
    noticed: bool
    comparable: Comparable


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes between two versions.

    Attributes
    ----------
    old, new : str
        ``guide version`` of both.
    changes : tuple of Change
        In the order of the newer guide; what was removed comes last.
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    def comparable(self, ref: str) -> Comparable:
        """Return whether answers to one question stay comparable over all its changes."""
        found = [each.comparable for each in self.changes if each.ref == ref]
        return max(found, key=_WORST.index, default="yes")

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON values."""
        return {
            "old": self.old,
            "new": self.new,
            "changes": [asdict(each) for each in self.changes],
        }


def compare_guides(old: Guide, new: Guide) -> Difference:
    """Compare two versions of a guide.

    Returns
    -------
    Difference
        Without changes where nothing differs but comments and layout.
    """
    before, after = _things(old), _things(new)
    changes: list[Change] = []
    for ref, thing in after.items():
        if ref not in before:
            changes.append(_added(ref, thing))
        else:
            changes += _compared(ref, before[ref], thing)
    changes += [_removed(ref, thing) for ref, thing in before.items() if ref not in after]
    changes += _moved(before, after)
    name = "{0.guide} {0.version}".format
    return Difference(name(old), name(new), tuple(changes))


def _things(guide: Guide) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in guide.sections:
        found[section.section] = section
        for item in walk(section.items):
            if isinstance(item, Question):
                found[item.question] = (item, section)
                for probe in item.probes:
                    found[f"{item.question}.{probe.probe}"] = (probe, section)
            else:
                found[item.script if isinstance(item, Script) else item.group] = item
    return found | {each.ending: each for each in guide.endings}


def _bare(thing: Any) -> Any:
    return thing[0] if isinstance(thing, tuple) else thing


def _noun(thing: Any) -> str:
    return type(_bare(thing)).__name__.lower()


def _added(ref: str, thing: Any) -> Change:
    asked = isinstance(_bare(thing), Asked)
    said = f"{_noun(thing)} added" + ("; no answers from before" if asked else "")
    return Change(ref, said, not isinstance(_bare(thing), Section), "no" if asked else "yes")


def _removed(ref: str, thing: Any) -> Change:
    asked = isinstance(_bare(thing), Asked)
    said = f"{_noun(thing)} removed" + ("; no answers from now on" if asked else "")
    return Change(ref, said, not isinstance(_bare(thing), Section), "no" if asked else "yes")


def _compared(ref: str, old: Any, new: Any) -> Iterator[Change]:
    one, two = _bare(old), _bare(new)
    if type(one) is not type(two):
        yield Change(ref, f"was a {_noun(old)}, is a {_noun(new)}", True, "no")
        return
    if isinstance(two, Asked) and old[1].when != new[1].when:
        said = f"its section is gone into {_if(new[1].when)}"
        yield Change(ref, said, True, "with care")
    for compare in _OF_KIND[type(two)]:
        yield from compare(ref, one, two)


def _script(ref: str, one: Script, two: Script) -> Iterator[Change]:
    yield from _texts(ref, one, two, "yes")
    yield from _flag(ref, one.confirm, two.confirm, "to be confirmed")


def _ending(ref: str, one: Ending, two: Ending) -> Iterator[Change]:
    yield from _texts(ref, one, two, "yes")
    if one.disposition != two.disposition:
        said = f"counts as {two.disposition}, before as {one.disposition}"
        yield Change(ref, said, False, "no")


def _section(ref: str, one: Section, two: Section) -> Iterator[Change]:
    if one.minutes != two.minutes:
        yield Change(ref, f"budget {_minutes(one)}, now {_minutes(two)}", False, "yes")
    yield from _titles(ref, one, two)


def _group(ref: str, one: Group, two: Group) -> Iterator[Change]:
    yield from _titles(ref, one, two)
    if one.when != two.when:
        yield Change(ref, f"gone into {_if(two.when)}", True, "with care")
    if one.repeat != two.repeat:
        yield Change(ref, "gone through as often as not before", True, "with care")


def _minutes(section: Section) -> str:
    return "none" if section.minutes is None else f"{section.minutes:g} minutes"


def _titles(ref: str, one: Any, two: Any) -> Iterator[Change]:
    if one.title != two.title:
        yield Change(ref, f"title now '{_cut(two.title)}'", False, "yes")


def _texts(ref: str, one: Any, two: Any, comparable: Comparable) -> Iterator[Change]:
    if one.text != two.text:
        said = f"wording now '{_cut(two.text)}', before '{_cut(one.text)}'"
        yield Change(ref, said, True, comparable)
    if one.instruction != two.instruction:
        yield Change(ref, "instruction for the interviewer changed", False, "yes")


def _wordings(ref: str, one: Asked, two: Asked) -> Iterator[Change]:
    yield from _texts(ref, one, two, "with care")


def _types(ref: str, one: Asked, two: Asked) -> Iterator[Change]:
    if one.type != two.type:
        yield Change(ref, f"type now {two.type}, before {one.type}", True, "no")
    if (one.from_, one.to) != (two.from_, two.to):
        said = f"scale now {two.from_} to {two.to}, before {one.from_} to {one.to}"
        yield Change(ref, said, True, "no")
    if one.unit != two.unit:
        yield Change(ref, f"unit now {two.unit}, before {one.unit}", True, "no")
    if one.each_participant != two.each_participant:
        yield Change(ref, _SEATS[two.each_participant], True, "no")
    limits = ("min", "max", "decimals", "precision", "earliest", "latest")
    if any(getattr(one, name) != getattr(two, name) for name in limits):
        yield Change(ref, "limits of the answer changed", False, "yes")


def _choices(ref: str, one: Asked, two: Asked) -> Iterator[Change]:
    before = {each.id: each for each in one.choices or ()}
    after = {each.id: each for each in two.choices or ()}
    for id_ in sorted(after.keys() - before.keys()) if before else ():
        yield Change(ref, f"choice '{id_}' added", True, "with care")
    for id_ in sorted(before.keys() - after.keys()) if after else ():
        yield Change(ref, f"choice '{id_}' removed", True, "no")
    for id_ in sorted(before.keys() & after.keys()):
        if before[id_].label != after[id_].label:
            said = f"choice '{id_}' now reads '{_cut(after[id_].label)}'"
            yield Change(ref, said, True, "with care")
    shared = [id_ for id_ in after if id_ in before]
    if shared != [id_ for id_ in before if id_ in after]:
        yield Change(ref, "order of the choices changed", True, "with care")
    if bool(one.other) != bool(two.other):
        yield Change(ref, f"'other' {'added' if two.other else 'removed'}", True, "with care")
    if one.labels != two.labels:
        yield Change(ref, "labels of the scale changed", True, "with care")


def _routing(ref: str, one: Asked, two: Asked) -> Iterator[Change]:
    if one.when != two.when:
        yield Change(ref, f"asked {_if(two.when)}, before {_if(one.when)}", True, "with care")
    if getattr(one, "routes", ()) != getattr(two, "routes", ()):
        yield Change(ref, "where the talk goes next has changed", True, "yes")
    yield from _flag(ref, one.required, two.required, "needed before the end")
    if one.checks != two.checks:
        yield Change(ref, "checks changed", False, "yes")


_OF_KIND: dict[type, tuple[Callable[[str, Any, Any], Iterator[Change]], ...]] = {
    Question: (_wordings, _types, _choices, _routing),
    Probe: (_wordings, _types, _choices, _routing),
    Script: (_script,),
    Ending: (_ending,),
    Section: (_section,),
    Group: (_group,),
}


def _flag(ref: str, one: bool, two: bool, words: str) -> Iterator[Change]:
    if one != two:
        yield Change(ref, f"{'now' if two else 'no longer'} {words}", False, "yes")


def _moved(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Find questions that are asked at another place among those that stayed."""
    old = _shared_questions(before, after)
    new = _shared_questions(after, before)
    stayed = _longest_common(old, new)
    for place, ref in enumerate(new):
        if ref not in stayed:
            where = f"after {new[place - 1]}" if place else "the first question"
            yield Change(ref, f"moved: now {where}", True, "with care")


def _shared_questions(ones: dict[str, Any], others: dict[str, Any]) -> list[str]:
    return [
        ref
        for ref, each in ones.items()
        if isinstance(_bare(each), Question) and isinstance(_bare(others.get(ref)), Question)
    ]


def _longest_common(one: list[str], two: list[str]) -> set[str]:
    """Return the longest common run of two orders of the same refs (longest increasing places)."""
    at = {ref: place for place, ref in enumerate(one)}
    best: list[list[str]] = []
    for ref in two:
        before = [run for run in best if at[run[-1]] < at[ref]]
        best.append([*_longest(before), ref])
    return set(_longest(best))


def _length(run: list[str]) -> int:
    return len(run)


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=_length) if runs else []


def _if(condition: str | None) -> str:
    return f"only if {condition}" if condition else "of everybody"


def _cut(said: Any) -> str:
    text = " ".join(wording(said).split())
    return text if len(text) <= _CUT else text[: _CUT - 1].rstrip() + "…"


def show_difference(difference: Difference) -> str:
    """Render a difference as plain text, one line a change."""
    lines = [f"{difference.old} -> {difference.new}"]
    if not difference.changes:
        return "\n".join([*lines, "Nothing changed for anybody; answers stay comparable."])
    for title, noticed in (("For participants", True), ("For interviewers only", False)):
        changes = [each for each in difference.changes if each.noticed is noticed]
        if changes:
            lines += ["", title, "-" * len(title)]
            lines += [
                f"{each.ref}: {each.what} [comparable: {each.comparable}]" for each in changes
            ]
    return "\n".join(lines)
