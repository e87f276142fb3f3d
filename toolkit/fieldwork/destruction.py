"""Carries out a withdrawal: what is destroyed, and what is left to count (clause P26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.fieldwork.consent import FIELDWORK
from toolkit.fieldwork.limits import local_day
from toolkit.fieldwork.withdrawal import (
    TOGETHER,
    WITHDRAWAL,
    Request,
    Standing,
    asked_at,
    belongs_to,
    moment_of,
)
from toolkit.guide.study.model import Study
from toolkit.store.event import NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.interface import Store
from toolkit.store.keys.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal took with it.

    Attributes
    ----------
    case : str
        Pseudonym.
    events : int
        Events that can no longer be read (count), in every copy of the store.
    together : tuple of str
        Cases shared with others that went too, such as memos that quote several people.
    """

    case: str
    events: int
    together: tuple[str, ...] = ()


def carry_out(
    home: Home,
    store: Store,
    study: Study,
    standing: Standing,
    request: Request,
    *,
    keyring: Keyring,
    outputs: Sequence[Mapping[str, str]] = (),
) -> Withdrawn:
    """Destroy what a participant has said and who they are; `may_go` has been asked before.

    One that is cut short can be repeated: the tombstone, which counts, is written last.

    Parameters
    ----------
    home : Home
        Where the study's data are.
    store : Store
        Its research store, open.
    study : Study
        The protocol.
    standing : Standing
        From `standing_of`.
    request : Request
        The request.
    keyring : Keyring
        The unlocked research keyring.
    outputs : sequence of mapping
        Names and hashes of outputs that are stale now, for the journal.

    Raises
    ------
    StoreError
        A keyring or the store cannot be written. If it is the keyring of the identity store,
        nothing was changed.
    """
    shared = {each.case for each in store.read() if TOGETHER in each.case} - store.withdrawn()
    together = sorted(each for each in shared if belongs_to(standing.case, each))
    home.forget(standing.case, keyring)
    value = _told(study, standing, request) | {"together": together, "outputs": [*outputs]}
    store.append([_record(standing, request, value)])
    _leave_forum(store, standing, request)
    gone = 0
    for case in (*together, standing.case):
        tombstone = store.withdraw(case, user=request.user, at=request.at, reason=request.reason)
        gone += tombstone.new_value["events"]
    return Withdrawn(standing.case, gone, tuple(together))


def _told(study: Study, standing: Standing, request: Request) -> dict[str, Any]:
    """Return what may be known of a withdrawal: nothing about the person."""
    zone, asked = study.limits.timezone, asked_at(standing, request)
    told: dict[str, Any] = {
        "strand": standing.strand,
        "approached": standing.approached,
        "moment": moment_of(standing, asked),
        "asked": local_day(asked, zone).isoformat(),
    }
    # A call that was held counts for the day's limit even when its words are gone (clause P43).
    began, today = standing.began, local_day(request.at, zone)
    if standing.held_by and began is not None and local_day(began, zone) == today:
        told["held_by"] = standing.held_by
    return told


def _record(standing: Standing, request: Request, value: dict[str, Any]) -> NewEvent:
    """Return the event of the study as a whole that a participant has withdrawn."""
    return NewEvent(
        WITHDRAWAL,
        node=standing.case,
        start=request.at,
        new_value=value,
        user=request.user,
        change_reason=request.reason,
        session=FIELDWORK,
    )


def _leave_forum(store: Store, standing: Standing, request: Request) -> None:
    """Record in a forum that has begun that the seat is empty."""
    if standing.session in ("", standing.case):
        return
    events = list(store.read(session=standing.session))
    empty = [each.new_value["seat"] for each in events if each.event == "seat-withdrawn"]
    if standing.case not in empty:
        last = events[-1]
        left = NewEvent(
            "seat-withdrawn",
            start=request.at,
            new_value={"seat": standing.case},
            user=request.user,
            case=standing.session,
            session=standing.session,
            mono=last.mono,
            guide=last.guide,
            guide_version=last.guide_version,
            guide_hash=last.guide_hash,
        )
        store.append([left], expect=last.seq)
