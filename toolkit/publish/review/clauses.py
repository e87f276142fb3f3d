"""The clauses of the protocol, P01 to P45, and whether the records show that each is met.

A rule is a function in ``review/rules`` that is registered for a clause; the first line of its
docstring says what decides it. A clause without a rule has no records that could decide it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from typing import Literal

from toolkit.guide.study.promises import Clause
from toolkit.publish.review.records import Records

Standing = Literal["met", "not met", "no records yet"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The state of a clause.

    Attributes
    ----------
    state : {"met", "not met", "no records yet"}
        What the records decide.
    said : str
        The counts behind it, each with its base.
    href : str
        Page of the pack with the evidence; empty if there is none.
    """

    state: Standing
    said: str
    href: str = ""


Rule = Callable[[Records], Ruling]
_RULES: dict[str, Rule] = {}


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause with its ruling.

    Attributes
    ----------
    clause : Clause
        From the protocol.
    decided_by : str
        Which record decides it, in a sentence.
    ruling : Ruling
        How it stands.
    """

    clause: Clause
    decided_by: str
    ruling: Ruling


def decides(clause: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of a clause.

    Parameters
    ----------
    clause : str
        ``P12``.
    """

    def register(rule: Rule) -> Rule:
        assert clause not in _RULES, clause
        _RULES[clause] = rule
        return rule

    return register


def share(good: int, of: int, what: str, href: str = "", *, one: str = "") -> Ruling:
    """Return the ruling that all of a number of things are as they have to be.

    Parameters
    ----------
    good, of : int
        How many are, and of how many; nothing is decided where there is none.
    what : str
        What they are, after the numbers: ``sessions began with it confirmed``.
    """
    if not of:
        return Ruling("no records yet", f"None of the {what.split(maxsplit=1)[0]} yet.", href)
    state: Standing = "met" if good == of else "not met"
    return Ruling(state, f"{good} of {of} {one if of == 1 and one else what}.", href)


def undecided(said: str, href: str = "") -> Ruling:
    """Return the ruling that no record decides a clause, with what is known nevertheless."""
    return Ruling("no records yet", said, href)


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its clause: all functions of ``review/rules`` that are registered."""
    package = import_module("toolkit.publish.review.rules")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(_RULES)


def judge(records: Records) -> tuple[Judged, ...]:
    """Return the state of every clause of the protocol.

    Returns
    -------
    tuple of Judged
        In the protocol's order. A clause that no rule is for, and one whose records are not there
        yet, is openly open.
    """
    return tuple(_judged(clause, records) for clause in records.study.protocol.clauses)


def _judged(clause: Clause, records: Records) -> Judged:
    """Apply the rule of one clause."""
    rule = rules().get(clause.clause)
    if rule is None:
        nothing = undecided("Nothing of the kind is recorded yet.")
        return Judged(clause, "No record of the toolkit decides this yet.", nothing)
    doc = (getdoc(rule) or "").split("\n\n")[0]
    return Judged(clause, " ".join(doc.split()), rule(records))
