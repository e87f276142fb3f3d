"""Steps after the end of a session: what is written up, corrected, and written for oneself."""

from __future__ import annotations

from toolkit.capture.session.ending import closing_faults, outcome, unheld_checks
from toolkit.capture.session.session import Session
from toolkit.errors import CaptureError
from toolkit.guide import Answer


def write_up(session: Session, text: str) -> int:
    """Write down what was heard, after the session (clause P08); the last text counts.

    Raises
    ------
    CaptureError
        The session is not over, or the text is empty.
    """
    return _write_down(session, "write-up", text)


def themes(session: Session, text: str) -> int:
    """Write down the themes that emerge (clause P13); parameters and errors as in `write_up`."""
    return _write_down(session, "themes", text)


def edit(session: Session, ref: str, answer: Answer, reason: str) -> int:
    """Correct an answer after the end; the old value stays in the journal.

    Parameters
    ----------
    reason : str
        Why; never empty.

    Raises
    ------
    CaptureError
        The session is not over, there is no reason, the value does not fit, or with it the
        session could not have been finished.
    """
    session.allow_after_the_end()
    session.fits(ref, session.course.find(ref), answer)
    reason = session.words(reason, "reason")
    event = session.event("edit", ref, answer.to_json(), old=session.said(ref), reason=reason)
    events = [event]
    if session.fold.phase == "finished":
        after = session.fold.supposing(ref, answer)
        faults = closing_faults(after, unheld_checks(after))
        if faults:
            raise CaptureError(faults)
        ending = after.route().ending
        if ending != session.fold.ending:
            events.append(session.event("finish", new=outcome(after, ending), reason=reason))
    return session.write(*events)


def keep_private(session: Session, text: str) -> int:
    """Save the interviewer's private words (clause P42); they are not data.

    Raises
    ------
    CaptureError
        The session is not over, or nothing seals such words here (CAPTURE-047).
    """
    session.allow_after_the_end()
    if session.private is None:
        raise CaptureError.of("CAPTURE-047", place=session.place)
    sealed = session.private.seal(session.fold.marks.sealed.get(session.user, ()), text)
    return session.write(session.event("private", new={"sealed": sealed}))


def private_text(session: Session) -> str:
    """Return the interviewer's private words, or an empty text."""
    if session.private is None:
        return ""
    return session.private.text(session.fold.marks.sealed.get(session.user, ()))


def _write_down(session: Session, kind: str, text: str) -> int:
    session.allow_after_the_end()
    return session.write(session.event(kind, new={"text": session.words(text, "write-up")}))
