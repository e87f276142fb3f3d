"""The records of the sample study, with the manifest of its run, and those of an empty study."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.publish.review.records import read_records, records_of
from toolkit.store import About, MemoryStore
from toolkit.store.lifecycle.unlocked import unlock

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"


@pytest.fixture(scope="session")
def sample_records(sample_home, sample_run):
    return read_records(STUDY, sample_home, unlock(sample_home), sample_run.parent)


@pytest.fixture
def nothing_yet(sample_records):
    """The same study before anything has happened."""
    store = MemoryStore(About(sample_records.inputs.study.study, fictional=True, created=""))
    return records_of(sample_records.inputs, store)
