"""All that a store holds, copied row by row from one database into another of any kind.

The rows are copied as they are sealed, so that no key of a participant is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.store.journal.database import Database


@dataclass(frozen=True, slots=True)
class Rows:
    """How a table is copied, a page at a time.

    Attributes
    ----------
    read : str
        Statement that gives the next page after a row, in order; what numbers the rows comes first.
    before : tuple
        What stands before the first row.
    write : str
        Statement that writes a row.
    """

    read: str
    before: tuple[Any, ...]
    write: str


# Every table but what a new store has by itself (what it is) and what is derived.
COPIED = {
    "event": Rows(
        "SELECT seq, holder, pseudonym, session, sealed, chain FROM event"
        " WHERE seq > ? ORDER BY seq LIMIT 1000",
        (-(2**63),),
        "INSERT INTO event (seq, holder, pseudonym, session, sealed, chain)"
        " VALUES (?, ?, ?, ?, ?, ?)",
    ),
    "attachment": Rows(
        "SELECT name, part, holder, sealed FROM attachment"
        " WHERE (name, part) > (?, ?) ORDER BY name, part LIMIT 4",
        ("", 0),
        "INSERT INTO attachment (name, part, holder, sealed) VALUES (?, ?, ?, ?)",
    ),
    "withdrawn": Rows(
        "SELECT pseudonym FROM withdrawn WHERE pseudonym > ? ORDER BY pseudonym LIMIT 1000",
        ("",),
        "INSERT INTO withdrawn (pseudonym) VALUES (?)",
    ),
}


def copy_rows(source: Database, target: Database) -> None:
    """Copy what one database holds into another; the head moves with each event, as ever.

    Parameters
    ----------
    source : Database
        It has the tables of `toolkit.store.journal.schema`; called while it shows a snapshot.
    target : Database
        It has the same tables, empty; called while writing.
    """
    for each in COPIED.values():
        for row in _rows(source, each):
            target.run(each.write, row)


def _rows(source: Database, wanted: Rows) -> Iterator[tuple[Any, ...]]:
    after = wanted.before
    while rows := source.run(wanted.read, after):
        yield from rows
        after = rows[-1][: len(after)]
