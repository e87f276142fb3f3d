"""Consent as a record: which form and version, when, and the answer to each point (clause P25)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.errors import FieldworkError, Finding, finding
from toolkit.guide.study.consent import ConsentForm
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store

FIELDWORK = "fieldwork"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """What one participant has agreed to.

    Attributes
    ----------
    case : str
        Pseudonym.
    form, version, hash : str
        The form that was signed, its version, and the SHA-256 (hex) of its content.
    date : str
        Day of the signature, ISO 8601.
    clauses : mapping of str to bool
        Each clause of the form with the answer.
    recording : bool
        Whether sound may be recorded (clause P07); a field of its own.
    """

    case: str
    form: str
    version: str
    hash: str
    date: str
    clauses: Mapping[str, bool]
    recording: bool

    def allows(self, clause: str) -> bool:
        """Return whether a clause was answered with yes; one that was not asked is a no."""
        return self.clauses.get(clause, False)


def record_consent(
    store: Store,
    form: ConsentForm,
    strand: str,
    *,
    case: str,
    date: str,
    clauses: Mapping[str, bool],
    user: str,
    at: int,
) -> ConsentRecord:
    """Append a participant's consent to the journal.

    Parameters
    ----------
    store, form : Store, ConsentForm
        The research store; the form that was signed.
    strand : str
        Decides which clauses the form has.
    case, date, user : str
        Pseudonym; day of the signature, ISO 8601; who records it.
    clauses : mapping of str to bool
        Answer to each clause.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Returns
    -------
    ConsentRecord
        As it is in the journal.

    Raises
    ------
    FieldworkError
        A clause has no true or false, or is not of this form (FIELD-020, FIELD-021); a required
        one is a no (FIELD-022): nobody takes part then; the date is none (FIELD-023).
    """
    faults = [*_faults(form, strand, case, clauses), *_faults_of_date(date, case)]
    if faults:
        raise FieldworkError(faults)
    value = _value(form, strand, date, clauses)
    store.append(
        [NewEvent("consent", case=case, session=FIELDWORK, user=user, start=at, new_value=value)]
    )
    return _from(case, value)


def _value(
    form: ConsentForm, strand: str, date: str, clauses: Mapping[str, bool]
) -> dict[str, object]:
    asked = form.clauses_for(strand)
    return {
        "form": form.consent,
        "version": form.version,
        "hash": form.hash,
        "date": date,
        "clauses": dict(clauses),
        "recording": any(clauses[each.clause] for each in asked if each.kind == "recording"),
    }


def _faults(
    form: ConsentForm, strand: str, case: str, clauses: Mapping[str, bool]
) -> Iterable[Finding]:
    place = f"participant {case}"
    asked = {each.clause: each for each in form.clauses_for(strand)}
    for name, clause in asked.items():
        # The word "no" is true in Python; an answer that is not true or false is no answer.
        if not isinstance(clauses.get(name), bool):
            yield finding("FIELD-020", place=place, clause=name, form=form.consent)
        elif clause.answer == "required" and not clauses[name]:
            yield finding("FIELD-022", place=place, clause=name)
    for name in clauses:
        if name not in asked:
            yield finding("FIELD-021", place=place, clause=name, form=form.consent)


def _faults_of_date(date: str, case: str) -> Iterable[Finding]:
    try:
        known = dt.date.fromisoformat(date).isoformat() == date
    except ValueError:
        known = False
    if not known:
        yield finding("FIELD-023", place=f"participant {case}")


def consent_of(events: Iterable[Event], case: str) -> ConsentRecord | None:
    """Return a participant's present consent: the last one recorded.

    Parameters
    ----------
    events : iterable of Event
        Events of the case, or all.
    case : str
        Pseudonym.

    Returns
    -------
    ConsentRecord or None
        None if nothing was recorded: then nothing may be captured (clause P25).
    """
    found = None
    for event in events:
        if event.event == "consent" and event.case == case:
            found = event.new_value
    return _from(case, found) if found is not None else None


def _from(case: str, value: Mapping[str, object]) -> ConsentRecord:
    clauses = value["clauses"]
    assert isinstance(clauses, dict)
    return ConsentRecord(
        case=case,
        form=str(value["form"]),
        version=str(value["version"]),
        hash=str(value["hash"]),
        date=str(value["date"]),
        clauses=MappingProxyType(dict(clauses)),
        recording=bool(value["recording"]),
    )
