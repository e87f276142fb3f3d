"""Checking a guide as a whole: everything that pydantic cannot see in one place."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from math import ceil, floor
from pathlib import Path as FilePath
from typing import Any

from toolkit.guide.topic.answers import date_bounds
from toolkit.guide.topic.compiler import Compiled, compile_with_faults
from toolkit.guide.topic.condition import RESERVED
from toolkit.guide.topic.model import (
    Ending,
    Group,
    Guide,
    Probe,
    Question,
    Script,
    Section,
    Span,
    item_id,
    wording,
)
from toolkit.guide.topic.paths import Proof, prove
from toolkit.guide.topic.reach import NOWHERE
from toolkit.guide.topic.wordings import At, Say, WordingCheck, seen_text
from toolkit.guide.yaml.source import Document, read_yaml
from toolkit.guide.yaml.validate import validate

Path = tuple[Hashable, ...]
Thing = Section | Group | Script | Question | Probe | Ending

# Which keys belong to which types of answer.
_BELONGS: dict[str, tuple[str, ...]] = {
    "choices": ("single", "multiple"),
    "other": ("single", "multiple"),
    "from_": ("scale",),
    "to": ("scale",),
    "labels": ("scale",),
    "unit": ("number",),
    "min": ("number",),
    "max": ("number",),
    "decimals": ("number",),
    "precision": ("date",),
    "earliest": ("date",),
    "latest": ("date",),
}


def check_document(document: Document, facts: frozenset[str] | None) -> Guide | None:
    """Check a guide that has been read; all as in `check_and_prove`, without the proof."""
    return check_and_prove(document, facts)[0]


def check_and_prove(
    document: Document, facts: frozenset[str] | None
) -> tuple[Guide | None, Proof | None]:
    """Check a guide that has been read; findings are added to the document.

    Parameters
    ----------
    facts : frozenset of str or None
        Facts of the protocol that wordings may take up; None if no protocol is at hand.

    Returns
    -------
    guide : Guide or None
        The guide where its shape is right; it may have faults all the same.
    proof : Proof or None
        What is proven of its paths; None if conditions or ids are wrong.
    """
    guide = validate(Guide, document)
    proof = None if guide is None else _Check(guide, document, facts).run()
    return guide, proof


def facts_beside(path: FilePath) -> frozenset[str] | None:
    """Return the names of the protocol's facts from the ``study.yaml`` beside a guide."""
    beside = path.parent / "study.yaml"
    if not beside.is_file():
        return None
    data = read_yaml(beside).data
    if not isinstance(data, dict):
        return None  # the protocol is broken, and its own check says so
    facts = data.get("facts")
    return frozenset(facts) if isinstance(facts, dict) else frozenset()


def things(guide: Guide) -> Iterator[tuple[Path, Thing]]:
    """Yield everything in a guide that has an id, with its path in the file, in order."""
    for number, section in enumerate(guide.sections):
        yield ("sections", number), section
        yield from _items(section.items, ("sections", number, "items"))
    for number, ending in enumerate(guide.endings):
        yield ("endings", number), ending


def _items(items: Any, path: Path) -> Iterator[tuple[Path, Thing]]:
    for number, item in enumerate(items):
        here = (*path, number)
        yield here, item
        if isinstance(item, Question):
            for at, probe in enumerate(item.probes):
                yield (*here, "probes", at), probe
        elif isinstance(item, Group):
            yield from _items(item.items, (*here, "items"))


def _id_of(thing: Thing) -> tuple[str, str]:
    if isinstance(thing, Section):
        return "section", thing.section
    if isinstance(thing, Ending):
        return "ending", thing.ending
    if isinstance(thing, Probe):
        return "probe", thing.probe
    return type(thing).__name__.lower(), item_id(thing)


