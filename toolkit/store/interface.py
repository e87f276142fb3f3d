"""What a store is: three methods and a description. Every implementation keeps this contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from toolkit.store.events import Event, NewEvent


@dataclass(frozen=True, slots=True)
class About:
    """What a store says of itself.

    Attributes
    ----------
    study : str
        Id of the study.
    fictional : bool
        Whether everything in it is invented. Shown wherever its content shows.
    created : str
        Day on which it was made, ISO 8601.
    """

    study: str
    fictional: bool
    created: str


class Store(Protocol):
    """A journal of events that only grows."""

    @property
    def about(self) -> About:
        """Which study it holds, and whether it is fictional."""

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Add events and give them back once they are durable.

        Parameters
        ----------
        events : sequence of NewEvent
            Of one session; all are added, or none.
        expect : int, optional
            Number of the last event of that session that the writer knows (0 for none).

        Raises
        ------
        ConflictError
            The session has gone on meanwhile; nothing was added.
        StoreError
            The events cannot be kept (a sign that no text may have, too large, disk full).
        """

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Give events in order of their number.

        Parameters
        ----------
        case, session : str, optional
            Only events of this case or session.
        after : int
            Only events with a higher number.
        """

    def close(self) -> None:
        """Let go of files and connections; what was appended is safe before that already."""
