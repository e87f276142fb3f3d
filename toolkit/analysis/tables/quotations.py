"""Quotations on their way into a product: signed off, agreed to, and beside nothing that points.

A quotation leaves the store only in the words that somebody signed off, with every detail replaced
that could give a person away (clause P35), and only into a product that its speaker has agreed to
(clause P36). Beside it stand no more attributes than many share (clause P30).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from toolkit.analysis.data.study_data import Quoted, StudyData
from toolkit.analysis.tables.crossing import withheld_roles
from toolkit.fieldwork import ConsentRecord
from toolkit.guide.study.consent import ConsentForm
from toolkit.sources.quotations import SESSION, HeldBack, Quotation, parted, printable
from toolkit.sources.reading import FIELDWORK
from toolkit.store import Event


def for_use(
    study: StudyData,
    quotations: Iterable[Quotation],
    use: str,
    *,
    consents: Mapping[str, ConsentRecord],
    form: ConsentForm,
) -> tuple[list[Quotation], list[HeldBack]]:
    """Part quotations that may go into a product from those that may not.

    Parameters
    ----------
    study : StudyData
        The study.
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
    return parted(study.sources, quotations, use, consents, form)


def beside(study: StudyData, participant: str) -> str:
    """Return what may stand beside a quotation: as much as enough people share (clause P30).

    Parameters
    ----------
    study : StudyData
        The study; its protocol says below which number people can be identified.
    participant : str
        Who said it.

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

    Parameters
    ----------
    study : StudyData
        The study.
    sessions : mapping of str to sequence of Event
        Events by session, from `toolkit.sources.by_session`.

    Returns
    -------
    tuple of Quoted
        In the order in which they were signed off, each with the themes coded on its words.
    """
    events = (*sessions.get(SESSION, ()), *sessions.get(FIELDWORK, ()))
    printed, _ = uses_of(study, events, "report")
    return tuple(
        Quoted(each.printed, beside(study, each.participant), _themes(study, each), each.user)
        for each in printed
    )


def uses_of(
    study: StudyData, events: Iterable[Event], use: str
) -> tuple[list[Quotation], list[HeldBack]]:
    """Part all that was signed off by whether it may go into a product.

    Parameters
    ----------
    study : StudyData
        The study.
    events : iterable of Event
        Events of the journal, in order.
    use : str
        The product, as the protocol names it.

    Returns
    -------
    tuple of (list of Quotation, list of HeldBack)
        As from `for_use`; none of both where the study has no consent form.
    """
    return printable(events, study.sources, study.form, use)


def _themes(study: StudyData, quotation: Quotation) -> tuple[str, ...]:
    """Return the themes whose segments meet the words of a quotation."""
    rows = study.frames.segments
    rows = rows[rows["source"] == quotation.source]
    meets = (rows["start"] < quotation.end) & (rows["end"] > quotation.start)
    return tuple(sorted(set(rows.loc[meets, "theme"])))
