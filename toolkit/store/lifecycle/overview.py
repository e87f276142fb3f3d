"""What a study's data come to, in counts, and whether they are as they were written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Finding, StoreError, finding
from toolkit.store.event import NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.chain import Head
from toolkit.store.journal.projection import project
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.people.identity import check_role
from toolkit.store.sqlite.sqlcipher import FILE

# What has a store refused when it is opened, and can be looked into nevertheless.
TAMPERING = {f"STORE-{number:03}" for number in (*range(20, 24), *range(113, 120), 121)}
_BEHIND = {"STORE-119", "STORE-121"}


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying a home found.

    Attributes
    ----------
    events : int
        Events of the research store (count), those of the withdrawn too.
    findings : tuple of Finding
        Empty if all is well.
    """

    events: int
    findings: tuple[Finding, ...]


def overview_of(home: Home, keyring: Keyring) -> dict[str, str | int | bool]:
    """Return what a research store holds: counts, days and paths, nothing that was said.

    Raises
    ------
    StoreError
        The store cannot be opened.
    """
    store = home.open_research(keyring)
    try:
        shown = project(store.read())
        head, withdrawn = store.head(), store.withdrawn()
    finally:
        store.close()
    return {
        "study": home.study,
        "fictional": home.fictional,
        "sample": home.sample,
        "made": home.created,
        "data": str(home.folder),
        "keys": str(home.keys),
        "events": head.seq,
        "sessions": len(shown.clocks),
        "cases_with_outcome": len(shown.dispositions),
        "withdrawn": len(withdrawn),
        "last_seal": head.chain,
    }


def open_to_verify(home: Home, keyring: Keyring) -> SealedStore:
    """Open the research store to be verified: as usual where that goes, or else to look only.

    It is only looked at where somebody tampered with it, and where nothing can be written, as on
    a medium that is read-only.

    Parameters
    ----------
    home : Home
        Where the data are.
    keyring : Keyring
        The unlocked research keyring.

    Raises
    ------
    StoreError
        There is no store, or it cannot be read at all.
    """
    if _writable(home):
        try:
            return home.open_research(keyring)
        except StoreError as refused:
            if not {each.code for each in refused.findings} <= TAMPERING:
                raise
    return home.open_research(keyring, inspects=True)


def _writable(home: Home) -> bool:
    paths = (home.research, home.research / FILE)
    return home.server is not None or all(os.access(each, os.W_OK) for each in paths)


def accept(home: Home, keyring: Keyring, *, user: str, at: int) -> Verified:
    """Accept the journal as it is, though newer events were seen here; it is written into it.

    Parameters
    ----------
    home, keyring
        As in `verify_home`.
    user : str
        Role account of whoever says so.
    at : int
        Now, in ms since 1970-01-01 UTC.

    Returns
    -------
    Verified
        What else is wrong; then nothing was accepted.

    Raises
    ------
    StoreError
        The store cannot be opened, or the role account is none (STORE-084).
    """
    check_role(user)
    verified = verify_home(home, keyring)
    behind = [each for each in verified.findings if each.code in _BEHIND]
    wrong = tuple(each for each in verified.findings if each.code not in _BEHIND)
    if behind and not wrong:
        with closing(home.open_research(keyring, inspects=True)) as store:
            store.accept()
        told = {"missing": [each.place for each in behind]}
        with closing(home.open_research(keyring)) as store:
            store.append([NewEvent("accepted", start=at, user=user, new_value=told)])
            return Verified(store.head().seq, ())
    return Verified(verified.events, wrong)


def verify_home(home: Home, keyring: Keyring) -> Verified:
    """Verify the research store, and that nobody else may read any file of the home.

    Raises
    ------
    StoreError
        The store cannot be opened.
    """
    with closing(open_to_verify(home, keyring)) as store:
        faults, last = all_findings(store)
    return Verified(last.seq, (*faults, *_open_to_others(home)))


def all_findings(store: SealedStore) -> tuple[list[Finding], Head]:
    """Return everything that is wrong with an open store, each once, and its last event."""
    found = [*dict.fromkeys([*store.verify(), *store.findings])]
    try:
        return found, store.head()
    except StoreError:  # it is among what was found
        return found, Head(0, "")


def _open_to_others(home: Home) -> Iterator[Finding]:
    for folder in (home.folder, home.research, home.identity, home.keys):
        if folder.stat().st_mode & 0o077:
            yield finding("STORE-062", place=f"folder {folder.name}")
    for path in _keyrings(home):
        if path.stat().st_mode & 0o077:
            yield finding("STORE-062", place=f"file {path.name}")


def _keyrings(home: Home) -> list[Path]:
    return [each for each in (home.research_keyring, home.identity_keyring) if each.exists()]
