"""What the page and the server say to each other: every message of a session, in one file.

What is told before it, and of a concern, is in `toolkit.capture.service.messages.contact`.

The page sends `Edits` and gets a `Receipt`; on opening it gets an `Opened`. ``page/wire.js`` is the
other end. Edits of a window are numbered from 1 and taken in order; a number that was taken already
is not taken again, so that the page may send an edit as often as it likes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializeAsAny, StrictBool, StrictInt, StringConstraints

from toolkit.capture.service.messages.contact import Before, Concerning
from toolkit.fieldwork.concern_terms import Kind, Urgency
from toolkit.guide.topic.model import Part

Client = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{8,32}$")]
Ref = Annotated[str, StringConstraints(max_length=200)]
Step = Literal[
    "answer", "confirm", "visit", "note", "draft", "pause", "resume", "concern", "deviate",
    "finish", "stop", "write-up", "edit", "take-back", "assign", "tag", "untag", "language",
    "themes", "private", "reopen",
]  # fmt: skip


class Said(Part):
    """An answer, as the journal keeps it."""

    value: Any = Field(default=None, description="The value, by type of the question.")
    missing: Literal["dont-know", "refused", "not-asked", "skipped"] | None = Field(
        default=None, description="Why there is no value."
    )
    other: str | None = Field(default=None, description="Their own words where 'other' is chosen.")


class Edit(Part):
    """One step of a session, made in a window of the page."""

    number: StrictInt = Field(ge=1, description="Number within the window; they rise, with gaps.")
    step: Step = Field(description="Which step of the session.")
    base: StrictInt = Field(default=0, ge=0, description="Last event that the window knew of.")
    ref: Ref = Field(default="", description="Question, probe, script; of a draft its field.")
    answer: Said | None = Field(default=None, description="answer, edit: the answer.")
    text: str = Field(default="", description="note, draft, write-up, concern …: the words.")
    note: Ref = Field(default="", description="note: what it is called; assign, tag: which note.")
    code: Ref = Field(default="", description="tag, untag: the code.")
    language: Ref = Field(default="", description="language: which one is spoken from now on.")
    kind: Literal["", "distress", "break"] = Field(default="", description="pause: why.")
    urgency: Urgency = Field(default="now", description="concern: how soon somebody has to act.")
    concern: Kind = Field(default="unsaid", description="concern: which kind; text is its note.")
    keep: StrictBool = Field(default=True, description="stop: keep what was said?")
    reason: str = Field(default="", description="edit, deviate, reopen: why.")
    reasons: dict[str, str] = Field(default_factory=dict, description="finish: why, by clause.")


class Edits(Part):
    """What a window sends; an empty list asks whether the server is there."""

    client: Client = Field(description="Id of the window, made when the page is opened.")
    known: StrictInt = Field(default=0, ge=0, description="Last event that the window knows of.")
    edits: tuple[Edit, ...] = Field(default=(), max_length=500, description="In order.")
    leaving: StrictBool = Field(default=False, description="The window is being closed.")


class Fault(Part):
    """A message of the catalogue."""

    code: str = Field(description="CAPTURE-012.")
    place: str = Field(description="Where.")
    found: str = Field(description="What was found.")
    rule: str = Field(description="Which rule.")
    remedy: str = Field(description="What to do.")


class Refused(Part):
    """An edit that was not carried out; what was typed stays in the page."""

    number: int = Field(description="Number of the edit.")
    faults: tuple[Fault, ...] = Field(description="Why.")


class View(Part):
    """The state of the session, as the page shows it."""

    phase: Literal["not-begun", "open", "paused", "finished", "stopped"] = Field(
        description="Where it stands."
    )
    language: str = Field(description="Language in which it is held.")
    current: str = Field(description="Ref in view.")
    answers: dict[str, dict[str, Any]] = Field(description="Latest answer by ref.")
    confirmed: tuple[str, ...] = Field(description="Confirmed scripts.")
    drafts: dict[str, str] = Field(description="Typed and not handed in, by field.")
    conflicts: dict[str, Any] = Field(description="Second versions, by field.")
    apart_by: dict[str, str] = Field(
        default_factory=dict, description="The window that wrote each of them, by field."
    )
    notes: tuple[tuple[str, str, int, str], ...] = Field(
        description="Ref, words, ms since the start, id."
    )
    tags: tuple[tuple[str, str, str], ...] = Field(description="Live tags: code, ref, note.")
    corrections: tuple[dict[str, Any], ...] = Field(
        description="Changed after the end: ref, before, after, reason, at (ms since 1970)."
    )
    concerns: tuple[int, ...] = Field(description="ms since the start.")
    paused: str = Field(description="Kind of the pause that is on; empty for none.")
    kept: bool = Field(description="False where what was said is to be deleted.")
    write_up: str = Field(description="What was heard, written after the end.")
    themes: str = Field(description="Emerging themes, written after the end.")
    seconds: dict[str, float] = Field(description="Time spent by ref, in seconds.")
    elapsed: int = Field(description="ms since the start by the server's clock.")
    pauses: int = Field(description="ms of it in pauses.")
    started: int = Field(description="Start, in ms since 1970-01-01 UTC.")
    ending: str = Field(description="Where it ended; empty before.")
    disposition: str = Field(description="What it counts as; empty before the end.")
    may_reopen: bool = Field(
        default=False, description="Whether whoever finished may take that back now."
    )


class Receipt(Part):
    """What became of edits."""

    taken: int = Field(description="Highest number of the window that is safe on the disk.")
    last: int = Field(description="Number of the session's last event.")
    refused: tuple[Refused, ...] = Field(default=(), description="Edits that were refused.")
    conflicts: tuple[int, ...] = Field(
        default=(), description="Numbers of edits that stand beside another window's version."
    )
    others: int = Field(default=0, description="Other windows that were heard of lately.")
    view: SerializeAsAny[View] | None = Field(
        default=None, description="Given where another window wrote."
    )
    news: tuple[str, ...] = Field(default=(), description="Fields that it wrote to.")
    care: tuple[Concerning, ...] = Field(default=(), description="Concerns, and with whom each is.")


class Opened(Part):
    """Everything that a window needs to begin or go on."""

    session: str = Field(description="Id of the session.")
    study: str = Field(description="Id of the study.")
    title: str = Field(description="Title of the study.")
    fictional: bool = Field(description="Whether all data are invented.")
    rehearsal: bool = Field(default=False, description="Whether nothing in it is real.")
    guide: dict[str, Any] = Field(description="The guide, as its file has it.")
    program: dict[str, Any] = Field(description="Its routing.")
    facts: dict[str, Any] = Field(description="What {protocol.x} stands for.")
    key: str = Field(description="Key for what waits in the browser, base64; never stored there.")
    last: int = Field(description="Number of the session's last event.")
    others: int = Field(default=0, description="Other windows that were heard of lately.")
    taken: dict[str, int] = Field(description="Last number taken, by window.")
    view: SerializeAsAny[View] = Field(description="What the session has come to.")
    codebook: tuple[dict[str, str], ...] = Field(
        description="What can be tagged: code, label, definition, theme."
    )
    private: str = Field(description="Private words of whoever holds the call (clause P42).")
    withdraw_until: str = Field(description="Last day to withdraw if it ended now, ISO 8601.")
    officers: tuple[str, ...] = Field(description="Who is told of a concern, in this order.")
    care: tuple[Concerning, ...] = Field(default=(), description="Concerns, and with whom each is.")
    before: Before | None = Field(default=None, description="Given as long as it has not begun.")
