"""A call, step by step: what may happen when, and what it leaves in the journal.

No widget and no server in here. Every step is checked, appended to the store and only then taken
into the state; what a step gives back is the number of its last event, which a page may show as
saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from toolkit.capture.clock import MINUTE
from toolkit.capture.session.ending import closing_faults, deviations_at_end, unheld_checks
from toolkit.capture.session.marking import Marking
from toolkit.capture.session.start import recording_allowed
from toolkit.errors import CaptureError
from toolkit.fieldwork.concern_terms import KINDS, URGENCIES
from toolkit.guide import Answer
from toolkit.guide.topic.model import Ending, Probe, Question, Script

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


class Session(Marking):
    """One session that is under way or over. Make it with `begin_session` or `resume_session`.

    Every step gives the number of the last event that it appended. A step that is refused
    raises CaptureError and changes nothing.
    """

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
        place = self.course.find(ref)
        if not isinstance(place.item, Question | Script):
            kind = "question or script"
            raise CaptureError.of("CAPTURE-011", place=self._place(), ref=ref, kind=kind)
        if isinstance(place.item, Question):
            self._through_the_gate(ref, place.gate)
        return self._write(self._event("visit", ref, self._shown(ref)))

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
        place = self.course.find(ref)
        self._fits(ref, place, answer)
        self._through_the_gate(ref, place.gate)
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

    def note(self, text: str, ref: str = "", called: str = "") -> int:
        """Write a note on a question, or on none.

        Parameters
        ----------
        text : str
            The words; never a name.
        ref : str
            What it belongs to; empty for the session as a whole.
        called : str
            What it is called when it is assigned or tagged; the number of its event by default.

        Raises
        ------
        CaptureError
            It is empty, or there is no such ref.
        """
        self._may("note")
        if ref:
            self.course.find(ref)
        value = {"text": self._words(text, "note"), **({"id": called} if called else {})}
        return self._write(self._event("note", ref, value))

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

    def concern(self, urgency: str = "now", kind: str = "unsaid", note: str = "") -> int:
        """Flag a safeguarding concern, at any moment before the end (P02).

        Parameters
        ----------
        urgency, kind : str
            How soon somebody has to act, and a neutral word for what it is: keys of `URGENCIES`
            and `KINDS` in `toolkit.fieldwork.concern_terms`.
        note : str
            What the officer should know; sealed like an answer, and told in no list.

        Raises
        ------
        CaptureError
            The session is over, or there is no such urgency or kind.
        """
        self._may("concern")
        if urgency not in URGENCIES or kind not in KINDS:
            raise CaptureError.of("CAPTURE-026", place=self._place())
        value = {"raised": True, "urgency": urgency, "kind": kind}
        return self._write(self._event("concern", new=value | ({"note": note} if note else {})))

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
        unheld = unheld_checks(self._fold)
        faults = closing_faults(self._fold, unheld)
        if faults:
            raise CaptureError(faults)
        ending = self._fold.route().ending
        minutes = self._mono() / MINUTE
        planned = deviations_at_end(self._study, self._fold, unheld, ending, minutes)
        given = reasons or {}
        drafts = [
            self._event("deviation", clause, {"what": what}, reason=given.get(clause, ""))
            for clause, what in planned
        ]
        finished = self._event("finish", new=self._outcome(ending))
        return self._write(*self._settled(), *drafts, finished)

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
        stopped = self._event("stop", new={"keep": keep, "disposition": "break-off"})
        return self._write(*(self._settled() if keep else ()), stopped)

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
        self._fits(ref, self.course.find(ref), answer)
        reason = self._words(reason, "reason")
        before = self._fold.said.get(ref)
        old = before.to_json() if before is not None else None
        events = [self._event("edit", ref, answer.to_json(), old=old, reason=reason)]
        if self._fold.phase == "finished":
            after = self._fold.supposing(ref, answer)
            faults = closing_faults(after, unheld_checks(after))
            if faults:
                raise CaptureError(faults)
            ending = after.route().ending
            if ending != self._fold.ending:
                events.append(self._event("finish", new=self._outcome(ending), reason=reason))
        return self._write(*events)

    def _outcome(self, ending: str) -> dict[str, str]:
        found = self.course.guide.index[ending]
        assert isinstance(found, Ending)
        return {"ending": ending, "disposition": found.disposition}
