"""Decides what can be reached, where talks can end and which checks can be met (clause P17).

`toolkit.guide.topic.paths` counts paths as long as there are not too many. Here every question is
answered whatever their number: conditions, routes and the answers that tests tell apart become one
formula, and a SAT solver says of each question, probe, script and ending whether any answers lead
to it. One round of a repeated group stands for all: in each the same can be open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.guide.topic.answers import MISSING, Answer
from toolkit.guide.topic.comparable import comparable_values
from toolkit.guide.topic.formula import Formula, Literal
from toolkit.guide.topic.outcomes import outcomes_of
from toolkit.guide.topic.program import Program, holds

EFFORT = 50_000
"""Conflicts of the solver after which what is left is not decided; some seconds of work."""
LARGEST = 2_000_000
"""Most steps that counting the choices of one question may take."""
NOWHERE = ""
"""Stands among the endings for a talk that runs off the last item without one."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is decided of a guide.

    Attributes
    ----------
    reached : frozenset of str
        Refs of scripts, questions, probes and repeated groups that some answers open.
    endings : frozenset of str
        Endings that some answers lead to; the empty text among them where a talk can run off the
        last item without an ending.
    unmet : tuple of tuple
        Hard checks that no answer can meet: ref, and number of the check within it. Where only
        the checks of a question together cannot be met, the last one stands for them.
    undecided : tuple of str
        Refs and endings of which nothing could be found out with the effort given.
    """

    reached: frozenset[str]
    endings: frozenset[str]
    unmet: tuple[tuple[str, int], ...]
    undecided: tuple[str, ...]


def decide(program: Program, effort: int = EFFORT) -> Reach:
    """Decide what can be reached, where talks can end and which hard checks can be met."""
    encoder = _Encoder(program, Formula(effort))
    try:
        encoder.encode()
        return encoder.ask()
    finally:
        encoder.formula.close()


class _Encoder:
    """Writes a program down as a formula, in the order in which a talk follows it."""

    def __init__(self, program: Program, formula: Formula) -> None:
        self.program = program
        self.formula = formula
        self.steps = dict(_everything(program["steps"], ""))
        self.atoms, self.pairs = _tests(program)
        self.values = comparable_values(self.pairs, self.atoms, self.steps)
        self.open: dict[str, Literal] = {}
        self.ends: dict[str, list[Literal]] = {}
        self.truth: dict[str, Literal] = {}  # of a test, by how it is written
        self.present: dict[str, Literal] = {}  # an answer with a value stands there
        self.given: dict[str, Literal] = {}  # an answer stands there, if only why there is none
        self.chosen: dict[str, dict[Any, Literal]] = {}  # of what is compared: by value
        self.checks: dict[tuple[str, int], tuple[Literal, Literal]] = {}
        self.too_large: set[str] = set()

    # Following the talk --------------------------------------------------------------------

    def encode(self) -> None:
        formula, steps = self.formula, self.program["steps"]
        arriving: list[list[Literal]] = [[] for _ in range(len(steps) + 1)]
        arriving[0].append(formula.true)
        for number, step in enumerate(steps):
            here = formula.any_of(arriving[number])
            opened = formula.all_of((here, self.test(step["when"])))
            self.step(step, opened, "")
            left = self.routes(step, opened, arriving)
            arriving[number + 1].append(formula.all_of((here, -left)))
        default = self.program["default"] or NOWHERE
        self.ends.setdefault(default, []).append(formula.any_of(arriving[len(steps)]))

    def routes(
        self, step: dict[str, Any], opened: Literal, arriving: list[list[Literal]]
    ) -> Literal:
        """Follow the routes of a step; return a literal that is true where one is taken."""
        waiting, left = opened, []
        for route in step.get("routes", ()):
            taken = self.formula.all_of((waiting, self.test(route["when"])))
            waiting = self.formula.all_of((waiting, -taken))
            left.append(taken)
            if isinstance(route["to"], str):
                self.ends.setdefault(route["to"], []).append(taken)
            else:
                arriving[route["to"]].append(taken)
        return self.formula.any_of(left)

    def step(self, step: dict[str, Any], opened: Literal, mark: str) -> None:
        self.item(step, opened, mark)
        for probe in step.get("probes", ()):
            self.item(probe, self.formula.all_of((opened, self.test(probe["when"]))), mark)
        for each in (step, *step.get("probes", ())):
            self.hard_checks(each, mark)
        if step["kind"] == "group":
            some = opened
            if not step["repeat"]["min"]:
                some = self.formula.all_of((opened, self.test(_some_round(step))))
            for inner in step["steps"]:
                self.step(inner, self.formula.all_of((some, self.test(inner["when"]))), "@")

    def item(self, item: dict[str, Any], opened: Literal, mark: str) -> None:
        ref = item["id"] + mark
        self.open[ref] = opened
        if ref in self.values:
            self.compared(ref, opened)
        elif ref in self.atoms and item.get("type") == "multiple":
            self.several(item, ref, opened)
        elif ref in self.atoms:
            self.outcomes(item, ref, opened)

    # Answers -------------------------------------------------------------------------------

    def outcomes(self, item: dict[str, Any], ref: str, opened: Literal) -> None:
        """Add a variable for each way in which all tests on an answer can turn out together."""
        atoms = self.atoms[ref]
        states = [["state", ref, each, True] for each in ("answered", *MISSING)]
        found, none = outcomes_of(item, ref, [*atoms, *states])
        ways = {outcome: self.formula.variable() for outcome in found}
        self.formula.exactly_one(list(ways.values()))
        self.formula.clause(opened, ways[none])
        for number, atom in enumerate(atoms):
            self.truth[repr(atom)] = self.formula.any_of(
                way for outcome, way in ways.items() if outcome[number]
            )
        size = len(atoms)
        self.present[ref] = self.formula.any_of(
            way for outcome, way in ways.items() if outcome[size]
        )
        self.given[ref] = self.formula.any_of(
            way for outcome, way in ways.items() if any(outcome[size:])
        )

    def compared(self, ref: str, opened: Literal) -> None:
        """Add a variable for each value, because two answers are compared by value."""
        formula = self.formula
        answers = [Answer(value) for value in self.values[ref]]
        answers += [Answer(missing=reason) for reason in MISSING]
        ways = {answer: formula.variable() for answer in answers}
        nothing = formula.variable()
        formula.exactly_one([*ways.values(), nothing])
        formula.clause(opened, nothing)
        base = ref.rstrip("@")
        for atom in self.atoms.get(ref, ()):
            hits = [way for each, way in ways.items() if holds(atom, {base: each})]
            hits += [nothing] if holds(atom, {}) else []
            self.truth[repr(atom)] = formula.any_of(hits)
        self.chosen[ref] = {each.value: way for each, way in ways.items() if each.missing is None}
        self.present[ref] = formula.any_of(self.chosen[ref].values())
        self.given[ref] = -nothing

    def several(self, item: dict[str, Any], ref: str, opened: Literal) -> None:
        """Add a variable for each choice that tests name; the others are alike and only counted."""
        formula, atoms = self.formula, self.atoms[ref]
        named = {atom[2] for atom in atoms if atom[0] == "includes"}
        sizes = [atom[3] for atom in atoms if atom[0] == "count"]
        most = min(len(item["choices"]), max(sizes, default=0)) + 1
        alone = set(item.get("exclusive", ()))
        free = [each for each in item["choices"] if each not in alone]
        rest = [each for each in free if each not in named][: most if sizes else 1]
        others = [each for each in item["choices"] if each in alone and each not in named][:1]
        picked = {
            each: formula.variable()
            for each in (*named.intersection(item["choices"]), *rest, *others)
        }
        if len(picked) * most > LARGEST:
            self.too_large.add(ref)
            most = 1
        some = formula.any_of(picked.values())
        reasons: dict[str, Literal] = {reason: formula.variable() for reason in MISSING}
        nothing = formula.variable()
        formula.exactly_one([some, *reasons.values(), nothing])
        formula.clause(opened, nothing)
        plain = formula.any_of(way for each, way in picked.items() if each not in alone)
        exclusive = [way for each, way in picked.items() if each in alone]
        formula.exactly_one([*exclusive, plain, -some])
        counted = formula.at_least(list(picked.values()), most) if sizes else []
        states: dict[str, Literal] = {"answered": some, "ticked": some, **reasons}
        for atom in atoms:
            self.truth[repr(atom)] = self._on_several(atom, picked, states, counted)
        self.present[ref], self.given[ref] = some, -nothing

    def _on_several(
        self,
        atom: list[Any],
        picked: dict[str, Literal],
        states: dict[str, Literal],
        counted: list[Literal],
    ) -> Literal:
        """Return what a test on a multiple choice comes to."""
        if atom[0] == "includes":
            return picked.get(atom[2], -self.formula.true)
        if atom[0] == "state":
            return states[atom[2]] if atom[3] else -states[atom[2]]
        sign, size = atom[1], atom[3]

        def least(number: int) -> Literal:
            return counted[number] if number < len(counted) else -self.formula.true

        up, over = least(size), least(size + 1)
        came = {
            ">=": up,
            ">": over,
            "<": -up,
            "<=": -over,
            "=": self.formula.all_of((up, -over)),
            "!=": self.formula.any_of((-up, over)),
        }[sign]
        return self.formula.all_of((states["answered"], came))

    # Tests ---------------------------------------------------------------------------------

    def test(self, test: list[Any] | None) -> Literal:
        """Return a literal that is true where a test holds."""
        if test is None:
            return self.formula.true
        if test[0] == "and":
            return self.formula.all_of(self.test(part) for part in test[1:])
        if test[0] == "or":
            return self.formula.any_of(self.test(part) for part in test[1:])
        if test[0] == "not":
            return -self.test(test[1])
        said = repr(test)
        if said not in self.truth:
            assert test[0] == "pair"
            self.truth[said] = self._pair(test)
        return self.truth[said]

    def _pair(self, test: list[Any]) -> Literal:
        one, two = (self.chosen[ref] for ref in test[2:4])
        first, second = (ref.rstrip("@") for ref in test[2:4])
        plain = [*test[:2], first, second, *test[4:]]
        ways = []
        for value, way in one.items():
            # An answer that is compared with itself is one answer.
            against = two if first != second else {value: way}
            fits = [
                other
                for said, other in against.items()
                if holds(plain, {first: Answer(value), second: Answer(said)})
            ]
            ways.append(self.formula.all_of((way, self.formula.any_of(fits))))
        return self.formula.any_of(ways)

    def hard_checks(self, item: dict[str, Any], mark: str) -> None:
        """Note for each hard check where it can be made, and where it holds."""
        ref = item["id"] + mark
        for check in item.get("checks", ()):
            if check["level"] == "hard" and check["test"] is not None:
                needs = [self.open[ref]]
                for atom in leaves(check["test"]):
                    there = self.given if atom[0] == "state" else self.present
                    needs += [there[each] for each in _refs_of(atom)]
                made = self.formula.all_of(needs)
                self.checks[ref, check["number"]] = made, self.test(check["test"])

    # Asking --------------------------------------------------------------------------------

    def ask(self) -> Reach:
        ends = {end: self.formula.any_of(ways) for end, ways in self.ends.items()}
        targets: dict[tuple[Any, ...], Literal] = {
            ("ref", ref): way for ref, way in self.open.items()
        }
        targets |= {("end", end): way for end, way in ends.items()}
        targets |= {("made", *each): made for each, (made, _) in self.checks.items()}
        targets |= {
            ("met", *each): self.formula.all_of((made, met))
            for each, (made, met) in self.checks.items()
        }
        targets |= {("all", ref): way for ref, way in self._all_checks().items()}
        reached, unknown = self._reach(targets)
        undecided = [_named(each) for each in unknown]
        undecided += sorted(ref.rstrip("@") for ref in self.too_large)
        return Reach(
            reached=frozenset(each[1].rstrip("@") for each in reached if each[0] == "ref"),
            endings=frozenset(each[1] for each in reached if each[0] == "end"),
            unmet=tuple(self._unmet(reached, unknown)),
            undecided=tuple(dict.fromkeys(undecided)),
        )

    def _all_checks(self) -> dict[str, Literal]:
        """Return by ref where all its hard checks can be made and hold together."""
        by_ref: dict[str, list[Literal]] = {}
        for (ref, _), parts in self.checks.items():
            by_ref.setdefault(ref, []).extend(parts)
        return {ref: self.formula.all_of(parts) for ref, parts in by_ref.items()}

    def _reach(
        self, targets: dict[tuple[Any, ...], Literal]
    ) -> tuple[set[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Ask for one after the other; each way that is found answers for many at once."""
        reached: set[tuple[Any, ...]] = set()
        unknown: list[tuple[Any, ...]] = []
        for name, literal in targets.items():
            if name in reached:
                continue
            model = self.formula.satisfiable(literal)
            if model is None:
                unknown.append(name)
            elif model:
                assert isinstance(model, frozenset)
                reached |= {each for each, way in targets.items() if way in model}
        return reached, unknown

    def _unmet(
        self, reached: set[tuple[Any, ...]], unknown: list[tuple[Any, ...]]
    ) -> Iterator[tuple[str, int]]:
        last = {each[0]: each[1] for each in self.checks}
        for ref, number in self.checks:
            could = ("made", ref, number) in reached
            alone = could and not {("met", ref, number)} & {*reached, *unknown}
            made = all(("made", *each) in reached for each in self.checks if each[0] == ref)
            met = all(("met", *each) in reached for each in self.checks if each[0] == ref)
            together = made and met and not {("all", ref)} & {*reached, *unknown}
            if alone or (together and number == last[ref]):
                yield ref.rstrip("@"), number


