"""A store whose events are sealed with the key of their case, in any database (clause P32).

Destroying that key destroys what was said, here and in every copy (clause P26). Only
number, case and session of an event stand outside the seal: which question was asked can tell
what was answered before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from threading import RLock
from typing import BinaryIO

from toolkit.errors import ConflictError, Finding, StoreError, finding
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.journal.attachment_table import AttachmentTable
from toolkit.store.journal.attachments import Measured, announce
from toolkit.store.journal.chain import Head, verify_chain
from toolkit.store.journal.copying import copy_rows
from toolkit.store.journal.database import Database
from toolkit.store.journal.entry import check_entry, refuse_mixing
from toolkit.store.journal.journal_table import JournalTable, Stand
from toolkit.store.journal.sealed import Row, Sealer, key_name
from toolkit.store.journal.sealing import numbered
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret


class SealedStore:
    """The journal of one study in an open database; several programs may use it at once.

    An append is committed before it is acknowledged. Events of a case that has withdrawn are no
    longer given; what is left of it is one event ``withdrawn``.

    Parameters
    ----------
    about : About
        What the store is.
    database : Database
        It is open, and is closed with the store.
    keyring : Keyring
        The unlocked keyring of its study.
    purge : callable
        Throws away what was derived from the journal; called whenever a case has withdrawn.

    Attributes
    ----------
    findings : tuple of Finding
        What was put right on opening: STORE-052 where a withdrawal had to be carried through.
    """

    def __init__(
        self,
        about: About,
        database: Database,
        keyring: Keyring,
        purge: Callable[[], None] = lambda: None,
    ) -> None:
        self._about = about
        self._keyring = keyring
        self._database = database
        self._purge = purge
        self._table = JournalTable(database)
        self._attachments = AttachmentTable(database, about)
        self._lock = RLock()
        self._closed = False
        self.findings: tuple[Finding, ...] = ()
        self._carry_through()

    @property
    def about(self) -> About:
        """What the store is."""
        return self._about

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Write events; parameters and results as in `Store.append`.

        Raises
        ------
        ConflictError
            Somebody else has written to the session meanwhile; nothing was written.
        StoreError
            An event may not enter, its case has withdrawn, or the store cannot write; nothing was
            acknowledged.
        """
        for each in events:
            check_entry(each)
        refuse_mixing(self._about, events)
        streams = {each.stream for each in events}
        if expect is not None and len(streams) > 1:
            raise StoreError.of("STORE-007", place=f"store of study {self._about.study}")
        with self._using():
            if not events:
                return []
            with self._table.writing() as stand:
                for session, case in streams if expect is not None else ():
                    last = self._table.last(session, case)
                    if last != expect:
                        place = f"session {session}" if session else f"case {case}"
                        raise ConflictError.of("STORE-008", place=place, expect=expect, last=last)
                return self._put(events, [each.case for each in events], stand, last=True)

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Return events in order; parameters as in `Store.read`."""
        with self._using():
            until = self._table.head().seq
        return self._pages(case, session, after, until)

    def head(self) -> Head:
        """Return number and seal of the last event; changes when anything does."""
        with self._using():
            return self._table.head()

    def holds(self, head: Head) -> bool:
        """Return whether the journal contains an event with this number and seal."""
        with self._using():
            return self._table.holds(head)

    def attach(
        self, case: str, session: str, stream: BinaryIO, *, kind: str, user: str, at: int
    ) -> Event:
        """Keep a file with a case; parameters, results and errors as in `Store.attach`."""
        event = announce(case, session, kind=kind, user=user, at=at)
        check_entry(event)
        refuse_mixing(self._about, [event])
        with self._using(), self._table.writing() as stand:
            key = self._key_for(case)
            name = f"{case}-{kind}-{self._attachments.count(case) + 1}"
            pieces = Measured(stream, f"attachment {name}")
            self._attachments.put(case, name, pieces, key)
            told = replace(event, node=name, new_value=pieces.told())
            return self._put([told], [case], stand)[0]

    def attachment(self, name: str) -> Iterator[bytes]:
        """Yield an attachment piece by piece; parameters and errors as in `Store.attachment`."""
        with self._using():
            case, parts = self._attachments.holder(name)
        return self._pieces(case, name, parts)

    def withdraw(self, case: str, *, user: str, at: int, reason: str = "") -> Event:
        """Destroy what a case has said; parameters, results and errors as in `Store.withdraw`.

        Raises
        ------
        StoreError
            Nothing is recorded about the case, or it has withdrawn already.
        """
        tombstone = NewEvent("withdrawn", case=case, start=at, user=user, change_reason=reason)
        check_entry(tombstone)
        with self._using():
            with self._table.writing() as stand:
                if not case or not self._table.counted(case)["events"]:
                    raise StoreError.of("STORE-055", place=f"case {case}")
                written = self._bury(tombstone, stand)
            # First what was derived: a withdrawal that is cut short here is carried through later.
            self._purge()
            self._keyring.destroy(key_name(self._about, case))
            self._database.checkpoint()
            return written

    def withdrawn(self) -> frozenset[str]:
        """Return the cases that have withdrawn."""
        with self._using():
            return self._table.withdrawn()

    def verify(self, seen: Callable[[Event], object] | None = None) -> list[Finding]:
        """Return where pages, chain or contents were changed; parameters as in `Store.verify`."""
        with self._using():
            place = f"store of study {self._about.study}"
            pages = self._database.damage()
            if pages:
                return [finding("STORE-044", place=place, problem=each) for each in pages[:10]]
            with self._database.snapshot():
                head = self._table.head()
                stored = (row.stored() for row in self._table.rows())
                faults = verify_chain(stored, self._about, head=head)
                return faults or self._unopened(seen or _nothing)

    def copy_to(self, empty: Database) -> Head:
        """Copy everything, as it is now, into another database, whatever others write meanwhile.

        Parameters
        ----------
        empty : Database
            It has the tables of a new store of the same study; of any form.

        Returns
        -------
        Head
            The last event that was copied.
        """
        with self._using(), self._database.snapshot():
            with empty.writing():
                copy_rows(self._database, empty)
            return self._table.head()

    def close(self) -> None:
        """Close the file; nothing can be read or written any more."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._database.close()

    @contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise StoreError.of("STORE-006", place=f"store of study {self._about.study}")
            yield

    def _put(
        self,
        events: Sequence[NewEvent],
        holders: Sequence[str],
        stand: Stand,
        *,
        last: bool = False,
    ) -> list[Event]:
        """Seal events, each under the key of its holder, and write them; called while writing."""
        head, gone = stand
        for holder in sorted(set(holders)):
            if holder in gone:
                raise StoreError.of("STORE-046", place=f"case {holder}")
            self._key_for(holder)
        sealer = self._sealer()
        rows: list[Row] = []
        for seq, (event, holder) in enumerate(zip(events, holders, strict=True), head.seq + 1):
            previous = rows[-1].chain if rows else head.chain
            rows.append(sealer.seal(event, seq, previous, holder=holder))
        self._table.add(rows, last=last)
        return [numbered(e, row.seq, row.chain) for e, row in zip(events, rows, strict=True)]

    def _key_for(self, holder: str) -> Secret:
        """Return the key of a holder; a missing one is made if nothing is sealed under it yet."""
        name = key_name(self._about, holder)
        if self._keyring.key(name) is None and self._table.counted(holder)["events"]:
            self._key(holder)
        return self._keyring.ensure(name)

    def _bury(self, tombstone: NewEvent, stand: Stand) -> Event:
        """Write what is left of a case, and show its events to nobody; called while writing."""
        case = tombstone.case
        if case in stand[1]:
            raise StoreError.of("STORE-046", place=f"case {case}")
        counts = self._table.counted(case)
        columns = {name: getattr(tombstone, name) for name in NewEvent.__dataclass_fields__}
        [written] = self._put([NewEvent(**columns | {"new_value": counts})], [""], stand)
        self._table.hide(case)
        self._attachments.remove(case)
        return written

    def _carry_through(self) -> None:
        """Complete every withdrawal that either the file or the keyring knows of.

        The keyring is in no backup, so that a store that was restored learns of it here.
        """
        start = key_name(self._about, "-").removesuffix("-")
        gone = {n.removeprefix(start) for n in self._keyring.destroyed() if n.startswith(start)}
        buried = self._table.withdrawn()
        if gone != buried:
            self._purge()
        for case in sorted(gone - buried):
            with self._table.writing() as stand:
                if case not in stand[1]:
                    tombstone = NewEvent("withdrawn", case=case, change_reason="carried through")
                    self._bury(tombstone, stand)
        for case in sorted(buried - gone):
            self._keyring.destroy(key_name(self._about, case))
        if gone != buried:
            self._database.checkpoint()
        self.findings = tuple(
            finding("STORE-052", place=f"case {case}") for case in sorted(gone ^ buried)
        )

    def _sealer(self) -> Sealer:
        """Return a sealer that asks for each key once; for one batch, as keys may be destroyed."""
        return Sealer(self._about, cache(self._key))

    def _key(self, holder: str) -> Secret | None:
        """Return a key, or None if it was destroyed; a key that is merely missing is an error."""
        name = key_name(self._about, holder)
        key = self._keyring.key(name)
        if key is None and name not in self._keyring.destroyed():
            place = f"case {holder}" if holder else f"study {self._about.study}"
            raise StoreError.of("STORE-057", place=place)
        return key

    def _pages(
        self, case: str | None, session: str | None, after: int, until: int
    ) -> Iterator[Event]:
        while after < until:
            with self._using():
                rows = self._table.page(case=case, session=session, after=after, until=until)
            if not rows:
                return
            after = rows[-1].seq
            sealer = self._sealer()
            for row in rows:
                if (event := sealer.open(row)) is not None:
                    yield event

    def _pieces(self, case: str, name: str, parts: int) -> Iterator[bytes]:
        for number in range(1, parts + 1):
            with self._using():
                piece = self._attachments.piece(case, name, number, parts, self._key(case))
            yield piece

    def _unopened(self, seen: Callable[[Event], object]) -> list[Finding]:
        """Find events and attachments that do not open although their key was not destroyed."""
        found: dict[Finding, None] = {}
        attached: dict[str, Event] = {}
        gone = self._table.withdrawn()
        sealer = self._sealer()
        for row in self._table.rows():
            try:
                event = sealer.open(row)
            except StoreError as refused:
                found |= dict.fromkeys(refused.findings)
                continue
            if event is None:
                continue
            if row.holder not in gone:
                seen(event)
            if event.event == "attachment":
                attached[event.node] = event
        for each in attached.values():
            key = self._key(each.case)
            found |= dict.fromkeys(self._attachments.faults(each.node, each.new_value, key))
        return [*found, *self._attachments.loose(attached)]


def _nothing(_: Event) -> None:
    """Ignore an event."""
