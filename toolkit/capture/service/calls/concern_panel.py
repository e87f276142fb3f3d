"""What the page shows about a session's concerns while the call goes on (clause P02)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from toolkit.capture.clock import Clock
from toolkit.capture.service.messages.contact import Concerning
from toolkit.capture.service.study import Opened as OpenStudy
from toolkit.fieldwork.concern import ACKNOWLEDGED, Concern, concerns_of
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.duty import DUTY, duties_in, duty_at, title_of
from toolkit.store.event import Event

_WANTED = frozenset({"concern", ACKNOWLEDGED, DUTY})


class Care:
    """Concerns and the rota of one study; reads only what is new since the last look.

    Parameters
    ----------
    study : OpenStudy
        The open study.
    clock : Clock
        What the time is asked of.
    """

    def __init__(self, study: OpenStudy, clock: Clock) -> None:
        self._study = study.study
        self._store = study.store
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._events: dict[str, list[Event]] = {}

    def told(self, session: str) -> tuple[Concerning, ...]:
        """Return the concerns of a session, with whom each is."""
        events = [*self._follow(FIELDWORK), *self._follow(session)]
        events.sort(key=lambda each: each.seq)
        return tuple(self._one(each) for each in concerns_of(events, self._study))

    def officers(self) -> tuple[str, ...]:
        """Return who is on duty now, officer and deputy, by their titles."""
        duty = duty_at(duties_in(self._follow(FIELDWORK)), self._study, self._clock.wall_ms())
        names = dict.fromkeys((duty.officer, duty.deputy))
        return tuple(title_of(self._study, each) for each in names)

    def _follow(self, session: str) -> list[Event]:
        kept = self._events.setdefault(session, [])
        for event in self._store.read(session=session, after=self._seen.get(session, 0)):
            self._seen[session] = event.seq
            if event.event in _WANTED:
                kept.append(event)
        return kept

    def _one(self, concern: Concern) -> Concerning:
        duty, taken = concern.duty, concern.acknowledged
        return Concerning(
            id=concern.id,
            urgency=concern.urgency,
            kind=concern.kind,
            officer=title_of(self._study, duty.officer),
            deputy=title_of(self._study, duty.deputy),
            since=self._time(concern.raised),
            rota=duty.on_rota,
            falls=concern.falls,
            falls_at=self._time(concern.falls),
            acknowledged="" if taken is None else self._time(taken),
            by="" if taken is None else "officer" if concern.by_officer else "deputy",
        )

    def _time(self, ms: int) -> str:
        zone = ZoneInfo(self._study.limits.timezone)
        return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%H:%M}"
