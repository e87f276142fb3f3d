"""A forum: a session of several, with seats, turns and the people whom the protocol wants there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from toolkit.capture.clock import Clock
from toolkit.capture.session.opening import fold_for, reread, spoken
from toolkit.capture.session.screens import Screens
from toolkit.capture.session.start import Register, admit, strand_of
from toolkit.errors import CaptureError, finding
from toolkit.guide import Guide
from toolkit.guide.study.model import Study
from toolkit.store.journal.interface import Store

Kind = Literal["agree", "disagree", "nod"]
_ROLES = ("facilitator", "note-taker", "support-worker")


class Forum(Screens):
    """A forum that is under way or over. Make it with `begin_forum` or `resume_forum`.

    Steps of `Session` are the facilitator's, turns and reactions the note taker's, unless `hand`
    says whose they are.
    """

    def turn(
        self, seat: str, text: str, question: str = "", *, name: str = "", field: str = ""
    ) -> int:
        """Write down what a participant said.

        Parameters
        ----------
        seat : str
            Pseudonym of who spoke.
        text : str
            The words.
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
        self._may("turn")
        self._present(seat)
        question = self._topic(question)
        handed_in = self._handed_in_at_the_end(seat, text, question)
        if handed_in:
            self._write()
            return handed_in
        number = self._fold.numbers.get(question, 0) + 1
        value = {"number": number, "seat": seat, "text": self._words(text, "turn")}
        value |= {"id": name} if name else {}
        value |= self._where(field)
        self._write(self._event("turn", question, value, user=self._taker, seat=seat))
        return number

    def correct_turn(self, name: str, text: str, reason: str, *, known: int | None = None) -> int:
        """Correct a turn that was kept; the words before stay in the journal, as the seat's own.

        Parameters
        ----------
        name : str
            Record id of the turn.
        text, reason : str
            The words, and why they are changed.
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
        turn = next((each for each in self._fold.turns if each.id == name), None)
        if turn is None:
            raise CaptureError.of("CAPTURE-033", place=self._place())
        self._present(turn.seat)
        if self._fold.phase in ("finished", "stopped"):
            self._after_the_end()
        if known is not None and turn.seen > known and turn.user != self._taker:
            raise CaptureError.of("CAPTURE-039", place=f"turn {turn.question}/{turn.number}")
        text, reason = self._words(text, "turn"), self._words(reason, "reason")
        value = {"number": turn.number, "seat": turn.seat, "text": text}
        old = value | {"text": turn.text}
        who = {"user": self._taker, "seat": turn.seat}
        event = self._event("turn-edit", turn.question, value, old=old, reason=reason, **who)
        return self._write(event)

    def react_to(self, name: str, seat: str, kind: Kind) -> int:
        """Write down how a participant took a turn that is known by its record id.

        Parameters
        ----------
        name : str
            Record id of the turn.
        seat, kind : str
            As in `react`.

        Raises
        ------
        CaptureError
            As in `react`.
        """
        for turn in self._fold.turns:
            if turn.id == name:
                return self.react(turn.number, seat, kind, turn.question)
        raise CaptureError.of("CAPTURE-033", place=self._place())

    def react(
        self,
        number: int,
        seat: str,
        kind: Kind,
        question: str = "",
    ) -> int:
        """Write down how a participant took another's turn; once for each kind.

        Parameters
        ----------
        number : int
            Number of the turn within the question.
        seat : str
            Pseudonym of who reacted.
        kind : {"agree", "disagree", "nod"}
            How.
        question : str
            What the turn was about; the question in view where none is given.

        Raises
        ------
        CaptureError
            There is no such turn, it is their own, they have reacted so before, or nobody has
            this seat.
        """
        self._may("react")
        self._present(seat)
        question = self._topic(question)
        place = f"turn {question}/{number}"
        if kind not in ("agree", "disagree", "nod"):
            raise CaptureError.of("CAPTURE-034", place=place, problem="no such reaction")
        turns = [t for t in self._fold.turns if t.number == number and t.question == question]
        if not turns:
            raise CaptureError.of("CAPTURE-033", place=place)
        if turns[0].seat == seat:
            raise CaptureError.of("CAPTURE-034", place=place, problem="a reaction to one's own")
        known = (question, number, seat, kind)
        if any((r.question, r.number, r.seat, r.kind) == known for r in self._fold.reactions):
            raise CaptureError.of("CAPTURE-034", place=place, problem="the same reaction again")
        value = {"number": number, "seat": seat, "kind": kind}
        return self._write(self._event("react", question, value, user=self._taker, seat=seat))

    def withdraw(self, seat: str) -> int:
        """Take a participant out who withdraws during the discussion (P27).

        What they said so far is marked withdrawn and counts no more; `carry_out` of
        `toolkit.fieldwork.destruction` destroys it.

        Parameters
        ----------
        seat : str
            Their pseudonym.

        Raises
        ------
        CaptureError
            The forum is over (the protocol then allows no withdrawal), or nobody has this seat.
        """
        if self._fold.phase in ("finished", "stopped"):
            strand = strand_of(self._study, self.course.guide)
            reason = self._study.withdrawal_of(strand.strand).reason if strand else "it is over"
            raise CaptureError.of("CAPTURE-035", place=f"seat {seat}", reason=reason)
        self._present(seat)
        return self._write(self._event("seat-withdrawn", new={"seat": seat}))

    def _handed_in_at_the_end(self, seat: str, text: str, question: str) -> int:
        """Return the number of the turn that ending the forum made of a draft; else 0."""
        if self._fold.phase not in ("finished", "stopped"):
            return 0
        same = (question, seat, text)
        found = [t for t in self._fold.turns if (t.question, t.seat, t.text) == same]
        return found[-1].number if found and found[-1].id == f"{question}/{found[-1].number}" else 0

    @property
    def _taker(self) -> str:
        return self._user if self._hand else self._fold.roles["note-taker"]


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
) -> Forum:
    """Begin a forum.

    Parameters
    ----------
    store, study, guide, clock, language, register
        As in `begin_session`.
    session, seats : str, sequence of str
        Id of the forum (``F1``), and pseudonyms of those who take part, each with a consent.
    facilitator, note_taker, support_worker : str
        Who fills the roles (P09, P10): three different people, by role and number.

    Returns
    -------
    Forum
        Open; a size outside the plan (P15) or another guide than before (P16) is a deviation.

    Raises
    ------
    CaptureError
        A role is not filled or filled twice by one person, seats are missing or double, somebody
        has not consented (P25), the forum has begun already, or the guide is not for forums.
    """
    if guide.mode != "forum":
        raise CaptureError.of("CAPTURE-006", place=f"guide {guide.id}", mode="a forum")
    roles = dict(zip(_ROLES, (facilitator, note_taker, support_worker), strict=True))
    _check_people(session, roles, seats)
    forum = Forum(store, study, fold_for(guide, session, [*roles.values()]), facilitator, clock)
    seen = register or Register(store)
    consents = admit(seen, study, guide, session, facilitator, clock.wall_ms(), people=seats)
    value = {"mode": guide.mode, "seats": list(seats), "roles": roles, "consent": consents}
    value["language"] = spoken(guide, language)
    told = _deviations_at_start(study, guide, seats, seen)
    unplanned = [forum._event("deviation", clause, {"what": what}) for clause, what in told]
    forum._write(forum._event("begin", new=value), *unplanned)
    return forum


def resume_forum(
    store: Store, study: Study, guide: Guide, *, session: str, clock: Clock, user: str = ""
) -> Forum:
    """Go on with a forum after a crash or a reload; nothing is appended.

    Parameters
    ----------
    store, study, guide, session, clock
        As in `resume_session`.
    user : str
        Who goes on; the facilitator where none is given.

    Returns
    -------
    Forum
        In the state in which it was left.

    Raises
    ------
    CaptureError
        It has not begun, or began under another version of the guide.
    """
    fold = reread(store, guide, session)
    if not fold.seats:
        raise CaptureError.of("CAPTURE-006", place=f"session {session}", mode="a forum")
    return Forum(store, study, fold, user or fold.roles["facilitator"], clock)


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
