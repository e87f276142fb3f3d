"""The audit trail: one line an event, without what was said unless somebody asks for it."""

from __future__ import annotations

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, Head, MemoryStore, NewEvent
from toolkit.store.lifecycle.audit_trail import as_line, as_record, missing_head, noted_head

SAID = NewEvent(
    "edit",
    node="q2",
    start=1_549_360_800_123,
    mono=61_500,
    old_value={"value": "before"},
    new_value={"value": "after"},
    user="researcher-1",
    change_reason="misheard",
    case="K07",
    session="K07",
    guide="telephone-interview",
    guide_version="1.0",
    guide_hash="ab" * 32,
)


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore(About("made-up", True, "2019-02-01"))
    made.append([SAID])
    return made


def test_a_line_says_who_what_when_and_why(store: MemoryStore) -> None:
    line = as_line(next(store.read()))
    told = "2019-02-05 10:00:00.123  +61.500s  researcher-1  K07  edit  q2  changed"
    assert told in line
    assert line.endswith("because: misheard  [telephone-interview 1.0 abababababab]")
    assert "before" not in line
    assert "after" not in line


def test_values_are_shown_to_who_asks_for_them(store: MemoryStore) -> None:
    event = next(store.read())
    assert '{"value":"before"} -> {"value":"after"}' in as_line(event, values=True)
    assert as_record(event, values=True)["new_value"] == {"value": "after"}
    assert as_record(event)["new_value"] == "(kept back)"
    assert as_record(event)["change_reason"] == "misheard"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "a", "  set"),
        ("a", None, "  taken back"),
        ("a", "b", "  changed"),
        (None, None, "q2"),
    ],
)
def test_a_change_is_told_in_a_word(before: str | None, after: str | None, told: str) -> None:
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    store.append([NewEvent("answer", node="q2", old_value=before, new_value=after)])
    assert as_line(next(store.read())).endswith(told)


def test_what_would_turn_or_break_the_line_is_shown_by_number() -> None:
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    store.append([NewEvent("note", new_value="a\u202eb\u2028c", change_reason="x\x1b[2Jy\nz")])
    line = as_line(next(store.read()), values=True)
    assert "a<U+202E>b<U+2028>c" in line
    assert "x<U+001B>[2Jy<U+000A>z" in line
    assert not {"\x1b", "\n", "\u202e", "\u2028"} & set(line)


def test_a_last_event_that_was_noted_is_found_again_or_said_to_be_missing(
    store: MemoryStore,
) -> None:
    head = store.head()
    noted = noted_head(f" {head.seq}:{head.chain}\n")
    assert noted == head
    store.append([SAID])
    assert missing_head(store, noted) == []
    assert missing_head(store, None) == []
    [fault] = missing_head(store, Head(2, head.chain))
    assert (fault.code, fault.place) == ("STORE-064", "event 2")


@pytest.mark.parametrize("text", ["7", "7:abc", "x:" + "0" * 64, "7:" + "G" * 64])
def test_a_note_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="STORE-063"):
        noted_head(text)
    assert noted_head("") is None
