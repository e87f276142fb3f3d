"""The plainest file form of the store: a folder with one JSON line an event.

For fictional data only. The folder holds ``study.json`` (what the store is), ``journal.jsonl``
(the events), ``head`` (number and seal of the last acknowledged event) and, after a crash,
``torn-1.jsonl`` with what had been written but never acknowledged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Self

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.chain import Head, verify_chain
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.journal_file import JOURNAL, JournalFile, make_journal, told_as
from toolkit.store.memory import MemoryStore
from toolkit.store.sealing import canonical, to_line

FORMAT = "toolkit-plain/1"
_ABOUT = "study.json"


class PlainStore(MemoryStore):
    """A store in a folder of plain files; several programs may use it at once.

    An append is written and synchronised to the disk before it is acknowledged. Opening checks
    the whole chain, and sets a half-written end aside.

    Parameters
    ----------
    folder : str or Path
        Folder of a store that exists; `PlainStore.create` makes one.

    Attributes
    ----------
    findings : tuple of Finding
        What was put right: STORE-016 where a write had been cut short, STORE-025 where the note
        of the head was gone.

    Raises
    ------
    StoreError
        There is no store, it is not of a fictional study, or its journal is damaged.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        super().__init__(_described(self._folder))
        self.findings: tuple[Finding, ...] = ()
        self._offset = 0
        self._failed = False
        self._file = JournalFile(self._folder)
        try:
            with self._file.locked():
                self._take_in()
        except StoreError:
            self.close()
            raise

    @classmethod
    def create(cls, folder: str | Path, about: About) -> Self:
        """Make a store, or open the one of the same study that is there already.

        Parameters
        ----------
        folder : str or Path
            Its folder; made where there is none.
        about : About
            What it is.

        Raises
        ------
        StoreError
            The study is not fictional, the folder holds another store, or its journal is damaged.
        """
        if not about.fictional:
            raise StoreError.of("STORE-010", place=f"study {about.study}")
        home = Path(folder)
        if not (home / _ABOUT).exists():
            _describe(home, about)
        found = _described(home)
        if (about.study, about.holds) != (found.study, found.holds):
            place = f"folder {home.name}"
            raise StoreError.of("STORE-012", place=place, study=found.study, holds=found.holds)
        return cls(home)

    def append(self, events: Sequence[NewEvent], *, expect: int | None = None) -> list[Event]:
        """Write events; parameters, results and errors as in `Store.append`."""
        with self._lock:
            self._usable()
            with self._file.locked():
                return super().append(events, expect=expect)

    def read(
        self, *, case: str | None = None, session: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Give events in order, those of other programs too; parameters as in `Store.read`."""
        with self._lock:
            self._usable()
            behind = self._file.size != self._offset
            lock: AbstractContextManager[None] = self._file.locked() if behind else nullcontext()
            with lock:
                return super().read(case=case, session=session, after=after)

    def close(self) -> None:
        """Let go of the files; take and give nothing more."""
        with self._lock:
            if not self._closed:
                super().close()
                self._file.close()

    def _usable(self) -> None:
        super()._usable()
        if self._failed:
            problem = "an earlier write failed"
            raise StoreError.of("STORE-015", place=f"folder {self._folder.name}", problem=problem)

    def _catch_up(self) -> None:
        if self._file.size != self._offset:
            self._take_in()

    def _take_in(self) -> None:
        """Take in what stands in the file and is not known yet; called under the lock."""
        size, head = self._file.size, self._file.noted_head()
        events, end = self._file.events_after(self._offset)
        self._refuse_damage(events, end < size, head)
        self._keep(events)
        self._offset = end
        if end < size:
            aside, length = self._file.set_aside(end)
            self._found(finding("STORE-016", place=JOURNAL, size=length, aside=aside))
        if head is None and self._events:
            self._found(finding("STORE-025", place=JOURNAL))
        if head is None or head.seq != len(self._events):
            self._file.note_head(Head(len(self._events), self._head))

    def _refuse_damage(self, events: list[Event], more: bool, head: Head | None) -> None:
        """Raise for whatever an interrupted write cannot explain.

        What was acknowledged is noted in the head: if less than that is whole, it was damaged.
        """
        known = Head(len(self._events), self._head)
        faults = verify_chain(events, self._about, after=known, head=head, file=JOURNAL)
        whole = known.seq + len(events)
        if more and head is not None and head.seq > whole:
            faults = [each for each in faults if each.code != "STORE-023"]
            place = f"event {whole + 1}"
            faults.append(finding("STORE-024", place=place, file=JOURNAL, line=whole + 1))
        if faults:
            raise StoreError(faults)

    def _found(self, found: Finding) -> None:
        self.findings = (*self.findings, found)

    def _write(self, events: Sequence[Event], contents: Sequence[bytes]) -> None:
        lines = b"".join(map(to_line, contents, (each.chain for each in events)))
        if not events:
            return
        last = events[-1]
        try:
            self._file.append(lines, Head(last.seq, last.chain))
        except StoreError:
            self._failed = True
            raise
        self._offset += len(lines)


def verify_plain(folder: str | Path) -> list[Finding]:
    """Say where the journal of a plain store is not as it was written, without opening it.

    Parameters
    ----------
    folder : str or Path
        Folder of the store.

    Returns
    -------
    list of Finding
        Empty where all is well; with file and line.

    Raises
    ------
    StoreError
        There is no store in the folder.
    """
    about = _described(Path(folder))
    file = JournalFile(Path(folder))
    try:
        with file.locked():
            events, end = file.events_after(0)
            head, cut = file.noted_head(), end < file.size
    finally:
        file.close()
    faults = verify_chain(events, about, head=None if cut else head, file=JOURNAL)
    if cut:
        line = len(events) + 1
        faults.append(finding("STORE-024", place=f"event {line}", file=JOURNAL, line=line))
    if head is None and events:
        faults.append(finding("STORE-025", place=JOURNAL))
    return faults


def _describe(folder: Path, about: About) -> None:
    """Write what the store is; last, so that a folder is a whole store or none."""
    make_journal(folder)
    part = folder / f"{_ABOUT}.part"
    with told_as("STORE-017", f"folder {folder.name}"):
        part.write_text(canonical({"format": FORMAT, **asdict(about)}) + "\n", encoding="utf-8")
        part.replace(folder / _ABOUT)


def _described(folder: Path) -> About:
    place = f"folder {folder.name}"
    try:
        told = json.loads((folder / _ABOUT).read_bytes())
        format_, about = told.pop("format"), About(**told)
    except FileNotFoundError:
        raise StoreError.of("STORE-011", place=place) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise StoreError.of("STORE-013", place=place, format=FORMAT) from None
    if format_ != FORMAT:
        raise StoreError.of("STORE-013", place=place, format=FORMAT)
    if about.fictional is not True:
        raise StoreError.of("STORE-010", place=f"study {about.study}")
    return about
