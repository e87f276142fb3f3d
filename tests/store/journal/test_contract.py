"""What every form of the store promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from toolkit.errors import ConflictError, StoreError
from toolkit.store import Event, NewEvent, Store
from toolkit.store.canonical import canonical

Opener = Callable[[], Store]
SAID = NewEvent("answer", node="q2", case="K01", session="K01", user="researcher-1")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
events = st.builds(
    NewEvent,
    event=texts.filter(bool),
    node=texts,
    start=st.integers(0, 2**53),
    end=st.none() | st.integers(0, 2**53),
    old_value=values,
    new_value=values,
    change_reason=texts,
    case=st.sampled_from(["K01", "K02"]),
    session=st.sampled_from(["", "K01", "fieldwork"]),
    mono=st.integers(0, 2**53),
)


def codes(refused: pytest.ExceptionInfo[StoreError]) -> list[str]:
    return [each.code for each in refused.value.findings]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(events, max_size=4))
@example(batch=[NewEvent("note", new_value=""), NewEvent("note", old_value=False, new_value=0)])
def test_what_is_appended_is_given_back_exactly(
    pair: tuple[Store, Store],
    batch: list[NewEvent],
) -> None:
    writer, reader = pair
    last = max((each.seq for each in writer.read()), default=0)
    written = writer.append(batch)
    assert [unsealed(each) for each in written] == batch
    given_back = list(reader.read(after=last))
    assert given_back == written
    as_json = [
        [canonical([e.old_value, e.new_value]) for e in each] for each in (given_back, batch)
    ]
    assert as_json[0] == as_json[1], "0 is not False, and 1.0 is not 1"
    assert reader.verify() == []


def unsealed(event: Event) -> NewEvent:
    return NewEvent(*(getattr(event, name) for name in NewEvent.__dataclass_fields__))


def test_numbers_count_from_one_without_gaps(store: Store) -> None:
    store.append([SAID, SAID])
    store.append([])
    store.append([SAID])
    assert [each.seq for each in store.read()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"case": "K01"}, [1, 2, 4]),
        ({"case": ""}, [5]),
        ({"session": "K01"}, [1, 4]),
        ({"session": "fieldwork"}, [2, 3]),
        ({"case": "K01", "session": "fieldwork"}, [2]),
        ({"after": 3}, [4, 5]),
        ({"case": "K01", "after": 1}, [2, 4]),
        ({"session": "nobody"}, []),
    ],
)
def test_a_reader_gets_what_it_asks_for(
    store: Store, wanted: dict[str, Any], numbers: list[int]
) -> None:
    outside = replace(SAID, session="fieldwork")
    store.append([SAID, outside, replace(outside, case="K02"), SAID, NewEvent("draw")])
    assert [each.seq for each in store.read(**wanted)] == numbers


def test_who_changes_a_value_afterwards_does_not_change_the_journal(store: Store) -> None:
    value = {"seats": ["F1-A"]}
    store.append([replace(SAID, new_value=value)])
    value["seats"].append("F1-B")
    assert next(iter(store.read())).new_value == {"seats": ["F1-A"]}
    assert store.verify() == []


def test_reading_shows_the_store_as_it_was_when_reading_began(store: Store) -> None:
    store.append([SAID])
    reading = store.read()
    store.append([SAID])
    assert [each.seq for each in reading] == [1]


def test_the_later_of_two_writers_on_one_session_is_told_and_overwrites_nothing(
    opened: Opener,
) -> None:
    one, two = opened(), opened()
    seen = one.append([SAID], expect=0)[-1].seq
    assert [each.seq for each in two.read(session="K01")] == [seen]
    first = one.append([replace(SAID, new_value="first")], expect=seen)
    with pytest.raises(ConflictError) as refused:
        two.append([replace(SAID, new_value="second")], expect=seen)
    assert codes(refused) == ["STORE-008"]
    assert list(two.read(after=seen)) == first


def test_writers_on_different_sessions_do_not_disturb_each_other(opened: Opener) -> None:
    one, two = opened(), opened()
    other = replace(SAID, session="K02", case="K02")
    last = one.append([SAID], expect=0)[-1].seq
    two.append([other], expect=0)
    one.append([SAID], expect=last)
    assert [each.session for each in two.read()] == ["K01", "K02", "K01"]


def test_without_a_session_a_writer_expects_the_last_event_of_the_case(store: Store) -> None:
    outside = NewEvent("enrolled", case="K01")
    store.append([outside, replace(outside, case="K02")])
    store.append([outside], expect=1)
    with pytest.raises(ConflictError, match="case K01"):
        store.append([outside], expect=1)


def test_expecting_on_two_sessions_at_once_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.append([SAID, replace(SAID, session="K02")], expect=0)
    assert codes(refused) == ["STORE-007"]


UNFIT = [
    ("STORE-001", {"new_value": "a\0b"}),
    ("STORE-001", {"new_value": {"value": ["a\0"]}}),
    ("STORE-001", {"node": "q\0"}),
    ("STORE-002", {"new_value": "half \ud83d"}),
    ("STORE-002", {"new_value": {"\udc00": 1}}),
    ("STORE-002", {"change_reason": "\ud800"}),
    ("STORE-003", {"new_value": "x" * (2**20 + 1)}),
    ("STORE-003", {"new_value": "ü" * (2**19 + 1)}),
    ("STORE-003", {"change_reason": "x" * (2**20 + 1)}),
    ("STORE-003", {"new_value": {"value": ["x" * 2**19, "y" * 2**19]}}),
    ("STORE-004", {"new_value": float("nan")}),
    ("STORE-004", {"new_value": [float("-inf")]}),
    ("STORE-004", {"new_value": 2**63}),
    ("STORE-004", {"new_value": {"at": ("a", "b")}}),
    ("STORE-004", {"new_value": {1: "a"}}),
    ("STORE-004", {"old_value": object()}),
    ("STORE-004", {"event": ""}),
    ("STORE-004", {"node": None}),
    ("STORE-004", {"start": 1.5}),
    ("STORE-004", {"mono": True}),
    ("STORE-004", {"end": "later"}),
]


@pytest.mark.parametrize(("code", "changes"), UNFIT, ids=range(len(UNFIT)))
def test_what_cannot_be_kept_exactly_is_refused_and_nothing_is_written(
    store: Store, code: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(StoreError, match=f"column {next(iter(changes))}: ") as refused:
        store.append([SAID, replace(SAID, **changes)])
    assert codes(refused) == [code]
    assert list(store.read()) == []


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_a_value_that_nests_too_deeply_is_refused_before_it_is_encoded(store: Store) -> None:
    endless: list[Any] = []
    endless.append(endless)
    round_and_round: dict[str, Any] = {}
    round_and_round["again"] = round_and_round
    for deep in (nested(21), endless, round_and_round):
        with pytest.raises(StoreError, match="20 levels") as refused:
            store.append([replace(SAID, new_value=deep)])
        assert codes(refused) == ["STORE-005"]
    assert store.append([replace(SAID, new_value=nested(20))])[0].seq == 1


@pytest.mark.parametrize("unfit", ["a\0b", "ü\0", None, 7])
def test_what_is_unfit_to_print_is_not_printed(store: Store, unfit: Any) -> None:
    with pytest.raises(StoreError, match=r"event \?, column event"):
        store.append([replace(SAID, event=unfit)])


def test_a_refusal_never_repeats_what_was_said(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.append([replace(SAID, new_value={"value": "a secret\0"}, change_reason="why")])
    assert "secret" not in str(refused.value)
    assert "column new_value" in str(refused.value)


def test_the_largest_value_that_is_allowed_goes_in_and_comes_out(opened: Opener) -> None:
    opened().append([replace(SAID, new_value="😀" * 2**18)])
    assert next(iter(opened().read())).new_value == "😀" * 2**18


def test_a_closed_store_takes_and_gives_nothing_more(store: Store) -> None:
    store.close()
    for use in (lambda: store.append([SAID]), store.read):
        with pytest.raises(StoreError) as refused:
            use()
        assert codes(refused) == ["STORE-006"]
    store.close()


def withdraw(store: Store, case: str = "K01") -> Event:
    return store.withdraw(case, user="researcher-1", at=7, reason="withdrawal")


@pytest.fixture
def spoken(opened: Opener) -> Opener:
    """Two cases have spoken, and something concerns the whole study."""
    other = replace(SAID, case="K02", session="K02")
    opened().append([SAID, SAID, replace(SAID, session="", event="enrolled"), other])
    opened().append([NewEvent("draw")])
    return opened


def test_who_withdraws_is_no_longer_given_and_a_tombstone_counts_what_is_gone(
    spoken: Opener,
) -> None:
    """P26."""
    store = spoken()
    written = withdraw(store)
    assert (written.event, written.start, written.user) == ("withdrawn", 7, "researcher-1")
    assert written.new_value == {"events": 3, "sessions": 1}
    assert list(spoken().read(case="K01")) == [written]
    assert list(spoken().read(session="K01")) == []
    assert [each.seq for each in spoken().read()] == [4, 5, 6], "the others are untouched"
    assert spoken().withdrawn() == {"K01"}


def test_the_chain_is_whole_over_who_has_withdrawn(spoken: Opener) -> None:
    withdraw(spoken())
    assert spoken().verify() == []
    spoken().append([NewEvent("draw")])
    assert spoken().verify() == []


def test_who_verifies_sees_the_events_that_are_read(spoken: Opener) -> None:
    for _ in range(2):
        seen: list[Event] = []
        assert spoken().verify(seen.append) == []
        assert seen == list(spoken().read()) != []
        if not spoken().withdrawn():
            withdraw(spoken())


def test_who_reads_while_somebody_withdraws_is_not_given_their_words(spoken: Opener) -> None:
    halfway = spoken().read(case="K01")
    withdraw(spoken())
    assert list(halfway) == []


def test_nothing_more_is_taken_about_who_has_withdrawn(spoken: Opener) -> None:
    withdraw(spoken())
    for again in (lambda: spoken().append([NewEvent("draw"), SAID]), lambda: withdraw(spoken())):
        with pytest.raises(StoreError) as refused:
            again()
        assert codes(refused) == ["STORE-046"]
    assert [each.seq for each in spoken().read()] == [4, 5, 6], "not even half was written"


@pytest.mark.parametrize("case", ["K09", ""])
def test_only_a_case_that_is_known_can_withdraw(spoken: Opener, case: str) -> None:
    with pytest.raises(StoreError) as refused:
        withdraw(spoken(), case)
    assert codes(refused) == ["STORE-055"]
    assert len(list(spoken().read())) == 5
