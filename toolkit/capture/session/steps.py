"""The steps of a session while it lasts: what was said, asked, answered, noted and interrupted."""

from __future__ import annotations

from typing import Literal

from toolkit.capture.session.marks import shown_in
from toolkit.capture.session.session import Session
from toolkit.errors import CaptureError
from toolkit.fieldwork.concern_terms import KINDS, URGENCIES
from toolkit.guide import Answer
from toolkit.guide.topic.model import Probe, Question, Script


def confirm(session: Session, script: str) -> int:
    """Record that a script was said and understood (clauses P04, P11).

    Raises
    ------
    CaptureError
        There is no such script, or the session is paused or over.
    """
    session.allow("confirm")
    if not isinstance(session.course.find(script).item, Script):
        raise CaptureError.of("CAPTURE-011", place=session.place, ref=script, kind="script")
    return session.write(session.event("confirm", script))


def visit(session: Session, ref: str) -> int:
    """Show a question or a script; the clock of the one before stops.

    Parameters
    ----------
    ref : str
        Ref of a question or script; people may jump to any and back.

    Raises
    ------
    CaptureError
        There is no such question, or a script before it has not been confirmed.
    """
    session.allow("visit")
    place = session.course.find(ref)
    if not isinstance(place.item, Question | Script):
        kind = "question or script"
        raise CaptureError.of("CAPTURE-011", place=session.place, ref=ref, kind=kind)
    if isinstance(place.item, Question):
        session.past_the_gate(ref, place.gate)
    shown = None
    if len(session.course.guide.languages) > 1:
        shown = {"language": shown_in(session.course, ref, session.fold.marks.language)}
    return session.write(session.event("visit", ref, shown))


def answer(session: Session, ref: str, given: Answer) -> int:
    """Record an answer to a question or probe; the one before stays in the journal.

    An answer on a branch that is closed at present is parked: kept, never counted.

    Parameters
    ----------
    ref : str
        ``q2``, ``q2.asked``, ``q@2``, ``q3.protected[F1-A]``; the id of a repeated group
        takes the number of its rounds.
    given : Answer
        The value, or why there is none.

    Raises
    ------
    CaptureError
        Unknown ref, a value that does not fit (the value is never repeated), or a script
        before it that has not been confirmed.
    """
    session.allow("answer")
    place = session.course.find(ref)
    session.fits(ref, place, given)
    session.past_the_gate(ref, place.gate)
    return session.write(session.event("answer", ref, given.to_json(), old=session.said(ref)))


def take_back(session: Session, ref: str) -> int:
    """Remove an answer; the journal keeps it.

    Raises
    ------
    CaptureError
        There is no such ref, or the session is paused or over.
    """
    session.allow("answer")
    session.course.find(ref)
    return session.write(session.event("answer", ref, old=session.said(ref)))


def tick(session: Session, ref: str) -> int:
    """Tick a probe that the participant spoke about; errors as in `answer`."""
    return answer(session, ref, Answer(value=True))


def skip(session: Session, ref: str) -> int:
    """Record that a probe was left out on purpose.

    Parameters
    ----------
    session, ref : Session, str
        The session; any probe. A question that is left out was not asked.

    Raises
    ------
    CaptureError
        The ref is a question.
    """
    if not isinstance(session.course.find(ref).item, Probe):
        raise CaptureError.of("CAPTURE-013", place=f"question {ref}")
    return answer(session, ref, Answer(missing="skipped"))


def note(session: Session, text: str, ref: str = "", called: str = "", *, field: str = "") -> int:
    """Write a note on a question, or on none.

    Parameters
    ----------
    text : str
        The words; never a name.
    ref : str
        What it belongs to; empty for the session as a whole.
    called : str
        What it is called when it is assigned or tagged; the number of its event by default.

    Raises
    ------
    CaptureError
        It is empty, or there is no such ref.
    """
    session.allow("note")
    if ref:
        session.course.find(ref)
    named = {"id": called} if called else {}
    value = {"text": session.words(text, "note"), **named, **session.handed_in(field)}
    return session.write(session.event("note", ref, value))


def pause(session: Session, kind: Literal["distress", "break"] = "break") -> int:
    """Stop the clock of the questions for a while (clause P29).

    Raises
    ------
    CaptureError
        It is neither of the two, or the session is paused or over.
    """
    session.allow("pause")
    if kind not in ("distress", "break"):
        raise CaptureError.of("CAPTURE-023", place=session.place)
    return session.write(session.event("pause", new={"kind": kind}))


def resume(session: Session) -> int:
    """Continue after a pause.

    Raises
    ------
    CaptureError
        The session is not paused.
    """
    session.allow("resume")
    if session.fold.phase != "paused":
        raise CaptureError.of("CAPTURE-016", place=session.place)
    return session.write(session.event("resume"))


def concern(session: Session, urgency: str = "now", kind: str = "unsaid", note: str = "") -> int:
    """Flag a safeguarding concern, at any moment before the end (clause P02).

    Parameters
    ----------
    urgency, kind : str
        How soon somebody has to act, and a neutral word for what it is: keys of `URGENCIES`
        and `KINDS` in `toolkit.fieldwork.concern_terms`.
    note : str
        What the officer should know; sealed like an answer, and told in no list.

    Raises
    ------
    CaptureError
        The session is over, or there is no such urgency or kind.
    """
    session.allow("concern")
    if urgency not in URGENCIES or kind not in KINDS:
        raise CaptureError.of("CAPTURE-026", place=session.place)
    value = {"raised": True, "urgency": urgency, "kind": kind}
    return session.write(session.event("concern", new=value | ({"note": note} if note else {})))
