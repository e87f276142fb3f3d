"""What has come in so far is said in a sentence, also when it is nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.analysis.data.schema import as_frame
from toolkit.analysis.frames import open_study
from toolkit.analysis.tables.overview import state
from toolkit.store import About, MemoryStore

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"


@pytest.fixture
def empty():
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    return open_study(MemoryStore(about), STUDY)


def test_study_without_sessions_says_so(empty):
    assert str(state(empty)).startswith("No sessions yet.")


def test_people_are_counted_by_strand(empty):
    people = {
        "participant": ["K01", "F1-A", "F1-B"],
        "session": ["K01", "F1", "F1"],
        "strand": ["interview", "forum", "forum"],
        "role": ["mother"] * 3,
    }
    strands = {each.kind: each.strand for each in empty.protocol.strands}
    people["strand"] = [strands[each] for each in people["strand"]]
    sessions = {"session": ["K01", "F1"], "strand": [strands["interview"], strands["forum"]]}
    sessions |= {"started": [0, 1], "concerns": [0, 0], "took_part": [True, True]}
    frames = replace(
        empty.frames,
        participants=as_frame("participants", people),
        sessions=as_frame("sessions", sessions),
    )
    said = str(state(replace(empty, frames=frames)))
    assert said.startswith("So far 3 people took part: 1 in interviews and 2 in 1 forums.")
