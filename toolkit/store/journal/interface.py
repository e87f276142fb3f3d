"""The one small interface that every kind of store implements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Protocol

from toolkit.errors import Finding
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.journal.chain import Head


class Store(Protocol):
    """An append-only journal of one study.

    Everything else (current answers, timings, dispositions, audit trail) is derived from it.
    """

    @property
    def about(self) -> About:
        """What the store is."""
        ...

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Write events; when this returns they are as safe as the store can make them.

        Parameters
        ----------
        events : sequence of NewEvent
            What happened, in order; all are checked before the first is written.
        expect : int, optional
            Number of the last event that the writer knows of the session (or, without a session,
            of the case) that the events belong to; 0 for none. Without it nothing is expected.

        Returns
        -------
        list of Event
            The same events, numbered and sealed.

        Raises
        ------
        ConflictError
            Somebody else has written to the session meanwhile; nothing was written.
        StoreError
            An event may not enter, or the store cannot write; nothing was acknowledged.
        """
        ...

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Yield events in order, as they are when reading begins.

        Parameters
        ----------
        case : str, optional
            Only events of this case; an empty text means those of the study as a whole.
        session : str, optional
            Only events of this session; an empty text means those outside of any session.
        after : int
            Only events with a higher number.
        """
        ...

    def head(self) -> Head:
        """Return number and seal of the last event; 0 and the first seal if there is none."""
        ...

    def holds(self, head: Head) -> bool:
        """Return whether the journal contains an event with this number and seal."""
        ...

    def attach(
        self, case: str, session: str, stream: BinaryIO, *, kind: str, user: str, at: int
    ) -> Event:
        """Keep a file with a case (audio, a scan); it is as safe as an event when this returns.

        Parameters
        ----------
        case, session : str
            Pseudonym, and session that it belongs to; no session where it belongs to none.
        stream : binary file
            Read from where it stands to its end, a piece at a time.
        kind : str
            ``audio``, ``scan``: lower-case letters.
        user : str
            Role account that attaches it.
        at : int
            Now, in ms since 1970-01-01 UTC.

        Returns
        -------
        Event
            The event ``attachment`` with ``bytes``, ``sha256`` and ``parts``; its node is the
            name, which is the store's own: a file name may name somebody (clause P34).

        Raises
        ------
        StoreError
            The stream is empty, too large or cannot be read; the case has withdrawn; the store
            cannot write. Nothing of it was kept.
        """
        ...

    def attachment(self, name: str) -> Iterator[bytes]:
        """Return an attachment, a piece at a time.

        Parameters
        ----------
        name : str
            Node of its event: ``K07-audio-1``.

        Raises
        ------
        StoreError
            There is none, or its case has withdrawn, be it while it is read (STORE-094); it is
            not as it was attached (STORE-095).
        """
        ...

    def withdraw(self, case: str, *, user: str, at: int, reason: str = "") -> Event:
        """Destroy what a case has said, here and in every copy of the store (clauses P26, P38).

        From then on nothing of it is given, and nothing more about it is taken.

        Parameters
        ----------
        case : str
            Pseudonym of the participant.
        user : str
            Role account that carries it out.
        at : int
            Now, in ms since 1970-01-01 UTC.
        reason : str
            Why: ``withdrawal``, ``retention``; nothing about the person.

        Returns
        -------
        Event
            The event ``withdrawn`` that counts what is gone: ``events`` and ``sessions``.

        Raises
        ------
        StoreError
            Nothing is recorded about the case, or it has withdrawn already.
        """
        ...

    def withdrawn(self) -> frozenset[str]:
        """Return the cases that have withdrawn."""
        ...

    def verify(self, seen: Callable[[Event], object] | None = None) -> list[Finding]:
        """Return where the store is not as it was written; empty if all is well.

        Contents of those who have withdrawn are gone; their place in the chain is verified still.

        Parameters
        ----------
        seen : callable, optional
            Is given every event that `read` gives, in order, while they are looked at: whoever
            verifies and reads need not go through them twice. Trust them only where all is well.
        """
        ...

    def close(self) -> None:
        """Close files and locks; nothing can be read from a closed store or written to it."""
        ...
