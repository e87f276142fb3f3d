"""Quotations: words that somebody signed off (clause P35), compared with the text they are from.

Into a product go only those whose words stand in their source, and to whose use the speaker has
agreed (clause P36).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.errors import AnalysisError
from toolkit.fieldwork import ConsentRecord, consent_of
from toolkit.guide.study.consent import ConsentForm
from toolkit.sources.reading import FIELDWORK
from toolkit.sources.source import Source
from toolkit.sources.verbatim import stands_in
from toolkit.store import Event, NewEvent, Store

SIGNED_OFF = "signed-off"
"""Event of a participant: words of theirs may be printed as they stand in it."""
SESSION = "quotations"
"""Session of the journal that quotations are in."""


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
    source : Source
        The text.
    start, end : int
        Code points in it, the end not included.
    printed : str
        The words as they may be printed, with replacements in square brackets.
    user : str
        Who signs: role and number.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Returns
    -------
    Quotation
        As recorded.

    Raises
    ------
    AnalysisError
        The bounds are not in the text, nothing is to be printed, or nobody signs (ANALYSIS-030).
        The words outside of brackets do not stand there, or nobody took part who said them
        (ANALYSIS-080).
    """
    place = f"quotation from {source.id}"
    if not 0 <= start < end <= len(source.text) or not printed.strip() or not user.strip():
        raise AnalysisError.of("ANALYSIS-030", place=place)
    if not source.participant or not stands_in(source.text, start, end, printed):
        raise AnalysisError.of("ANALYSIS-080", place=place)
    value: dict[str, Any] = {
        "start": start,
        "end": end,
        "original": _digest(source.text[start:end]),
        "printed": printed,
    }
    new = NewEvent(SIGNED_OFF, case=source.participant, session=SESSION, user=user, start=at)
    store.append([replace(new, node=source.id, new_value=value)])
    return Quotation(source.id, **value, participant=source.participant, user=user)


def read_quotations(events: Iterable[Event]) -> list[Quotation]:
    """Return everything that was signed off, in order.

    Parameters
    ----------
    events : iterable of Event
        Events of the journal.
    """
    return [
        Quotation(each.node, **each.new_value, participant=each.case, user=each.user)
        for each in events
        if each.event == SIGNED_OFF
    ]


def parted(
    sources: Mapping[str, Source],
    quotations: Iterable[Quotation],
    use: str,
    consents: Mapping[str, ConsentRecord],
    form: ConsentForm,
) -> tuple[list[Quotation], list[HeldBack]]:
    """Part quotations that may go into a product from those that may not.

    Parameters
    ----------
    sources : mapping of str to Source
        The texts, by id.
    quotations : iterable of Quotation
        What was signed off.
    use : str
        The product, as the protocol names it: ``report``, ``talks``.
    consents : mapping of str to ConsentRecord
        Consent at present, by participant.
    form : ConsentForm
        The consent form, whose points say which use they are about.

    Returns
    -------
    tuple of (list of Quotation, list of HeldBack)
        What may be printed there; what is held back, with the reason.
    """
    points = [each.clause for each in form.clauses if each.kind == "use" and each.use == use]
    printed, held = [], []
    for each in quotations:
        why = _why_not(sources.get(each.source), each, points, consents)
        if why:
            held.append(HeldBack(each.source, each.start, each.end, why))
        else:
            printed.append(each)
    return printed, held


def printable(
    events: Iterable[Event], sources: Mapping[str, Source], form: ConsentForm | None, use: str
) -> tuple[list[Quotation], list[HeldBack]]:
    """Part all that was signed off by whether it may go into a product.

    Parameters
    ----------
    events : iterable of Event
        Events of the journal, in order.
    sources : mapping of str to Source
        The texts, by id.
    form : ConsentForm or None
        The consent form.
    use : str
        The product, as the protocol names it.

    Returns
    -------
    tuple of (list of Quotation, list of HeldBack)
        As from `parted`; none of both where the study has no consent form.
    """
    known = list(events)
    signed = read_quotations(known)
    if form is None or not signed:
        return [], []
    given = [each for each in known if each.session == FIELDWORK]
    people = dict.fromkeys(each.participant for each in signed)
    consents = {who: found for who in people if (found := consent_of(given, who)) is not None}
    return parted(sources, signed, use, consents, form)


def _why_not(
    source: Source | None,
    quotation: Quotation,
    points: list[str],
    consents: Mapping[str, ConsentRecord],
) -> str:
    """Return why a quotation may not be printed; empty where it may."""
    consent = consents.get(quotation.participant)
    if source is None:
        return "its text is not in the study any more"
    if _digest(source.text[quotation.start : quotation.end]) != quotation.original:
        return "its text was changed after it was signed off (clause P35)"
    if source.participant != quotation.participant or not _stands(source, quotation):
        return "its words are not those of the participant (clause P35)"
    if consent is None or not points or not all(consent.allows(each) for each in points):
        return "no consent to this use (clause P36)"
    return ""


def _stands(source: Source, quotation: Quotation) -> bool:
    """Return whether a quotation on record is what stands in its source."""
    return stands_in(source.text, quotation.start, quotation.end, quotation.printed)


def _digest(words: str) -> str:
    """Return the SHA-256 (hex) of words."""
    return hashlib.sha256(words.encode()).hexdigest()
