"""Quotations on their way into a product: signed off, agreed to, and beside nothing that points.

A quotation leaves the store only in the words that somebody signed off, with every detail replaced
that could give a person away (clause P35), and only into a product that its speaker has agreed to
(clause P36). Beside it stand no more attributes than many share (clause P30).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.analysis.data.study_data import Quoted, StudyData
from toolkit.analysis.tables.crossing import withheld_roles
from toolkit.errors import AnalysisError
from toolkit.fieldwork import ConsentRecord, consent_of
from toolkit.guide.study.consent import ConsentForm
from toolkit.sources import Source
from toolkit.sources.reading import FIELDWORK
from toolkit.store import Event, NewEvent, Store

SIGNED_OFF = "signed-off"
"""Event of a participant: words of theirs may be printed as they stand in it."""
_SESSION = "quotations"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that somebody signed off.

    Attributes
    ----------
    source : str
        Id of the text: ``K01/q3``.
    start, end : int
        Code points in it, the end not included.
    original : str
        SHA-256 (hex) of the words as they were said.
    printed : str
        The words as they may be printed; what was replaced stands in square brackets.
    participant : str
        Who said it.
    user : str
        Who signed it off: role and number.
    """

    source: str
    start: int
    end: int
    original: str
    printed: str
    participant: str
    user: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A quotation that is not printed, and why.

    Attributes
    ----------
    source : str
        Id of the text.
    start, end : int
        Code points in it, the end not included.
    why : str
        The reason, without the words.
    """

    source: str
    start: int
    end: int
    why: str


def sign_off(
    store: Store, source: Source, start: int, end: int, printed: str, *, user: str, at: int
) -> Quotation:
    """Record that words of a participant may be printed, and in which form (clause P35).

    Parameters
    ----------
    store : Store
        The research store; the record goes with its participant when they withdraw.
    start, end : int
        Code points in it, the end not included.
    printed : str
        The words as they may be printed, with replacements in square brackets.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Raises
    ------
    AnalysisError
        The bounds are not in the text, nothing is to be printed, or nobody signs (ANALYSIS-030).
    """
    if not 0 <= start < end <= len(source.text) or not printed.strip() or not user.strip():
        raise AnalysisError.of("ANALYSIS-030", place=f"quotation from {source.id}")
    value: dict[str, Any] = {
        "start": start,
        "end": end,
        "original": _digest(source.text[start:end]),
        "printed": printed,
    }
    new = NewEvent(
        SIGNED_OFF,
        node=source.id,
        case=source.participant,
        session=_SESSION,
        user=user,
        start=at,
        new_value=value,
    )
    store.append([new])
    return Quotation(source.id, **value, participant=source.participant, user=user)


def read_quotations(events: Iterable[Event]) -> list[Quotation]:
    """Return everything that was signed off, in order."""
    return [
        Quotation(each.node, **each.new_value, participant=each.case, user=each.user)
        for each in events
        if each.event == SIGNED_OFF
    ]


def for_use(
    study: StudyData,
    quotations: Iterable[Quotation],
    use: str,
    *,
    consents: Mapping[str, ConsentRecord],
    form: ConsentForm,
) -> tuple[list[Quotation], list[HeldBack]]:
    """Return the quotations that may be used in a product, and those that may not.

    Parameters
    ----------
    use : str
        The product, as the protocol names it: ``report``, ``talks``.
    """
    points = [each.clause for each in form.clauses if each.kind == "use" and each.use == use]
    printed, held = [], []
    for each in quotations:
        why = _why_not(study, each, points, consents)
        if why:
            held.append(HeldBack(each.source, each.start, each.end, why))
        else:
            printed.append(each)
    return printed, held


def beside(study: StudyData, participant: str) -> str:
    """Return the attributes that may be printed beside a quotation: those shared by enough people.

    Parameters
    ----------
    study : StudyData
        The study; its protocol says below which number people can be identified.

    Returns
    -------
    str
        Role and strand, else the strand, else that it is a participant; never the pseudonym,
        which would put together what one person said in several places.
    """
    people = study.frames.participants
    mine = people[people["participant"] == participant]
    least = study.protocol.disclosure.identifying_below
    if not mine.empty:
        role, strand = str(mine["role"].iloc[0]), str(mine["strand"].iloc[0])
        there = people[people["strand"] == strand]
        alike = int((there["role"] == role).sum())
        if alike >= least and role not in withheld_roles(study):
            return f"{role.capitalize()}, {study.strand_title(strand).lower()}"
        if len(there) >= least:
            return f"Participant, {study.strand_title(strand).lower()}"
    return "Participant"


def quoted(study: StudyData, sessions: Mapping[str, Sequence[Event]]) -> tuple[Quoted, ...]:
    """Return the quotations that may be printed in the report.

    Returns
    -------
    tuple of Quoted
        In the order in which they were signed off, each with the themes coded on its words.
    """
    events = (*sessions.get(_SESSION, ()), *sessions.get(FIELDWORK, ()))
    printed, _ = uses_of(study, events, "report")
    return tuple(
        Quoted(each.printed, beside(study, each.participant), _themes(study, each), each.user)
        for each in printed
    )


def uses_of(
    study: StudyData, events: Iterable[Event], use: str
) -> tuple[list[Quotation], list[HeldBack]]:
    """Split the signed-off quotations into those that a product may use and those that it may not.

    Parameters
    ----------
    events : iterable of Event
        Events of the journal, in order.

    Returns
    -------
    tuple of (list of Quotation, list of HeldBack)
        As from `for_use`; none of both where the study has no consent form.
    """
    known = list(events)
    signed = read_quotations(known)
    if study.form is None or not signed:
        return [], []
    given = [each for each in known if each.session == FIELDWORK]
    people = dict.fromkeys(each.participant for each in signed)
    consents = {who: found for who in people if (found := consent_of(given, who)) is not None}
    return for_use(study, signed, use, consents=consents, form=study.form)


def _themes(study: StudyData, quotation: Quotation) -> tuple[str, ...]:
    """Return the themes whose segments meet the words of a quotation."""
    rows = study.frames.segments
    rows = rows[rows["source"] == quotation.source]
    meets = (rows["start"] < quotation.end) & (rows["end"] > quotation.start)
    return tuple(sorted(set(rows.loc[meets, "theme"])))


def _why_not(
    study: StudyData,
    quotation: Quotation,
    points: list[str],
    consents: Mapping[str, ConsentRecord],
) -> str:
    """Return why a quotation may not be printed; empty if it may."""
    source, consent = study.sources.get(quotation.source), consents.get(quotation.participant)
    if source is None:
        return "its text is not in the study any more"
    if _digest(source.text[quotation.start : quotation.end]) != quotation.original:
        return "its text was changed after it was signed off (clause P35)"
    if consent is None or not points or not all(consent.allows(each) for each in points):
        return "no consent to this use (clause P36)"
    return ""


def _digest(words: str) -> str:
    """Return the SHA-256 (hex) of words."""
    return hashlib.sha256(words.encode()).hexdigest()
