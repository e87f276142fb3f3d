"""How a session with one participant begins, and how it goes on after a crash."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.capture.clock import Clock
from toolkit.capture.session.course import course_of
from toolkit.capture.session.fold import Fold
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import Register, admit, hold_out
from toolkit.errors import CaptureError
from toolkit.guide import Guide
from toolkit.guide.study.model import Study
from toolkit.store.journal.interface import Store

_ROLE_AND_NUMBER = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def begin_session(
    store: Store,
    study: Study,
    guide: Guide,
    *,
    case: str,
    user: str,
    clock: Clock,
    language: str = "",
    register: Register | None = None,
) -> Session:
    """Begin a call or a survey with one participant.

    Parameters
    ----------
    store, study : Store, Study
        The research store, which holds the participant's consent, and the protocol.
    guide : Guide
        The guide; the session keeps to this version.
    case, user : str
        Pseudonym of the participant, which is the session's id too; who holds it, by role and
        number.
    clock : Clock
        What the time is asked of.
    language : str
        One of the guide's languages; its first one where none is given.
    register : Register, optional
        What starts depend on, where many sessions are begun in one go.

    Returns
    -------
    Session
        Open, with its first event appended.

    Raises
    ------
    CaptureError
        No consent (P25), too many interviews on that day (P43), the session has begun already,
        or the guide is one for forums or does not speak the language.
    """
    if guide.mode == "forum":
        raise CaptureError.of("CAPTURE-006", place=f"guide {guide.id}", mode="one participant")
    session = Session(store, study, fold_for(guide, case, (user,)), user, clock)
    seen = register or Register(store)
    consents = admit(seen, study, guide, case, user, clock.wall_ms(), people=(case,))
    value = {"mode": guide.mode, "consent": consents[case]}
    value["language"] = spoken(guide, language)
    session._write(session._event("begin", new=value))
    return session


def resume_session(
    store: Store, study: Study, guide: Guide, *, session: str, user: str, clock: Clock
) -> Session:
    """Go on with a session after a crash, a reload or a call-back; nothing is appended.

    Parameters
    ----------
    store, study, user, clock
        As in `begin_session`.
    guide : Guide
        The guide in the version under which the session began.
    session : str
        Id of the session.

    Returns
    -------
    Session
        In the state in which it was left.

    Raises
    ------
    CaptureError
        The session has not begun (CAPTURE-004), began under another version of the guide
        (CAPTURE-005), or its participant has withdrawn (FIELD-050).
    """
    return Session(store, study, reread(store, guide, session), user, clock)


def reread(store: Store, guide: Guide, session: str) -> Fold:
    """Fold the events of a session again; parameters and errors as in `resume_session`.

    Raises
    ------
    CaptureError
        As in `resume_session`.
    """
    hold_out(store, session)
    fold = Fold(course_of(guide))
    for event in store.read(session=session):
        fold.take(event)
    if fold.phase == "not-begun":
        raise CaptureError.of("CAPTURE-004", place=f"session {session}")
    if fold.guide_hash != guide.hash:
        raise CaptureError.of("CAPTURE-005", place=f"session {session}", guide=guide.id)
    return fold


def fold_for(guide: Guide, session: str, users: Sequence[str]) -> Fold:
    """Return the empty fold of a session that is about to begin.

    Parameters
    ----------
    guide : Guide
        Its guide.
    session : str
        Its id.
    users : sequence of str
        Those who hold it.

    Raises
    ------
    CaptureError
        Somebody is not given by role and number (CAPTURE-008): names stay out of the journal.
    """
    for user in users:
        if not _ROLE_AND_NUMBER.fullmatch(user):
            raise CaptureError.of("CAPTURE-008", place=f"session {session}")
    fold = Fold(course_of(guide))
    fold.session = fold.case = session
    return fold


def spoken(guide: Guide, language: str) -> str:
    """Return the language of a session: the one asked for, or the guide's first.

    Parameters
    ----------
    guide : Guide
        The guide.
    language : str
        One of its languages, or empty.

    Raises
    ------
    CaptureError
        The guide does not speak it (CAPTURE-007).
    """
    if language and language not in guide.languages:
        known = ", ".join(guide.languages)
        raise CaptureError.of("CAPTURE-007", place=f"guide {guide.id}", known=known)
    return language or guide.languages[0]
