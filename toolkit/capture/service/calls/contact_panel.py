"""What the page shows before a call: what was tried, the appointment, and a new attempt."""

from __future__ import annotations

from toolkit.capture.clock import Clock
from toolkit.capture.service.messages.contact import Before, TriedOnce, Trying
from toolkit.capture.service.study import Opened as OpenStudy
from toolkit.capture.session.start import hold_out
from toolkit.fieldwork.attempts import OUTCOMES, Attempt, Contact
from toolkit.fieldwork.contact import Tried, read_contact, record_attempt
from toolkit.fieldwork.local_time import local_said
from toolkit.fieldwork.recruitment import Recruitment
from toolkit.guide.study.dispositions import DISPOSITIONS

# What a call came to stands in its own record; the page begins a call instead.
_NOT_HERE = "completed-call"


class Beforehand:
    """Attempts and appointments of those who are to be called.

    Parameters
    ----------
    study : OpenStudy
        The open study.
    user : str
        Who holds the calls.
    clock : Clock
        What the time is asked of.
    """

    def __init__(self, study: OpenStudy, user: str, clock: Clock) -> None:
        self._limits = study.study.limits
        self._store = study.store
        self._desk = Recruitment(study.store, self._limits, user)
        self._clock = clock

    def told(self, session: str) -> Before:
        """Return what was tried with somebody."""
        return self._told(read_contact(self._desk, session))

    def take(self, session: str, tried: Trying) -> Before:
        """Record an attempt.

        Raises
        ------
        CaptureError
            They have withdrawn (clause P26).
        FieldworkError
            As in `record_attempt`: the researcher's day is full (clause P43), the time has been.
        """
        hold_out(self._store, session)
        told = Tried(tried.outcome, tried.when, tried.chosen_by, tried.reason, tried.number)
        now = self._clock.wall_ms()
        return self._told(record_attempt(self._desk, session, told, at=now))

    def _told(self, contact: Contact) -> Before:
        zone, most = self._limits.timezone, self._limits.unanswered_attempts
        over = DISPOSITIONS.get(contact.disposition)
        booked = contact.booked
        full = most is not None and contact.unanswered >= most
        return Before(
            attempts=tuple(
                TriedOnce(number=each.number, at=local_said(each.at, zone), said=_said(each, zone))
                for each in contact.attempts
            ),
            booked=f"{local_said(booked.start, zone)}, with {booked.researcher}" if booked else "",
            over=over.label if over else "",
            limit=f"{contact.unanswered} attempts in a row reached nobody" if full else "",
            outcomes=tuple(
                (e.id, e.label, e.needs) for e in OUTCOMES.values() if e.id != _NOT_HERE
            ),
        )


def _said(attempt: Attempt, zone: str) -> str:
    back = attempt.call_back
    return f"{attempt.label} {local_said(back, zone)}" if back is not None else attempt.label