def _some_round(step: dict[str, Any]) -> list[Any]:
    return ["count", ">=", step["id"], 1]


def _named(target: tuple[Any, ...]) -> str:
    kind, name = target[0], str(target[1]).rstrip("@")
    return f"ending '{name}'" if kind == "end" and name else name


def _everything(steps: list[dict[str, Any]], mark: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for step in steps:
        for each in (step, *step.get("probes", ())):
            yield each["id"] + mark, each
        yield from _everything(step.get("steps", []), "@")


def _tests(program: Program) -> tuple[dict[str, list[Any]], list[list[Any]]]:
    """Return the tests on single answers by ref, each once, and those that compare two."""
    atoms: dict[str, dict[str, list[Any]]] = {}
    pairs: dict[str, list[Any]] = {}
    for test in all_tests(program["steps"]):
        for atom in leaves(test):
            if atom[0] == "pair":
                pairs[repr(atom)] = atom
            [ref, *others] = _refs_of(atom)
            atoms.setdefault(ref, {})
            for other in others:
                atoms.setdefault(other, {})
            if atom[0] != "pair":
                atoms[ref][repr(atom)] = atom
    return {ref: list(each.values()) for ref, each in atoms.items()}, list(pairs.values())


def all_tests(steps: list[dict[str, Any]]) -> Iterator[Any]:
    """Yield every test of a program that decides what is open, where it leads, or is hard."""
    for step in steps:
        for each in (step, *step.get("probes", ())):
            yield each["when"]
            yield from (
                check["test"] for check in each.get("checks", ()) if check["level"] == "hard"
            )
        yield from (route["when"] for route in step.get("routes", ()))
        if step["kind"] == "group" and not step["repeat"]["min"]:
            yield _some_round(step)
        yield from all_tests(step.get("steps", []))


def leaves(test: Any) -> Iterator[list[Any]]:
    """Yield the single tests that a test is put together from."""
    if test is None:
        return
    if test[0] in ("and", "or", "not"):
        for part in test[1:]:
            yield from leaves(part)
    else:
        yield test


def _refs_of(atom: list[Any]) -> list[str]:
    if atom[0] == "pair":
        return [atom[2], atom[3]]
    return [atom[1] if atom[0] in ("state", "in", "includes") else atom[2]]
