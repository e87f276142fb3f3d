"""From the list to the booked call, as events of the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from toolkit.errors import FieldworkError
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.dispositions import DISPOSITIONS
from toolkit.fieldwork.draw import Draw
from toolkit.fieldwork.limits import check_daily_limit
from toolkit.fieldwork.withdrawal import WITHDRAWAL, refuse_withdrawn
from toolkit.guide.promises import Limits
from toolkit.store.event import Event, NewEvent
from toolkit.store.interface import Store

OUTCOMES = (
    *("no-answer", "voicemail", "call-back-requested", "appointment-made", "refused"),
    *("completed-call", "wrong-time"),
)
"""What a single attempt to reach somebody can come to."""


# A booking of somebody with whom it came to this holds no place on the researcher's day any more.
_NO_CALL = frozenset({"refused", "non-contact", "unavailable"})


class Recruitment:
    """Writes what happens in recruitment into the journal.

    Several may write to one store: each looks first at what the others have recorded, and where
    two decide at the same moment, the later one gets a `ConflictError` and nothing is recorded.

    Parameters
    ----------
    store : Store
        The research store: pseudonyms only, never a name.
    limits : Limits
        The protocol's limits.
    user : str
        Who records it.
    """

    def __init__(self, store: Store, limits: Limits, user: str) -> None:
        self.store = store
        self.limits = limits
        self.user = user
        self._attempts: dict[str, int] = {}
        self._bookings: dict[str, tuple[str, int]] = {}
        self._held: list[tuple[str, int]] = []
        self._drawn: set[str] = set()
        self._last = 0
        self._catch_up()

    def listed(self, supported: int, excluded: Mapping[str, int], frame: int, *, at: int) -> None:
        """Record the size of the list and of the frame, and exclusions by rule (P23).

        Parameters
        ----------
        supported : int
            People on the list (count).
        excluded : mapping of str to int
            People left out (count) by rule, as `count_reasons` gives them.
        frame : int
            People in the frame (count).
        at : int
            Now, in milliseconds since 1970-01-01 UTC.

        Raises
        ------
        FieldworkError
            Somebody of the list is neither in the frame nor left out (FIELD-034).
        """
        out = sum(excluded.values())
        if supported != frame + out:
            raise FieldworkError.of(
                "FIELD-034", place="list", supported=supported, frame=frame, excluded=out
            )
        value = {"supported": supported, "excluded": dict(excluded), "frame": frame}
        self._append("list", "", value, at)

    def drawn(self, draw: Draw, dealt: Collection[str], *, at: int) -> None:
        """Record a draw and the pseudonyms that were dealt, but not to whom (P24, P31).

        A place in an alphabetical list says who somebody is. Which pseudonym went to which place
        stands in the identity store only; here pseudonyms are sorted, and no seed deals them again.

        Parameters
        ----------
        draw : Draw
            The draw.
        dealt : collection of str
            A pseudonym for each place drawn.
        at : int
            Now, in milliseconds since 1970-01-01 UTC.

        Raises
        ------
        FieldworkError
            There are more or fewer pseudonyms than places drawn, or one was dealt twice, be it in
            an earlier draw (FIELD-030).
        """
        last = self._catch_up()
        names = set(dealt) - self._drawn
        if not len(draw.positions) == len(dealt) == len(names):
            raise FieldworkError.of(
                "FIELD-030", place="draw", drawn=len(draw.positions), dealt=len(names)
            )
        value = {**draw.to_json(), "dealt": sorted(dealt)}
        self._append("draw", "", value, at, expect=last)

    def invite(self, case: str, *, at: int) -> None:
        """Record that somebody was invited.

        Parameters
        ----------
        case : str
            Pseudonym.
        at : int
            When, in milliseconds since 1970-01-01 UTC.

        Raises
        ------
        FieldworkError
            The pseudonym was not drawn (FIELD-031, P23), or they have withdrawn (FIELD-050).
        """
        last = self._catch_up()
        if case not in self._drawn:
            raise FieldworkError.of("FIELD-031", place=f"participant {case}")
        self._append("invite", case, {}, at, expect=last)

    def attempt(self, case: str, outcome: str, *, at: int) -> int:
        """Record an attempt to reach somebody, and give its number, from 1.

        Parameters
        ----------
        case : str
            Pseudonym.
        outcome : str
            One of `OUTCOMES`.
        at : int
            When, in milliseconds since 1970-01-01 UTC.

        Raises
        ------
        FieldworkError
            The outcome is not known (FIELD-032), or the participant has withdrawn (FIELD-050).
        """
        if outcome not in OUTCOMES:
            known = ", ".join(OUTCOMES)
            raise FieldworkError.of("FIELD-032", place=f"participant {case}", known=known)
        last = self._catch_up()
        number = self._attempts.get(case, 0) + 1
        self._append("attempt", case, {"number": number, "outcome": outcome}, at, expect=last)
        return number

    def book(
        self,
        case: str,
        start: int,
        chosen_by: Literal["participant", "researcher"],
        researcher: str,
        *,
        at: int,
    ) -> None:
        """Book a call (P28); a later booking of the same person takes the place of the earlier.

        Parameters
        ----------
        case : str
            Pseudonym.
        start : int
            When the call is to be, in milliseconds since 1970-01-01 UTC.
        chosen_by : {"participant", "researcher"}
            Who picked the time.
        researcher : str
            Who will hold the call.
        at : int
            Now, in the same unit.

        Raises
        ------
        FieldworkError
            The researcher's day is full (FIELD-010, P43), or the participant has withdrawn
            (FIELD-050); nothing is recorded.
        ConflictError
            Somebody else recorded something at the same moment; nothing was, try again.
        """
        last = self._catch_up()
        booked = [each for who, each in self._bookings.items() if who != case]
        others = [when for holder, when in (*booked, *self._held) if holder == researcher]
        limits = self.limits
        most = limits.interviews_per_researcher_per_day
        check_daily_limit(others, researcher, start, limits.timezone, most)
        value = {"start": start, "chosen_by": chosen_by, "researcher": researcher}
        self._append("booking", case, value, at, expect=last)

    def adjust(self, case: str, asked: str, *, met: bool, at: int) -> None:
        """Record an adjustment that somebody asked for (P22).

        Parameters
        ----------
        case : str
            Pseudonym.
        asked : str
            What was asked for.
        met : bool
            Whether it was met.
        at : int
            When, in milliseconds since 1970-01-01 UTC.
        """
        self._append("adjustment", case, {"asked": asked, "met": met}, at)

    def describe(self, case: str, attributes: Mapping[str, str], *, at: int) -> None:
        """Record attributes of a participant that analysis may use.

        Parameters
        ----------
        case : str
            Pseudonym.
        attributes : mapping of str to str
            Such as the role.
        at : int
            When, in milliseconds since 1970-01-01 UTC.
        """
        self._append("attributes", case, dict(attributes), at)

    def conclude(self, case: str, disposition: str, *, at: int) -> None:
        """Record what came of somebody in the end.

        Parameters
        ----------
        case : str
            Pseudonym.
        disposition : str
            One of `DISPOSITIONS`.
        at : int
            When, in milliseconds since 1970-01-01 UTC.

        Raises
        ------
        FieldworkError
            The disposition is not known (FIELD-033).
        """
        if disposition not in DISPOSITIONS:
            known = ", ".join(DISPOSITIONS)
            raise FieldworkError.of("FIELD-033", place=f"participant {case}", known=known)
        self._append("outcome", case, {"disposition": disposition}, at)

    def _append(
        self, event: str, case: str, value: dict[str, Any], at: int, expect: int | None = None
    ) -> None:
        refuse_withdrawn(self.store, case)
        new = NewEvent(
            event, case=case, session=FIELDWORK, user=self.user, start=at, new_value=value
        )
        self.store.append([new], expect=expect)

    def _catch_up(self) -> int:
        """Take in what was recorded meanwhile; give the number of the last event."""
        for event in self.store.read(session=FIELDWORK, after=self._last):
            self._follow(event)
            self._last = event.seq
        return self._last

    def _follow(self, event: Event) -> None:
        value = event.new_value
        if event.event == "draw":
            self._drawn.update(value["dealt"])
        elif event.event == "attempt":
            self._attempts[event.case] = value["number"]
        elif event.event == "booking":
            self._bookings[event.case] = (value.get("researcher", event.user), value["start"])
        elif event.event == "outcome" and value["disposition"] in _NO_CALL:
            self._bookings.pop(event.case, None)
        elif event.event == WITHDRAWAL:
            self._bookings.pop(event.node, None)
            if value.get("held_by"):
                self._held.append((value["held_by"], event.start))
