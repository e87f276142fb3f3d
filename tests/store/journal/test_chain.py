"""A flipped bit, a dropped, moved or cut-off event is found, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.store import About, Event, Head, MemoryStore, NewEvent, verify_chain

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
LENGTH = 8


def journal() -> tuple[list[Event], Head]:
    store = MemoryStore(ABOUT)
    store.append([NewEvent("answer", node=f"q{i}", new_value={"value": i}) for i in range(LENGTH)])
    events = list(store.read())
    return events, Head(events[-1].seq, events[-1].chain)


def told(events: list[Event], head: Head | None = None) -> list[tuple[str, str]]:
    findings = verify_chain(events, ABOUT, head=head)
    return [(each.code, each.place) for each in findings]


def test_a_journal_as_it_was_written_has_nothing_to_find() -> None:
    events, head = journal()
    assert told(events, head) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"new_value": {"value": 99}},
        {"user": "x"},
        {"mono": 1},
        {"chain": "0" * 64},
        {"new_value": float("nan")},
        {"new_value": "\ud800"},
        {"start": "never"},
    ],
)
@pytest.mark.parametrize("at", range(LENGTH))
def test_a_changed_event_is_found_at_its_place(at: int, changes: dict[str, Any]) -> None:
    events, head = journal()
    events[at] = replace(events[at], **changes)
    assert told(events, head)[0] == ("STORE-020", f"event {at + 1}")


@pytest.mark.parametrize("at", range(LENGTH - 1))
def test_a_dropped_event_is_found_before_the_next_one(at: int) -> None:
    events, head = journal()
    del events[at]
    assert told(events, head) == [("STORE-021", f"event {at + 2}")]


@pytest.mark.parametrize("at", range(LENGTH - 1))
def test_two_events_in_the_wrong_order_are_found(at: int) -> None:
    events, head = journal()
    events[at], events[at + 1] = events[at + 1], events[at]
    assert told(events, head) == [
        ("STORE-021", f"event {at + 2}"),
        ("STORE-022", f"event {at + 1}"),
    ]


@pytest.mark.parametrize(
    ("length", "gap"), [(1, "event 3 is missing"), (2, "3 to 4"), (3, "3 to 5")]
)
def test_a_gap_says_which_numbers_are_missing(length: int, gap: str) -> None:
    events, _ = journal()
    del events[2 : 2 + length]
    assert gap in str(verify_chain(events, ABOUT)[0])


def test_a_journal_cut_short_says_how_many_are_missing() -> None:
    events, head = journal()
    assert "the last 3 events are missing" in str(verify_chain(events[:5], ABOUT, head=head)[0])


def test_an_event_that_stands_twice_is_found() -> None:
    events, head = journal()
    assert told([*events[:3], *events[2:]], head) == [("STORE-022", "event 3")]


@pytest.mark.parametrize("left", range(LENGTH))
def test_a_journal_cut_short_is_found_by_its_head(left: int) -> None:
    events, head = journal()
    assert told(events[:left]) == []
    assert told(events[:left], head) == [("STORE-023", f"event {left + 1}")]


def test_a_renumbered_event_is_one_fault_and_not_many() -> None:
    events, head = journal()
    events[3] = replace(events[3], seq=70)
    assert told(events, head) == [("STORE-020", "event 70")]


def test_a_journal_fits_no_other_study() -> None:
    events, _ = journal()
    assert verify_chain(events, replace(ABOUT, study="another"))[0].code == "STORE-020"


@given(at=st.integers(0, LENGTH - 1), data=st.data())
def test_no_rewriting_of_the_middle_goes_unseen(at: int, data: st.DataObject) -> None:
    """Whoever changes an event and seals it anew breaks the seal after it, or the head."""
    events, head = journal()
    words = data.draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    store = MemoryStore(ABOUT)
    store.append([*events[:at], replace(events[at], new_value=words)])
    assert told([*store.read(), *events[at + 1 :]], head) != []
