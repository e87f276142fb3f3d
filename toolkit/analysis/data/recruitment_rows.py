"""Rows of the tidy frames from the records of fieldwork: who was approached, the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.analysis.data.rows import Columns, Row, as_columns
from toolkit.analysis.data.study_data import Recruitment
from toolkit.fieldwork import Disposition, Draw
from toolkit.fieldwork.withdrawal import APPROACHES, WITHDRAWAL
from toolkit.store import Event

UNSCREENED = "3.21"
"""AAPOR code of whoever was never screened: no screener completed."""


class FieldworkRows:
    """Rows of the records of fieldwork.

    Parameters
    ----------
    events : iterable of Event
        Events of fieldwork, in order.
    gone : frozenset of str
        Cases that have withdrawn: of them is known that they were drawn and approached, no more.

    Attributes
    ----------
    attributes : dict of str to dict
        Pseudonym to attributes, the last record of each.
    """

    def __init__(self, events: Iterable[Event], gone: frozenset[str] = frozenset()) -> None:
        self._gone = gone
        self.attributes: dict[str, dict[str, Any]] = {}
        self._list: Mapping[str, Any] = {}
        self._draw: dict[str, Any] = {}
        self._attempts: list[Row] = []
        self._outcomes: dict[str, str] = {}
        self._approached: dict[str, None] = {}
        self._unheard: set[str] = set()
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        value = event.new_value
        if event.event == "attributes":
            self.attributes[event.case] = {**self.attributes.get(event.case, {}), **value}
        elif event.event == "attempt":
            self._attempts.append((event.case, value["number"], event.start, value["outcome"]))
        elif event.event == "outcome":
            self._outcomes[event.case] = value["disposition"]
        elif event.event == "list":
            self._list = value
        elif event.event == "draw":
            self._draw = value
        if event.event in APPROACHES:
            self._approached[event.case] = None
        elif event.event == WITHDRAWAL and value["approached"]:
            self._approached[event.node] = None
            if value.get("moment") == "before":
                self._unheard.add(event.node)

    def recruitment(self) -> Recruitment:
        """Return counts of the list and the frame, and the record of the draw."""
        known = self._list
        return Recruitment(
            supported=known.get("supported"),
            excluded=dict(known.get("excluded", {})),
            frame=known.get("frame"),
            draw=Draw.from_json(self._draw) if self._draw else None,
        )

    def columns(
        self, held: Mapping[str, str], known: Mapping[str, Disposition], *, screens: bool
    ) -> dict[str, Columns]:
        """Return the columns of attempts and recruitment.

        Parameters
        ----------
        held : mapping of str to str
            Case to the disposition of its session.
        known : mapping of str to Disposition
            The study's dispositions by id.
        screens : bool
            Whether eligibility shows in the session only: some ending says that it is not there.
        """
        drawn = dict.fromkeys(self._draw.get("dealt", ()))
        rows = [
            (person, *self._came_to(person, held, known, screens), person in drawn)
            for person in {**drawn, **self._approached}
        ]
        return {
            "attempts": as_columns("attempts", self._attempts),
            "recruitment": as_columns("recruitment", rows),
        }

    def _came_to(
        self,
        person: str,
        held: Mapping[str, str],
        known: Mapping[str, Disposition],
        screens: bool,
    ) -> Row:
        """Return outcome, disposition, code, eligibility, and how far they came."""
        ended = held.get(person)
        said = self._outcomes.get(person) or ended
        disposition = "withdrawn" if person in self._gone else said
        found = known.get(disposition or "")
        of_session = known.get(ended or "")
        took_part = found is not None and found.took_part
        late = person in self._gone and person not in self._unheard
        eligible = True if late else _eligible(found, of_session, screens)
        unscreened = eligible is None and found is not None and found.counts_as != "unknown"
        code = None if found is None else UNSCREENED if unscreened else found.aapor
        outcome = "interviewed" if disposition == "complete" else disposition
        approached = person in self._approached or person in held or person in self._gone
        return (outcome, disposition, code, eligible, approached, took_part)


def _eligible(
    found: Disposition | None, of_session: Disposition | None, screens: bool
) -> bool | None:
    """Return whether somebody is eligible, None where nobody knows.

    Where a session is what screens, those who never had one may or may not be eligible, whatever
    else came of them (Standard Definitions: no screener completed).
    """
    for each in (of_session, found):
        if each is not None and each.screened:
            return each.counts_as != "ineligible"
    if screens or found is None or found.counts_as == "unknown":
        return None
    return True
