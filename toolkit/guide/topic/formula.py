"""Propositional formulas over a SAT solver: what can be true together, however many ways there are.

Conditions, routes and answers of a guide become clauses; whether something can ever happen is one
question to the solver. Effort is counted in conflicts, not in seconds, so that the same guide is
judged alike on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysat.solvers import Solver

Literal = int
"""A variable (positive) or its negation."""


class Formula:
    """A formula that grows, and answers whether it can be satisfied.

    Parameters
    ----------
    effort : int
        Conflicts that the solver may run into, over all questions together.
    """

    def __init__(self, effort: int) -> None:
        self._solver = Solver(name="glucose4")
        self._used = 0
        self._left = effort
        self._known: dict[tuple[Literal, ...], Literal] = {}
        self.true = self.variable()
        self.clause(self.true)

    def close(self) -> None:
        """Free the solver's memory."""
        self._solver.delete()

    def variable(self) -> Literal:
        """Return a new variable."""
        self._used += 1
        return self._used

    def clause(self, *literals: Literal) -> None:
        """Require that at least one of the literals is true."""
        self._solver.add_clause(literals)

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that is true where all of them are."""
        parts = sorted({each for each in literals if each != self.true})
        if not parts:
            return self.true
        if -self.true in parts or any(-each in parts for each in parts):
            return -self.true
        if len(parts) == 1:
            return parts[0]
        key = tuple(parts)
        if key not in self._known:
            whole = self._known[key] = self.variable()
            for each in parts:
                self.clause(-whole, each)
            self.clause(whole, *(-each for each in parts))
        return self._known[key]

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that is true where one of them is."""
        return -self.all_of(-each for each in literals)

    def exactly_one(self, literals: Sequence[Literal]) -> None:
        """Require that exactly one of the literals is true (sequential encoding)."""
        self.clause(*literals)
        before = -self.true
        for each in literals:
            self.clause(-before, -each)
            after = self.variable()
            self.clause(-before, after)
            self.clause(-each, after)
            before = after

    def at_least(self, literals: Sequence[Literal], most: int) -> list[Literal]:
        """Return for 0 to ``most`` a literal that is true where so many of them are, or more."""
        counted = [self.true, *[-self.true] * most]
        for each in literals:
            for number in range(most, 0, -1):
                one_more = self.all_of((counted[number - 1], each))
                counted[number] = self.any_of((counted[number], one_more))
        return counted

    def satisfiable(self, literal: Literal) -> frozenset[Literal] | bool | None:
        """Return whether a literal can be true.

        Returns
        -------
        frozenset of int, False or None
            All literals of one way in which it is true; False if there is none; None if the
            effort did not suffice to find out.
        """
        if self._left <= 0:
            return None
        before = self._solver.accum_stats()["conflicts"]
        self._solver.conf_budget(self._left)
        found = self._solver.solve_limited(assumptions=[literal])
        self._left -= self._solver.accum_stats()["conflicts"] - before
        return frozenset(self._solver.get_model()) if found else found
