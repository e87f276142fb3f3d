"""What stands against the end of a session, and what about it was not as planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.capture.session.fold import Fold
from toolkit.capture.session.start import strand_of
from toolkit.errors import Finding, finding
from toolkit.guide import check_answers
from toolkit.guide.study.model import Study
from toolkit.guide.topic.answering import Asked
from toolkit.guide.topic.model import Ending, Guide, Probe, Question, Script, Span, base_ref

# A plan of one number of minutes is a plan for about that long.
_ABOUT = 0.1


def unheld_checks(fold: Fold) -> list[Finding]:
    """Return the checks of the guide that do not hold, hard (GUIDE-063) and soft (GUIDE-064).

    Parameters
    ----------
    fold : Fold
        The session so far.
    """
    course = fold.course
    return check_answers(course.guide, course.program, fold.said, fold.route())


def closing_faults(fold: Fold, unheld: Sequence[Finding]) -> list[Finding]:
    """Return what has to be done before a session can be finished.

    Parameters
    ----------
    fold : Fold
        The session so far.
    unheld : sequence of Finding
        From `unheld_checks`.

    Returns
    -------
    list of Finding
        Pending scripts and questions (CAPTURE-017), hard checks that do not hold (GUIDE-063), no
        ending (CAPTURE-020). Empty where it can be finished.
    """
    found = [
        finding("CAPTURE-017", place=f"session {fold.session}", ref=ref, what=_missing(fold, ref))
        for ref in fold.pending()
    ]
    if not fold.route().ending:
        found.append(finding("CAPTURE-020", place=f"session {fold.session}"))
    return found + [each for each in unheld if each.severity == "error"]


def deviations_at_end(
    study: Study, fold: Fold, unheld: Sequence[Finding], ending: str, minutes: float
) -> list[tuple[str, str]]:
    """Return what was not as planned once a session is finished.

    Parameters
    ----------
    study : Study
        The protocol.
    fold : Fold
        The session so far.
    unheld : sequence of Finding
        From `unheld_checks`.
    ending : str
        Ending that it comes to.
    minutes : float
        Its length, pauses included, in minutes.

    Returns
    -------
    list of tuple of str
        Clause and what was different: P12 or P18 for the length, the question's own clause (or
        P17) for a soft check that does not hold and has no note.
    """
    found = list(_unnoted(fold, unheld))
    last = fold.course.guide.index[ending]
    counts = isinstance(last, Ending) and last.disposition == "complete"
    strand = strand_of(study, fold.course.guide)
    planned = fold.course.guide.planned_minutes or (
        Span(**{"from": strand.minutes.from_, "to": strand.minutes.to}) if strand else None
    )
    if counts and planned is not None:
        low, high = _span(planned)
        if not low <= round(minutes) <= high:
            clause = "P18" if fold.mode == "forum" else "P12"
            found.append((clause, f"{round(minutes)} minutes, planned {_said(planned)}"))
    return found


def _span(planned: float | Span) -> tuple[float, float]:
    if isinstance(planned, Span):
        return planned.from_, planned.to
    return planned * (1 - _ABOUT), planned * (1 + _ABOUT)


def _said(planned: float | Span) -> str:
    if isinstance(planned, Span):
        return f"{planned.from_:g} to {planned.to:g}"
    return f"{planned:g}"


def _missing(fold: Fold, ref: str) -> str:
    is_script = isinstance(fold.course.find(ref).item, Script)
    return "was not confirmed" if is_script else "has no answer"


def _unnoted(fold: Fold, unheld: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Yield soft checks that do not hold where nobody has noted what was meant."""
    noted = {base_ref(note.ref).partition(".")[0] for note in fold.notes}
    course = fold.course
    for each in unheld:
        ref = each.place.removeprefix("question ")
        if each.severity == "warning" and course.find(ref).question not in noted:
            clause = _asked(course.guide, ref).clause or "P17"
            yield clause, f"a soft check of {ref} does not hold, and no note says why"


def _asked(guide: Guide, ref: str) -> Asked:
    item: Question | Probe = guide.question(ref)
    return item
