"""The tables of a sealed journal: events, the head of the chain, who has withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.journal.chain import Head
from toolkit.store.journal.database import Database, Step
from toolkit.store.journal.sealed import Row

PAGE = 1000
"""Rows that are read at once."""
_COLUMNS = "SELECT seq, holder, pseudonym, session, sealed, chain FROM event"
_MORE = "(?, ?, ?, ?, ?, ?)"
_ADD = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)"
_columns = attrgetter("seq", "holder", "case", "session", "sealed", "chain")
_STAND = "SELECT seq, chain, proof, pseudonym FROM head LEFT JOIN withdrawn ON 1 = 1"
_PROVE = "UPDATE head SET proof = ?"
_NUMBERS = "SELECT seq FROM event"
_OUTSIDE = "session = '' AND pseudonym = ?"
_SEEN = "holder NOT IN (SELECT pseudonym FROM withdrawn)"


@dataclass(frozen=True, slots=True)
class Stand:
    """How a journal stands, as its database says.

    Attributes
    ----------
    head : Head
        The last event.
    proof : str
        What proves the head and the withdrawals (`toolkit.store.proof.head_proof`).
    gone : frozenset of str
        The cases that are listed as withdrawn.
    """

    head: Head
    proof: str
    gone: frozenset[str]


class JournalTable:
    """The journal as rows of a database of any kind.

    Parameters
    ----------
    database : Database
        It is open, and has the tables of `toolkit.store.journal.schema`.
    place : str
        What to call it in messages.
    """

    def __init__(self, database: Database, place: str = "journal") -> None:
        self._database = database
        self._run = database.run
        self._place = place

    def head(self) -> Head:
        """Return number and seal of the last event.

        Raises
        ------
        StoreError
            There is no head (STORE-113).
        """
        seq, chain, _ = self._one(self._run("SELECT seq, chain, '' FROM head"))
        return Head(seq, chain)

    def stand(self) -> Stand:
        """Return how the journal stands.

        Raises
        ------
        StoreError
            There is no head (STORE-113).
        """
        return self._stand(self._run(_STAND))

    @contextmanager
    def writing(self) -> Iterator[Stand]:
        """Lock out other writers until all is committed; yield the state of the journal."""
        with self._database.writing(_STAND) as rows:
            yield self._stand(rows)

    def holds(self, head: Head) -> bool:
        """Return whether the journal contains an event with this number and seal."""
        wanted = [head.seq, head.chain]
        return bool(self._run("SELECT 1 FROM event WHERE seq = ? AND chain = ?", wanted))

    def last(self, session: str, case: str) -> int:
        """Return the number of the last event of a session, or else of a case; 0 for none."""
        where, value = ("session = ?", session) if session else (_OUTSIDE, case)
        found = self._run(f"{_NUMBERS} WHERE {where} ORDER BY seq DESC LIMIT 1", [value])
        return found[0][0] if found else 0

    def add(self, rows: Sequence[Row], proof: str, *, last: bool = False) -> None:
        """Write events after the last one, which moves the head, and prove it; while writing.

        Parameters
        ----------
        rows : sequence of Row
            The events.
        proof : str
            Of the head that it has then.
        last : bool
            Nothing else is written with them.
        """
        steps: list[Step] = []
        for first in range(0, len(rows), PAGE):
            several = rows[first : first + PAGE]
            values = [value for row in several for value in _columns(row)]
            steps.append((", ".join([_ADD, *[_MORE] * (len(several) - 1)]), values))
        steps.append((_PROVE, [proof]))
        if last and len(rows) == 1:
            self._database.finish(steps)
            return
        for step in steps:
            self._run(*step)

    def prove(self, proof: str) -> None:
        """Write the proof of the head; called while writing."""
        self._run(_PROVE, [proof])

    def page(self, *, case: str | None, session: str | None, after: int, until: int) -> list[Row]:
        """Return the next rows that may be seen, at most `PAGE`.

        Parameters
        ----------
        case, session : str or None
            Only rows of these.
        after, until : int
            Only rows with a higher number than the one, and with none above the other.
        """
        where, values = ["seq > ? AND seq <= ?", _SEEN], [after, until]
        wanted: list[str | int] = [*values]
        for column, value in (("pseudonym", case), ("session", session)):
            if value is not None:
                where.append(f"{column} = ?")
                wanted.append(value)
        statement = f"{_COLUMNS} WHERE {' AND '.join(where)} ORDER BY seq LIMIT {PAGE}"
        return [Row(*each) for each in self._run(statement, wanted)]

    def rows(self) -> Iterator[Row]:
        """Yield all rows in order, those of the withdrawn too."""
        after = -(2**63)
        statement = f"{_COLUMNS} WHERE seq > ? ORDER BY seq LIMIT {PAGE}"
        while rows := self._run(statement, [after]):
            yield from (Row(*each) for each in rows)
            after = rows[-1][0]

    def ending(self, head: Head) -> list[Finding]:
        """Return whether the events end elsewhere than the head says."""
        last = self._run("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1")
        seq, chain = last[0] if last else (0, head.chain)
        if (seq, chain) == (head.seq, head.chain):
            return []
        if seq < head.seq:
            missing = head.seq - seq
            return [finding("STORE-023", place=f"event {seq + 1}", missing=missing)]
        return [finding("STORE-020", place=f"event {seq}")]

    def tombstones(self, case: str) -> list[Row]:
        """Return what may be left of a case: rows about it that the study as a whole holds."""
        where = "WHERE pseudonym = ? AND holder = '' ORDER BY seq"
        return [Row(*each) for each in self._run(f"{_COLUMNS} {where}", [case])]

    def newest(self, most: int) -> list[Row]:
        """Return the last rows, at most so many, the last one first."""
        return [Row(*each) for each in self._run(f"{_COLUMNS} ORDER BY seq DESC LIMIT {most}")]

    def withdrawn(self) -> frozenset[str]:
        """Return the cases that have withdrawn."""
        return frozenset(row[0] for row in self._run("SELECT pseudonym FROM withdrawn"))

    def hide(self, case: str) -> None:
        """Note that a case has withdrawn; called while writing."""
        self._run("INSERT INTO withdrawn VALUES (?)", [case])

    def counted(self, case: str) -> dict[str, int]:
        """Return how many events and sessions there are of a case."""
        counts = "SELECT count(*), count(DISTINCT nullif(session, '')) FROM event"
        events, sessions = self._run(f"{counts} WHERE holder = ?", [case])[0]
        return {"events": events, "sessions": sessions}

    def _stand(self, rows: list[tuple[Any, ...]]) -> Stand:
        first = self._one([*{row[:3]: row[:3] for row in rows}.values()])
        gone = frozenset(row[3] for row in rows if row[3] is not None)
        return Stand(Head(*first[:2]), first[2], gone)

    def _one(self, rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        # SQLite keeps what somebody writes there even where it is of another type.
        if len(rows) != 1 or [type(each) for each in rows[0]] != [int, str, str]:
            raise StoreError.of("STORE-113", place=self._place)
        return rows[0]
