"""Whether a journal is whole: nothing changed, dropped, put elsewhere or cut off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.errors import Finding, finding
from toolkit.store.event import About, Event
from toolkit.store.journal.sealing import content_of, genesis, seal


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
    head: Head | None = None,
    gone: Mapping[int, str] = MappingProxyType({}),
) -> list[Finding]:
    """Return where a journal is not as it was written.

    The seals form a chain: each is the SHA-256 over the seal before it and the event's own
    content, so that a change shows at its place. What is cut off the end shows only against a
    head that was kept apart.

    Parameters
    ----------
    events : iterable of Event
        The journal, in the order in which it stands.
    about : About
        The store it should belong to.
    head : Head, optional
        Last event that was acknowledged.
    gone : mapping of int to str
        Seals, by number, of events that are left out because their case has withdrawn.

    Returns
    -------
    list of Finding
        Empty if all is well.
    """
    found: list[Finding] = []
    number, link = 0, genesis(about)
    for event in events:
        number, link = _over(number, link, gone)
        code = _fault(event, number, link)
        if code:
            found.append(_told(code, event, number))
        if code == "STORE-022":
            continue
        number = event.seq if code == "STORE-021" else number + 1
        link = event.chain
    number, link = _over(number, link, gone)
    if head is not None and head.seq > number:
        place = f"event {number + 1}"
        found.append(finding("STORE-023", place=place, missing=head.seq - number))
    elif head is not None and head.seq == number and head.chain != link:
        found.append(finding("STORE-020", place=f"event {number}"))
    return found


def _over(number: int, link: str, gone: Mapping[int, str]) -> tuple[int, str]:
    """Skip events that are rightly missing."""
    while number + 1 in gone:
        number += 1
        link = gone[number]
    return number, link


def _fault(event: Event, number: int, link: str) -> str:
    """Return what is wrong with an event after the event of a number and with a seal."""
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


def _told(code: str, event: Event, number: int) -> Finding:
    place = f"event {event.seq}"
    if code == "STORE-021":
        gap = f"{number + 1} to {event.seq - 1}" if event.seq > number + 2 else str(number + 1)
        return finding(code, place=place, gap=gap)
    if code == "STORE-022":
        return finding(code, place=place, before=number)
    return finding(code, place=place)
