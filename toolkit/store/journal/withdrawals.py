"""Whether each withdrawal was written by the toolkit: a key is destroyed on nothing less (P26).

Three places say that a case has withdrawn: the list in the database, an event that is sealed under
the key of the study, and the keyring. Whoever can write to one of them alone must neither destroy
what was said nor bring it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.event import About, Event
from toolkit.store.journal.journal_table import JournalTable, Stand
from toolkit.store.journal.sealed import Row, key_name
from toolkit.store.keys.keyring import Keyring


class Withdrawals:
    """What the journal and the keyring of a store say of withdrawals.

    Parameters
    ----------
    about : About
        The store.
    keyring : Keyring
        Its unlocked keyring.
    table : JournalTable
        Its rows.
    opened : callable
        Opens a row; None where its key was destroyed.
    """

    def __init__(
        self,
        about: About,
        keyring: Keyring,
        table: JournalTable,
        opened: Callable[[Row], Event | None],
    ) -> None:
        self._about = about
        self._keyring = keyring
        self._table = table
        self._opened = opened

    def destroyed(self) -> frozenset[str]:
        """Return the cases whose key the keyring says was destroyed."""
        start = key_name(self._about, "-").removesuffix("-")
        names = self._keyring.destroyed()
        return frozenset(n.removeprefix(start) for n in names if n.startswith(start))

    def disputed(self, stand: Stand, destroyed: Collection[str] = ()) -> list[Finding]:
        """Return where one place speaks of a withdrawal and the others do not bear it out.

        Parameters
        ----------
        stand : Stand
            The list in the database.
        destroyed : collection of str
            From `destroyed`.
        """
        found = []
        for case in sorted(stand.gone ^ frozenset(destroyed), key=str):
            buried = self._is_buried(case)
            if case in stand.gone and not buried:
                found.append(finding("STORE-116", place=f"case {case!s:.40}"))
            elif case not in stand.gone and buried:
                found.append(finding("STORE-117", place=f"case {case}"))
            elif case not in stand.gone and not self._keyring.vouches(key_name(self._about, case)):
                found.append(finding("STORE-118", place=f"case {case}"))
        return found

    def _is_buried(self, case: str) -> bool:
        """Return whether an event under the key of the study says that a case has withdrawn."""
        for row in self._table.tombstones(case):
            try:
                event = self._opened(row)
            except StoreError as refused:
                if refused.findings[0].code != "STORE-053":
                    raise  # the key of the study is missing, which says nothing of the event
                continue
            if event is not None and is_tombstone(row, event):
                return True
        return False


def is_tombstone(row: Row, event: Event) -> bool:
    """Return whether a row is what a withdrawal leaves of a case."""
    return row.holder == "" and event.event == "withdrawn" and event.case != ""


def unmatched(listed: Collection[str], buried: Collection[str]) -> list[Finding]:
    """Return where the list of withdrawals and the events differ.

    Parameters
    ----------
    listed, buried : collection of str
        Cases of the list; cases of which an event says that they have withdrawn.
    """
    bare, missing = frozenset(listed) - frozenset(buried), frozenset(buried) - frozenset(listed)
    return [
        *(finding("STORE-116", place=f"case {case!s:.40}") for case in sorted(bare, key=str)),
        *(finding("STORE-117", place=f"case {case}") for case in sorted(missing)),
    ]
