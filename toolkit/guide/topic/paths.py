"""Path coverage: how many ways a talk can go, and that every one of them ends (clause P17).

Whether something can be reached and whether talks end is decided by `toolkit.guide.topic.reach`,
whatever the number of paths. Here they are counted as long as there are not too many.

A path is the sequence of what is open, with its ending. The answers to a question matter only
through the tests that look at it, so each question is reduced to the different outcomes its tests
can have together (a question nobody looks at has one). The outcomes are followed through the
guide step by step; sets of outcomes that have led to the same path so far are kept together, so
that each path is counted once. Outcomes nobody looks at any more are forgotten, which keeps the
sets small even where paths are astronomically many.

Two answers compared with each other (``q2.when >= q1.when``) are counted as if they came out
either way, so that with such a test the count is an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.guide.topic.outcomes import outcomes_of
from toolkit.guide.topic.program import Program
from toolkit.guide.topic.reach import NOWHERE, all_tests, decide, leaves

LIMIT = 20_000
"""Most combinations that are followed at one time to count paths; more are not counted."""
_MOST_FOLLOWED = 150_000
"""Most combinations that are followed through stops, all stops together."""
# What decides, beside the tests, how a question can be answered.
_SHAPING = ("type", "choices", "exclusive", "limits", "decimals", "exact", "repeat")

# What the tests on one question come to.
_Outcome = tuple[bool, ...]
# One combination of outcomes: the step before which everything is jumped over, and the outcome
# of each question that is still looked at, in the order of `_Follower.live`.
_Combination = tuple[int, tuple[_Outcome, ...]]
_Outcomes = tuple[list[_Outcome], _Outcome]
_States = dict[frozenset[_Combination], int]


@dataclass(frozen=True, slots=True)
class Proof:
    """What is decided of a guide's routing, and how many paths there are.

    Attributes
    ----------
    complete : bool
        Whether all paths were counted; if not, the numbers are lower bounds.
    exact : bool
        Whether no two answers are compared with each other; if some are, counted paths are an
        upper bound.
    paths : int
        Number of different paths.
    endings : dict of str to int
        Number of paths that come to each ending.
    endless : int
        Number of paths that come to no ending.
    reached : frozenset of str
        Refs that are open on some path; decided even where paths are not counted.
    leads_to : frozenset of str
        Endings that some path comes to, decided alike; the empty text among them where a path
        comes to none.
    unmet : tuple of tuple
        Hard checks that no answer can meet: ref, and number of the check within it.
    undecided : tuple of str
        Refs and endings of which nothing could be decided.
    """

    complete: bool
    exact: bool
    paths: int
    endings: dict[str, int]
    endless: int
    reached: frozenset[str]
    leads_to: frozenset[str]
    unmet: tuple[tuple[str, int], ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def every_path_ends(self) -> bool:
        """Whether it is proven that every path comes to an ending."""
        return NOWHERE not in self.leads_to and not self.undecided


def prove(program: Program) -> Proof:
    """Decide what can be reached and where talks end, and count paths as far as possible.

    Parameters
    ----------
    program : dict
        From `compile_guide`.

    Returns
    -------
    Proof
        What is decided, and how many paths there are.
    """
    reach = decide(program)
    complete, counts = _Follower(program).follow()
    counts = {end: count for end, count in sorted(counts.items()) if end in reach.endings}
    return Proof(
        complete=complete,
        exact=not any(
            atom[0] == "pair" for test in all_tests(program["steps"]) for atom in leaves(test)
        ),
        paths=sum(counts.values()),
        endings={end: count for end, count in counts.items() if end != NOWHERE},
        endless=counts.get(NOWHERE, 0),
        reached=reach.reached,
        leads_to=reach.endings,
        unmet=reach.unmet,
        undecided=reach.undecided,
    )


@dataclass(slots=True)
class _Stop:
    """One thing that can be open: a step or a probe, with the step it belongs to.

    The last one of a step carries its routes, and the condition of the step itself: whether the
    last probe is asked does not matter to them.
    """

    ref: str
    when: Any
    step: int
    routes: list[dict[str, Any]] = field(default_factory=list)
    routed: Any = None


class _Follower:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.endings: list[str] = []
        self.stops = list(self._stops())
        self.last_use: dict[str, int] = {}
        self.atoms: dict[str, list[Any]] = {}
        self.atom_at: dict[int, tuple[str, int]] = {}
        self.steps_by_ref: dict[str, dict[str, Any]] = {}
        self._collect()
        self.live: list[str] = []
        self._jumping = False
        self._known_outcomes: dict[str, _Outcomes] = {}

    def _stops(self) -> Iterator[_Stop]:
        for number, step in enumerate(self.program["steps"]):
            yield from _stops_of(step, number, step["when"], "")

    def _collect(self) -> None:
        """Find for every ref the tests that look at it, and the last stop that does.

        A test that is written in several places is one test: it comes out the same everywhere.
        """
        numbers: dict[str, int] = {}
        for step in self.program["steps"]:
            self._register(step, "")
        for number, stop in enumerate(self.stops):
            tests = [stop.when, stop.routed, *(route["when"] for route in stop.routes)]
            for atom in (leaf for test in tests for leaf in leaves(test)):
                ref, said = _ref_of(atom), repr(atom)
                known = self.atoms.setdefault(ref, [])
                if said not in numbers:
                    numbers[said] = len(known)
                    known.append(atom)
                self.atom_at[id(atom)] = (ref, numbers[said])
                self.last_use[ref] = number

    def _register(self, step: dict[str, Any], mark: str) -> None:
        self.steps_by_ref[step["id"] + mark] = step
        for probe in step.get("probes", ()):
            self.steps_by_ref[probe["id"] + mark] = probe
        for inner in step.get("steps", ()):
            self._register(inner, "@")

    def follow(self) -> tuple[bool, dict[str, int]]:
        """Return whether all paths were counted, and their number by ending."""
        states: _States = {frozenset({(0, ())}): 1}
        followed = 0
        for number, stop in enumerate(self.stops):
            if self._plain(stop):
                continue
            outcomes, none = self._outcomes(stop.ref)
            followed += sum(map(len, states)) * len(outcomes)
            if not outcomes or followed > _MOST_FOLLOWED:
                return False, self._counts(states)
            states = self._pass(stop, states, outcomes, none)
            states = self._forget(number, states)
            if sum(map(len, states)) > LIMIT:
                return False, self._counts(states)
        return True, self._counts(states)

    def _plain(self, stop: _Stop) -> bool:
        """Return whether a stop is open on every path and no test depends on it."""
        return (
            stop.when is None
            and not stop.routes
            and not self._jumping
            and stop.ref not in self.atoms
        )

    def _pass(
        self, stop: _Stop, states: _States, outcomes: list[_Outcome], none: _Outcome
    ) -> _States:
        """Follow every combination through one stop, separately for open and closed."""
        watched = stop.ref in self.atoms
        after: _States = {}
        for combinations, count in states.items():
            opened: set[_Combination] = set()
            closed: set[_Combination] = set()
            for skip, held in combinations:
                is_open = skip <= stop.step and (stop.when is None or self._true(stop.when, held))
                if not is_open:
                    closed.add((skip, (*held, none)) if watched else (skip, held))
                elif watched:
                    opened.update((skip, (*held, outcome)) for outcome in outcomes)
                else:
                    opened.add((skip, held))
            for part in (opened, closed):
                if part:
                    key = frozenset(part)
                    after[key] = after.get(key, 0) + count
        if watched:
            self.live.append(stop.ref)
        return self._route(stop, after) if stop.routes else after

    def _route(self, stop: _Stop, states: _States) -> _States:
        """Follow the routes of a step; a closed step takes none."""
        after: _States = {}
        for combinations, count in states.items():
            key = frozenset((self._target(stop, skip, held), held) for skip, held in combinations)
            after[key] = after.get(key, 0) + count
        self._jumping = True
        return after

    def _target(self, stop: _Stop, skip: int, held: tuple[_Outcome, ...]) -> int:
        if skip > stop.step or (stop.routed is not None and not self._true(stop.routed, held)):
            return skip
        for route in stop.routes:
            if route["when"] is None or self._true(route["when"], held):
                to = route["to"]
                return self._ending(to) if isinstance(to, str) else int(to)
        return skip

    def _ending(self, name: str) -> int:
        """Return an ending a number behind the last step, so that everything is jumped over."""
        if name not in self.endings:
            self.endings.append(name)
        return len(self.program["steps"]) + 1 + self.endings.index(name)

    def _outcomes(self, ref: str) -> _Outcomes:
        atoms = self.atoms.get(ref, [])
        if not atoms:
            return [()], ()
        step = self.steps_by_ref[ref]
        # Many questions are of one kind and looked at in one way: those are worked out once.
        way = [[part for part in atom if part != ref] for atom in atoms]
        values = [step.get(name) for name in _SHAPING]
        key = repr((values, way))
        if key not in self._known_outcomes:
            self._known_outcomes[key] = outcomes_of(step, ref, atoms)
        return self._known_outcomes[key]

    def _true(self, test: list[Any], held: tuple[_Outcome, ...]) -> bool:
        kind = test[0]
        if kind == "and":
            return all(self._true(part, held) for part in test[1:])
        if kind == "or":
            return any(self._true(part, held) for part in test[1:])
        if kind == "not":
            return not self._true(test[1], held)
        ref, index = self.atom_at[id(test)]
        return held[self.live.index(ref)][index]

    def _forget(self, number: int, states: _States) -> _States:
        kept = [at for at, ref in enumerate(self.live) if self.last_use[ref] > number]
        if len(kept) == len(self.live):
            return states
        self.live = [self.live[at] for at in kept]
        after: _States = {}
        for combinations, count in states.items():
            key = frozenset((skip, tuple(held[at] for at in kept)) for skip, held in combinations)
            after[key] = after.get(key, 0) + count
        return after

    def _counts(self, states: _States) -> dict[str, int]:
        counts: dict[str, int] = {}
        beyond = len(self.program["steps"]) + 1
        for combinations, count in states.items():
            skips = {skip for skip, _ in combinations}
            names = {
                self.endings[skip - beyond] if skip >= beyond else self.program["default"] or ""
                for skip in skips
            }
            for name in names:
                counts[name] = counts.get(name, 0) + count
        return counts


def _stops_of(step: dict[str, Any], number: int, when: Any, mark: str) -> Iterator[_Stop]:
    stops = [_Stop(step["id"] + mark, when, number)]
    stops += [
        _Stop(probe["id"] + mark, _both(when, probe["when"]), number)
        for probe in step.get("probes", ())
    ]
    stops[-1].routes = step.get("routes", [])
    stops[-1].routed = when if stops[-1].routes else None
    yield from stops
    if step["kind"] == "group":
        # One round stands for all: in each the same can be open.
        some = None if step["repeat"]["min"] > 0 else ["count", ">=", step["id"], 1]
        for inner in step["steps"]:
            yield from _stops_of(inner, number, _both(_both(when, some), inner["when"]), "@")


def _both(one: Any, two: Any) -> Any:
    if one is None or two is None:
        return two if one is None else one
    return ["and", one, two]


def _ref_of(atom: list[Any]) -> str:
    if atom[0] == "pair":
        return str(atom[3])
    return str(atom[1] if atom[0] in ("state", "in", "includes") else atom[2])
