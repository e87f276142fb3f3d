"""What the server sends to a forum's screen: the forum as JSON values, and who may take a seat."""

from __future__ import annotations

from toolkit.capture.service.calls.view import view_of
from toolkit.capture.service.messages.forum import ForumView, Said, Taken
from toolkit.capture.session.session import Session
from toolkit.capture.session.state import Turn
from toolkit.fieldwork.consent import consent_of
from toolkit.store.journal.interface import Store


def forum_view(session: Session) -> ForumView:
    """Return what a forum has come to; of somebody who withdrew no word (clause P27)."""
    state = session.state
    names = {(turn.question, turn.number): turn.id for turn in state.turns}
    more = {
        "seats": state.seats,
        "withdrawn": state.withdrawn,
        "roles": dict(state.roles),
        "turns": tuple(_said(turn) for turn in sorted(state.turns, key=lambda turn: turn.mono)),
        "reactions": tuple(
            Taken(name=names[each.question, each.number], seat=each.seat, how=each.kind)
            for each in state.reactions
            if not each.withdrawn
        ),
        "unplanned": tuple(f"{each.clause}: {each.what}" for each in state.deviations),
    }
    return ForumView(**(dict(view_of(session)) | more))


def seats_known(store: Store, session: str) -> tuple[tuple[str, bool], ...]:
    """Return the pseudonyms that belong to a forum by their name, and whether each has consented.

    Parameters
    ----------
    session : str
        Id of the forum: ``F1``, whose seats are called ``F1-A``, ``F1-B``.
    """
    gone = store.withdrawn()
    mine = [event for event in store.read() if event.case.startswith(f"{session}-")]
    cases = sorted({event.case for event in mine} - gone)
    return tuple((case, consent_of(mine, case) is not None) for case in cases)


def _said(turn: Turn) -> Said:
    return Said(
        name=turn.id,
        question=turn.question,
        number=turn.number,
        seat=turn.seat,
        text="" if turn.withdrawn else turn.text,
        at=turn.mono,
        withdrawn=turn.withdrawn,
        before=() if turn.withdrawn else turn.before,
    )
