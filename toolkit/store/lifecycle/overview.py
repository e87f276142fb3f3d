"""What a study's data come to, in counts, and whether they are as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Finding, finding
from toolkit.store.home import Home
from toolkit.store.journal.projection import project
from toolkit.store.keys.keyring import Keyring


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


def verify_home(home: Home, keyring: Keyring) -> Verified:
    """Verify the research store, and that nobody else may read any file of the home.

    Raises
    ------
    StoreError
        The store cannot be opened.
    """
    store = home.open_research(keyring)
    try:
        faults = [*store.findings, *store.verify()]
        events = store.head().seq
    finally:
        store.close()
    return Verified(events, (*faults, *_open_to_others(home)))


def _open_to_others(home: Home) -> Iterator[Finding]:
    for folder in (home.folder, home.research, home.identity, home.keys):
        if folder.stat().st_mode & 0o077:
            yield finding("STORE-062", place=f"folder {folder.name}")
    for path in _keyrings(home):
        if path.stat().st_mode & 0o077:
            yield finding("STORE-062", place=f"file {path.name}")


def _keyrings(home: Home) -> list[Path]:
    return [each for each in (home.research_keyring, home.identity_keyring) if each.exists()]
