"""The identity store: who is behind a pseudonym; each opening is recorded (clauses P31, P37).

Nothing else of the toolkit reads a name. People and the audit of openings stand in two stores of
their own, of whatever form; the only link to the research data is a random pseudonym. Analysis,
publishing and notebooks cannot come here: import-linter keeps the first two out, and inside a
notebook's kernel nothing opens.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.errors import StoreError
from toolkit.store.event import Event, NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.interface import Store
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.people.person import Identifier, Person, identifiers_of

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "recruitment": "to draw, invite and book people",
        "contact": "to send thanks, the report or news (clause P39)",
        "support": "to arrange support after a call (clause P06)",
        "pseudonymisation": "to find names that must not stand in a text (clause P34)",
        "withdrawal": "to carry out a withdrawal (clauses P26, P27)",
        "retention": "to destroy data when their time is over (clause P38)",
        "significant-harm": "a risk of significant harm; needs a second person (clause P37)",
    }
)
"""Reason codes for opening the identity store, and what they mean."""
_TWO_PEOPLE = "significant-harm"
_ROLE = re.compile(r"[a-z][a-z-]{0,38}-[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Second:
    """A second person, who proves to be there by a passphrase of their own.

    Attributes
    ----------
    role : str
        Role account of an approver.
    passphrase : Passphrase
        That approver's passphrase.
    """

    role: str
    passphrase: Passphrase


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

    def enrol(self, pseudonym: str, person: Person, *, at: int) -> None:
        """Keep who is behind a pseudonym.

        Parameters
        ----------
        at : int
            Now, in ms since 1970-01-01 UTC.

        Raises
        ------
        StoreError
            The pseudonym is taken.
        """
        if any(self._people.read(case=pseudonym)):
            raise StoreError.of("STORE-033", place=f"pseudonym {pseudonym}")
        self._write("enrolled", pseudonym, person, at, expect=0)

    def amend(self, pseudonym: str, person: Person, *, at: int) -> None:
        """Keep what is known now of somebody; what was known before stays in the journal.

        Raises
        ------
        StoreError
            Nobody has the pseudonym.
        """
        last = self._last(pseudonym)
        self._write("amended", pseudonym, person, at, expect=last.seq)

    def person(self, pseudonym: str) -> Person:
        """Return who is behind a pseudonym.

        Raises
        ------
        StoreError
            Nobody has the pseudonym, or who had it has withdrawn.
        """
        place = f"pseudonym {pseudonym}"
        return Person.from_json(self._last(pseudonym).new_value, place=place)

    def pseudonyms(self) -> Iterator[str]:
        """Return all pseudonyms, in the order in which people were enrolled."""
        return (event.case for event in self._people.read() if event.event == "enrolled")

    def identifiers(self) -> Iterator[Identifier]:
        """Yield everything that identifies anybody, for the publication gate (clauses P30, P34).

        What was known before is given too: an old phone number still leads to its owner.
        """
        known: set[Identifier] = set()
        for event in self._people.read():
            if event.event in ("enrolled", "amended"):
                person = Person.from_json(event.new_value, place=f"pseudonym {event.case}")
                for each in identifiers_of(event.case, person):
                    if each not in known:
                        known.add(each)
                        yield each

    def _last(self, pseudonym: str) -> Event:
        found = None
        for event in self._people.read(case=pseudonym):
            found = event
        if found is None or found.event not in ("enrolled", "amended"):
            raise StoreError.of("STORE-032", place=f"pseudonym {pseudonym}")
        return found

    def _write(self, event: str, pseudonym: str, person: Person, at: int, expect: int) -> None:
        told = person.to_json()
        new = NewEvent(event, start=at, new_value=told, user=self._user, case=pseudonym)
        self._people.append([new], expect=expect)


class IdentityStore:
    """The identity store: closed until somebody opens it for a reason.

    Parameters
    ----------
    people, audit : Store
        Where people and where openings are kept, in stores of any form; their `about` says so.
    keyring : Keyring, optional
        The unlocked identity keyring, which knows the approvers; without it nobody approves.

    Raises
    ------
    StoreError
        One of them holds something else, or a notebook asks (STORE-085).
    """

    def __init__(self, people: Store, audit: Store, keyring: Keyring | None = None) -> None:
        refuse_notebook()
        for store, wanted in ((people, "identity"), (audit, "identity-audit")):
            holds = store.about.holds
            if holds != wanted:
                place = f"store of study {store.about.study}"
                raise StoreError.of("STORE-034", place=place, holds=holds, wanted=wanted)
        self._people = people
        self._audit = audit
        self._keyring = keyring

    def open(self, *, reason: str, user: str, at: int, second: Second | None = None) -> Identities:
        """Open the store; the opening, or that it was refused, is written down before anything.

        Parameters
        ----------
        at : int
            Now, in ms since 1970-01-01 UTC.
        second : Second, optional
            The second person; needed for a risk of significant harm (clause P37).

        Raises
        ------
        StoreError
            The reason is not one (STORE-030), a second person is missing (STORE-031) or does not
            prove to be there (STORE-083), a role account is none (STORE-084), or a notebook asks.
        """
        refuse_notebook()
        try:
            self._check(reason, user, second)
        except StoreError as refused:
            self._note("refused", reason, user, at, second, refused.findings[0].code)
            raise
        self._note("opened", reason, user, at, second)
        return Identities(self._people, reason, user)

    def approvers(self) -> tuple[str, ...]:
        """Return the role accounts that can be the second person."""
        return () if self._keyring is None else self._keyring.approvers()

    def add_approver(
        self, role: str, passphrase: Passphrase, *, user: str, at: int, second: Second | None = None
    ) -> None:
        """Add an approver (the second person), or change an approver's passphrase.

        Parameters
        ----------
        at : int
            Now, in ms since 1970-01-01 UTC.

        Raises
        ------
        StoreError
            As for `open`, or the passphrase is that of the identity store (STORE-086).
        """
        refuse_notebook()
        try:
            check_role(role)
            check_role(user)
            if self._keyring is None or role == user or (self.approvers() and second is None):
                raise StoreError.of("STORE-031", place="identity store")
            self._check_second(user, second)
            self._keyring.add_approver(role, passphrase)
        except StoreError as refused:
            self._note("refused", "approver", user, at, second, refused.findings[0].code)
            raise
        self._note("approver", role, user, at, second)

    def openings(self) -> Iterator[Event]:
        """Return the audit: when it was opened or refused, by whom and why; no names."""
        return self._audit.read()

    def close(self) -> None:
        """Close both stores."""
        self._people.close()
        self._audit.close()

    def _check(self, reason: str, user: str, second: Second | None) -> None:
        place = "identity store"
        check_role(user)
        if reason not in REASONS:
            raise StoreError.of("STORE-030", place=place, reasons=", ".join(REASONS))
        if reason == _TWO_PEOPLE and second is None:
            raise StoreError.of("STORE-031", place=place)
        self._check_second(user, second)

    def _check_second(self, user: str, second: Second | None) -> None:
        """Refuse a second person who is the first, or does not prove to be there."""
        if second is None:
            return
        check_role(second.role)
        if second.role == user:
            raise StoreError.of("STORE-031", place="identity store")
        if self._keyring is None or not self._keyring.approves(second.role, second.passphrase):
            raise StoreError.of("STORE-083", place=f"approver {second.role}")

    def _note(
        self, event: str, what: str, user: str, at: int, second: Second | None, why: str = ""
    ) -> None:
        """Write a row of the audit; nothing goes in that was typed and could be a name."""
        told = {"second": _role_or_none(second.role)} if second else {}
        told |= {"why": why} if why else {}
        node = what if what in REASONS or _ROLE.fullmatch(what) or what == "approver" else ""
        row = NewEvent(event, node=node, start=at, new_value=told or None, user=_role_or_none(user))
        self._audit.append([row])


def open_identities(home: Home, keyring: Keyring) -> IdentityStore:
    """Open both parts of the identity store of a study; nobody is seen yet.

    Raises
    ------
    StoreError
        One of them cannot be opened (see `Home.open_store`), or a notebook asks (STORE-085).
    """
    refuse_notebook()
    people = home.open_store("identity", keyring)
    try:
        return IdentityStore(people, home.open_store("identity-audit", keyring), keyring)
    except StoreError:
        people.close()
        raise


def refuse_notebook() -> None:
    """Refuse everything to a notebook's kernel, and to what was started from one.

    Raises
    ------
    StoreError
        This is IPython, or a process that a kernel started (STORE-085).
    """
    ipython = sys.modules.get("IPython")
    inside = ipython is not None and ipython.get_ipython() is not None
    # Whoever starts a kernel tells it so, and a command that a cell runs inherits it.
    if inside or "JPY_PARENT_PID" in os.environ:
        raise StoreError.of("STORE-085", place="identity store")


def check_role(account: str) -> None:
    """Refuse what is not a role account: a role and a number, never a name.

    Raises
    ------
    StoreError
        It is not one (STORE-084).
    """
    if not _ROLE.fullmatch(account):
        raise StoreError.of("STORE-084", place="role account")


def _role_or_none(account: str) -> str:
    return account if _ROLE.fullmatch(account) else ""
