"""Who took part, as far as the journal alone tells."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.guide.study.dispositions import DISPOSITIONS
from toolkit.store.event import Event


def took_part(events: Iterable[Event]) -> frozenset[str]:
    """Return the pseudonyms of those who took part in a session.

    Whoever was screened out did not, and neither did who left their seat of a forum; whoever broke
    off did.

    Parameters
    ----------
    events : iterable of Event
        The journal, in order.
    """
    people: dict[str, set[str]] = {}
    for event in events:
        if event.event == "begin":
            seats = event.new_value.get("seats") or [event.case]
            people[event.session] = set(seats)
        elif event.event == "seat-withdrawn":
            people.get(event.session, set()).discard(event.new_value["seat"])
        elif event.event in ("finish", "stop"):
            known = DISPOSITIONS.get(event.new_value.get("disposition", ""))
            if known is not None and not known.took_part:
                people.pop(event.session, None)
    return frozenset().union(*people.values())