class _Check:
    def __init__(self, guide: Guide, document: Document, facts: frozenset[str] | None) -> None:
        self.guide = guide
        self.document = document
        self.facts = facts
        self.say: Say = document.say

    def run(self) -> Proof | None:
        everything = list(things(self.guide))
        doubles = self.ids(everything)
        self.whole()
        for path, thing in everything:
            if isinstance(thing, Question | Probe):
                self.asked(thing, path)
            elif isinstance(thing, Section | Group) and not thing.items:
                self.say("GUIDE-008", (*path, "items"), what="item")
            if isinstance(thing, Group):
                self.repeated(thing, path)
        compiled = compile_with_faults(self.guide)
        for fault in compiled.faults:
            self.say(fault.code, fault.path, **fault.values)
        self.wordings(everything, compiled)
        if compiled.faults or doubles or not self.guide.endings:
            return None
        proof = prove(compiled.program)
        self.proof(proof, everything)
        return proof

    def ids(self, everything: list[tuple[Path, Thing]]) -> bool:
        seen: dict[str, Path] = {}
        before = len(self.document.findings)
        for path, thing in everything:
            key, id_ = _id_of(thing)
            ref = id_
            if isinstance(thing, Probe):
                ref = f"{path[:-2]}.{id_}"
            if id_ in RESERVED:
                self.say("GUIDE-002", (*path, key), id=id_)
            if ref in seen:
                first = self.document.line(seen[ref])
                self.say("GUIDE-001", (*path, key), id=id_, first=first)
            else:
                seen[ref] = (*path, key)
        return len(self.document.findings) > before

    def whole(self) -> None:
        guide = self.guide
        for what in ("languages", "sections", "endings"):
            if not getattr(guide, what):
                self.say("GUIDE-008", (what,), what=what[:-1])
        for number, language in enumerate(guide.languages):
            if language in guide.languages[:number]:
                self.say("GUIDE-043", ("languages", number), language=language)
        defaults = [each.ending for each in guide.endings if each.default]
        if len(defaults) > 1:
            names = ", ".join(defaults)
            self.say("GUIDE-007", ("endings",), count=len(defaults), endings=names)
        self.budget()

    def budget(self) -> None:
        planned = self.guide.planned_minutes
        budgets = [each.minutes for each in self.guide.sections if each.minutes is not None]
        if isinstance(planned, Span) and planned.from_ > planned.to:
            self.say("GUIDE-031", ("planned_minutes",), low=planned.from_, high=planned.to)
        elif planned is not None and budgets:
            low, high = (planned.from_, planned.to) if isinstance(planned, Span) else (planned,) * 2
            total = round(sum(budgets), 6)
            if not low <= total <= high:
                words = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                self.say("GUIDE-030", ("planned_minutes",), total=total, planned=words)

    def asked(self, item: Question | Probe, path: Path) -> None:
        given = item.model_fields_set
        for key, types in _BELONGS.items():
            if key in given and item.type not in types:
                key = key.rstrip("_")
                self.say(
                    "GUIDE-020", (*path, key), key=key, belongs=" and ".join(types), type=item.type
                )
        if item.each_participant and self.guide.mode != "forum":
            self.say("GUIDE-029", (*path, "each_participant"), mode=self.guide.mode)
        special = _SPECIAL.get(item.type)
        if special is not None:
            special(self, item, path)

    def chosen(self, item: Question | Probe, path: Path) -> None:
        ids = [choice.id for choice in item.choices or ()]
        if len(ids) + bool(item.other) < 2:
            found = "only one choice is given" if ids or item.other else "no choices are given"
            self.say("GUIDE-023", path, found=found)
        if isinstance(item.other, str) and item.other.lower() in ("yes", "no", "on", "off"):
            hint = "write 'other: true', or the words that the choice is shown with"
            values = {"kind": f"the word '{item.other}'", "expected": "true, false or a wording"}
            self.say("FORMAT-003", (*path, "other"), **values, suggestion=hint)
        for number, id_ in enumerate(ids):
            if id_ in ids[:number] or (id_ == "other" and item.other):
                self.say("GUIDE-041", (*path, "choices", number), id=id_)
        self.labels(item, path)
        for number, choice in enumerate(item.choices or ()):
            if choice.exclusive and item.type == "single":
                here = (*path, "choices", number, "exclusive")
                self.say("GUIDE-020", here, key="exclusive", belongs="multiple", type=item.type)

    def labels(self, item: Question | Probe, path: Path) -> None:
        """Report choices with labels that look alike, in any language."""
        for language in self.guide.languages:
            seen: dict[str, str] = {}
            for number, choice in enumerate(item.choices or ()):
                said = seen_text(wording(choice.label, language)).casefold()
                first = seen.setdefault(said, choice.id)
                if said and first != choice.id:
                    here = (*path, "choices", number, "label")
                    self.say("GUIDE-047", here, first=first, second=choice.id)
                    return

    def scale(self, item: Question | Probe, path: Path) -> None:
        low, high = item.from_, item.to
        for key, value in (("from", low), ("to", high)):
            if value is None:
                self.say("GUIDE-025", path, key=key)
        if low is None or high is None:
            return
        if low >= high:
            self.say("GUIDE-024", (*path, "from"), low=low, high=high)
        elif high - low > 100:
            self.say("GUIDE-042", (*path, "to"), count=high - low + 1)
        for value in item.labels or {}:
            if not low <= value <= high:
                self.say(
                    "GUIDE-026", (*path, "labels", str(value)), value=value, low=low, high=high
                )

    def number(self, item: Question | Probe, path: Path) -> None:
        if item.min is not None and item.max is not None and item.min > item.max:
            self.say("GUIDE-024", (*path, "min"), low=f"{item.min:g}", high=f"{item.max:g}")
        elif item.min is not None and item.max is not None and item.decimals is not None:
            unit = Fraction(1, 10**item.decimals)
            if ceil(Fraction(str(item.min)) / unit) > floor(Fraction(str(item.max)) / unit):
                values = {"low": item.min, "high": item.max, "decimals": item.decimals}
                self.say("GUIDE-048", (*path, "min"), **values)

    def repeated(self, item: Group, path: Path) -> None:
        if item.repeat is not None and item.repeat.min > item.repeat.max:
            low, high = item.repeat.min, item.repeat.max
            self.say("GUIDE-024", (*path, "repeat", "min"), low=low, high=high)

    def date(self, item: Question | Probe, path: Path) -> None:
        bounds = []
        for key in ("earliest", "latest"):
            value = getattr(item, key)
            if value is not None:
                bounds.append(date_bounds(str(value)))
                if bounds[-1] is None:
                    self.say("GUIDE-027", (*path, key), value=value)
        if len(bounds) == 2 and bounds[0] and bounds[1] and bounds[0][0] > bounds[1][1]:
            self.say("GUIDE-024", (*path, "earliest"), low=item.earliest, high=item.latest)

    def wordings(self, everything: list[tuple[Path, Thing]], compiled: Compiled) -> None:
        check = WordingCheck(self.guide.languages, compiled.known, self.facts, self.say)
        check.check(self.guide.title, ("title",), At(0, ""))
        check.check(self.guide.source, ("source",), At(0, ""), translated=False)
        places = {id(known.item): known for known in compiled.known.values()}
        position = 0
        for path, thing in everything:
            known = places.get(id(thing))
            position = known.position if known else position + 1
            at = At(position, known.group if known else "")
            if isinstance(thing, Ending):
                at = At(len(everything) + 1, "")
            for key, said in _wordings_of(thing):
                check.check(said, (*path, *key), at, translated=key[0] != "instruction")
            if isinstance(thing, Question | Probe):
                # A message may take up the answer that its check looks at, and its probes.
                after = At(position + 1 + len(getattr(thing, "probes", ())), at.group)
                for number, rule in enumerate(thing.checks):
                    check.check(rule.message, (*path, "checks", number, "message"), after)

    def proof(self, proof: Proof, everything: list[tuple[Path, Thing]]) -> None:
        if NOWHERE in proof.leads_to:
            self.say("GUIDE-006", ("endings",))
        unmet = dict(proof.unmet)
        for path, thing in everything:
            key, id_ = _id_of(thing)
            if isinstance(thing, Probe):
                id_ = f"{self._question_at(path[:-2])}.{id_}"
            if isinstance(thing, Ending):
                missing = id_ not in proof.leads_to
                self.decided(proof, f"ending '{id_}'", missing, "GUIDE-040", path, id=id_)
            elif not isinstance(thing, Section | Group):
                said, missing = id_.rpartition(".")[2], id_ not in proof.reached
                self.decided(proof, id_, missing, "GUIDE-005", path, what=key, id=said)
            if id_ in unmet:
                self.say("GUIDE-045", (*path, "checks", unmet[id_], "hard"))
        if NOWHERE in proof.undecided:
            self.say("GUIDE-009", ("endings",), what="whether every path reaches an ending")

    def decided(
        self, proof: Proof, name: str, missing: bool, code: str, path: Path, **values: str
    ) -> None:
        """Report what cannot be reached, or that it could not be decided."""
        if name in proof.undecided:
            self.say("GUIDE-009", path, what=f"whether {name} can be reached")
        elif missing:
            self.say(code, path, **values)

    def _question_at(self, path: Path) -> str:
        here = self.document.data
        for step in path:
            here = here[step]
        return str(here["question"])


_SPECIAL = {
    "single": _Check.chosen,
    "multiple": _Check.chosen,
    "scale": _Check.scale,
    "number": _Check.number,
    "date": _Check.date,
}


def _wordings_of(thing: Thing) -> Iterator[tuple[Path, str | dict[str, str]]]:
    for key in ("title", "text", "instruction"):
        said = getattr(thing, key, None)
        if said is not None:
            yield (key,), said
    if isinstance(thing, Question | Probe):
        for number, choice in enumerate(thing.choices or ()):
            yield ("choices", number, "label"), choice.label
        for value, label in (thing.labels or {}).items():
            yield ("labels", str(value)), label
        if not isinstance(thing.other, bool):
            yield ("other",), thing.other
    elif isinstance(thing, Group) and thing.repeat is not None and thing.repeat.label is not None:
        yield ("repeat", "label"), thing.repeat.label
