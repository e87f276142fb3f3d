"""Clocks: what the time is, and how long a session has lasted.

A session needs two: the wall clock, which says when something happened and may be set back, and
a monotonic one, which says how long it took and never goes back.
"""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

MINUTE = 60_000
"""Milliseconds in a minute."""


class Clock(Protocol):
    """What a session asks the time of."""

    def wall_ms(self) -> int:
        """Wall clock, in milliseconds since 1970-01-01 UTC; may jump either way."""

    def mono_ms(self) -> int:
        """Milliseconds since some moment; never goes back."""


class SystemClock:
    """The clocks of this machine."""

    def wall_ms(self) -> int:
        """Wall clock, in milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        """Milliseconds since some moment before the program began."""
        return time.monotonic_ns() // 1_000_000


class ScriptedClock:
    """A clock that a script moves on: recorded and invented sessions are played by it.

    Parameters
    ----------
    day : datetime.date
        Local day on which it starts.
    start : str
        Local time on that day, ``10:00``.
    timezone : str
        IANA name of the time zone of day and start.
    """

    def __init__(self, day: date, start: str, timezone: str = "Europe/London") -> None:
        local = datetime.fromisoformat(f"{day.isoformat()}T{start}:00")
        self._wall = round(local.replace(tzinfo=ZoneInfo(timezone)).timestamp()) * 1000
        self._mono = 0

    def wall_ms(self) -> int:
        """Wall clock, in milliseconds since 1970-01-01 UTC."""
        return self._wall

    def mono_ms(self) -> int:
        """Milliseconds since the clock was made."""
        return self._mono

    def advance(self, milliseconds: int) -> None:
        """Advance both clocks.

        Parameters
        ----------
        milliseconds : int
            How much; 0 or more.
        """
        self._wall += milliseconds
        self._mono += milliseconds
