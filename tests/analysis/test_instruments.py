"""What has come in, and which guide was used for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.analysis import instruments
from toolkit.analysis.frames import open_study
from toolkit.analysis.schema import as_frame
from toolkit.store import About, MemoryStore

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
DAY = 86_400_000


@pytest.fixture
def empty():
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    return open_study(MemoryStore(about), STUDY)


@pytest.fixture
def held(empty):
    columns = {
        "session": ["P01", "P02", "P03"],
        "strand": ["interview"] * 3,
        "guide": ["telephone-interview"] * 3,
        "guide_version": ["1.0", "1.1", "1.0"],
        "guide_hash": ["a" * 64, "b" * 64, "a" * 64],
        "started": [0, DAY, 2 * DAY],
        "concerns": [0, 0, 0],
    }
    sessions = as_frame("sessions", columns)
    return replace(empty, frames=replace(empty.frames, sessions=sessions))


def test_change_of_a_guide_during_fieldwork_shows_as_a_row_of_its_own(held):
    rows = instruments.guides_used(held).data.values.tolist()
    assert rows[0][1:] == ["1.0", "a" * 12, 2, "1 January 1970", "3 January 1970"]
    assert rows[1][1:4] == ["1.1", "b" * 12, 1]


def test_guide_that_is_not_used_yet_is_listed_with_none(held, empty):
    table = instruments.guides_used(held)
    assert table.data.values.tolist()[2][3:] == [0, None, None]
    assert table.base == 3
    assert instruments.guides_used(empty).base == 0


def test_study_without_sessions_says_so(empty, held):
    assert str(instruments.state(empty)).startswith("No sessions yet.")
    assert str(instruments.state(held)).startswith("So far 0 people took part")
