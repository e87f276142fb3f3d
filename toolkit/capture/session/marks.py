"""What is laid over a session: live tags, corrections, themes, and the language of each question.

Live tags are hunches of whoever holds the call, made in the moment. They are no coding: nothing in
`toolkit.coding` reads them, they have no place in a text, and no figure counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toolkit.capture.session.course import Course
from toolkit.errors import CaptureError
from toolkit.guide import Answer
from toolkit.guide.topic.model import Group
from toolkit.store.event import Event


@dataclass(frozen=True, slots=True)
class Tag:
    """A code of the codebook that came to mind during the talk; a hunch, never a coding decision.

    Attributes
    ----------
    code : str
        Id of the code.
    ref : str
        What was asked; empty for a tag on a note.
    note : str
        Id of the note; empty for a tag on an answer.
    mono : int
        Milliseconds since the session began.
    """

    code: str
    ref: str
    note: str
    mono: int


@dataclass(frozen=True, slots=True)
class Correction:
    """An answer that was changed after the end.

    Attributes
    ----------
    ref : str
        What was asked.
    before, after : Answer or None, Answer
        The answer before and after; None if there was none.
    reason : str
        Why.
    at : int
        When, in milliseconds since 1970-01-01 UTC.
    """

    ref: str
    before: Answer | None
    after: Answer
    reason: str
    at: int


class Marks:
    """The marks of one session, event by event.

    Parameters
    ----------
    course : Course
        The guide of the session.

    Attributes
    ----------
    tags : dict of tuple to Tag
        By code, ref and note.
    corrections : list of Correction
        In order.
    themes : str
        Emerging themes, as they were written after the end (clause P13).
    language : str
        Language that is spoken now.
    sealed : dict of str to list of str
        What each account wrote for itself, by account; it opens with the account's own key only.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.tags: dict[tuple[str, str, str], Tag] = {}
        self.corrections: list[Correction] = []
        self.themes = self.language = self.current = ""
        self.sealed: dict[str, list[str]] = {}
        self._shown: dict[str, str] = {}
        self._answered: dict[str, str] = {}

    @property
    def languages(self) -> dict[str, str]:
        """Language in which each question stood before them when answered, else when last shown."""
        return {**self._shown, **self._answered}

    def see(self, event: Event) -> None:
        """Apply the next event of the session."""
        take = _SEES.get(event.event)
        if take is not None:
            take(self, event, event.new_value)

    def _begin(self, _: Event, value: Any) -> None:
        self.language = value.get("language", "")

    def _language(self, _: Event, value: Any) -> None:
        self.language = value["language"]
        if self.current:
            self._shown[self.current] = shown_in(self.course, self.current, self.language)

    def _visit(self, event: Event, _: Any) -> None:
        self.current = event.node
        self._shown[event.node] = shown_in(self.course, event.node, self.language)

    def _answer(self, event: Event, value: Any) -> None:
        if value is None:
            self._answered.pop(event.node, None)
        else:
            self._answered[event.node] = shown_in(self.course, event.node, self.language)

    def _edit(self, event: Event, value: Any) -> None:
        before = None if event.old_value is None else Answer.from_json(event.old_value)
        after = Answer.from_json(value)
        found = Correction(event.node, before, after, event.change_reason, event.start)
        self.corrections.append(found)

    def _tag(self, event: Event, value: Any) -> None:
        key = value["code"], event.node, value.get("note", "")
        self.tags.setdefault(key, Tag(*key, event.mono))

    def _untag(self, event: Event, _: Any) -> None:
        value = event.old_value or {}
        self.tags.pop((value.get("code", ""), event.node, value.get("note", "")), None)

    def _themes(self, _: Event, value: Any) -> None:
        self.themes = value["text"]

    def _private(self, event: Event, value: Any) -> None:
        self.sealed.setdefault(event.user, []).append(value["sealed"])


def shown_in(course: Course, ref: str, language: str) -> str:
    """Return the language a wording is shown in: the one spoken, else the guide's first.

    Parameters
    ----------
    ref : str
        A question, probe, script or repeated group, with its round or seat.

    Returns
    -------
    str
        `language` where the wording is there in it; else the first language of the guide.
    """
    base = course.guide.languages[0]
    try:
        item = course.find(ref).item
    except CaptureError:  # a ref of another version of the guide
        return base
    said = item.title if isinstance(item, Group) else item.text
    return language if isinstance(said, dict) and said.get(language) else base


_SEES: dict[str, Callable[[Marks, Event, Any], None]] = {
    "begin": Marks._begin,
    "language": Marks._language,
    "visit": Marks._visit,
    "answer": Marks._answer,
    "edit": Marks._edit,
    "tag": Marks._tag,
    "untag": Marks._untag,
    "themes": Marks._themes,
    "private": Marks._private,
}
