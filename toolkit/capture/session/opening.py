"""How a call or a forum begins, and how it goes on after a crash."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.capture.clock import Clock
from toolkit.capture.session.course import course_of
from toolkit.capture.session.fold import Fold
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import Register, admit, hold_out, strand_of
from toolkit.errors import CaptureError, finding
from toolkit.guide import Guide
from toolkit.guide.study.model import Study
from toolkit.store.journal.interface import Store

_ROLE_AND_NUMBER = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_ROLES = ("facilitator", "note-taker", "support-worker")


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
        No consent (clause P25), too many interviews on that day (clause P43), the session has begun
        already, or the guide is one for forums or lacks the language.
    """
    if guide.mode == "forum":
        raise CaptureError.of("CAPTURE-006", place=f"guide {guide.id}", mode="one participant")
    session = Session(store, study, _new_fold(guide, case, (user,)), user, clock)
    seen = register or Register(store)
    consents = admit(seen, study, guide, case, user, clock.wall_ms(), people=(case,))
    value = {"mode": guide.mode, "consent": consents[case]}
    value["language"] = _spoken(guide, language)
    session.write(session.event("begin", new=value))
    return session


def resume_session(
    store: Store, study: Study, guide: Guide, *, session: str, user: str, clock: Clock
) -> Session:
    """Resume a session after a crash, a reload or a call-back; nothing is appended.

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


def begin_forum(
    store: Store,
    study: Study,
    guide: Guide,
    *,
    session: str,
    seats: Sequence[str],
    facilitator: str,
    note_taker: str,
    support_worker: str,
    clock: Clock,
    language: str = "",
    register: Register | None = None,
) -> Session:
    """Begin a forum.

    Parameters
    ----------
    store, study, guide, clock, language, register
        As in `begin_session`.
    session, seats : str, sequence of str
        Id of the forum (``F1``), and pseudonyms of those who take part, each with a consent.
    facilitator, note_taker, support_worker : str
        Who fills the roles (clauses P09, P10): three different people, by role and number.

    Returns
    -------
    Session
        Open; a size outside the plan (clause P15) or another guide than before (clause P16) is a
        deviation.

    Raises
    ------
    CaptureError
        A role is not filled or filled twice by one person, seats are missing or double, somebody
        has not consented (clause P25), the forum has begun already, or the guide is not for forums.
    """
    if guide.mode != "forum":
        raise CaptureError.of("CAPTURE-006", place=f"guide {guide.id}", mode="a forum")
    roles = dict(zip(_ROLES, (facilitator, note_taker, support_worker), strict=True))
    _check_people(session, roles, seats)
    forum = Session(store, study, _new_fold(guide, session, [*roles.values()]), facilitator, clock)
    seen = register or Register(store)
    consents = admit(seen, study, guide, session, facilitator, clock.wall_ms(), people=seats)
    value = {"mode": guide.mode, "seats": list(seats), "roles": roles, "consent": consents}
    value["language"] = _spoken(guide, language)
    told = _deviations_at_start(study, guide, seats, seen)
    unplanned = [forum.event("deviation", clause, {"what": what}) for clause, what in told]
    forum.write(forum.event("begin", new=value), *unplanned)
    return forum


def resume_forum(
    store: Store, study: Study, guide: Guide, *, session: str, clock: Clock, user: str = ""
) -> Session:
    """Resume a forum after a crash or a reload; nothing is appended.

    Parameters
    ----------
    store, study, guide, session, clock
        As in `resume_session`.
    user : str
        Who goes on; the facilitator where none is given.

    Returns
    -------
    Session
        In the state in which it was left.

    Raises
    ------
    CaptureError
        It has not begun, or began under another version of the guide.
    """
    fold = reread(store, guide, session)
    if not fold.seats:
        raise CaptureError.of("CAPTURE-006", place=f"session {session}", mode="a forum")
    return Session(store, study, fold, user or fold.roles["facilitator"], clock)


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


def _new_fold(guide: Guide, session: str, users: Sequence[str]) -> Fold:
    """Return the empty fold of a session; names stay out of the journal, so roles are wanted."""
    for user in users:
        if not _ROLE_AND_NUMBER.fullmatch(user):
            raise CaptureError.of("CAPTURE-008", place=f"session {session}")
    fold = Fold(course_of(guide))
    fold.session = fold.case = session
    return fold


def _spoken(guide: Guide, language: str) -> str:
    """Return the language of a session: the one asked for, or the guide's first."""
    if language and language not in guide.languages:
        known = ", ".join(guide.languages)
        raise CaptureError.of("CAPTURE-007", place=f"guide {guide.id}", known=known)
    return language or guide.languages[0]


def _check_people(session: str, roles: dict[str, str], seats: Sequence[str]) -> None:
    place = f"session {session}"
    found = [
        finding("CAPTURE-030", place=place, problem=f"nobody is the {role}")
        for role, who in roles.items()
        if not who.strip()
    ]
    filled = [who for who in roles.values() if who.strip()]
    if len(set(filled)) < len(filled):
        problem = "one person has two of the roles"
        found.append(finding("CAPTURE-030", place=place, problem=problem))
    if not seats or len(set(seats)) < len(seats):
        found.append(finding("CAPTURE-037", place=place))
    if found:
        raise CaptureError(found)


def _deviations_at_start(
    study: Study, guide: Guide, seats: Sequence[str], seen: Register
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    strand = strand_of(study, guide)
    size = strand.size if strand else None
    if size is not None and len(seats) not in size:
        found.append(("P15", f"{len(seats)} people, planned {size}"))
    others = seen.forums_under_another_guide(guide.hash)
    if others:
        found.append(("P16", f"another version of the guide than at {', '.join(others)}"))
    return found
