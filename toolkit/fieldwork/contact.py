"""An attempt that did not become a call, recorded with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.errors import FieldworkError
from toolkit.fieldwork.attempts import OUTCOMES, Contact, contact_of
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.local_time import local_moment
from toolkit.fieldwork.recruitment import Recruitment


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt as somebody enters it.

    Attributes
    ----------
    outcome : str
        Id of what it came to.
    when : str
        Local day and time that goes with it: of the interview, or when to ring again.
    chosen_by : {"participant", "researcher"}
        Who picked the time of an interview (clause P28).
    reason : str
        Why they were tried once more, where the protocol sees no further attempt.
    number : int
        Number that it has: told twice, it is recorded once. 0 for the next one, whichever it is.
    """

    outcome: str
    when: str = ""
    chosen_by: Literal["participant", "researcher"] = "participant"
    reason: str = ""
    number: int = 0


def record_attempt(
    desk: Recruitment, case: str, tried: Tried, *, at: int, researcher: str = ""
) -> Contact:
    """Record an attempt, the appointment that was made at it, and that it is over if they refused.

    Parameters
    ----------
    at : int
        When it was, in milliseconds since 1970-01-01 UTC.
    researcher : str
        Who will hold the interview; whoever records it where nobody is named.

    Raises
    ------
    FieldworkError
        As in `Recruitment.attempt` and `Recruitment.book`; the time is none, or is missing, or has
        been (FIELD-036 to FIELD-040); the number has another outcome already (FIELD-041); nobody
        has this pseudonym (FIELD-031).
    """
    if not desk.knows(case):
        raise FieldworkError.of("FIELD-031", place=f"participant {case}")
    if _is_there(desk, case, tried):
        return read_contact(desk, case)
    known = OUTCOMES.get(tried.outcome)
    needs = known.needs if known else ""
    start = _moment(desk, case, tried.when, at) if needs else 0
    if needs == "appointment":
        desk.appoint(case, start, tried.chosen_by, researcher or desk.user, at=at)
    else:
        call_back = start if needs else None
        desk.attempt(case, tried.outcome, at=at, call_back=call_back, reason=tried.reason)
    if tried.outcome == "refused":
        desk.conclude(case, "refused", at=at)
    return read_contact(desk, case)


def read_contact(desk: Recruitment, case: str) -> Contact:
    """Return what was tried with somebody, as the journal has it."""
    return contact_of(desk.store.read(session=FIELDWORK, case=case), case)


def _is_there(desk: Recruitment, case: str, tried: Tried) -> bool:
    """Return whether it is recorded already: the server's answer to the page may have been lost."""
    attempts = read_contact(desk, case).attempts
    if not 0 < tried.number <= len(attempts):
        return False
    if attempts[tried.number - 1].outcome != tried.outcome:
        place = f"participant {case}"
        raise FieldworkError.of("FIELD-041", place=place, number=tried.number)
    return True


def _moment(desk: Recruitment, case: str, when: str, at: int) -> int:
    """Return the moment of a time that is to come."""
    place = f"participant {case}"
    if not when.strip():
        raise FieldworkError.of("FIELD-040", place=place)
    start = local_moment(when, desk.limits.timezone, place)
    if start <= at:
        raise FieldworkError.of("FIELD-036", place=place)
    return start
