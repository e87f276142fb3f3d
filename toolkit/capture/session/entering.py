"""What a page needs of a session besides its steps: drafts, and two windows on one session."""

from __future__ import annotations

from typing import Any

from toolkit.capture.session.course import seat_of
from toolkit.capture.session.drafts import AFTERWARDS, change, split_field
from toolkit.capture.session.session import Session
from toolkit.capture.session.turns import topic_of
from toolkit.errors import CaptureError

_OF_THE_WHOLE = frozenset({"write-up", "themes"})


def draft(session: Session, field: str, text: str) -> int:
    """Save the text of a field of the page; the last one counts.

    Parameters
    ----------
    field : str
        ``q3#answer``, ``q2.who#other``, ``q3#note``, ``#note``, ``#write-up``, ``q3#edit``; at a
        forum also ``q1#turn-note-taker[F1-A]`` for a turn of a seat that is being written down,
        ``q1#nods-note-taker[F1-A]`` for the reactions to it, ``#note-facilitator`` for running
        notes.
    text : str
        All that is in it; only what changed is written.

    Raises
    ------
    CaptureError
        There is no such field, a script before it has not been confirmed, nobody has this seat or
        they withdrew (clause P27), or the phase of the session does not allow it.
    """
    ref, part = _field(session, field)
    if session.shared(field):
        session.allow(part)
    elif part in AFTERWARDS and session.over:
        session.allow_after_the_end()
    else:
        session.allow("note" if part == "note" else "draft")
    if ref and part in ("answer", "other"):
        session.past_the_gate(ref, session.course.find(ref).gate)
    what = change(session.fold.text_in(field), text)
    return session.write(session.event("draft", field, what))


def keep_apart(session: Session, field: str, said: dict[str, Any]) -> int:
    """Keep what a second window wrote to a field without knowing of the first one.

    Nothing is overwritten: both versions stay, and somebody chooses.

    Parameters
    ----------
    said : dict
        ``text`` that was typed, or the ``answer``.

    Raises
    ------
    CaptureError
        There is no such field.
    """
    _field(session, field)
    return session.write(session.event("conflict", field, said))


def written_by_another(session: Session, field: str, client: str, base: int) -> bool:
    """Return whether another window wrote to a field after an event that this one knows of.

    A version that was kept apart counts: it must not go unseen because somebody types on.

    Parameters
    ----------
    base : int
        Number of the last event that it knows of.
    """
    fold = session.fold
    marks = [each[field] for each in (fold.touched, fold.apart) if field in each]
    return any(seq > base and whose != client for seq, whose in marks)


def news_for(session: Session, client: str, base: int) -> tuple[str, ...]:
    """Return the fields that other windows wrote to; parameters as in `written_by_another`."""
    fields = session.fold.touched | session.fold.apart
    return tuple(each for each in fields if written_by_another(session, each, client, base))


def written_by_others(session: Session, client: str, base: int) -> bool:
    """Return whether anybody other than this window wrote after an event."""
    fold = session.fold
    marked = (seq for whose, seq in fold.writers.items() if whose != client)
    return max([0, *fold.unmarked[-1:], *marked]) > base


def _field(session: Session, field: str) -> tuple[str, str]:
    """Return ref and part of a field; refuse one that the page of this session does not have."""
    shared = session.shared(field)
    if shared is not None:
        ref, kind, _ = shared
        if kind != "note":
            session.present(seat_of(field))
            topic_of(session, ref)
        return ref, kind
    parts = split_field(field)
    # Notes may belong to no question; a write-up belongs to none, everything else to one.
    if parts is None or (parts[1] != "note" and bool(parts[0]) == (parts[1] in _OF_THE_WHOLE)):
        raise CaptureError.of("CAPTURE-040", place=session.place)
    if parts[0]:
        session.course.find(parts[0])
    return parts
