"""The end of a session: what blocks it, what was not as planned, and what was still being typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.capture.clock import MINUTE
from toolkit.capture.session.course import seat_of
from toolkit.capture.session.fold import Fold
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import strand_of
from toolkit.errors import CaptureError, Finding, finding
from toolkit.guide import Answer, check_answers
from toolkit.guide.study.model import Study
from toolkit.guide.topic.answering import Asked
from toolkit.guide.topic.model import Ending, Guide, Probe, Question, Script, Span, base_ref
from toolkit.rounding import rounded
from toolkit.store.event import NewEvent

# A plan of one number of minutes is a plan for about that long.
_ABOUT = 0.1


def finish(session: Session, reasons: Mapping[str, str] | None = None) -> int:
    """End a session where its answers lead (clause P17), and record what was not as planned.

    Parameters
    ----------
    reasons : mapping of str to str, optional
        Why something was not as planned, by clause: ``{"P12": "had to fetch a child"}``.

    Raises
    ------
    CaptureError
        Something required is pending, a hard check does not hold, or the answers lead to no
        ending. Each is a finding.
    """
    session.allow("finish")
    fold = session.fold
    unheld = unheld_checks(fold)
    faults = closing_faults(fold, unheld)
    if faults:
        raise CaptureError(faults)
    ending = fold.route().ending
    given = reasons or {}
    deviations = [
        session.event("deviation", clause, {"what": what}, reason=given.get(clause, ""))
        for clause, what in _deviations(session, unheld, ending)
    ]
    finished = session.event("finish", new=outcome(fold, ending))
    return session.write(*_settled(session), *deviations, finished)


def reopen(session: Session, reason: str) -> int:
    """Undo finishing: the session goes on, and is finished again later.

    Parameters
    ----------
    reason : str
        Why; never empty.

    Raises
    ------
    CaptureError
        There is no reason, it is not finished (CAPTURE-080), somebody else finished it
        (CAPTURE-081), the write-up is done (CAPTURE-082), or it was not today (CAPTURE-083).
    """
    against = against_reopening(session)
    if against:
        raise CaptureError.of(against, place=session.place)
    fold = session.fold
    came_to = {"ending": fold.ending, "disposition": fold.disposition}
    return session.write(
        session.event("reopen", old=came_to, reason=session.words(reason, "reason"))
    )


def against_reopening(session: Session) -> str:
    """Return the code of the reason why finishing cannot be undone now; empty if it can."""
    fold = session.fold
    if fold.phase != "finished":
        return "CAPTURE-080"
    if fold.finished_by != session.user:
        return "CAPTURE-081"
    if fold.write_up and fold.marks.themes:
        return "CAPTURE-082"
    return "" if session.is_today(fold.finished_at) else "CAPTURE-083"


def stop(session: Session, *, keep: bool) -> int:
    """Stop the session for good (clause P29).

    Raises
    ------
    CaptureError
        The session is over.
    """
    session.allow("stop")
    stopped = session.event("stop", new={"keep": keep, "disposition": "break-off"})
    return session.write(*(_settled(session) if keep else ()), stopped)


def deviate(session: Session, clause: str, what: str, reason: str) -> int:
    """Record that something does not go as the protocol plans.

    Parameters
    ----------
    clause : str
        The clause: ``P12``.

    Raises
    ------
    CaptureError
        One of the two is empty, or the session is paused or over.
    """
    session.allow("deviation")
    what, reason = session.words(what, "deviation"), session.words(reason, "reason")
    return session.write(session.event("deviation", clause, {"what": what}, reason=reason))


def outcome(fold: Fold, ending: str) -> dict[str, str]:
    """Return what a session comes to with an ending: the ending, and what it counts as."""
    found = fold.course.guide.index[ending]
    assert isinstance(found, Ending)
    return {"ending": ending, "disposition": found.disposition}


def unheld_checks(fold: Fold) -> list[Finding]:
    """Return the checks of the guide that do not hold, hard (GUIDE-063) and soft (GUIDE-064)."""
    course = fold.course
    return check_answers(course.guide, course.program, fold.said, fold.route())


def closing_faults(fold: Fold, unheld: Sequence[Finding]) -> list[Finding]:
    """Return what has to be done before a session can be finished.

    Returns
    -------
    list of Finding
        Pending scripts and questions (CAPTURE-017), hard checks that do not hold (GUIDE-063), no
        ending (CAPTURE-020). Empty if it can be finished.
    """
    found = [
        finding("CAPTURE-017", place=f"session {fold.session}", ref=ref, what=_missing(fold, ref))
        for ref in fold.pending()
    ]
    if not fold.route().ending:
        found.append(finding("CAPTURE-020", place=f"session {fold.session}"))
    return found + [each for each in unheld if each.severity == "error"]


def _deviations(session: Session, unheld: Sequence[Finding], ending: str) -> list[tuple[str, str]]:
    """Return what was not as planned: clause, and what was different.

    P12 or P18 stand for the length, pauses included; the question's own clause (or P17) for a soft
    check that does not hold and has no note.
    """
    fold, minutes = session.fold, session.elapsed / MINUTE
    found = list(_unnoted(fold, unheld))
    last = fold.course.guide.index[ending]
    counts = isinstance(last, Ending) and _is_complete(session.study, last)
    strand = strand_of(session.study, fold.course.guide)
    planned = fold.course.guide.planned_minutes or (
        Span(**{"from": strand.minutes.from_, "to": strand.minutes.to}) if strand else None
    )
    if counts and planned is not None:
        low, high = _span(planned)
        if not low <= rounded(minutes) <= high:
            clause = "P18" if fold.mode == "forum" else "P12"
            found.append((clause, f"{rounded(minutes):g} minutes, planned {_said(planned)}"))
    return found


def _is_complete(study: Study, ending: Ending) -> bool:
    known = study.known_dispositions.get(ending.disposition)
    return known is not None and known.counts_as == "interview"


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


def _settled(session: Session) -> list[NewEvent]:
    """Save words that were typed but not submitted as answers, notes and turns, at the end."""
    fold = session.fold
    typed = {field: text for field, text in fold.drafts.items() if text.strip()}
    found = []
    for field, text in typed.items():
        ref, _, part = field.partition("#")
        if part == "note":
            found.append(session.event("note", ref, {"text": text}))
        elif part == "answer" and getattr(fold.course.find(ref).item, "type", "") == "text":
            new = Answer(text).to_json()
            found.append(session.event("answer", ref, new, old=session.said(ref)))
    return found + _settled_at_a_forum(session, typed)


def _settled_at_a_forum(session: Session, typed: Mapping[str, str]) -> list[NewEvent]:
    """Save what both screens were still writing."""
    numbers, found = dict(session.fold.numbers), []
    for field, text in typed.items():
        parts = session.shared(field)
        if parts is None or parts[1] == "nods":
            continue
        ref, kind, role = parts
        value: dict[str, object] = {"text": text, "field": field}
        seat = seat_of(field)
        if kind == "turn":
            numbers[ref] = numbers.get(ref, 0) + 1
            value |= {"number": numbers[ref], "seat": seat}
        user = session.fold.roles[role]
        found.append(session.event(kind, ref, value, user=user, seat=seat))
    return found
