"""The store: an append-only journal of everything that happens in a study.

One small interface, `Store`, behind which every form stands: `MemoryStore` here, the encrypted
file in `toolkit.store.sqlite.sqlcipher`. Everything else is derived from events. Who is behind a
pseudonym stands in `toolkit.store.people.identity`, which nothing here leads to.
"""

from __future__ import annotations

from toolkit.store.event import About, Event, Json, NewEvent
from toolkit.store.journal.chain import Head, verify_chain
from toolkit.store.journal.interface import Store
from toolkit.store.journal.memory import MemoryStore
from toolkit.store.journal.projection import Projection, Stopwatch, project
from toolkit.store.people.pseudonyms import deal_pseudonyms

__all__ = [
    "About",
    "Event",
    "Head",
    "Json",
    "MemoryStore",
    "NewEvent",
    "Projection",
    "Stopwatch",
    "Store",
    "deal_pseudonyms",
    "project",
    "verify_chain",
]
