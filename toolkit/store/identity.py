"""Who is behind a pseudonym: a store of its own, opened for a reason and never unseen (P31, P37).

Nothing else of the toolkit reads a name. People and the audit of openings stand in two stores of
their own, of whatever form; the only link to the research data is a random pseudonym.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from toolkit.errors import StoreError
from toolkit.store.event import Event, NewEvent
from toolkit.store.interface import Store

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "recruitment": "to draw, invite and book people",
        "contact": "to send thanks, the report or news (P39)",
        "support": "to arrange support after a call (P06)",
        "pseudonymisation": "to find names that must not stand in a text (P34)",
        "withdrawal": "to carry out a withdrawal (P26, P27)",
        "retention": "to destroy data when their time is over (P38)",
        "significant-harm": "a risk of significant harm; needs a second person (P37)",
    }
)
"""Reason codes for opening the identity store, and what they mean."""


class Identities:
    """The identity store while it is open.

    Attributes
    ----------
    reason : str
        Why it was opened.
    """

    def __init__(self, people: Store, reason: str, user: str) -> None:
        self.reason = reason
        self._people = people
        self._user = user

    def enrol(self, pseudonym: str, person: Mapping[str, str | int | bool], *, at: int) -> None:
        """Keep who is behind a pseudonym.

        Parameters
        ----------
        pseudonym : str
            A pseudonym that nobody has.
        person : mapping
            Name and whatever else identifies the person.
        at : int
            Now, in ms since 1970-01-01 UTC.

        Raises
        ------
        StoreError
            The pseudonym is taken.
        """
        if any(self._people.read(case=pseudonym)):
            raise StoreError.of("STORE-033", place=f"pseudonym {pseudonym}")
        new = NewEvent(
            "enrolled", start=at, new_value=dict(person), user=self._user, case=pseudonym
        )
        self._people.append([new], expect=0)

    def person(self, pseudonym: str) -> dict[str, str | int | bool]:
        """Give who is behind a pseudonym.

        Raises
        ------
        StoreError
            Nobody has the pseudonym.
        """
        found: dict[str, str | int | bool] | None = None
        for event in self._people.read(case=pseudonym):
            found = event.new_value
        if found is None:
            raise StoreError.of("STORE-032", place=f"pseudonym {pseudonym}")
        return found

    def pseudonyms(self) -> Iterator[str]:
        """Give all pseudonyms, in the order in which people were enrolled."""
        return (event.case for event in self._people.read() if event.event == "enrolled")


class IdentityStore:
    """The identity store: closed until somebody opens it for a reason.

    Parameters
    ----------
    people, audit : Store
        Where people and where openings are kept, in stores of any form; their `about` says so.

    Raises
    ------
    StoreError
        One of them holds something else.
    """

    def __init__(self, people: Store, audit: Store) -> None:
        for store, wanted in ((people, "identity"), (audit, "identity-audit")):
            holds = store.about.holds
            if holds != wanted:
                place = f"store of study {store.about.study}"
                raise StoreError.of("STORE-034", place=place, holds=holds, wanted=wanted)
        self._people = people
        self._audit = audit

    def open(self, *, reason: str, user: str, at: int, second: str = "") -> Identities:
        """Open the store; the opening is written down before anything is seen.

        Parameters
        ----------
        reason : str
            A code of `REASONS`.
        user : str
            Role account that opens it.
        at : int
            Now, in ms since 1970-01-01 UTC.
        second : str
            Role account of the second person; needed for a risk of significant harm (P37).

        Raises
        ------
        StoreError
            The reason is not one, or a second person is missing.
        """
        place = "identity store"
        if reason not in REASONS:
            raise StoreError.of("STORE-030", place=place, reason=reason, reasons=", ".join(REASONS))
        if reason == "significant-harm" and second in ("", user):
            raise StoreError.of("STORE-031", place=place)
        told = {"second": second} if second else None
        self._audit.append([NewEvent("opened", node=reason, start=at, new_value=told, user=user)])
        return Identities(self._people, reason, user)

    def openings(self) -> Iterator[Event]:
        """Give the audit: when it was opened, by whom and why; no names."""
        return self._audit.read()

    def close(self) -> None:
        """Let go of both stores."""
        self._people.close()
        self._audit.close()


def deal_pseudonyms(count: int, *, prefix: str = "P", seed: int | None = None) -> list[str]:
    """Give pseudonyms in random order, so that a pseudonym says nothing about its owner.

    Parameters
    ----------
    count : int
        How many; all numbers have as many digits as the last one, and at least two.
    prefix : str
        What they begin with.
    seed : int, optional
        For fictional studies that have to come out the same; real ones are dealt by the
        system's own randomness.

    Returns
    -------
    list of str
        ``P01`` to the last one, shuffled.
    """
    digits = max(2, len(str(count)))
    dealt = [f"{prefix}{number:0{digits}d}" for number in range(1, count + 1)]
    if seed is None:
        random.SystemRandom().shuffle(dealt)
    else:
        random.Random(seed).shuffle(dealt)  # noqa: S311 - repeatable, for fictional studies only
    return dealt
