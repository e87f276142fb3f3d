"""Versions of guides in the journal: a session that is open keeps to the one it began under."""

from __future__ import annotations

from toolkit.guide import Guide
from toolkit.store.event import NewEvent
from toolkit.store.journal.interface import Store

SESSION = "guides"
"""What stands in the session column of the events that keep guides."""


def keep_guide(store: Store, guide: Guide, user: str = "") -> None:
    """Write a guide into the journal, unless this version of it is there already."""
    if kept_guide(store, guide.hash) is None:
        said = guide_json(guide)
        store.append(
            [NewEvent("guide", node=guide.hash, new_value=said, user=user, session=SESSION)]
        )


def kept_guide(store: Store, hash_: str) -> Guide | None:
    """Return the guide with this hash, as it was when it was kept; None if it was not."""
    for event in store.read(session=SESSION):
        if event.event == "guide" and event.node == hash_:
            return Guide.model_validate(event.new_value)
    return None


def guide_json(guide: Guide) -> dict[str, object]:
    """Return a guide as JSON, as its file has it; what is left out there is left out here."""
    return guide.model_dump(mode="json", by_alias=True, exclude_defaults=True)
