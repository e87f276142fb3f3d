"""What the server sends to a window: the session as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.capture.clock import MINUTE
from toolkit.capture.service.messages.session import Fault, Opened, View
from toolkit.capture.service.study import Opened as OpenStudy
from toolkit.capture.session import afterwards, ending
from toolkit.capture.session.course import course_of
from toolkit.capture.session.marks import Correction
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import strand_of
from toolkit.capture.session.versions import guide_json
from toolkit.errors import Finding
from toolkit.fieldwork.limits import withdrawal_deadline
from toolkit.guide import Guide, wording
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.model import Study

_NOBODY_YET = View(
    phase="not-begun", language="", current="", answers={}, confirmed=(), drafts={}, conflicts={},
    notes=(), tags=(), corrections=(), concerns=(), paused="", kept=True, write_up="", themes="",
    seconds={}, elapsed=0, pauses=0, started=0, ending="", disposition="",
)  # fmt: skip


def view_of(session: Session) -> View:
    """Return the state of a session, for the page."""
    state = session.state
    over = state.phase in ("finished", "stopped")
    last = state.pauses[-1] if state.pauses else None
    return View(
        phase=state.phase,
        language=state.language,
        current=state.current,
        answers={ref: answer.to_json() for ref, answer in state.answers.items()},
        confirmed=tuple(state.confirmed),
        drafts=dict(state.drafts),
        conflicts=dict(state.conflicts),
        apart_by={field: session.fold.apart[field][1] for field in state.conflicts},
        notes=tuple((note.ref, note.text, note.mono, note.id) for note in state.notes),
        tags=tuple((tag.code, tag.ref, tag.note) for tag in state.tags),
        corrections=tuple(_correction(each) for each in state.corrections),
        concerns=state.concerns,
        paused=last.kind if last is not None and last.end is None else "",
        kept=state.kept,
        write_up=state.write_up,
        themes=state.themes,
        seconds=dict(state.seconds),
        elapsed=round(state.minutes * MINUTE) if over else session.elapsed,
        pauses=round(state.pause_minutes * MINUTE),
        started=state.started,
        ending=state.ending if over else "",
        disposition=state.disposition,
        may_reopen=not ending.against_reopening(session),
    )


def opened_for(
    study: OpenStudy,
    guide: Guide,
    session: Session | None,
    name: str,
    key: str,
    others: int,
    now: int,
) -> Opened:
    """Return what a window needs to begin or go on.

    Parameters
    ----------
    session : Session or None
        None if it has not begun.
    others : int
        Other windows that were heard of lately (count).
    now : int
        Wall clock, in milliseconds since 1970-01-01 UTC.
    """
    language = guide.languages[0]
    officers = [
        each.title for each in study.study.roles if (each.clause or "") == "P02"
    ]  # the officer stands before the deputy in the protocol
    return Opened(
        session=name,
        study=study.study.study,
        title=wording(study.study.title, language),
        fictional=study.store.about.fictional,
        rehearsal=study.rehearsed,
        guide=guide_json(guide),
        program=course_of(guide).program,
        facts=dict(study.study.facts),
        key=key,
        last=session.last if session else 0,
        others=others,
        taken=session.numbers if session else {},
        view=view_of(session) if session else _NOBODY_YET,
        codebook=_codes(study.codebook),
        private=afterwards.private_text(session) if session else "",
        withdraw_until=_deadline(study.study, guide, _ended_at(session, now)),
        officers=tuple(officers),
    )


def faults_of(findings: Iterable[Finding]) -> tuple[Fault, ...]:
    """Return messages of the catalogue as the page shows them."""
    return tuple(
        Fault(code=f.code, place=f.place, found=f.found, rule=f.rule, remedy=f.remedy)
        for f in findings
    )


def _ended_at(session: Session | None, now: int) -> int:
    """Return when a session ended, or now if it has not, in ms since 1970-01-01 UTC."""
    if session is None or session.state.phase not in ("finished", "stopped"):
        return now
    return session.state.started + round(session.state.minutes * MINUTE)


def _correction(each: Correction) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "before": each.before.to_json() if each.before is not None else None,
        "after": each.after.to_json(),
        "reason": each.reason,
        "at": each.at,
    }


def _codes(codebook: Codebook | None) -> tuple[dict[str, str], ...]:
    if codebook is None:
        return ()
    return tuple(
        {
            "code": code.code,
            "label": code.label,
            "definition": code.definition,
            "theme": theme.label,
        }
        for theme in codebook.themes
        for code in theme.codes
    )


def _deadline(study: Study, guide: Guide, now: int) -> str:
    strand = strand_of(study, guide)
    if strand is None:
        return ""
    day = withdrawal_deadline(study.withdrawal_of(strand.strand), now, study.limits.timezone)
    return day.isoformat() if day else ""
