"""The systematic draw, recorded so that it can be repeated (clause P24)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.errors import FieldworkError


@dataclass(frozen=True, slots=True)
class Draw:
    """The record of one draw.

    Attributes
    ----------
    order : str
        How the frame was sorted: ``alphabetical``.
    start, interval : int
        First place drawn, from 1, and the step (every third: 3).
    frame_size : int
        People in the frame (count).
    frame_hash : str
        SHA-256 (hex) over the keys of the frame in their order; says nothing about anybody.
    positions : tuple of int
        Places drawn, from 1, in order.
    """

    order: str
    start: int
    interval: int
    frame_size: int
    frame_hash: str
    positions: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return {
            "order": self.order,
            "start": self.start,
            "interval": self.interval,
            "frame_size": self.frame_size,
            "frame_hash": self.frame_hash,
            "positions": list(self.positions),
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Draw:
        """Build the record from what `to_json` gave; other keys are passed over."""
        known = {name: said[name] for name in cls.__slots__}
        return cls(**{**known, "positions": tuple(known["positions"])})


def sort_frame(keys: Sequence[str]) -> list[int]:
    """Sort a frame alphabetically, without regard to case.

    Parameters
    ----------
    keys : sequence of str
        What people are sorted by, such as surname and first name.

    Returns
    -------
    list of int
        Places in `keys`, in the order of the frame; equal keys keep their order.
    """
    return sorted(range(len(keys)), key=lambda place: (keys[place].casefold(), keys[place]))


def hash_frame(keys: Sequence[str]) -> str:
    """Return the SHA-256 (hex) of a sorted frame; any change to it changes the hash."""
    text = json.dumps(list(keys), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def draw(keys: Sequence[str], *, start: int, interval: int, order: str = "alphabetical") -> Draw:
    """Draw every ``interval``-th person of a sorted frame, beginning with ``start``.

    Parameters
    ----------
    keys : sequence of str
        The frame in the order of `sort_frame`, one key a person.
    start : int
        First place drawn, from 1 to the interval.
    interval : int
        The step, 1 or more.
    order : str
        How the frame was sorted, for the record.

    Returns
    -------
    Draw
        Of ``ceil((len(keys) - start + 1) / interval)`` places.

    Raises
    ------
    FieldworkError
        Start or interval are impossible (FIELD-002), the frame is empty (FIELD-003), or it is
        not in the order that is to be recorded (FIELD-007).
    """
    if not keys:
        raise FieldworkError.of("FIELD-003", place="frame")
    if interval < 1 or not 1 <= start <= interval:
        raise FieldworkError.of("FIELD-002", place="draw", start=start, interval=interval)
    if order == "alphabetical" and sort_frame(keys) != list(range(len(keys))):
        raise FieldworkError.of("FIELD-007", place="draw", order=order)
    positions = tuple(range(start, len(keys) + 1, interval))
    return Draw(order, start, interval, len(keys), hash_frame(keys), positions)


def replay(record: Draw, keys: Sequence[str]) -> Draw:
    """Repeat a draw from its record.

    Parameters
    ----------
    record : Draw
        What was recorded.
    keys : sequence of str
        The sorted frame as it is now.

    Returns
    -------
    Draw
        The same as the record.

    Raises
    ------
    FieldworkError
        The frame is not the one that was drawn from (FIELD-004), or the record names other
        places than its own rule gives (FIELD-005).
    """
    if hash_frame(keys) != record.frame_hash or len(keys) != record.frame_size:
        raise FieldworkError.of("FIELD-004", place="draw", then=record.frame_size, now=len(keys))
    again = draw(keys, start=record.start, interval=record.interval, order=record.order)
    if again.positions != record.positions:
        raise FieldworkError.of(
            "FIELD-005", place="draw", recorded=len(record.positions), again=len(again.positions)
        )
    return again
