"""From a guide to its routing program, checking every condition and route on the way."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from toolkit.errors import GuideError, finding
from toolkit.guide.topic.answers import date_bounds
from toolkit.guide.topic.condition import (
    Condition,
    ConditionError,
    Several,
    Test,
    parse_condition,
    tests_of,
)
from toolkit.guide.topic.lowering import MEASURED, choice_ids, lower
from toolkit.guide.topic.model import Group, Guide, Jump, Probe, Question, Script, item_id
from toolkit.guide.topic.program import Program
from toolkit.guide.yaml.validate import nearest

Path = tuple[Hashable, ...]
FORMAT = "toolkit-routing/1"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a guide's logic.

    Attributes
    ----------
    code : str
        Catalogue code.
    path : tuple
        Keys and list positions from the top of the file.
    values : dict
        What the message's templates name.
    """

    code: str
    path: Path
    values: dict[str, Any]


@dataclass(slots=True)
class Compiled:
    """What compiling gave.

    Attributes
    ----------
    program : dict
        The program; not for use where there are faults.
    faults : list of Fault
        Everything that is wrong with conditions and routes.
    known : dict of str to Known
        What conditions and wordings may name, by ref.
    """

    program: Program
    faults: list[Fault] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What conditions and wordings may say of a ref.

    Attributes
    ----------
    item : Question, Probe, Script or Group
        What the ref names.
    position : int
        Place in the order of the guide, from 1.
    group : str
        The repeated group it stands in; empty outside of one.
    type : str
        Type of the answer, or ``script`` or ``group``.
    """

    item: Question | Probe | Script | Group
    position: int
    group: str
    type: str


def compile_guide(guide: Guide) -> Program:
    """Compile the routing of a guide.

    Parameters
    ----------
    guide : Guide
        A guide.

    Returns
    -------
    dict
        The JSON program that `evaluate` follows (see `toolkit.guide.topic.program`).

    Raises
    ------
    GuideError
        A condition or a route is wrong; one finding for each fault.
    """
    compiled = compile_with_faults(guide)
    if compiled.faults:
        raise GuideError(
            finding(each.code, place=f"guide {guide.id}", **each.values) for each in compiled.faults
        )
    return compiled.program


def compile_with_faults(guide: Guide) -> Compiled:
    """Compile a guide and list every fault instead of raising the first."""
    compiler = _Compiler(guide)
    steps = compiler.sections()
    compiler.link(steps)
    default = next((each.ending for each in guide.endings if each.default), None)
    program = {
        "format": FORMAT,
        "guide": guide.guide,
        "version": guide.version,
        "default": default,
        "steps": steps,
    }
    return Compiled(program, compiler.faults, compiler.known)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Condition | str:
    try:
        return parse_condition(text)
    except ConditionError as fault:
        return fault.problem


class _Compiler:
    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.faults: list[Fault] = []
        self.known: dict[str, Known] = {}
        self.places: dict[str, int] = {}
        self.position = 0
        self._endings = {each.ending for each in guide.endings}
        self._list_refs()

    def fault(self, code: str, path: Path, **values: object) -> None:
        self.faults.append(Fault(code, path, values))

    def _list_refs(self) -> None:
        """Number everything first, so that a condition on a later question can be reported."""
        order = 0
        for section in self.guide.sections:
            waiting: list[tuple[Any, str]] = [(each, "") for each in reversed(section.items)]
            while waiting:
                item, group = waiting.pop()
                order += 1
                kind = item.type if isinstance(item, Question) else type(item).__name__.lower()
                self.known.setdefault(item_id(item), Known(item, order, group, kind))
                if isinstance(item, Question):
                    for probe in item.probes:
                        order += 1
                        ref = f"{item.question}.{probe.probe}"
                        self.known.setdefault(ref, Known(probe, order, group, probe.type))
                elif isinstance(item, Group):
                    inside = item.group if item.repeat else group
                    waiting += [(each, inside) for each in reversed(item.items)]

    def sections(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        for number, section in enumerate(self.guide.sections):
            path: Path = ("sections", number)
            self.places.setdefault(section.section, len(steps))
            when = self.test(section.when, (*path, "when"), self.position + 1, "")
            start = len(steps)
            self.items(section.items, (*path, "items"), when, "", steps)
            for step in steps[start:]:
                step["section"] = section.section
        return steps

    def items(
        self, items: Any, path: Path, outer: Any, group: str, steps: list[dict[str, Any]]
    ) -> None:
        for number, item in enumerate(items):
            here = (*path, number)
            self.position += 1
            if not group:
                self.places.setdefault(item_id(item), len(steps))
            when = _both(outer, self.test(item.when, (*here, "when"), self.position, group))
            if isinstance(item, Question):
                steps.append(self.question(item, here, when, group))
            elif isinstance(item, Script):
                steps.append(_step(item.script, "script", when, item.confirm))
            elif item.repeat is None:
                self.items(item.items, (*here, "items"), when, group, steps)
            else:
                steps.append(self.repeated(item, here, when, group))

    def repeated(self, item: Group, path: Path, when: Any, outer: str) -> dict[str, Any]:
        assert item.repeat is not None
        if outer:
            self.fault("GUIDE-021", (*path, "repeat"), group=item.group, outer=outer)
        step = _step(item.group, "group", when, False)
        step["repeat"] = {"min": item.repeat.min, "max": item.repeat.max}
        step["steps"] = []
        self.items(item.items, (*path, "items"), None, item.group, step["steps"])
        return step

    def question(self, item: Question, path: Path, when: Any, group: str) -> dict[str, Any]:
        step = _step(item.question, "question", when, item.required)
        step["type"] = item.type
        step |= _values(item)
        probes = [
            self.probe(item, probe, (*path, "probes", number), group)
            for number, probe in enumerate(item.probes)
        ]
        if probes:
            step["probes"] = probes
        self.checks(item, path, group, step)
        if item.routes:
            step["routes"] = [
                self.route(each, (*path, "routes", number), group)
                for number, each in enumerate(item.routes)
            ]
        return step

    def probe(self, question: Question, item: Probe, path: Path, group: str) -> dict[str, Any]:
        self.position += 1
        probe = {
            "id": f"{question.question}.{item.probe}",
            "type": item.type,
            "when": self.test(item.when, (*path, "when"), self.position, group),
            "required": item.required,
            **_values(item),
        }
        self.checks(item, path, group, probe)
        return probe

    def checks(self, item: Question | Probe, path: Path, group: str, into: dict[str, Any]) -> None:
        """Compile hard and soft checks; they may look at their own answer and earlier ones."""
        found = []
        for number, check in enumerate(item.checks):
            here = (*path, "checks", number)
            if (check.hard is None) == (check.soft is None):
                said = "both 'hard' and 'soft'" if check.hard is not None else "no condition"
                self.fault("GUIDE-028", here, found=said)
                continue
            level = "soft" if check.hard is None else "hard"
            test = self.test(check.condition, (*here, level), self.position + 1, group)
            found.append({"level": level, "test": test, "number": number})
        if found:
            into["checks"] = found

    def route(self, jump: Jump, path: Path, group: str) -> dict[str, Any]:
        if group:
            self.fault("GUIDE-022", path, target=jump.to, group=group)
        when = self.test(jump.when, (*path, "when"), self.position + 1, group)
        return {"when": when, "to": jump.to, "path": path}

    def link(self, steps: list[dict[str, Any]]) -> None:
        """Turn the targets of routes into step numbers, now that all are known."""
        for number, step in enumerate(steps):
            for route in step.get("routes", ()):
                path = route.pop("path")
                target = route["to"]
                if target in self._endings:
                    continue
                known = self.known.get(target)
                if target not in self.places and known is not None and known.group:
                    self.fault("GUIDE-016", (*path, "to"), target=target, group=known.group)
                elif target not in self.places:
                    later = [each for each, place in self.places.items() if place > number]
                    hint = nearest(target, [*later, *sorted(self._endings)]) or _choices(
                        later, sorted(self._endings)
                    )
                    self.fault("GUIDE-003", (*path, "to"), target=target, suggestion=hint)
                elif self.places[target] <= number:
                    self.fault("GUIDE-004", (*path, "to"), target=target)
                else:
                    route["to"] = self.places[target]

    def test(self, text: str | None, path: Path, position: int, group: str) -> Any:
        """Compile one condition; ``position`` is that of its item."""
        if text is None:
            return None
        condition = _parsed(text)
        if isinstance(condition, str):
            self.fault("GUIDE-010", path, condition=text, problem=condition)
            return None
        refs = [ref for each in tests_of(condition) for ref in self._refs(each)]
        good = [self._allowed(ref, path, position, group) for ref in refs]
        return self._lower(condition, path, group) if all(good) else None

    def _refs(self, test: Test) -> list[str]:
        pair = self._paired(test)
        return [test.ref] if pair is None else [test.ref, pair]

    def _paired(self, test: Test) -> str | None:
        """Return the other ref where two answers are compared with each other."""
        known = self.known.get(test.ref)
        fits = test.kind == "compare" and known is not None and known.type in MEASURED
        return test.values[0] if fits and test.values[0] in self.known else None

    def _allowed(self, ref: str, path: Path, position: int, group: str) -> bool:
        known = self.known.get(ref)
        if known is None:
            hint = nearest(ref, self.known) or "name a question or probe of this guide"
            self.fault("GUIDE-011", path, ref=ref, suggestion=hint)
        elif known.position >= position:
            self.fault("GUIDE-012", path, ref=ref)
        elif known.group and known.group != group:
            self.fault("GUIDE-013", path, ref=ref, group=known.group)
        elif getattr(known.item, "each_participant", False):
            self.fault("GUIDE-014", path, ref=ref)
        else:
            return True
        return False

    def _lower(self, condition: Condition, path: Path, group: str) -> Any:
        if isinstance(condition, Several):
            parts = [self._lower(part, path, group) for part in condition.parts]
            return None if None in parts else [condition.kind, *parts]
        known = self.known[condition.ref]
        ref = self._local(condition.ref, group)
        other = self._paired(condition)
        if other is not None:
            problem, lowered = self._pair(condition, other, group)
        else:
            problem, lowered = lower(condition, known.item, known.type, ref)
        if problem:
            self.fault("GUIDE-015", path, ref=condition.ref, type=known.type, problem=problem)
        return lowered

    def _local(self, ref: str, group: str) -> str:
        inside = self.known[ref].group
        return f"{ref}@" if inside and inside == group else ref

    def _pair(self, test: Test, other: str, group: str) -> tuple[str, list[Any] | None]:
        kinds = [
            MEASURED[self.known[ref].type]
            for ref in (test.ref, other)
            if self.known[ref].type in MEASURED
        ]
        if len(kinds) < 2 or kinds[0] != kinds[1]:
            return f"'{other}' is of type {self.known[other].type}", None
        refs = [self._local(ref, group) for ref in (test.ref, other)]
        return "", ["pair", test.sign, *refs, kinds[0]]


def _step(id_: str, kind: str, when: Any, required: bool) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "section": "", "when": when, "required": required}


def _both(outer: Any, inner: Any) -> Any:
    if outer is None or inner is None:
        return inner if outer is None else outer
    return ["and", outer, inner]


def _values(item: Question | Probe) -> dict[str, Any]:
    """Return the values of an answer that routing can depend on."""
    if item.type in ("single", "multiple"):
        alone = [each.id for each in item.choices or () if each.exclusive]
        return {"choices": choice_ids(item)} | ({"exclusive": alone} if alone else {})
    if item.type == "scale":
        return {"limits": [item.from_ or 0, item.to or 0], "decimals": 0}
    if item.type == "number":
        places = {} if item.decimals is None else {"decimals": item.decimals}
        return {"limits": [item.min, item.max], **places}
    return _days(item) if item.type == "date" else {}


def _days(item: Question | Probe) -> dict[str, Any]:
    """Return the first and last day that a date may touch, and whether it has to be a day."""
    low, high = (
        date_bounds(str(each)) if each is not None else None
        for each in (item.earliest, item.latest)
    )
    limits = {"limits": [low and low[0], high and high[1]]} if low or high else {}
    return limits | ({"exact": True} if item.precision == "exact" else {})


def _choices(later: list[str], endings: list[str]) -> str:
    shown = ", ".join([*later[:4], *(["..."] if len(later) > 4 else []), *endings])
    return f"choose one of {shown}"
