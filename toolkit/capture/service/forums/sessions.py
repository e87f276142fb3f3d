"""What the server does for the two screens of a forum; no HTTP in here."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.capture.clock import Clock
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.calls.steps import perform
from toolkit.capture.service.forums.view import forum_view, seats_known
from toolkit.capture.service.messages.forum import (
    ForumEdit,
    ForumEdits,
    ForumOpened,
    ForumReceipt,
    Named,
)
from toolkit.capture.service.messages.session import Edit, Edits, Opened, Receipt, View
from toolkit.capture.service.study import Opened as OpenStudy
from toolkit.capture.session import steps, turns
from toolkit.capture.session.opening import begin_forum, resume_forum
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import strand_of


class ForumDesk(Desk):
    """All forums of one study that a server holds open.

    Its open study is that of `open_study` for forums; the rest is as in `Desk`.

    Parameters
    ----------
    study, user, clock
        As in `Desk`.
    """

    def __init__(self, study: OpenStudy, user: str, clock: Clock) -> None:
        super().__init__(study, user, clock)
        self._roles: dict[tuple[str, str], str] = {}

    def begin_forum(self, session: str, named: Named) -> None:
        """Begin a forum; one that has begun already goes on.

        Raises
        ------
        CaptureError
            As in `begin_forum`: a role is not filled, or no consent for a seat.
        """
        if self._held(session) is None:
            begun = begin_forum(
                self._open.store,
                self._open.study,
                self._open.guide,
                session=session,
                seats=named.seats,
                facilitator=named.facilitator,
                note_taker=named.note_taker,
                support_worker=named.support_worker,
                clock=self._clock,
                language=named.language,
                register=self._register,
            )
            begun.codebook = self._open.codebook
            self._sessions[session] = begun

    def opened(self, session: str, client: str = "") -> Opened:
        """Return what a screen needs; parameters and errors as in `Desk.opened`."""
        told = super().opened(session, client)
        held = self._held(session)
        plan = strand_of(self._open.study, self._open.guide)
        more = {
            "view": self._view(held) if held else told.view,
            "known": () if held else seats_known(self._open.store, session),
            "size": str(plan.size) if plan and plan.size else "",
            "beside": self._beside(session, client),
            "others": 0,  # whose screen it is, it says with its first edits
        }
        return ForumOpened(**(dict(told) | more))

    def take(self, session: str, sent: Edits) -> Receipt:
        """Save a screen's edits; parameters and errors as in `Desk.take`."""
        if isinstance(sent, ForumEdits):
            self._roles[session, sent.client] = sent.by
        receipt = super().take(session, sent)
        beside = self._beside(session, sent.client)
        return ForumReceipt(**dict(receipt), beside=beside, now=self._sessions[session].elapsed)

    def _resume(self, session: str) -> Session:
        held = resume_forum(
            self._open.store,
            self._open.study,
            self._version_of(session),
            session=session,
            clock=self._clock,
        )
        held.codebook = self._open.codebook  # words for oneself stay out: two screens show the same
        return held

    def _view(self, held: Session) -> View:
        return forum_view(held)

    def _perform(self, held: Session, edit: Edit) -> None:
        assert isinstance(edit, ForumEdit)
        with held.hand(edit.by, edit.at):
            step = _STEPS.get(edit.step)
            if step is None:
                perform(held, edit)
            else:
                step(held, edit)

    def _others(self, session: str, client: str) -> int:
        """Count the other windows of the same role: a second screen is no second window."""
        super()._others(session, client)
        mine = self._roles.get((session, client))
        return sum(
            who[0] == session and who[1] != client and self._roles.get(who) == mine
            for who in self._heard
        )

    def _beside(self, session: str, client: str) -> bool:
        mine = self._roles.get((session, client))
        return any(
            who[0] == session and who[1] != client and self._roles.get(who, mine) != mine
            for who in self._heard
        )


_STEPS: dict[str, Callable[[Session, ForumEdit], object]] = {
    "turn": lambda forum, edit: turns.turn(
        forum, edit.seat, edit.text, edit.ref, name=edit.name, field=edit.field
    ),
    "turn-edit": lambda forum, edit: turns.correct_turn(
        forum, edit.name, edit.text, edit.reason, known=edit.base
    ),
    "turn-back": lambda forum, edit: turns.take_turn_back(forum, edit.name),
    "react": lambda forum, edit: turns.react_to(forum, edit.name, edit.seat, edit.how),
    "unreact": lambda forum, edit: turns.take_reaction_back(forum, edit.name, edit.seat, edit.how),
    "note": lambda forum, edit: steps.note(forum, edit.text, edit.ref, edit.note, field=edit.field),
    "withdraw": lambda forum, edit: turns.withdraw(forum, edit.seat),
}
