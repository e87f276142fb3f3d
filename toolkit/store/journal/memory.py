"""The in-memory form of the store: the twin of the others, for tests and for rehearsals."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import RLock
from typing import BinaryIO

from toolkit.errors import ConflictError, Finding, StoreError
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.journal.attachments import Measured, announce
from toolkit.store.journal.chain import Head, verify_chain
from toolkit.store.journal.entry import check_entry, checked_content, refuse_mixing
from toolkit.store.journal.sealing import genesis, numbered, seal


class MemoryStore:
    """A store that is gone when the program ends.

    Parameters
    ----------
    about : About
        What the store is.
    """

    def __init__(self, about: About) -> None:
        self._about = about
        self._lock = RLock()
        self._closed = False
        self._head = Head(0, genesis(about))
        self._events: list[Event] = []
        self._by_session: dict[str, list[Event]] = {}
        self._by_case: dict[str, list[Event]] = {}
        self._last: dict[tuple[str, str], int] = {}
        # Number and seal of each event whose case has withdrawn: the chain goes on over them.
        self._buried: dict[int, str] = {}
        self._withdrawn: set[str] = set()
        self._attachments: dict[str, tuple[str, list[bytes]]] = {}

    @property
    def about(self) -> About:
        """What the store is."""
        return self._about

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Write events; parameters, results and errors as in `Store.append`.

        Raises
        ------
        ConflictError
            Somebody else has written to the session meanwhile; nothing was written.
        StoreError
            An event may not enter, or the store cannot write; nothing was acknowledged.
        """
        with self._lock:
            self._usable()
            refuse_mixing(self._about, events)
            if expect is not None:
                self._check_expected(events, expect)
            self._check_present(events)
            sealed = self._sealed(events)
            self._keep(sealed)
        return sealed

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Return events in order; parameters as in `Store.read`."""
        with self._lock:
            self._usable()
            if session is not None:
                found = self._by_session.get(session, [])
            elif case is not None:
                found = self._by_case.get(case, [])
            else:
                found = self._events
            first = bisect_right(found, after, key=lambda each: each.seq)
            # A copy of what is wanted: who asks for the last few does not walk past all others.
            window = iter(found[first:])
        if session is not None and case is not None:
            window = (each for each in window if each.case == case)
        # Who withdraws while somebody is reading is not given any more either.
        return (each for each in window if each.seq not in self._buried)

    def head(self) -> Head:
        """Return number and seal of the last event; changes when anything does."""
        return self._head

    def holds(self, head: Head) -> bool:
        """Return whether the journal contains an event with this number and seal."""
        found = bisect_left(self._events, head.seq, key=lambda each: each.seq)
        event = self._events[found] if found < len(self._events) else None
        there = event.chain if event and event.seq == head.seq else self._buried.get(head.seq)
        return there == head.chain

    def attach(
        self, case: str, session: str, stream: BinaryIO, *, kind: str, user: str, at: int
    ) -> Event:
        """Keep a file with a case; parameters, results and errors as in `Store.attach`."""
        event = announce(case, session, kind=kind, user=user, at=at)
        check_entry(event)
        refuse_mixing(self._about, [event])
        with self._lock:
            self._usable()
            self._check_present([event])
            count = sum(holder == case for holder, _ in self._attachments.values())
            name = f"{case}-{kind}-{count + 1}"
            pieces = Measured(stream, f"attachment {name}")
            content = [each.content for each in pieces]
            [written] = self._sealed([replace(event, node=name, new_value=pieces.told())])
            self._attachments[name] = (case, content)
            self._keep([written])
        return written

    def attachment(self, name: str) -> Iterator[bytes]:
        """Yield an attachment piece by piece; parameters and errors as in `Store.attachment`."""
        with self._lock:
            self._usable()
            _, content = self._attached(name)
        return (self._attached(name)[1][number] for number in range(len(content)))

    def withdraw(self, case: str, *, user: str, at: int, reason: str = "") -> Event:
        """Forget what a case has said; parameters, results and errors as in `Store.withdraw`.

        Raises
        ------
        StoreError
            Nothing is recorded about the case, or it has withdrawn already.
        """
        tombstone = NewEvent("withdrawn", case=case, start=at, user=user, change_reason=reason)
        check_entry(tombstone)
        with self._lock:
            self._usable()
            gone = self._by_case.get(case, []) if case else []
            self._check_present([tombstone])
            if not gone:
                raise StoreError.of("STORE-055", place=f"case {case}")
            sessions = len({each.session for each in gone} - {""})
            counted = {"events": len(gone), "sessions": sessions}
            [written] = self._sealed([replace(tombstone, new_value=counted)])
            self._bury(case, gone)
            self._keep([written])
        return written

    def withdrawn(self) -> frozenset[str]:
        """Return the cases that have withdrawn."""
        return frozenset(self._withdrawn)

    def verify(self, seen: Callable[[Event], object] | None = None) -> list[Finding]:
        """Return where the chain is not as it was written; parameters as in `Store.verify`."""
        with self._lock:
            self._usable()
            faults = verify_chain(self._events, self._about, head=self._head, gone=self._buried)
            if seen is not None:
                for event in self.read():
                    seen(event)
            return faults

    def close(self) -> None:
        """Close the store; nothing can be read or written any more."""
        self._closed = True

    def _usable(self) -> None:
        if self._closed:
            raise StoreError.of("STORE-006", place=f"store of study {self._about.study}")

    def _attached(self, name: str) -> tuple[str, list[bytes]]:
        if name not in self._attachments:
            raise StoreError.of("STORE-094", place=f"attachment {name}")
        return self._attachments[name]

    def _check_expected(self, events: Sequence[NewEvent], expect: int) -> None:
        streams = {each.stream for each in events}
        if len(streams) > 1:
            raise StoreError.of("STORE-007", place=f"store of study {self._about.study}")
        for stream in streams:
            last = self._last.get(stream, 0)
            if last != expect:
                place = f"session {stream[0]}" if stream[0] else f"case {stream[1]}"
                raise ConflictError.of("STORE-008", place=place, expect=expect, last=last)

    def _check_present(self, events: Sequence[NewEvent]) -> None:
        for each in events:
            if each.case in self._withdrawn:
                raise StoreError.of("STORE-046", place=f"case {each.case}")

    def _sealed(self, events: Sequence[NewEvent]) -> list[Event]:
        sealed: list[Event] = []
        seq, chain = self._head.seq, self._head.chain
        for each in events:
            seq += 1
            chain = seal(chain, checked_content(each, seq))
            sealed.append(numbered(each, seq, chain))
        return sealed

    def _keep(self, events: Sequence[Event]) -> None:
        for each in events:
            self._events.append(each)
            self._by_session.setdefault(each.session, []).append(each)
            self._by_case.setdefault(each.case, []).append(each)
            self._last[each.stream] = each.seq
            self._head = Head(each.seq, each.chain)

    def _bury(self, case: str, gone: Sequence[Event]) -> None:
        """Keep of the events of a case what the chain needs, and nothing of what was said."""
        self._buried |= {each.seq: each.chain for each in gone}
        self._withdrawn.add(case)
        self._attachments = {n: a for n, a in self._attachments.items() if a[0] != case}
        self._events = [each for each in self._events if each.case != case]
        del self._by_case[case]
        for session in {each.session for each in gone}:
            left = [each for each in self._by_session[session] if each.case != case]
            self._by_session[session] = left
