"""From an edit of the page to the step of the session that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.capture.service.messages.session import Edit, Said
from toolkit.capture.session import afterwards, ending, entering, marking, steps
from toolkit.capture.session.session import Session
from toolkit.guide import Answer


def perform(session: Session, edit: Edit) -> None:
    """Carry out an edit.

    Raises
    ------
    CaptureError
        The step is refused, as the session's method says.
    """
    _STEPS[edit.step](session, edit)


def field_of(edit: Edit) -> tuple[str, dict[str, Any]]:
    """Return the field that an edit writes to, with what it writes.

    Returns
    -------
    tuple of str and dict
        Empty if it writes to none: two windows that confirm or visit are no conflict, and
        notes stand beside each other.
    """
    if edit.step in ("answer", "edit", "take-back"):
        return f"{edit.ref}#answer", {"answer": _answer(edit.answer).to_json()}
    if edit.step == "draft":
        return edit.ref, {"text": edit.text}
    if edit.step in ("write-up", "themes"):
        return f"#{edit.step}", {"text": edit.text}
    return "", {}


def _answer(said: Said | None) -> Answer:
    said = said or Said()
    return Answer(said.value, said.missing, said.other)


def _pause(session: Session, edit: Edit) -> None:
    steps.pause(session, "distress" if edit.kind == "distress" else "break")


_STEPS: dict[str, Callable[[Session, Edit], object]] = {
    "answer": lambda session, edit: steps.answer(session, edit.ref, _answer(edit.answer)),
    "confirm": lambda session, edit: steps.confirm(session, edit.ref),
    "visit": lambda session, edit: steps.visit(session, edit.ref),
    "note": lambda session, edit: steps.note(session, edit.text, edit.ref, edit.note),
    "draft": lambda session, edit: entering.draft(session, edit.ref, edit.text),
    "pause": _pause,
    "resume": lambda session, edit: steps.resume(session),
    "concern": lambda session, edit: steps.concern(
        session, edit.urgency, edit.concern, edit.text.strip()
    ),
    "deviate": lambda session, edit: ending.deviate(session, edit.ref, edit.text, edit.reason),
    "finish": lambda session, edit: ending.finish(session, edit.reasons),
    "reopen": lambda session, edit: ending.reopen(session, edit.reason),
    "stop": lambda session, edit: ending.stop(session, keep=edit.keep),
    "write-up": lambda session, edit: afterwards.write_up(session, edit.text),
    "edit": lambda session, edit: afterwards.edit(
        session, edit.ref, _answer(edit.answer), edit.reason
    ),
    "take-back": lambda session, edit: steps.take_back(session, edit.ref),
    "assign": lambda session, edit: marking.assign(session, edit.note, edit.ref),
    "tag": lambda session, edit: marking.tag(session, edit.code, edit.ref, edit.note),
    "untag": lambda session, edit: marking.untag(session, edit.code, edit.ref, edit.note),
    "language": lambda session, edit: marking.speak(session, edit.language),
    "themes": lambda session, edit: afterwards.themes(session, edit.text),
    "private": lambda session, edit: afterwards.keep_private(session, edit.text),
}
