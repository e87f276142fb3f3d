"""Attachments: sound and scans, cut into pieces, so that any size passes through little memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from toolkit.errors import StoreError
from toolkit.store.event import Json, NewEvent

PIECE = 1024 * 1024
"""Bytes of one piece; the last one may have fewer."""
LARGEST = 256 * 1024 * 1024
"""Most bytes of one attachment: while it is written, other writers have to wait."""
_KIND = re.compile("[a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file.

    Attributes
    ----------
    number : int
        Its number, from 1.
    content : bytes
        What stands in it.
    last : bool
        Whether it is the last one.
    """

    number: int
    content: bytes
    last: bool


class Measured:
    """The pieces of a stream, one at a time; afterwards how much there was.

    Parameters
    ----------
    stream : binary file
        Read from where it stands to its end.
    place : str
        What to call it in messages.
    """

    def __init__(self, stream: BinaryIO, place: str) -> None:
        self._stream = stream
        self._place = place
        self._sum = hashlib.sha256()
        self._size = self._parts = 0

    def __iter__(self) -> Iterator[Piece]:
        """Yield the pieces in order.

        Raises
        ------
        StoreError
            There is nothing in the stream (STORE-091), it cannot be read (STORE-092), or it is
            too large (STORE-093).
        """
        content = self._next()
        if not content:
            raise StoreError.of("STORE-091", place=self._place)
        while content:
            following = self._next()
            self._parts += 1
            yield Piece(self._parts, content, not following)
            content = following

    def told(self) -> dict[str, Json]:
        """Return bytes, SHA-256 (64 hex digits) and number of pieces of what was read."""
        return {"bytes": self._size, "sha256": self._sum.hexdigest(), "parts": self._parts}

    def _next(self) -> bytes:
        """Read a whole piece; a stream may give less at a time than it is asked for."""
        read = bytearray()
        try:
            while len(read) < PIECE and (more := self._stream.read(PIECE - len(read))):
                read += more
        except OSError as fault:
            problem = (fault.strerror or "the disk failed").lower()
            raise StoreError.of("STORE-092", place=self._place, problem=problem) from None
        self._size += len(read)
        if self._size > LARGEST:
            raise StoreError.of("STORE-093", place=self._place, largest=LARGEST // PIECE)
        self._sum.update(read)
        return bytes(read)


def announce(case: str, session: str, *, kind: str, user: str, at: int) -> NewEvent:
    """Return the event of an attachment, without what is known only after reading it.

    Parameters
    ----------
    case, session : str
        Pseudonym, and session that it belongs to; no session where it belongs to none.
    kind : str
        ``audio``, ``scan``: lower-case letters. With the case it makes the name, so that no file
        name, which may name somebody, comes in (clause P34).
    at : int
        Now, in ms since 1970-01-01 UTC.

    Raises
    ------
    StoreError
        It has no case, or its kind is not one word (STORE-090).
    """
    if not case or not _KIND.fullmatch(kind):
        raise StoreError.of("STORE-090", place=f"case {case}")
    return NewEvent("attachment", node=kind, start=at, user=user, case=case, session=session)
