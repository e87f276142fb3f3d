"""From the list to the booked call, as events of the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.errors import FieldworkError
from toolkit.fieldwork.attempts import NO_CALL, OUTCOMES, Booked, booked_in
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.draw import Draw
from toolkit.fieldwork.limits import check_daily_limit
from toolkit.fieldwork.withdrawal import ROLE_AND_NUMBER, WITHDRAWAL, refuse_withdrawn
from toolkit.guide.study.dispositions import DISPOSITIONS
from toolkit.guide.study.promises import Limits
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store


@dataclass
class _Diary:
    """A researcher's interviews: booked, begun, begun with somebody who withdrew (clause P43)."""

    appointments: dict[str, Booked] = field(default_factory=dict)
    begun: dict[str, tuple[str, int]] = field(default_factory=dict)
    taken_back: list[tuple[str, int]] = field(default_factory=list)
    last: int = 0

    def follow(self, events: Iterable[Event]) -> None:
        """Add interviews that have begun: they count on the day that they were held."""
        for event in events:
            self.last = event.seq
            if event.event == "begin" and event.new_value["mode"] == "interview":
                self.begun[event.case] = (event.user, event.start)

    def others(self, researcher: str, case: str) -> list[int]:
        """Return when a researcher's interviews with others are, or were."""
        booked = {who: (each.researcher, each.start) for who, each in self.appointments.items()}
        known = [each for who, each in {**booked, **self.begun}.items() if who != case]
        return [when for holder, when in (*known, *self.taken_back) if holder == researcher]

    def forget(self, event: Event) -> None:
        """Note that somebody has withdrawn."""
        self.appointments.pop(event.node, None)
        self.begun.pop(event.node, None)
        if event.new_value.get("held_by"):
            self.taken_back.append((event.new_value["held_by"], event.start))


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
        self._unanswered: dict[str, int] = {}
        self._diary = _Diary()
        self._drawn: set[str] = set()
        self._last = 0
        self._catch_up()

    def listed(self, supported: int, excluded: Mapping[str, int], frame: int, *, at: int) -> None:
        """Record the size of the list and of the frame, and exclusions by rule (clause P23).

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
        """Record a draw and the pseudonyms that were dealt, but not to whom (clauses P24, P31).

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

    def attempt(
        self,
        case: str,
        outcome: str,
        *,
        at: int,
        call_back: int | None = None,
        reason: str = "",
    ) -> int:
        """Record an attempt to reach somebody, and give its number, from 1.

        Parameters
        ----------
        case : str
            Pseudonym.
        outcome : str
            One of `toolkit.fieldwork.attempts.OUTCOMES`.
        at : int
            When, in milliseconds since 1970-01-01 UTC.
        call_back : int, optional
            When they asked to be rung again, in the same unit.
        reason : str
            Why they were tried once more, where the protocol sees no further attempt.

        Raises
        ------
        FieldworkError
            The outcome is not known (FIELD-032), the participant has withdrawn (FIELD-050), or it
            is one attempt too many and there is no reason (FIELD-035).
        """
        last = self._catch_up()
        new = self._attempted(case, outcome, at, call_back, reason)
        self._write([new], expect=last)
        return int(new.new_value["number"])

    def appoint(
        self,
        case: str,
        start: int,
        chosen_by: Literal["participant", "researcher"],
        researcher: str,
        *,
        at: int,
    ) -> int:
        """Record an attempt at which an interview was arranged, and book it: both, or neither.

        Parameters
        ----------
        case, start, chosen_by, researcher, at
            As in `book`.

        Returns
        -------
        int
            Number of the attempt.

        Raises
        ------
        FieldworkError
            As in `book`.
        """
        last = self._catch_up()
        new = self._attempted(case, "appointment-made", at, None, "")
        self._write([new, self._booked(case, start, chosen_by, researcher, at)], expect=last)
        return int(new.new_value["number"])

    def book(
        self,
        case: str,
        start: int,
        chosen_by: Literal["participant", "researcher"],
        researcher: str,
        *,
        at: int,
    ) -> None:
        """Book a call (clause P28); a later booking of the same person replaces the earlier one.

        Interviews that were held on that day without a booking count as well.

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
            (FIELD-050), or the researcher is not a role and number (FIELD-053).
        ConflictError
            Somebody else recorded something at the same moment; nothing was, try again.
        """
        last = self._catch_up()
        self._write([self._booked(case, start, chosen_by, researcher, at)], expect=last)

    def knows(self, case: str) -> bool:
        """Return whether somebody was drawn, or anything else is recorded about them.

        Parameters
        ----------
        case : str
            Pseudonym.
        """
        self._catch_up()
        return case in self._drawn or any(True for _ in self.store.read(case=case))

    def coming(self, now: int) -> list[Booked]:
        """Return the appointments that are to come, in order.

        Parameters
        ----------
        now : int
            In milliseconds since 1970-01-01 UTC.
        """
        self._catch_up()
        diary = self._diary
        diary.follow(self.store.read(after=diary.last))
        open_ = (each for who, each in diary.appointments.items() if who not in diary.begun)
        return sorted(
            (e for e in open_ if e.start >= now), key=lambda each: (each.start, each.case)
        )

    def adjust(self, case: str, asked: str, *, met: bool, at: int) -> None:
        """Record an adjustment that somebody asked for (clause P22).

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
        """Record somebody's final outcome.

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

    def _attempted(
        self, case: str, outcome: str, at: int, call_back: int | None, reason: str
    ) -> NewEvent:
        if outcome not in OUTCOMES:
            known = ", ".join(OUTCOMES)
            raise FieldworkError.of("FIELD-032", place=f"participant {case}", known=known)
        most, tried = self.limits.unanswered_attempts, self._unanswered.get(case, 0)
        if most is not None and tried >= most and not reason.strip():
            place = f"participant {case}"
            raise FieldworkError.of("FIELD-035", place=place, tried=tried, most=most)
        value: dict[str, Any] = {"number": self._attempts.get(case, 0) + 1, "outcome": outcome}
        if call_back is not None:
            value["call_back"] = call_back
        return self._event("attempt", case, value, at, reason)

    def _booked(self, case: str, start: int, chosen_by: str, researcher: str, at: int) -> NewEvent:
        if not ROLE_AND_NUMBER.fullmatch(researcher):
            raise FieldworkError.of("FIELD-053", place="researcher")
        self._diary.follow(self.store.read(after=self._diary.last))
        limits, others = self.limits, self._diary.others(researcher, case)
        most = limits.interviews_per_researcher_per_day
        check_daily_limit(others, researcher, start, limits.timezone, most)
        value = {"start": start, "chosen_by": chosen_by, "researcher": researcher}
        return self._event("booking", case, value, at)

    def _event(
        self, event: str, case: str, value: dict[str, Any], at: int, reason: str = ""
    ) -> NewEvent:
        refuse_withdrawn(self.store, case)
        return NewEvent(
            event,
            case=case,
            session=FIELDWORK,
            user=self.user,
            start=at,
            new_value=value,
            change_reason=reason,
        )

    def _append(
        self, event: str, case: str, value: dict[str, Any], at: int, expect: int | None = None
    ) -> None:
        self._write([self._event(event, case, value, at)], expect)

    def _write(self, events: list[NewEvent], expect: int | None = None) -> None:
        self.store.append(events, expect=expect)

    def _catch_up(self) -> int:
        """Apply what was recorded meanwhile; return the number of the last event."""
        for event in self.store.read(session=FIELDWORK, after=self._last):
            self._follow(event)
            self._last = event.seq
        return self._last

    def _follow(self, event: Event) -> None:
        value = event.new_value
        if event.event == "draw":
            self._drawn.update(value["dealt"])
        elif event.event == "attempt":
            self._tried(event.case, value)
        elif event.event == "booking":
            self._diary.appointments[event.case] = booked_in(event)
        elif event.event == "outcome" and value["disposition"] in NO_CALL:
            self._diary.appointments.pop(event.case, None)
        elif event.event == WITHDRAWAL:
            self._diary.forget(event)

    def _tried(self, case: str, value: Mapping[str, Any]) -> None:
        self._attempts[case] = value["number"]
        known = OUTCOMES.get(value["outcome"])
        reached = known is not None and known.reached
        self._unanswered[case] = 0 if reached else self._unanswered.get(case, 0) + 1
