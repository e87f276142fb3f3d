"""Who is in the frame: every exclusion with its reason (clause P23)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import FieldworkError
from toolkit.guide.study.design import Eligibility, Rule

Person = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why one person of the list is not in the frame.

    Attributes
    ----------
    position : int
        Place in the list, from 0.
    rule, reason, clause : str
        The rule that decided, its reason in words, and the clause that it serves.
    """

    position: int
    rule: str
    reason: str
    clause: str


def apply_rules(
    eligibility: Eligibility, people: Sequence[Person]
) -> tuple[list[int], list[Exclusion]]:
    """Split a list of people into the frame and those who are left out.

    Parameters
    ----------
    eligibility : Eligibility
        The protocol's rules; those that include are looked at first, and the first that decides
        gives the reason.
    people : sequence of mapping
        One for each person, with the columns that the rules look at.

    Returns
    -------
    eligible : list of int
        Places in the list of those who are in the frame, in its order.
    excluded : list of Exclusion
        Everybody else, each with one reason.

    Raises
    ------
    FieldworkError
        A person lacks a column that a rule looks at (FIELD-001), or what stands there cannot be
        compared with the rule's value (FIELD-006): a word where the rule has a number, or nothing
        where a rule leaves people out. Guessing would put people into the frame.
    """
    eligible: list[int] = []
    excluded: list[Exclusion] = []
    for position, person in enumerate(people):
        found = _decided(eligibility, person, position)
        if found is None:
            eligible.append(position)
        else:
            excluded.append(found)
    return eligible, excluded


def _decided(eligibility: Eligibility, person: Person, position: int) -> Exclusion | None:
    wanted = [(rule, True) for rule in eligibility.include]
    wanted += [(rule, False) for rule in eligibility.exclude]
    for rule, must_hold in wanted:
        if rule.attribute not in person:
            raise FieldworkError.of(
                "FIELD-001", place=f"row {position + 1} of the list", attribute=rule.attribute
            )
        if not _comparable(rule, person[rule.attribute], must_hold):
            raise FieldworkError.of(
                "FIELD-006", place=f"row {position + 1} of the list", attribute=rule.attribute
            )
        if rule.holds(person[rule.attribute]) is not must_hold:
            return Exclusion(position, rule.rule, rule.reason, rule.clause)
    return None


def _comparable(rule: Rule, found: object, must_hold: bool) -> bool:
    """Return whether a value is of a kind that the rule compares; nothing there includes nobody."""
    if found is None:
        return must_hold
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    return _kind(found) in {_kind(each) for each in values}


def _kind(value: object) -> type:
    """Return the kind of a value: whole numbers and others are one, true and false are not."""
    return float if type(value) in (int, float) else type(value)


def count_reasons(excluded: Iterable[Exclusion]) -> dict[str, int]:
    """Count exclusions by rule.

    Returns
    -------
    dict of str to int
        People (count) by rule, in order of first use.
    """
    return dict(Counter(each.rule for each in excluded))
