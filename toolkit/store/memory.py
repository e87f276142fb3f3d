"""The in-memory form of the store: for tests, and the index of the plain file form."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from threading import RLock

from toolkit.errors import ConflictError, StoreError
from toolkit.store.entry import checked_content
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.sealing import genesis, numbered, seal


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
        self._head = genesis(about)
        self._events: list[Event] = []
        self._by_session: dict[str, list[Event]] = {}
        self._by_case: dict[str, list[Event]] = {}
        self._last: dict[tuple[str, str], int] = {}

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
            self._catch_up()
            if expect is not None:
                self._check_expected(events, expect)
            sealed, contents = self._sealed(events)
            self._write(sealed, contents)
            self._keep(sealed)
        return sealed

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Give events in order; parameters as in `Store.read`."""
        with self._lock:
            self._usable()
            self._catch_up()
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
            return (each for each in window if each.case == case)
        return window

    def close(self) -> None:
        """Take and give nothing more."""
        self._closed = True

    def _usable(self) -> None:
        if self._closed:
            raise StoreError.of("STORE-006", place=f"store of study {self._about.study}")

    def _check_expected(self, events: Sequence[NewEvent], expect: int) -> None:
        streams = {each.stream for each in events}
        if len(streams) > 1:
            raise StoreError.of("STORE-007", place=f"store of study {self._about.study}")
        for stream in streams:
            last = self._last.get(stream, 0)
            if last != expect:
                place = f"session {stream[0]}" if stream[0] else f"case {stream[1]}"
                raise ConflictError.of("STORE-008", place=place, expect=expect, last=last)

    def _sealed(self, events: Sequence[NewEvent]) -> tuple[list[Event], list[bytes]]:
        sealed: list[Event] = []
        contents: list[bytes] = []
        seq, head = len(self._events), self._head
        for each in events:
            seq += 1
            content = checked_content(each, seq)
            head = seal(head, content)
            sealed.append(numbered(each, seq, head))
            contents.append(content)
        return sealed, contents

    def _keep(self, events: Sequence[Event]) -> None:
        for each in events:
            self._events.append(each)
            self._by_session.setdefault(each.session, []).append(each)
            self._by_case.setdefault(each.case, []).append(each)
            self._last[each.stream] = each.seq
            self._head = each.chain

    def _catch_up(self) -> None:
        """Take in what others wrote; nobody else writes to memory."""

    def _write(self, events: Sequence[Event], contents: Sequence[bytes]) -> None:
        """Make events durable before they are kept; memory has nothing to do."""
