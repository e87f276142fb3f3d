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
from toolkit.store.journal.withdrawals import Withdrawals, is_tombstone, unmatched
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret
from toolkit.store.proof.guard import UNGUARDED, Guard, Noted, noted_in, older
from toolkit.store.proof.head_proof import HeadProof, proved_name

_MOST = 10  # of one kind that are said
_LATEST = 20  # events among which the latest time is looked for: some have none


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
    guard : Guard
        What else is compared on opening, and whether the store is opened to be looked at only.

    Attributes
    ----------
    findings : tuple of Finding
        What was put right on opening: STORE-052 where a withdrawal had to be carried through. Where
        the store is only looked at, what would have had it refused.

    Raises
    ------
    StoreError
        Somebody else wrote to the database, or it was set back to an earlier state: STORE-113 to
        STORE-119, one for each thing that was found. Nothing was changed.
    """

    def __init__(
        self,
        about: About,
        database: Database,
        keyring: Keyring,
        purge: Callable[[], None] = lambda: None,
        *,
        guard: Guard = UNGUARDED,
    ) -> None:
        self._about = about
        self._place = f"store of study {about.study}"
        self._keyring = keyring
        self._database = database
        self._purge = purge
        self._guard = guard
        self._proof = HeadProof(keyring, about)
        self._newest = guard.newest_of(keyring, about, self._proof)
        self._table = JournalTable(database, self._place)
        self._attachments = AttachmentTable(database, about)
        self._withdrawals = Withdrawals(about, keyring, self._table, self._opened)
        self._lock = RLock()
        self._closed = False
        self._written: list[Head] = []
        self._last = Head(0, "")
        noted, destroyed = self._outside()
        with database.snapshot():
            self.findings: tuple[Finding, ...] = tuple(self._tampering(noted, destroyed))
        if self.findings and not guard.inspects:
            raise StoreError(self.findings)
        if not self.findings and not guard.inspects:
            keyring.ensure(proved_name(about))
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
            with self._writing() as stand:
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
        with self._using(), self._writing() as stand:
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
            with self._writing() as stand:
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
            pages = self._database.damage()
            if pages:
                return [
                    finding("STORE-044", place=self._place, problem=each) for each in pages[:_MOST]
                ]
            noted, destroyed = self._outside()
            with self._database.snapshot():
                found: dict[Finding, None] = {}
                # First, as a server takes nothing more in a transaction in which something failed.
                tampering = self._tampering(noted, destroyed)
                try:
                    stored = (row.stored() for row in self._table.rows())
                    faults = verify_chain(stored, self._about, head=self._table.head())
                    found |= dict.fromkeys(faults or self._unopened(seen or _nothing))
                except StoreError as refused:
                    found |= dict.fromkeys(refused.findings)
                found |= dict.fromkeys(tampering)
                return [*found]

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
            stand = self._proved(self._table.stand())
            with empty.writing():
                copy_rows(self._database, empty)
                JournalTable(empty, self._place).prove(stand.proof)
            return stand.head

    def latest(self) -> int:
        """Return when the newest events happened, in ms since 1970-01-01 UTC; 0 for no time."""
        with self._using():
            events = (self._opened(row) for row in self._table.newest(_LATEST))
            return max((each.start for each in events if each is not None), default=0)

    def accept(self) -> None:
        """Accept the journal as it is as the newest from now on, though newer events were seen."""
        with self._using():
            head = self._table.head()
            if self._newest is not None:
                self._newest.replace(head.seq, head.chain)

    def close(self) -> None:
        """Close the file; nothing can be read or written any more."""
        with self._lock:
            if not self._closed:
                self._closed = True
                if self._newest is not None:
                    self._newest.note(self._last.seq, self._last.chain, at_once=True)
                self._database.close()

    @contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise StoreError.of("STORE-006", place=f"store of study {self._about.study}")
            yield

    @contextmanager
    def _writing(self) -> Iterator[Stand]:
        """Keep other writers out until all is committed; go on from a proved head only."""
        self._written.clear()
        with self._table.writing() as stand:
            yield self._proved(stand)
        if self._written:
            self._last = self._written[-1]
            if self._newest is not None:
                self._newest.note(self._last.seq, self._last.chain)

    def _proved(self, stand: Stand) -> Stand:
        """Refuse to go on from a head that somebody else wrote: a new proof would hide that."""
        if not self._proof.fits(stand.proof, stand.head.seq, stand.head.chain, stand.gone):
            raise StoreError([*self._withdrawals.disputed(stand), self._unproved()])
        return stand

    def _unproved(self) -> Finding:
        return finding("STORE-114", place=self._place)

    def _put(
        self,
        events: Sequence[NewEvent],
        holders: Sequence[str],
        stand: Stand,
        *,
        leaving: frozenset[str] = frozenset(),
        last: bool = False,
    ) -> list[Event]:
        """Seal events, each under the key of its holder, and write them; called while writing."""
        head = stand.head
        for holder in sorted(set(holders)):
            if holder in stand.gone:
                raise StoreError.of("STORE-046", place=f"case {holder}")
            self._key_for(holder)
        sealer = self._sealer()
        rows: list[Row] = []
        for seq, (event, holder) in enumerate(zip(events, holders, strict=True), head.seq + 1):
            previous = rows[-1].chain if rows else head.chain
            rows.append(sealer.seal(event, seq, previous, holder=holder))
        seq, chain = rows[-1].seq, rows[-1].chain
        self._written.append(Head(seq, chain))
        proof = self._proof.of(seq, chain, stand.gone | leaving)
        self._table.add(rows, proof, last=last)
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
        if case in stand.gone:
            raise StoreError.of("STORE-046", place=f"case {case}")
        counts = self._table.counted(case)
        columns = {name: getattr(tombstone, name) for name in NewEvent.__dataclass_fields__}
        told = NewEvent(**columns | {"new_value": counts})
        [written] = self._put([told], [""], stand, leaving=frozenset({case}))
        self._table.hide(case)
        self._attachments.remove(case)
        return written

    def _carry_through(self) -> None:
        """Complete every withdrawal that either the file or the keyring knows of.

        The keyring is in no backup, so that a store that was restored learns of it here.
        """
        gone = self._withdrawals.destroyed()
        buried = self._table.withdrawn()
        if gone != buried:
            self._purge()
        for case in sorted(gone - buried):
            with self._writing() as stand:
                if case not in stand.gone:
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
        gone, left = self._table.withdrawn(), set()
        sealer = self._sealer()
        for row in self._table.rows():
            try:
                event = sealer.open(row)
            except StoreError as refused:
                found |= dict.fromkeys(refused.findings)
                continue
            if event is None:
                continue
            if is_tombstone(row, event):
                left.add(event.case)
            if row.holder not in gone:
                seen(event)
            if event.event == "attachment":
                attached[event.node] = event
        for each in attached.values():
            key = self._key(each.case)
            found |= dict.fromkeys(self._attachments.faults(each.node, each.new_value, key))
        return [*found, *unmatched(gone, left), *self._attachments.loose(attached)]

    def _outside(self) -> tuple[Noted, frozenset[str]]:
        """Return what the folder of keys says: the newest event, and whose key was destroyed.

        It is asked first, as it follows the journal: what is written meanwhile is no fault.
        """
        return noted_in(self._newest), self._withdrawals.destroyed()

    def _tampering(self, noted: Noted, destroyed: frozenset[str]) -> list[Finding]:
        """Return what the toolkit did not write, as far as that shows without reading all of it."""
        altered = self._guard.altered()[:_MOST]
        found = [finding("STORE-115", place=self._place, problem=each) for each in altered]
        try:
            stand = self._table.stand()
            found += self._withdrawals.disputed(stand, destroyed)
            if not self._proof.fits(stand.proof, stand.head.seq, stand.head.chain, stand.gone):
                found.append(self._unproved())
            found += self._table.ending(stand.head)
            found += older(noted, lambda *event: self._table.holds(Head(*event)), stand.head.seq)
        except StoreError as refused:
            found += refused.findings
        return found

    def _opened(self, row: Row) -> Event | None:
        return self._sealer().open(row)


def _nothing(_: Event) -> None:
    """Ignore an event."""
