"""A call, step by step: what may happen when, and what it leaves in the journal.

No widget and no server in here. Every step is checked, appended to the store and only then taken
into the state; what a step gives back is the number of its last event, which a page may show as
saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from toolkit.capture.clock import MINUTE, Clock
from toolkit.capture.course import Course, course_of, round_of, seat_of
from toolkit.capture.ending import closing_faults, deviations_at_end
from toolkit.capture.fold import Fold
from toolkit.capture.start import Register, admit, recording_allowed
from toolkit.capture.state import SessionState
from toolkit.errors import CaptureError, finding
from toolkit.guide import Answer, Guide, validate_answer
from toolkit.guide.model import Ending, Group, Probe, Question, Script
from toolkit.guide.study import Study
from toolkit.store.event import NewEvent
from toolkit.store.interface import Store

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_WHILE_PAUSED = frozenset({"resume", "note", "concern", "stop"})
_AFTER_THE_END = frozenset({"edit", "write-up"})


class Session:
    """One session that is under way or over. Make it with `begin_session` or `resume_session`.

    Every step gives the number of the last event that it appended. A step that is refused
    raises CaptureError and changes nothing.

    Parameters
    ----------
    store : Store
        Where events go.
    study : Study
        The protocol.
    fold : Fold
        What the session has come to so far.
    user : str
        Who holds it: role and number, ``researcher-1``.
    clock : Clock
        What the time is asked of.
    """

    def __init__(self, store: Store, study: Study, fold: Fold, user: str, clock: Clock) -> None:
        self._store = store
        self._study = study
        self._fold = fold
        self._user = user
        self._clock = clock
        self._opened = clock.mono_ms()
        # Between two programs only the wall clock tells how long it was; it may have been set back.
        gap = clock.wall_ms() - fold.seen if fold.last else 0
        self._base = fold.mono + max(0, gap)

    @property
    def course(self) -> Course:
        """The guide that the session follows, with its routing."""
        return self._fold.course

    @property
    def state(self) -> SessionState:
        """What the session has come to: the fold of its events."""
        return self._fold.state()

    def confirm(self, script: str) -> int:
        """Record that a script was said and understood (P04, P11).

        Parameters
        ----------
        script : str
            Id of the script, with its round in a repeated group.

        Raises
        ------
        CaptureError
            There is no such script, or the session is paused or over.
        """
        self._may("confirm")
        if not isinstance(self.course.find(script).item, Script):
            raise CaptureError.of("CAPTURE-011", place=self._place(), ref=script, kind="script")
        return self._write(self._event("confirm", script))

    def visit(self, ref: str) -> int:
        """Bring a question (or a script) into view; the clock of the one before stops.

        Parameters
        ----------
        ref : str
            Ref of a question or script; people may jump to any and back.

        Raises
        ------
        CaptureError
            There is no such question, or a script before it has not been confirmed.
        """
        self._may("visit")
        item = self.course.find(ref).item
        if not isinstance(item, Question | Script):
            kind = "question or script"
            raise CaptureError.of("CAPTURE-011", place=self._place(), ref=ref, kind=kind)
        if isinstance(item, Question):
            self._through_the_gate(ref)
        return self._write(self._event("visit", ref))

    def answer(self, ref: str, answer: Answer) -> int:
        """Record an answer to a question or probe; the one before stays in the journal.

        An answer on a branch that is closed as things stand is parked: kept, never counted.

        Parameters
        ----------
        ref : str
            ``q2``, ``q2.asked``, ``q@2``, ``q3.protected[F1-A]``; the id of a repeated group
            takes the number of its rounds.
        answer : Answer
            The value, or why there is none.

        Raises
        ------
        CaptureError
            Unknown ref, a value that does not fit (the value is never repeated), or a script
            before it that has not been confirmed.
        """
        self._may("answer")
        self._fits(ref, answer)
        self._through_the_gate(ref)
        before = self._fold.said.get(ref)
        old = before.to_json() if before is not None else None
        return self._write(self._event("answer", ref, answer.to_json(), old=old))

    def tick(self, ref: str) -> int:
        """Tick a probe that the participant spoke about.

        Parameters
        ----------
        ref : str
            A probe of type tick.
        """
        return self.answer(ref, Answer(value=True))

    def skip(self, ref: str) -> int:
        """Record that a probe was left out on purpose.

        Parameters
        ----------
        ref : str
            Any probe; a question that is left out was not asked.

        Raises
        ------
        CaptureError
            The ref is a question.
        """
        if not isinstance(self.course.find(ref).item, Probe):
            raise CaptureError.of("CAPTURE-013", place=f"question {ref}")
        return self.answer(ref, Answer(missing="skipped"))

    def note(self, text: str, ref: str = "") -> int:
        """Write a note on a question, or on none.

        Parameters
        ----------
        text : str
            The words; never a name.
        ref : str
            What it belongs to; empty for the session as a whole.

        Raises
        ------
        CaptureError
            It is empty, or there is no such ref.
        """
        self._may("note")
        if ref:
            self.course.find(ref)
        return self._write(self._event("note", ref, {"text": self._words(text, "note")}))

    def pause(self, kind: Literal["distress", "break"] = "break") -> int:
        """Stop the clock of the questions for a while (P29).

        Parameters
        ----------
        kind : {"distress", "break"}
            Why.

        Raises
        ------
        CaptureError
            It is neither of the two, or the session is paused or over.
        """
        self._may("pause")
        if kind not in ("distress", "break"):
            raise CaptureError.of("CAPTURE-023", place=self._place())
        return self._write(self._event("pause", new={"kind": kind}))

    def resume(self) -> int:
        """Go on after a pause.

        Raises
        ------
        CaptureError
            The session is not paused.
        """
        self._may("resume")
        if self._fold.phase != "paused":
            raise CaptureError.of("CAPTURE-016", place=self._place())
        return self._write(self._event("resume"))

    def concern(self) -> int:
        """Flag a safeguarding concern, at any moment before the end (P02); no detail goes in here.

        Raises
        ------
        CaptureError
            The session is over.
        """
        self._may("concern")
        return self._write(self._event("concern", new={"raised": True}))

    def attach_audio(self, reference: str, offset: float = 0.0) -> int:
        """Name the recording of this session (P07).

        Parameters
        ----------
        reference : str
            Name of the recording: letters, digits, dots, dashes; never a person's name.
        offset : float
            When the recording began, in seconds after the session.

        Raises
        ------
        CaptureError
            Recording was not agreed to, in the consent form and in the call itself.
        """
        self._may("audio")
        if not recording_allowed(self._store, self._fold):
            raise CaptureError.of("CAPTURE-018", place=self._place())
        if not _REFERENCE.fullmatch(reference):
            raise CaptureError.of("CAPTURE-019", place=self._place())
        return self._write(self._event("audio", new={"reference": reference, "offset": offset}))

    def deviate(self, clause: str, what: str, reason: str) -> int:
        """Record that something does not go as the protocol plans.

        Parameters
        ----------
        clause : str
            The clause: ``P12``.
        what, reason : str
            What is different, and why.

        Raises
        ------
        CaptureError
            One of the two is empty, or the session is paused or over.
        """
        self._may("deviation")
        what, reason = self._words(what, "deviation"), self._words(reason, "reason")
        return self._write(self._event("deviation", clause, {"what": what}, reason=reason))

    def finish(self, reasons: Mapping[str, str] | None = None) -> int:
        """End the session where its answers lead (P17), and record what was not as planned.

        Parameters
        ----------
        reasons : mapping of str to str, optional
            Why something was not as planned, by clause: ``{"P12": "had to fetch a child"}``.

        Raises
        ------
        CaptureError
            Something required is pending, a hard check does not hold, or the answers lead to no
            ending. Each is a finding.
        """
        self._may("finish")
        faults = closing_faults(self._fold)
        if faults:
            raise CaptureError(faults)
        ending = self._fold.route().ending
        planned = deviations_at_end(self._study, self._fold, ending, self._mono() / MINUTE)
        given = reasons or {}
        drafts = [
            self._event("deviation", clause, {"what": what}, reason=given.get(clause, ""))
            for clause, what in planned
        ]
        return self._write(*drafts, self._event("finish", new=self._outcome(ending)))

    def stop(self, *, keep: bool) -> int:
        """Break off for good (P29).

        Parameters
        ----------
        keep : bool
            The participant's choice: keep what was said, or have it deleted.

        Raises
        ------
        CaptureError
            The session is over.
        """
        self._may("stop")
        return self._write(self._event("stop", new={"keep": keep, "disposition": "break-off"}))

    def write_up(self, text: str) -> int:
        """Write notes and emerging themes after the session (P08, P13); the last one counts.

        Parameters
        ----------
        text : str
            The words.

        Raises
        ------
        CaptureError
            The session is not over, or the text is empty.
        """
        self._after_the_end()
        return self._write(self._event("write-up", new={"text": self._words(text, "write-up")}))

    def edit(self, ref: str, answer: Answer, reason: str) -> int:
        """Correct an answer after the end; the old value stays in the journal.

        Parameters
        ----------
        ref, answer
            As in `answer`.
        reason : str
            Why; never empty.

        Raises
        ------
        CaptureError
            The session is not over, there is no reason, the value does not fit, or with it the
            session could not have been finished.
        """
        self._after_the_end()
        self._fits(ref, answer)
        reason = self._words(reason, "reason")
        before = self._fold.said.get(ref)
        old = before.to_json() if before is not None else None
        events = [self._event("edit", ref, answer.to_json(), old=old, reason=reason)]
        if self._fold.phase == "finished":
            after = self._fold.supposing(ref, answer)
            faults = closing_faults(after)
            if faults:
                raise CaptureError(faults)
            ending = after.route().ending
            if ending != self._fold.ending:
                events.append(self._event("finish", new=self._outcome(ending), reason=reason))
        return self._write(*events)

    def refresh(self) -> int:
        """Take in what another screen has appended to the session meanwhile.

        Returns
        -------
        int
            Number of the last event.
        """
        for event in self._store.read(session=self._fold.session, after=self._fold.last):
            self._fold.take(event)
        return self._fold.last

    def _outcome(self, ending: str) -> dict[str, str]:
        found = self.course.guide.index[ending]
        assert isinstance(found, Ending)
        return {"ending": ending, "disposition": found.disposition}

    def _place(self) -> str:
        return f"session {self._fold.session}"

    def _words(self, text: str, kind: str) -> str:
        if not text.strip():
            raise CaptureError.of("CAPTURE-022", place=self._place(), kind=kind)
        return text

    def _may(self, kind: str) -> None:
        """Refuse what the phase of the session does not allow."""
        phase = self._fold.phase
        if phase == "paused" and kind not in _WHILE_PAUSED:
            raise CaptureError.of("CAPTURE-015", place=self._place(), kind=kind)
        if phase in ("finished", "stopped") and kind not in _AFTER_THE_END:
            raise CaptureError.of("CAPTURE-014", place=self._place(), kind=kind, phase=phase)

    def _after_the_end(self) -> None:
        if self._fold.phase not in ("finished", "stopped"):
            raise CaptureError.of("CAPTURE-021", place=self._place())
        if not self._fold.kept:
            raise CaptureError.of("CAPTURE-024", place=self._place())

    def _fits(self, ref: str, answer: Answer) -> None:
        """Refuse an answer that is not one to this ref; the answer itself is never told."""
        place = self.course.find(ref)
        item = place.item
        if isinstance(item, Script):
            kind = "question or probe"
            raise CaptureError.of("CAPTURE-011", place=self._place(), ref=ref, kind=kind)
        if isinstance(item, Group):
            most = item.repeat.max if item.repeat else 0
            if type(answer.value) is not int or not 0 <= answer.value <= most:
                raise CaptureError.of("CAPTURE-025", place=f"group {ref}", most=most)
            return
        self._fits_seat(ref, place.for_each)
        found = validate_answer(self.course.guide, ref, answer)
        if found:
            raise CaptureError(found)

    def _fits_seat(self, ref: str, for_each: bool) -> None:
        seat = seat_of(ref)
        fold = self._fold
        if fold.seats and (for_each and seat not in fold.seats):
            raise CaptureError.of("CAPTURE-031", place=f"question {ref}", seats=_list(fold.seats))
        if seat and seat in fold.withdrawn:
            raise CaptureError.of("CAPTURE-032", place=f"question {ref}")

    def _through_the_gate(self, ref: str) -> None:
        """Refuse a question before the scripts that stand before it are confirmed (P04, P11)."""
        gate = self.course.find(ref).gate
        if gate <= self._fold.confirmed.keys():
            return
        inside = round_of(ref)
        wanted = {each[:-1] + inside if each[-1] == "@" else each for each in gate}
        missing = [each for each in self._fold.route().pending if each in wanted]
        if missing:
            place = f"question {ref}"
            raise CaptureError([finding("CAPTURE-012", place=place, script=s) for s in missing])

    def _mono(self) -> int:
        return max(self._fold.mono, self._base + self._clock.mono_ms() - self._opened)

    def _event(
        self,
        kind: str,
        node: str = "",
        new: Any = None,
        *,
        old: Any = None,
        reason: str = "",
        user: str = "",
    ) -> NewEvent:
        guide = self.course.guide
        return NewEvent(
            event=kind,
            node=node,
            start=self._clock.wall_ms(),
            old_value=old,
            new_value=new,
            user=user or self._user,
            change_reason=reason,
            case=self._fold.case,
            session=self._fold.session,
            mono=self._mono(),
            guide=guide.guide,
            guide_version=guide.version,
            guide_hash=guide.hash,
        )

    def _write(self, *events: NewEvent) -> int:
        for event in self._store.append(events, expect=self._fold.last):
            self._fold.take(event)
        return self._fold.last


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
    store : Store
        The research store; it holds the participant's consent.
    study : Study
        The protocol.
    guide : Guide
        The guide; the session keeps to this version.
    case : str
        Pseudonym of the participant; the session has the same id.
    user : str
        Who holds it: role and number.
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
        or the guide is one for forums.
    """
    if guide.mode == "forum":
        raise CaptureError.of("CAPTURE-006", place=f"guide {guide.id}", mode="one participant")
    fold = Fold(course_of(guide))
    fold.session = fold.case = case
    session = Session(store, study, fold, user, clock)
    seen = register or Register(store)
    consents = admit(seen, study, guide, case, user, clock.wall_ms(), people=(case,))
    language = language or guide.languages[0]
    value = {"mode": guide.mode, "consent": consents[case], "language": language}
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

    Raises
    ------
    CaptureError
        The session has not begun (CAPTURE-004), or began under another version of the guide
        (CAPTURE-005).
    """
    return Session(store, study, reread(store, guide, session), user, clock)


def reread(store: Store, guide: Guide, session: str) -> Fold:
    """Fold the events of a session again; parameters and errors as in `resume_session`.

    Raises
    ------
    CaptureError
        As in `resume_session`.
    """
    fold = Fold(course_of(guide))
    for event in store.read(session=session):
        fold.take(event)
    if fold.phase == "not-begun":
        raise CaptureError.of("CAPTURE-004", place=f"session {session}")
    if fold.guide_hash != guide.hash:
        raise CaptureError.of("CAPTURE-005", place=f"session {session}", guide=guide.id)
    return fold


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
