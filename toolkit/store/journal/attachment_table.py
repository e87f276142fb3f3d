"""Attachments in an encrypted store, sealed with the key of their case (clauses P07, P32).

Each piece is bound to study, case, name and number, and the last one says that it is the last: no
piece can be changed, moved, left out or cut off unseen. Destroying the key of the case destroys
every copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.event import About, Json
from toolkit.store.journal.attachments import Measured, Piece
from toolkit.store.journal.database import Database
from toolkit.store.keys.passphrase import Secret
from toolkit.store.keys.wrapping import unwrap, wrap


class AttachmentTable:
    """The attachments of a store as rows of its database.

    Parameters
    ----------
    database : Database
        It is open, and has the tables of `toolkit.store.journal.schema`.
    about : About
        The store; part of what is authenticated.
    """

    def __init__(self, database: Database, about: About) -> None:
        self._run = database.run
        self._about = about

    def count(self, case: str) -> int:
        """Return how many attachments a case has."""
        counted = "SELECT count(DISTINCT name) FROM attachment WHERE holder = ?"
        return int(self._run(counted, [case])[0][0])

    def put(self, case: str, name: str, pieces: Measured, key: Secret) -> None:
        """Seal pieces and write them; called while writing."""
        for each in pieces:
            sealed = wrap(key, Secret(each.content), self._context(case, name, each))
            row = [name, each.number, case, sealed]
            self._run("INSERT INTO attachment VALUES (?, ?, ?, ?)", row)

    def holder(self, name: str) -> tuple[str, int]:
        """Return the case of an attachment and how many pieces there are.

        Raises
        ------
        StoreError
            There is none of this name (STORE-094).
        """
        found = "SELECT holder, count(*) FROM attachment WHERE name = ? GROUP BY holder"
        rows = self._run(found, [name])
        if len(rows) != 1:
            raise StoreError.of("STORE-094", place=f"attachment {name}")
        return str(rows[0][0]), int(rows[0][1])

    def piece(self, case: str, name: str, number: int, parts: int, key: Secret | None) -> bytes:
        """Return one piece.

        Raises
        ------
        StoreError
            Its case has withdrawn meanwhile (STORE-094), or it is not as it was attached
            (STORE-095).
        """
        place = f"attachment {name}"
        wanted = "SELECT sealed FROM attachment WHERE name = ? AND part = ? AND holder = ?"
        rows = self._run(wanted, [name, number, case])
        if key is None or (not rows and not self.count(case)):
            raise StoreError.of("STORE-094", place=place)
        context = self._context(case, name, Piece(number, b"", number == parts))
        content = unwrap(key, rows[0][0], context) if rows else None
        if content is None:
            raise StoreError.of("STORE-095", place=place, problem=f"piece {number} of {parts}")
        return content.reveal()

    def faults(self, name: str, told: Json, key: Secret | None) -> list[Finding]:
        """Return where an attachment is not what its event says; empty if all is well.

        Parameters
        ----------
        told : mapping
            New value of the event: bytes, SHA-256 and number of pieces.
        """
        total = hashlib.sha256()
        try:
            case, parts = self.holder(name)
            for number in range(1, parts + 1):
                total.update(self.piece(case, name, number, parts, key))
        except StoreError as refused:
            return list(refused.findings)
        if not isinstance(told, dict) or total.hexdigest() != told.get("sha256"):
            return [finding("STORE-095", place=f"attachment {name}", problem="its SHA-256")]
        return []

    def loose(self, known: Container[str]) -> list[Finding]:
        """Return which attachments no event speaks of."""
        rows = self._run("SELECT DISTINCT name FROM attachment ORDER BY name")
        places = [f"attachment {name}" for (name,) in rows if name not in known]
        return [finding("STORE-109", place=each) for each in places]

    def remove(self, case: str) -> None:
        """Delete all attachments of a case; called while writing."""
        self._run("DELETE FROM attachment WHERE holder = ?", [case])

    def _context(self, case: str, name: str, piece: Piece) -> tuple[str, ...]:
        about, end = self._about, "last" if piece.last else "more"
        return ("attachment", about.study, about.holds, case, name, str(piece.number), end)
