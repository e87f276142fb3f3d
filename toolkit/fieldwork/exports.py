"""What was written in plain outside of the store, as far as that is known: it goes with its case.

An export is an event: whoever withdraws or destroys a study finds the file by it. Where the file
is stands sealed under the key of the case, like everything that was said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.fieldwork.withdrawal import belongs_to
from toolkit.store.event import Event, NewEvent
from toolkit.store.journal.interface import Store

EXPORT = "export"
"""Event of a case that says which attachment was written where."""
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exported:
    """One file that was written in plain.

    Attributes
    ----------
    name : str
        Attachment that it is of.
    path : pathlib.Path
        Where it was written.
    sha256 : str
        Of what was written (64 hex digits).
    """

    name: str
    path: Path
    sha256: str

    def is_there(self) -> bool:
        """Return whether the file is there still, as it was written."""
        total = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    total.update(chunk)
        except OSError:
            return False
        return total.hexdigest() == self.sha256


def note_export(store: Store, name: str, path: Path, *, user: str, at: int) -> None:
    """Write down that an attachment is about to be written in plain.

    Parameters
    ----------
    store : Store
        The research store.
    name : str
        The attachment.
    path : pathlib.Path
        Where it will be.
    user : str
        Role account that does it.
    at : int
        Now, in ms since 1970-01-01 UTC.

    Raises
    ------
    StoreError
        There is no such attachment (STORE-094), or the store cannot be written.
    """
    found = [e for e in store.read() if e.event == "attachment" and e.node == name]
    if not found:
        raise StoreError.of("STORE-094", place=f"attachment {name}")
    of = found[-1]
    told = {"file": str(path.absolute()), "sha256": of.new_value["sha256"]}
    about = NewEvent(EXPORT, name, at, new_value=told, user=user)
    store.append([replace(about, case=of.case, session=of.session)])


def exported(events: Iterable[Event], case: str = "") -> list[Exported]:
    """Return the files that were written in plain and are there still.

    Parameters
    ----------
    events : iterable of Event
        The journal.
    case : str
        Only those of this participant; of everybody where it is empty.
    """
    found: dict[Path, Exported] = {}
    for event in events:
        if event.event == EXPORT and (not case or belongs_to(case, event.case)):
            path = Path(event.new_value["file"])
            found[path] = Exported(event.node, path, event.new_value["sha256"])
    return [each for each in found.values() if each.is_there()]
