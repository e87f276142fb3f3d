"""The tables of a sealed journal: events, the head of the chain, who has withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from toolkit.store.journal.chain import Head
from toolkit.store.journal.database import Database
from toolkit.store.journal.sealed import Row

PAGE = 1000
"""Rows that are read at once."""
_COLUMNS = "SELECT seq, holder, pseudonym, session, sealed, chain FROM event"
_MORE = "(?, ?, ?, ?, ?, ?)"
_ADD = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)"
_columns = attrgetter("seq", "holder", "case", "session", "sealed", "chain")
_STAND = "SELECT seq, chain, pseudonym FROM head LEFT JOIN withdrawn ON 1 = 1"
_NUMBERS = "SELECT seq FROM event"
_OUTSIDE = "session = '' AND pseudonym = ?"
_SEEN = "holder NOT IN (SELECT pseudonym FROM withdrawn)"

Stand = tuple[Head, frozenset[str]]
"""The last event, and the cases that have withdrawn."""


class JournalTable:
    """The journal as rows of a database of any kind.

    Parameters
    ----------
    database : Database
        It is open, and has the tables of `toolkit.store.journal.schema`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._run = database.run

    def head(self) -> Head:
        """Return number and seal of the last event."""
        return Head(*self._run("SELECT seq, chain FROM head")[0])

    @contextmanager
    def writing(self) -> Iterator[Stand]:
        """Lock out other writers until all is committed; yield the state of the journal."""
        with self._database.writing(_STAND) as rows:
            gone = frozenset(row[2] for row in rows if row[2] is not None)
            yield Head(*rows[0][:2]), gone

    def holds(self, head: Head) -> bool:
        """Return whether the journal contains an event with this number and seal."""
        wanted = [head.seq, head.chain]
        return bool(self._run("SELECT 1 FROM event WHERE seq = ? AND chain = ?", wanted))

    def last(self, session: str, case: str) -> int:
        """Return the number of the last event of a session, or else of a case; 0 for none."""
        where, value = ("session = ?", session) if session else (_OUTSIDE, case)
        found = self._run(f"{_NUMBERS} WHERE {where} ORDER BY seq DESC LIMIT 1", [value])
        return found[0][0] if found else 0

    def add(self, rows: Sequence[Row], *, last: bool = False) -> None:
        """Write events after the last one, which moves the head; called while writing.

        Parameters
        ----------
        last : bool
            Nothing else is written with them.
        """
        alone = last and len(rows) == 1
        for first in range(0, len(rows), PAGE):
            several = rows[first : first + PAGE]
            values = [value for row in several for value in _columns(row)]
            self._run(", ".join([_ADD, *[_MORE] * (len(several) - 1)]), values, last=alone)

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
