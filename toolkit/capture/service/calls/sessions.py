"""What the server does for the windows of the page; no HTTP in here.

One session is held once in a server, however many windows show it. Each edit is appended and
synchronised to the disk before it is acknowledged, and is marked with the window and its number
in the same append: an edit that is sent again after a crash is not taken twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from toolkit.capture.clock import Clock
from toolkit.capture.rehearsal.invented_answers import invented_for
from toolkit.capture.service.calls.concern_panel import Care
from toolkit.capture.service.calls.contact_panel import Beforehand
from toolkit.capture.service.calls.steps import field_of, perform
from toolkit.capture.service.calls.view import faults_of, opened_for, view_of
from toolkit.capture.service.messages.contact import Concerning
from toolkit.capture.service.messages.session import Edit, Edits, Opened, Receipt, Refused, View
from toolkit.capture.service.study import Opened as OpenStudy
from toolkit.capture.session import entering
from toolkit.capture.session.opening import begin_session, resume_session
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import Register
from toolkit.capture.session.versions import kept_guide
from toolkit.errors import CaptureError, ConflictError, FieldworkError, GuideError, StoreError
from toolkit.guide import Guide

# Seconds after which a window that was not heard of counts as closed.
_QUIET = 8.0
# A text that the journal cannot keep: this edit is refused, the next one may be fine.
_UNFIT = frozenset({"STORE-001", "STORE-002", "STORE-003", "STORE-004", "STORE-005"})


class Desk:
    """All sessions of one study that a server holds open.

    Parameters
    ----------
    study : OpenStudy
        The open study.
    user : str
        Who holds the calls: role and number, ``researcher-1``.
    clock : Clock
        What the time is asked of.

    Attributes
    ----------
    before : Beforehand
        What was tried before a call.
    """

    def __init__(self, study: OpenStudy, user: str, clock: Clock) -> None:
        self._open = study
        self._user = user
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._register = Register(study.store)
        self._heard: dict[tuple[str, str], float] = {}
        self.before = Beforehand(study, user, clock)
        self._care = Care(study, clock)

    def opened(self, session: str, client: str = "") -> Opened:
        """Return what a window needs to begin a session or to go on with it.

        Parameters
        ----------
        client : str
            Id of the window; empty for one that only looks.

        Raises
        ------
        CaptureError
            It began under a version of the guide that is not to be had.
        StoreError
            The participant has withdrawn, or the store cannot be read.
        """
        held = self._held(session)
        guide = held.course.guide if held else self._open.guide
        key = self._open.browser_key(session)
        others, now = self._others(session, client), self._clock.wall_ms()
        told = opened_for(self._open, guide, held, session, key, others, now)
        more = {"before": None if held else self.before.told(session)}
        return told.model_copy(
            update={**more, "officers": self._care.officers(), "care": self._cared_for(held)}
        )

    def begin(self, session: str, language: str = "") -> None:
        """Begin a call; one that has begun already goes on.

        Raises
        ------
        CaptureError
            As in `begin_session`: no consent (clause P25), too many on that day (clause P43).
        """
        if self._held(session) is None:
            begun = begin_session(
                self._open.store,
                self._open.study,
                self._open.guide,
                case=session,
                user=self._user,
                clock=self._clock,
                language=language,
                register=self._register,
            )
            self._sessions[session] = self._open.equip(begun, session, self._user)

    def take(self, session: str, sent: Edits) -> Receipt:
        """Save a window's edits in order; an edit that it acknowledges is safely on the disk.

        Raises
        ------
        CaptureError
            The session has not begun.
        StoreError
            The store cannot write; edits before the one that failed were taken.
        """
        held = self._held(session)
        if held is None:
            raise CaptureError.of("CAPTURE-004", place=f"session {session}")
        held.refresh()
        refused: list[Refused] = []
        conflicts: list[int] = []
        done = held.taken(sent.client)
        for edit in sent.edits:
            if edit.number > done:
                try:
                    if self._take(held, sent.client, edit):
                        conflicts.append(edit.number)
                except (CaptureError, GuideError, FieldworkError, StoreError) as fault:
                    if isinstance(fault, StoreError) and fault.findings[0].code not in _UNFIT:
                        raise
                    refused.append(Refused(number=edit.number, faults=faults_of(fault.findings)))
                done = edit.number
        others = self._others(session, sent.client)
        if sent.leaving:
            self._heard.pop((session, sent.client), None)
        news = entering.written_by_others(held, sent.client, sent.known)
        return Receipt(
            taken=done,
            last=held.last,
            refused=tuple(refused),
            conflicts=tuple(conflicts),
            others=others,
            view=self._view(held) if news else None,
            news=entering.news_for(held, sent.client, sent.known) if news else (),
            care=self._cared_for(held),
        )

    def invent(self, session: str, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Invent answers, in a rehearsal; nothing is recorded, the page hands them in.

        Raises
        ------
        CaptureError
            It is no rehearsal (CAPTURE-050), the session has not begun, or there is no such ref.
        """
        if not self._open.rehearsed:
            raise CaptureError.of("CAPTURE-050", place=f"session {session}")
        held = self._held(session)
        if held is None:
            raise CaptureError.of("CAPTURE-004", place=f"session {session}")
        return {each: invented_for(held.course, each).to_json() for each in refs}

    def close(self) -> None:
        """Close the store."""
        self._sessions.clear()
        self._open.store.close()

    def _take(self, held: Session, client: str, edit: Edit) -> bool:
        """Carry out one edit, twice if another program wrote; return whether it conflicts."""
        field, said = field_of(edit)
        for attempt in (1, 2):
            try:
                with held.edit_of(client, edit.number):
                    if field and entering.written_by_another(held, field, client, edit.base):
                        entering.keep_apart(held, field, said)
                        return True
                    self._perform(held, edit)
                    return False
            except ConflictError:
                if attempt == 2:
                    raise
                held.refresh()
        return False

    def _held(self, session: str) -> Session | None:
        """Return a session that has begun, from memory or from the journal."""
        held = self._sessions.get(session)
        if held is None and self._began(session):
            held = self._sessions[session] = self._resume(session)
        return held

    def _resume(self, session: str) -> Session:
        held = resume_session(
            self._open.store,
            self._open.study,
            self._version_of(session),
            session=session,
            user=self._user,
            clock=self._clock,
        )
        return self._open.equip(held, session, self._user)

    def _cared_for(self, held: Session | None) -> tuple[Concerning, ...]:
        """Return the concerns of a session."""
        return self._care.told(held.state.session) if held and held.flagged else ()

    def _perform(self, held: Session, edit: Edit) -> None:
        perform(held, edit)

    def _view(self, held: Session) -> View:
        return view_of(held)

    def _began(self, session: str) -> bool:
        self._register.follow()
        return self._register.begun(session)

    def _version_of(self, session: str) -> Guide:
        """Return the guide under which a session began, whatever its file says by now."""
        first: Any = next(iter(self._open.store.read(session=session)))
        if first.guide_hash == self._open.guide.hash:
            return self._open.guide
        kept = kept_guide(self._open.store, first.guide_hash)
        return kept if kept is not None else self._open.guide

    def _others(self, session: str, client: str) -> int:
        """Count the other windows on a session that were heard of lately."""
        now = time.monotonic()
        if client:
            self._heard[session, client] = now
        self._heard = {who: at for who, at in self._heard.items() if now - at < _QUIET}
        return sum(who[0] == session and who[1] != client for who in self._heard)
