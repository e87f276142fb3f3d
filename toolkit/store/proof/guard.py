"""What a store is compared with from outside of its rows when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolkit.errors import Finding, finding
from toolkit.store.event import About
from toolkit.store.keys.keyring import Keyring
from toolkit.store.proof.head_proof import HeadProof
from toolkit.store.proof.newest import Newest, note_name


@dataclass(frozen=True, slots=True)
class Guard:
    """What is compared, and what happens then.

    Attributes
    ----------
    altered : callable
        Says in short words what of the schema and the settings the toolkit did not make.
    follows : bool
        Whether this is the study's own journal, which never goes back: the newest event that was
        seen is noted beside the keyring. A backup is a journal of its own time.
    inspects : bool
        Whether the store is opened to be looked at, whatever is wrong with it; nothing is written.
    """

    altered: Callable[[], list[str]] = list
    follows: bool = False
    inspects: bool = False

    def newest_of(self, keyring: Keyring, about: About, proof: HeadProof) -> Newest | None:
        """Return the note of the newest event that was seen; None for a copy.

        Parameters
        ----------
        keyring : Keyring
            The unlocked keyring of the study.
        about : About
            The store.
        proof : HeadProof
            Of the store.
        """
        return Newest(keyring.beside(note_name(about.holds)), proof) if self.follows else None


Noted = tuple[int, str] | Finding | None
"""The newest event that was noted; or that something else stands there; or that nothing does."""
UNGUARDED = Guard()
"""For a copy that was made a moment ago."""


def noted_in(newest: Newest | None) -> Noted:
    """Return the newest event that was noted; a finding where something else stands there."""
    try:
        return newest.read() if newest is not None else None
    except ValueError:
        assert newest is not None
        return finding("STORE-121", place=f"file {newest.name}")


def older(noted: Noted, holds: Callable[[int, str], bool], last: int) -> list[Finding]:
    """Return whether a journal lacks the newest event that was seen.

    Parameters
    ----------
    noted : tuple of (int, str), Finding or None
        From `noted_in`.
    holds : callable
        Says whether an event of a number and a seal stands in the journal.
    last : int
        Number of its last event.
    """
    if isinstance(noted, Finding):
        return [noted]
    if noted is None or holds(*noted):
        return []
    return [finding("STORE-119", place=f"event {noted[0]}", last=last)]
