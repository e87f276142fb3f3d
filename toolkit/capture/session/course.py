"""A guide as a session follows it: its program, and what has to come before each question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from toolkit.errors import CaptureError
from toolkit.guide import Guide, compile_guide
from toolkit.guide.topic.model import Group, Probe, Question, Script, base_ref
from toolkit.guide.topic.program import Program
from toolkit.guide.yaml.validate import nearest

_REF = re.compile(r"([a-z][a-z0-9.-]*)(?:@([1-9]\d?))?(?:\[([^\[\]]{1,64})\])?", re.ASCII)
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a script, question, probe or repeated group in a guide.

    Attributes
    ----------
    item : Script, Question, Probe or Group
        The item itself.
    section : str
        Id of its section.
    question : str
        Id of the question that it is or belongs to; of scripts and groups their own.
    gate : frozenset of str
        Ids of the scripts that stand before it and must be confirmed; ``intro@`` is a script of
        the same round of a repeated group.
    rounds : int
        Most rounds of the repeated group in which it stands; 0 outside one.
    for_each : bool
        Whether every participant of a forum answers for themselves.
    """

    item: Script | Question | Probe | Group
    section: str
    question: str
    gate: frozenset[str]
    rounds: int
    for_each: bool = False


@dataclass(frozen=True)
class Course:
    """A guide, its routing program and the place of everything in it.

    Attributes
    ----------
    guide : Guide
        The guide.
    program : dict
        Its program, from `compile_guide`.
    """

    guide: Guide
    program: Program

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every script, question, probe and repeated group by its ref without round and seat."""
        found: dict[str, Place] = {}
        gate: frozenset[str] = frozenset()
        for section in self.guide.sections:
            gate = _lay_out(section.items, section.section, gate, 0, found)
        return found

    @cached_property
    def each(self) -> tuple[str, ...]:
        """Refs that every participant of a forum answers for themselves."""
        return tuple(ref for ref, place in self.places.items() if place.for_each)

    @cached_property
    def recording(self) -> tuple[str, ...]:
        """Refs of the yes-no questions that ask whether sound may be recorded (clause P07)."""
        return tuple(
            ref
            for ref, place in self.places.items()
            if isinstance(place.item, Question)
            and place.item.clause == "P07"
            and place.item.type == "yes-no"
        )

    def find(self, ref: str) -> Place:
        """Return the place of a ref, with the round and seat that it may have.

        Parameters
        ----------
        ref : str
            ``q2``, ``q2.asked``, ``q@2``, ``q.probe@2``, ``q3.protected[F1-A]``, ``role``.

        Raises
        ------
        CaptureError
            CAPTURE-010: the guide has no such ref.
        """
        place = self.places.get(ref)
        if place is not None and not place.rounds:
            return place
        parts = _REF.fullmatch(ref)
        if parts is not None:
            place = self.places.get(parts[1])
            if place is not None and _fits(place, parts[2], parts[3]):
                return place
        raise CaptureError.of(
            "CAPTURE-010",
            place=f"guide {self.guide.id}",
            ref=ref[:80],
            hint=nearest(base_ref(ref), self.places) or "choose one that the guide has",
        )


def seat_of(ref: str) -> str:
    """Return the seat of a ref or field such as ``q3.protected[F1-A]``; empty if it has none."""
    return ref.partition("[")[2].partition("]")[0]


def round_of(ref: str) -> str:
    """Return the round of a ref with its sign, ``@2``; empty if it has none."""
    number = ref.partition("[")[0].partition("@")[2]
    return f"@{number}" if number else ""


_COURSES: dict[str, Course] = {}


def course_of(guide: Guide) -> Course:
    """Compile a guide for use in sessions; the last few are kept."""
    course = _COURSES.get(guide.hash)
    if course is None:
        while len(_COURSES) >= _KEPT:
            del _COURSES[next(iter(_COURSES))]
        course = _COURSES[guide.hash] = Course(guide, compile_guide(guide))
    return course


def _fits(place: Place, number: str | None, seat: str | None) -> bool:
    if (number is None) != (place.rounds == 0) or int(number or 0) > place.rounds:
        return False
    return seat is None or place.for_each


def _lay_out(
    items: Iterable[Any], section: str, gate: frozenset[str], rounds: int, found: dict[str, Place]
) -> frozenset[str]:
    """Add items to the places; return the gate after them."""
    for item in items:
        if isinstance(item, Script):
            found[item.script] = Place(item, section, item.script, gate, rounds)
            if item.confirm:
                gate |= {item.script + ("@" if rounds else "")}
        elif isinstance(item, Group):
            inner = item.repeat.max if item.repeat else rounds
            if item.repeat:
                found[item.group] = Place(item, section, item.group, gate, 0)
            after = _lay_out(item.items, section, gate, inner, found)
            gate = gate if item.repeat else after
        else:
            asked = item.question
            found[asked] = Place(item, section, asked, gate, rounds, item.each_participant)
            for probe in item.probes:
                each = probe.each_participant
                found[f"{asked}.{probe.probe}"] = Place(probe, section, asked, gate, rounds, each)
    return gate
