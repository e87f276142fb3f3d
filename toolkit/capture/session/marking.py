"""Steps that lay something over what was said: tags, notes that find their question, the language.

Most of them may be taken after the end as well: they belong to the write-up.
"""

from __future__ import annotations

from toolkit.capture.session.session import Session
from toolkit.errors import CaptureError
from toolkit.guide.yaml.validate import nearest


def assign(session: Session, note: str, ref: str = "") -> int:
    """Record what a note belongs to; it can be said again, and taken back.

    Parameters
    ----------
    ref : str
        A question, probe, script or group; empty for the session as a whole.

    Raises
    ------
    CaptureError
        There is no such note or ref, or nothing may be added any more.
    """
    _still_allow(session, "assign")
    if ref:
        session.course.find(ref)
    before = {"note": note, "ref": _ref_of_note(session, note)}
    return session.write(session.event("assign", ref, {"note": note}, old=before))


def tag(session: Session, code: str, ref: str = "", note: str = "") -> int:
    """Put a live tag on an answer or a note: a hunch, not a coding decision.

    Parameters
    ----------
    ref : str
        A question or probe; empty for a tag on a note.
    note : str
        Id of a note; empty for a tag on an answer.

    Raises
    ------
    CaptureError
        The codebook has no such code, it belongs to nothing, or there is no such note or ref.
    """
    _still_allow(session, "tag")
    known = session.codebook.codes if session.codebook is not None else {}
    if code not in known:
        hint = nearest(code[:80], known) or "choose one of its codes"
        raise CaptureError.of("CAPTURE-044", place=session.place, wanted=code[:80], hint=hint)
    return session.write(session.event("tag", _tagged(session, ref, note), _mark(code, note)))


def untag(session: Session, code: str, ref: str = "", note: str = "") -> int:
    """Remove a live tag; the journal keeps a record of it.

    Raises
    ------
    CaptureError
        There is no such note or ref, or nothing may be changed any more.
    """
    _still_allow(session, "tag")
    where = _tagged(session, ref, note)
    return session.write(session.event("untag", where, old=_mark(code, note)))


def speak(session: Session, language: str) -> int:
    """Continue in another language; answers stay as they are.

    Raises
    ------
    CaptureError
        The guide does not speak it (CAPTURE-007), or the session is over.
    """
    session.allow("language")
    guide = session.course.guide
    if language not in guide.languages:
        known = ", ".join(guide.languages)
        raise CaptureError.of("CAPTURE-007", place=f"guide {guide.id}", known=known)
    before = {"language": session.fold.marks.language}
    return session.write(session.event("language", new={"language": language}, old=before))


def _still_allow(session: Session, kind: str) -> None:
    """Allow what may be done in the call, in a pause, and in the write-up."""
    if session.over:
        session.allow_after_the_end()
    else:
        session.allow(kind)


def _ref_of_note(session: Session, note: str) -> str:
    for each in session.fold.notes:
        if each.id == note:
            return each.ref
    raise CaptureError.of("CAPTURE-045", place=session.place)


def _tagged(session: Session, ref: str, note: str) -> str:
    if bool(ref) == bool(note):
        raise CaptureError.of("CAPTURE-046", place=session.place)
    if note:
        _ref_of_note(session, note)
    else:
        session.course.find(ref)
    return ref


def _mark(code: str, note: str) -> dict[str, str]:
    return {"code": code, "note": note} if note else {"code": code}
