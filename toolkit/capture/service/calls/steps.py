"""From an edit of the page to the step of the session that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.capture.service.messages.session import Edit, Said
from toolkit.capture.session.session import Session
from toolkit.guide import Answer


def perform(session: Session, edit: Edit) -> None:
    """Carry out an edit.

    Parameters
    ----------
    session : Session
        The session.
    edit : Edit
        What the page asks for.

    Raises
    ------
    CaptureError
        The step is refused, as the session's method says.
    """
    _STEPS[edit.step](session, edit)


def field_of(edit: Edit) -> tuple[str, dict[str, Any]]:
    """Return the field that an edit writes to, with what it writes.

    Parameters
    ----------
    edit : Edit
        The edit.

    Returns
    -------
    tuple of str and dict
        Empty where it writes to none: two windows that confirm or visit are no conflict, and
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
    session.pause("distress" if edit.kind == "distress" else "break")


_STEPS: dict[str, Callable[[Session, Edit], object]] = {
    "answer": lambda session, edit: session.answer(edit.ref, _answer(edit.answer)),
    "confirm": lambda session, edit: session.confirm(edit.ref),
    "visit": lambda session, edit: session.visit(edit.ref),
    "note": lambda session, edit: session.note(edit.text, edit.ref, edit.note),
    "draft": lambda session, edit: session.draft(edit.ref, edit.text),
    "pause": _pause,
    "resume": lambda session, edit: session.resume(),
    "concern": lambda session, edit: session.concern(edit.urgency, edit.concern, edit.text.strip()),
    "deviate": lambda session, edit: session.deviate(edit.ref, edit.text, edit.reason),
    "finish": lambda session, edit: session.finish(edit.reasons),
    "stop": lambda session, edit: session.stop(keep=edit.keep),
    "write-up": lambda session, edit: session.write_up(edit.text),
    "edit": lambda session, edit: session.edit(edit.ref, _answer(edit.answer), edit.reason),
    "take-back": lambda session, edit: session.take_back(edit.ref),
    "assign": lambda session, edit: session.assign(edit.note, edit.ref),
    "tag": lambda session, edit: session.tag(edit.code, edit.ref, edit.note),
    "untag": lambda session, edit: session.untag(edit.code, edit.ref, edit.note),
    "language": lambda session, edit: session.speak(edit.language),
    "themes": lambda session, edit: session.themes(edit.text),
    "private": lambda session, edit: session.keep_private(edit.text),
}
