"""Interface that a database backend implements for the sealed journal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Step = tuple[str, Sequence[Any]]
"""A statement, and what its question marks stand for."""


class Database(Protocol):
    """One connection to a database of any kind, set so that nothing acknowledged is lost."""

    @property
    def dialect(self) -> str:
        """Whose words of SQL it understands beside the common ones: sqlite or postgresql."""
        ...

    def writing(self, first: str = "") -> AbstractContextManager[list[tuple[Any, ...]]]:
        """Keep other writers out until all is committed; nothing is written where a step fails.

        Parameters
        ----------
        first : str
            A query to begin with, as a server is asked once for both; its rows are given. None
            where it is empty.

        Raises
        ------
        StoreError
            Another program keeps its lock; the database cannot be written.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Read the database as it is now, whatever others write meanwhile.

        Raises
        ------
        StoreError
            The database cannot be read.
        """
        ...

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows.

        Parameters
        ----------
        statement : str
            SQL that every form understands.
        values : sequence
            What its question marks stand for.

        Raises
        ------
        StoreError
            The database cannot be read or written.
        """
        ...

    def finish(self, steps: Sequence[Step]) -> None:
        """Run the last statements before the commit; a server is asked for all of it at once.

        Parameters
        ----------
        steps : sequence of (str, sequence)
            Statements that give no rows, and what their question marks stand for.

        Raises
        ------
        StoreError
            The database cannot be written.
        """
        ...

    def checkpoint(self) -> None:
        """Remove what is left of overwritten data, as far as the backend can."""
        ...

    def damage(self) -> list[str]:
        """Return where its pages are not as they were written; empty if all are."""
        ...

    def close(self) -> None:
        """Close the database."""
        ...
