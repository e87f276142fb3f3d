"""Forced releases: a withheld output goes out, with a name to it (clause P30)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from toolkit.errors import RunError
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.store import Event, NewEvent, Store

RELEASE = "release"
"""Event of the study as a whole: an output was published although the gate holds it back."""
_ROLE_AND_NUMBER = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


def record_release(store: Store, digest: str, *, user: str, reason: str, at: int) -> None:
    """Record that an output goes out although the gate holds it back: a deviation from P30.

    Parameters
    ----------
    store : Store
        The research store.
    digest : str
        SHA-256 (hex) of the output, from ``held-back.json``; other bytes need another release.
    user : str
        Who answers for it: role and number.
    reason : str
        Why.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Raises
    ------
    RunError
        The hash is none, the user no role and number, or there is no reason (RUN-043).
    """
    good = re.fullmatch(r"[0-9a-f]{64}", digest) and _ROLE_AND_NUMBER.fullmatch(user)
    if not good or not reason.strip():
        raise RunError.of("RUN-043", place="release")
    told = {"hash": digest, "clause": "P30"}
    store.append(
        [
            NewEvent(
                RELEASE,
                session=FIELDWORK,
                user=user,
                start=at,
                new_value=told,
                change_reason=reason,
            )
        ]
    )


def releases_of(events: Iterable[Event]) -> dict[str, Event]:
    """Return the releases on record by the hash of what they released.

    Parameters
    ----------
    events : iterable of Event
        Events of the journal.
    """
    return {str(each.new_value["hash"]): each for each in events if each.event == RELEASE}
