"""Whether a journal is whole: nothing changed, dropped, put elsewhere or cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.errors import Finding, finding
from toolkit.store.event import About, Event
from toolkit.store.sealing import content_of, genesis, seal


@dataclass(frozen=True, slots=True)
class Head:
    """A point of the journal: the number and the seal of one event.

    Attributes
    ----------
    seq : int
        Its number; 0 for none.
    chain : str
        Its seal.
    """

    seq: int
    chain: str


def verify_chain(
    events: Iterable[Event],
    about: About,
    *,
    after: Head | None = None,
    head: Head | None = None,
    file: str = "",
) -> list[Finding]:
    """Say where a journal is not as it was written.

    The seals form a chain: each is the SHA-256 over the seal before it and the event's own
    content, so that a change shows at its place. What is cut off the end shows only against a
    head that was kept apart.

    Parameters
    ----------
    events : iterable of Event
        The journal, in the order in which it stands.
    about : About
        The store it should belong to.
    after : Head, optional
        Event after which `events` begin; none for the whole journal.
    head : Head, optional
        Last event that was acknowledged.
    file : str
        Name of the file they stand in, one line each.

    Returns
    -------
    list of Finding
        Empty where all is well.
    """
    found: list[Finding] = []
    number, link = (after.seq, after.chain) if after else (0, genesis(about))
    line = number
    for line, event in enumerate(events, start=number + 1):
        code = _fault(event, number, link)
        if code:
            found.append(_told(code, event, number, file, line))
        if code == "STORE-022":
            continue
        number = event.seq if code == "STORE-021" else number + 1
        link = event.chain
    if head is not None and head.seq > number:
        missing = head.seq - number
        place = f"event {number + 1}"
        found.append(finding("STORE-023", place=place, file=file, line=line, missing=missing))
    elif head is not None and head.seq == number and head.chain != link:
        found.append(finding("STORE-020", place=f"event {number}", file=file, line=line))
    return found


def _fault(event: Event, number: int, link: str) -> str:
    """Say what is wrong with an event after the event of a number and with a seal."""
    if _fits(event, number + 1, link):
        return "" if event.seq == number + 1 else "STORE-020"
    if event.seq == number + 1:
        return "STORE-020"
    return "STORE-021" if event.seq > number else "STORE-022"


def _fits(event: Event, number: int, link: str) -> bool:
    try:
        return seal(link, content_of(event, number)) == event.chain
    except ValueError:  # a damaged file may hold what could never have been written
        return False


def _told(code: str, event: Event, number: int, file: str, line: int) -> Finding:
    place = f"event {event.seq}"
    if code == "STORE-021":
        gap = f"{number + 1} to {event.seq - 1}" if event.seq > number + 2 else str(number + 1)
        return finding(code, place=place, file=file, line=line, gap=gap)
    if code == "STORE-022":
        return finding(code, place=place, file=file, line=line, before=number)
    return finding(code, place=place, file=file, line=line)
