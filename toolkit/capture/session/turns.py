"""Steps of a forum: who said what, how others reacted, and who withdraws (clause P27)."""

from __future__ import annotations

from typing import Literal

from toolkit.capture.session.session import Session
from toolkit.capture.session.start import strand_of
from toolkit.capture.session.state import Turn
from toolkit.errors import CaptureError
from toolkit.guide.topic.model import Question

Kind = Literal["agree", "disagree", "nod"]


def turn(
    session: Session, seat: str, text: str, question: str = "", *, name: str = "", field: str = ""
) -> int:
    """Write down what a participant said.

    Parameters
    ----------
    question : str
        What it was about; the question in view where none is given.
    name, field : str
        Record id by the screen that sends it, and the field in which it was typed.

    Returns
    -------
    int
        Number of the turn within the question, from 1, in the order in which turns arrive.

    Raises
    ------
    CaptureError
        Nobody has this seat or they withdrew, there is no question, or the text is empty.
    """
    session.allow("turn")
    session.present(seat)
    question = topic_of(session, question)
    handed_in = _handed_in_at_the_end(session, seat, text, question)
    if handed_in:
        session.write()
        return handed_in
    number = session.fold.numbers.get(question, 0) + 1
    value = {"number": number, "seat": seat, "text": session.words(text, "turn")}
    value |= {"id": name} if name else {}
    value |= session.handed_in(field)
    session.write(session.event("turn", question, value, user=session.note_taker, seat=seat))
    return number


def correct_turn(
    session: Session, name: str, text: str, reason: str, *, known: int | None = None
) -> int:
    """Correct a turn that was kept; the words before stay in the journal, as the seat's own.

    Parameters
    ----------
    known : int, optional
        Number of the last event that the screen knew of.

    Returns
    -------
    int
        Number of the last event.

    Raises
    ------
    CaptureError
        There is no such turn, who said it withdrew, text or reason are empty, nothing may be
        changed any more, or the other screen corrected it meanwhile (CAPTURE-039).
    """
    turn = _turn_called(session, name)
    session.present(turn.seat)
    if session.over:
        session.allow_after_the_end()
    if known is not None and turn.seen > known and turn.user != session.note_taker:
        raise CaptureError.of("CAPTURE-039", place=f"turn {turn.question}/{turn.number}")
    text, reason = session.words(text, "turn"), session.words(reason, "reason")
    value = {"number": turn.number, "seat": turn.seat, "text": text}
    old = value | {"text": turn.text}
    who = {"user": session.note_taker, "seat": turn.seat}
    event = session.event("turn-edit", turn.question, value, old=old, reason=reason, **who)
    return session.write(event)


def take_turn_back(session: Session, name: str) -> int:
    """Remove a turn that was saved by mistake, with its reactions; the journal keeps them.

    Raises
    ------
    CaptureError
        There is no such turn, who said it withdrew, or the forum is over.
    """
    turn = _turn_called(session, name)
    session.allow("turn")
    session.present(turn.seat)
    old = {"number": turn.number, "seat": turn.seat, "text": turn.text}
    who = {"user": session.note_taker, "seat": turn.seat}
    return session.write(session.event("turn-back", turn.question, old=old, **who))


def take_reaction_back(session: Session, name: str, seat: str, kind: Kind) -> int:
    """Remove a reaction that was recorded by mistake.

    Raises
    ------
    CaptureError
        There is no such turn, or the forum is over.
    """
    turn = _turn_called(session, name)
    session.allow("react")
    old = {"number": turn.number, "seat": seat, "kind": kind}
    who = {"user": session.note_taker, "seat": seat}
    return session.write(session.event("unreact", turn.question, old=old, **who))


def react_to(session: Session, name: str, seat: str, kind: Kind) -> int:
    """Write down how a participant took a turn that is known by its record id.

    Raises
    ------
    CaptureError
        As in `react`.
    """
    turn = _turn_called(session, name)
    return react(session, turn.number, seat, kind, turn.question)


def react(
    session: Session,
    number: int,
    seat: str,
    kind: Kind,
    question: str = "",
) -> int:
    """Write down how a participant took another's turn; once for each kind.

    Parameters
    ----------
    question : str
        What the turn was about; the question in view where none is given.

    Raises
    ------
    CaptureError
        There is no such turn, it is their own, they have reacted so before, or nobody has
        this seat.
    """
    session.allow("react")
    session.present(seat)
    question = topic_of(session, question)
    place = f"turn {question}/{number}"
    if kind not in ("agree", "disagree", "nod"):
        raise CaptureError.of("CAPTURE-034", place=place, problem="there is no such reaction")
    turns = [t for t in session.fold.turns if t.number == number and t.question == question]
    if not turns:
        raise CaptureError.of("CAPTURE-033", place=place)
    if turns[0].seat == seat:
        raise CaptureError.of(
            "CAPTURE-034", place=place, problem="people do not react to their own turn"
        )
    known = (question, number, seat, kind)
    if any((r.question, r.number, r.seat, r.kind) == known for r in session.fold.reactions):
        raise CaptureError.of(
            "CAPTURE-034", place=place, problem="this reaction is recorded already"
        )
    value = {"number": number, "seat": seat, "kind": kind}
    return session.write(
        session.event("react", question, value, user=session.note_taker, seat=seat)
    )


def withdraw(session: Session, seat: str) -> int:
    """Record that a participant withdraws during the discussion (clause P27).

    What they said so far is marked withdrawn and counts no more; `carry_out` of
    `toolkit.fieldwork.destruction` destroys it.

    Raises
    ------
    CaptureError
        The forum is over (the protocol then allows no withdrawal), or nobody has this seat.
    """
    if session.over:
        strand = strand_of(session.study, session.course.guide)
        reason = session.study.withdrawal_of(strand.strand).reason if strand else "it is over"
        raise CaptureError.of("CAPTURE-035", place=f"seat {seat}", reason=reason)
    session.present(seat)
    return session.write(session.event("seat-withdrawn", new={"seat": seat}))


def topic_of(session: Session, question: str) -> str:
    """Return the question that is talked about: the one named, else the one in view.

    Raises
    ------
    CaptureError
        There is none, or a script before it has not been confirmed.
    """
    question = question or session.fold.current
    place = session.course.find(question) if question else None
    if place is None or not isinstance(place.item, Question):
        raise CaptureError.of("CAPTURE-036", place=session.place)
    session.past_the_gate(question, place.gate)
    return question


def _turn_called(session: Session, name: str) -> Turn:
    for turn in session.fold.turns:
        if turn.id == name:
            return turn
    raise CaptureError.of("CAPTURE-033", place=session.place)


def _handed_in_at_the_end(session: Session, seat: str, text: str, question: str) -> int:
    """Return the number of the turn that ending the forum made of a draft; else 0."""
    if not session.over:
        return 0
    same = (question, seat, text)
    found = [t for t in session.fold.turns if (t.question, t.seat, t.text) == same]
    return found[-1].number if found and found[-1].id == f"{question}/{found[-1].number}" else 0
