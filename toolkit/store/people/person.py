"""Somebody behind a pseudonym: what identifies them, and what was known of them besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from toolkit.errors import StoreError
from toolkit.store.event import Json

Kind = Literal["name", "phone", "email", "address", "child", "other"]
_KINDS: dict[Kind, str] = {
    "name": "name",
    "phone": "phones",
    "email": "emails",
    "address": "addresses",
    "child": "children",
    "other": "others",
}
_NAMES = ("name", "child")  # said in parts as well: by surname, by first name


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What is known of somebody; it shows in no traceback and no notebook.

    Attributes
    ----------
    name : str
        As on the list: surname, forename.
    phones, emails, addresses : tuple of str
        Where the person can be reached.
    children : tuple of str
        Names of children.
    others : tuple of str
        Whatever else gives the person away: a nickname, a partner, a school, a case number.
    frame_place : int or None
        Place in the sorted frame, from 1; with the list it says who somebody is (clause P31).
    listed : mapping
        Fields of the list that identify nobody, such as the number of support sessions.
    """

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    frame_place: int | None = None
    listed: Mapping[str, str | int | bool] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Person(...)"

    def to_json(self) -> dict[str, Json]:
        """Return the record as JSON values."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}
        return {**plain, "listed": dict(self.listed)}

    @classmethod
    def from_json(cls, said: Mapping[str, Json], *, place: str) -> Person:
        """Build the record from what `to_json` gave.

        Raises
        ------
        StoreError
            It has fields that this version does not know, or no name (STORE-082).
        """
        try:
            known: dict[str, Any] = dict(said)
            known |= {n: tuple(v) for n, v in said.items() if isinstance(v, list)}
            return cls(**known)
        except (AttributeError, TypeError):
            raise StoreError.of("STORE-082", place=place) from None


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """Something that could identify somebody, so must not be published (clauses P30, P34).

    Attributes
    ----------
    pseudonym : str
        Whose it is.
    kind : str
        ``name``, ``phone``, ``email``, ``address``, ``child`` or ``other``.
    text : str
        What gives the person away.
    whole : bool
        Whether it is the whole of it, and not the surname or first name alone.
    """

    pseudonym: str
    kind: Kind
    text: str
    whole: bool = True

    def __repr__(self) -> str:
        return f"Identifier({self.pseudonym}, {self.kind})"


def identifiers_of(pseudonym: str, person: Person) -> Iterator[Identifier]:
    """Yield everything that identifies a person; names turned round and in parts as well."""
    for kind, column in _KINDS.items():
        told = getattr(person, column)
        for text in (told,) if isinstance(told, str) else told:
            yield Identifier(pseudonym, kind, text)
            if kind in _NAMES:
                yield from _other_forms(pseudonym, kind, text)


def _other_forms(pseudonym: str, kind: Kind, name: str) -> Iterator[Identifier]:
    """Yield ``Hesper Hampersail``, ``Hesper`` and ``Hampersail`` for ``Hampersail, Hesper``."""
    surname, comma, forename = (each.strip() for each in name.partition(","))
    if comma and forename:
        yield Identifier(pseudonym, kind, f"{forename} {surname}")
    parts = [each for each in re.split(r"[\s,]+", name) if len(each) > 1]
    for each in parts if len(parts) > 1 else ():
        yield Identifier(pseudonym, kind, each, whole=False)
