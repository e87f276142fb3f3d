"""Recordings of sessions: brought in, encrypted, with where they begin (clause P07).

A file's own name may name somebody and is never kept (clause P34). The file stays where it is:
nothing is deleted before somebody has decided that it may be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO

from toolkit.capture.session.fold import Fold
from toolkit.capture.session.opening import reread
from toolkit.capture.session.start import recording_allowed
from toolkit.capture.session.versions import kept_guide
from toolkit.errors import CaptureError
from toolkit.guide import Guide
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store

AUDIO = "audio"
TRANSCRIPT = "transcript"
# How files of sound begin: place of the mark, and the mark.
_MARKS = {
    "wav": ((0, b"RIFF"), (8, b"WAVE")),
    "flac": ((0, b"fLaC"),),
    "ogg": ((0, b"OggS"),),
    "m4a": ((4, b"ftyp"),),
    "wma": ((0, b"\x30\x26\xb2\x75"),),
    "amr": ((0, b"#!AMR"),),
}
_HEAD = 16


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording, or a draft transcript of one.

    Attributes
    ----------
    name : str
        The store's own: ``K07-audio-1``.
    session : str
        What it is of.
    size : int
        Its bytes.
    sha256 : str
        Over all of it, 64 hex digits.
    format : str
        ``wav``, ``mp3`` and so on; ``vtt`` for a transcript.
    offset : float
        When the recording began, in seconds after the session.
    of : str
        Of a transcript: the recording that it was made from; else empty.
    draft : bool
        Whether it is a transcript that nobody has checked.
    """

    name: str
    session: str
    size: int
    sha256: str
    format: str = ""
    offset: float = 0.0
    of: str = ""
    draft: bool = False


def recordings_in(events: Iterable[Event]) -> list[Recording]:
    """Return recordings and draft transcripts, in order."""
    found: dict[str, Recording] = {}
    for event in events:
        value = event.new_value
        if event.event == "attachment":
            told = (value["bytes"], value["sha256"])
            found[event.node] = Recording(event.node, event.session, *told)
        elif event.event == AUDIO and value["reference"] in found:
            more = {"format": value.get("format", ""), "offset": value["offset"]}
            found[value["reference"]] = replace(found[value["reference"]], **more)
        elif event.event == TRANSCRIPT and value["reference"] in found:
            more = {"format": "vtt", "of": value["of"], "draft": value["draft"]}
            found[value["reference"]] = replace(found[value["reference"]], **more)
    return list(found.values())


def add_recording(
    store: Store,
    guide: Guide,
    session: str,
    stream: BinaryIO,
    *,
    offset: float,
    user: str,
    at: int,
) -> Recording:
    """Encrypt a recording into the store, and read it back; during a session or after it.

    Parameters
    ----------
    store, guide : Store, Guide
        The research store; the guide as its file is now, in case the journal has no other.
    offset : float
        When the recording began, in seconds after the session; less than 0 if it was before.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Returns
    -------
    Recording
        As it is in the store; every byte of it was read back and compared.

    Raises
    ------
    CaptureError
        The session has not begun (CAPTURE-004), recording was not agreed to (CAPTURE-018, P07),
        what was said is to be deleted (CAPTURE-024), or it is no sound (CAPTURE-060).
    StoreError
        It is empty or too large, cannot be read or written, or did not come back as it was.
    """
    fold = agreed(store, guide, session)
    kind = _format_of(stream, session)
    event = store.attach(fold.case, session, stream, kind=AUDIO, user=user, at=at)
    _read_back(store, event)
    value = {"reference": event.node, "offset": offset, "format": kind}
    store.append([noted(fold, AUDIO, value, user=user, at=at)])
    told = (event.new_value["bytes"], event.new_value["sha256"])
    return Recording(event.node, session, *told, kind, offset)


def agreed(store: Store, guide: Guide, session: str) -> Fold:
    """Return a session of which there may be recordings, or refuse.

    Raises
    ------
    CaptureError
        As in `add_recording`.
    """
    first = next(iter(store.read(session=session)), None)
    used = kept_guide(store, first.guide_hash) if first is not None else None
    fold = reread(store, used or guide, session)
    place = f"session {session}"
    if not fold.kept:
        raise CaptureError.of("CAPTURE-024", place=place)
    if not recording_allowed(store, fold):
        raise CaptureError.of("CAPTURE-018", place=place)
    return fold


def noted(fold: Fold, kind: str, value: dict[str, object], *, user: str, at: int) -> NewEvent:
    """Return the event that something belongs to a session: it takes no time of it."""
    guide = fold.course.guide
    return NewEvent(
        kind,
        start=at,
        new_value=value,
        user=user,
        case=fold.case,
        session=fold.session,
        mono=fold.mono,
        guide=guide.guide,
        guide_version=guide.version,
        guide_hash=guide.hash,
    )


def _read_back(store: Store, event: Event) -> None:
    total = hashlib.sha256()
    for piece in store.attachment(event.node):
        total.update(piece)
    if total.hexdigest() != event.new_value["sha256"]:
        raise CaptureError.of("CAPTURE-061", place=f"attachment {event.node}")


def _format_of(stream: BinaryIO, session: str) -> str:
    """Return the format of a file of sound by how it begins; its name may say anything."""
    head = stream.read(_HEAD)
    stream.seek(-len(head), 1)
    for name, marks in _MARKS.items():
        if all(head[at : at + len(mark)] == mark for at, mark in marks):
            return name
    # MP3 has no mark of its own: a tag, or a frame that begins with eleven bits.
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    if head[:3] == b"ID3" or frame:
        return "mp3"
    raise CaptureError.of("CAPTURE-060", place=f"session {session}")
