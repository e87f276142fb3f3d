"""Events as the encrypted store keeps them: sealed under the key of their case, then chained.

The chain runs over what is stored, not over what was said, so that it can be verified without any
participant's key, and still can when that key is destroyed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from toolkit.errors import StoreError
from toolkit.store.event import About, Event, NewEvent
from toolkit.store.journal.sealing import content_of, numbered, seal
from toolkit.store.keys.passphrase import Secret
from toolkit.store.keys.wrapping import unwrap, wrap

_DEFAULTS = {each.name: each.default for each in fields(NewEvent)}
_columns_of = attrgetter(*_DEFAULTS)

# As canonical JSON, one level deeper than a value may nest: the columns stand around the values.
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the journal table.

    Attributes
    ----------
    seq : int
        Number of the event.
    holder : str
        Whose key it is sealed under: a case; empty for the study as a whole.
    case, session : str
        Of the event; the only columns that are not sealed.
    sealed : bytes
        All its columns, as canonical JSON under AES-256-GCM.
    chain : str
        SHA-256 over the seal before it and all of the above.
    """

    seq: int
    holder: str
    case: str
    session: str
    sealed: bytes
    chain: str

    def stored(self) -> Event:
        """Return the row in the form that the chain runs over; `verify_chain` takes it.

        SQLite keeps what is written into a column even where it is of another type; such a row has
        no seal that could fit.
        """
        texts = (self.holder, self.case, self.session, self.chain)
        if type(self.sealed) is not bytes or not all(type(each) is str for each in texts):
            return Event("sealed", seq=self.seq)
        return numbered(_outside(self.holder, self.case, self.session, self.sealed), *self._ends())

    def _ends(self) -> tuple[int, str]:
        return self.seq, self.chain


class Sealer:
    """Seals events of one store, and opens them.

    Parameters
    ----------
    about : About
        The store that they belong to; part of what is authenticated.
    key_of : callable
        Gives the key of a holder; None if it was destroyed.
    """

    def __init__(self, about: About, key_of: Callable[[str], Secret | None]) -> None:
        self._about = about
        self._key_of = key_of

    def seal(self, event: NewEvent, seq: int, previous: str, *, holder: str) -> Row:
        """Return the row of an event.

        Raises
        ------
        StoreError
            The key was destroyed.
        """
        key = self._key_of(holder)
        if key is None:
            raise StoreError.of("STORE-046", place=f"case {holder}")
        columns = zip(_DEFAULTS.items(), _columns_of(event), strict=True)
        told = {name: value for (name, usual), value in columns if _differs(value, usual)}
        content = Secret(_encode(told).encode())
        sealed = wrap(key, content, self._context(holder, event.case, seq))
        outside = _outside(holder, event.case, event.session, sealed)
        chain = seal(previous, content_of(outside, seq))
        return Row(seq, holder, event.case, event.session, sealed, chain)

    def open(self, row: Row) -> Event | None:
        """Return the event of a row; None if its key was destroyed.

        Raises
        ------
        StoreError
            The row was changed, or stands elsewhere than where it was written.
        """
        key = self._key_of(row.holder)
        if key is None:
            return None
        content = unwrap(key, row.sealed, self._context(row.holder, row.case, row.seq))
        told = json.loads(content.reveal().decode()) if content is not None else {}
        if (told.get("case", ""), told.get("session", "")) != (row.case, row.session) or not told:
            raise StoreError.of("STORE-053", place=f"event {row.seq}")
        # Nobody else holds these values: they come straight from the sealed text.
        return Event(**told, seq=row.seq, chain=row.chain)

    def _context(self, holder: str, case: str, seq: int) -> tuple[str, ...]:
        about = self._about
        return (about.study, about.holds, holder, case, str(seq))


def key_name(about: About, holder: str) -> str:
    """Return the name under which the keyring has the key of a case of a store.

    Parameters
    ----------
    holder : str
        A case; empty for the study as a whole.
    """
    return f"{about.holds}/case/{holder}" if holder else f"{about.holds}/study"


def database_name(about: About) -> str:
    """Return the name under which the keyring has the key of a store's database."""
    return f"{about.holds}/database"


def _differs(value: Any, usual: Any) -> bool:
    """Return whether a column has to be kept: 0 is not False, and 1.0 is not 1."""
    return type(value) is not type(usual) or value != usual


def _outside(holder: str, case: str, session: str, sealed: bytes) -> NewEvent:
    """Return what can be seen of a sealed event, in the form of an event."""
    text = base64.b64encode(sealed).decode("ascii")
    told = {"holder": holder, "sealed": text}
    return NewEvent("sealed", case=case, session=session, new_value=told)
