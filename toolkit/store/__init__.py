"""The store: an append-only journal of everything that happens in a study.

One small interface, `Store`: `append` and `read`. Two forms of it stand here, `MemoryStore` and
the plainest file form, `PlainStore`, for fictional data. Everything else is derived from events.
"""

from __future__ import annotations

from toolkit.store.chain import Head, verify_chain
from toolkit.store.event import About, Event, Json, NewEvent
from toolkit.store.identity import IdentityStore, deal_pseudonyms
from toolkit.store.interface import Store
from toolkit.store.memory import MemoryStore
from toolkit.store.plain import PlainStore, verify_plain
from toolkit.store.projection import Projection, Stopwatch, project

__all__ = [
    "About",
    "Event",
    "Head",
    "IdentityStore",
    "Json",
    "MemoryStore",
    "NewEvent",
    "PlainStore",
    "Projection",
    "Stopwatch",
    "Store",
    "deal_pseudonyms",
    "project",
    "verify_chain",
    "verify_plain",
]
