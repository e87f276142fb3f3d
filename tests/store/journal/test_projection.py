"""Projections are derived: rebuilt from nothing they are the same, and no time is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.store import About, Event, MemoryStore, NewEvent, Projection, project

KINDS = ("begin", "visit", "answer", "pause", "resume", "note", "finish", "outcome", "edit")


@st.composite
def journals(draw: st.DrawFn) -> list[Event]:
    store, clocks = MemoryStore(About("made-up", True, "2019-02-01")), {"K01": 0, "K02": 0}
    for case in clocks:
        store.append([NewEvent("begin", case=case, session=case)])
    steps = st.tuples(
        st.sampled_from(KINDS), st.sampled_from(list(clocks)), st.sampled_from(["q1", "q2"]),
        st.integers(0, 5000), st.none() | st.integers(0, 9),
    )  # fmt: skip
    for kind, case, node, elapsed, value in draw(st.lists(steps, max_size=25)):
        clocks[case] += elapsed
        new = {"kind": "distress", "disposition": "complete", "value": value}
        session = "fieldwork" if kind == "outcome" else case
        given_ = None if kind == "answer" and value is None else new
        store.append([NewEvent(kind, node, case=case, session=session, mono=clocks[case],
                               new_value=given_)])  # fmt: skip
    return list(store.read())


@given(journals(), st.integers(0, 30))
def test_piece_by_piece_or_at_once_it_is_the_same(events: list[Event], cut: int) -> None:
    shown = project(events[:cut])
    assert project(events[cut:], onto=shown) == project(events)


@given(journals())
def test_the_time_of_a_session_is_all_there_and_counted_once(events: list[Event]) -> None:
    for session, clock in project(events).clocks.items():
        own = [each for each in events if each.session == session]
        begin = max(i for i, each in enumerate(own) if each.event == "begin")
        ends = [i for i, e in enumerate(own) if e.event in ("finish", "stop") and i > begin]
        last = own[ends[0]] if ends else own[-1]
        total = sum(clock.spent.values()) + sum(clock.paused.values())
        assert total == last.mono


@given(journals())
def test_the_value_of_a_node_is_the_latest_one(events: list[Event]) -> None:
    latest = {}
    for each in events:
        if each.event in ("answer", "edit"):
            latest[(each.session, each.node)] = each.new_value
    assert project(events).values == {k: v for k, v in latest.items() if v is not None}


def test_a_pause_is_not_the_question_s_time() -> None:
    """P29: a distress pause within a question."""
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    store.append([
        NewEvent("begin", session="K10"),
        NewEvent("visit", "q7", session="K10", mono=1_000),
        NewEvent("pause", session="K10", mono=61_000, new_value={"kind": "distress"}),
        NewEvent("resume", session="K10", mono=421_000),
        NewEvent("finish", session="K10", case="K10", mono=451_000,
                 new_value={"disposition": "complete"}),
        NewEvent("write-up", session="K10", mono=900_000),
    ])  # fmt: skip
    shown = project(store.read())
    assert shown.clocks["K10"].spent == {"": 1_000, "q7": 90_000}
    assert shown.clocks["K10"].paused == {"distress": 360_000}
    assert shown.dispositions == {"K10": "complete"}


def test_a_value_that_was_taken_back_is_gone() -> None:
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    for value in ({"value": "yes"}, None):
        store.append([NewEvent("answer", "q6", session="K01", new_value=value)])
    shown = project(store.read(after=0))
    assert shown.values == {}
    assert shown.seq == 2
    assert project(list(store.read())[:1]).values == {("K01", "q6"): {"value": "yes"}}


def test_a_seat_that_withdraws_takes_its_own_answers_only() -> None:
    """P26, P27: of a forum the answers of the seat go, and the rest of the talk stays."""
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    said = {"value": "yes"}
    store.append([
        NewEvent("begin", case="K01", session="K01"),
        NewEvent("answer", "q6", case="K01", session="K01", new_value=said),
        NewEvent("outcome", case="K01", session="fieldwork", new_value={"disposition": "complete"}),
        NewEvent("begin", case="F1", session="F1"),
        NewEvent("answer", "q3[F1-A]", case="F1-A", session="F1", new_value=said),
        NewEvent("answer", "q3[F1-B]", case="F1-B", session="F1", new_value=said),
    ])  # fmt: skip
    shown = project(store.read())
    for case in ("K01", "F1-A"):
        store.withdraw(case, user="researcher-1", at=1)
    assert project(store.read(after=shown.seq), onto=shown) == project(store.read())
    assert shown.values == {("F1", "q3[F1-B]"): said}
    assert set(shown.clocks) == {"F1"}
    assert shown.dispositions == {}


def test_an_empty_journal_comes_to_nothing() -> None:
    assert project([]) == Projection()


@given(journals(), st.sampled_from(["K01", "K02"]))
def test_a_projection_forgets_who_withdraws_as_if_it_were_rebuilt(
    events: list[Event], case: str
) -> None:
    """P26."""
    store = MemoryStore(About("made-up", True, "2019-02-01"))
    store.append(
        [NewEvent(*(getattr(e, n) for n in NewEvent.__dataclass_fields__)) for e in events]
    )
    shown = project(store.read())
    store.withdraw(case, user="researcher-1", at=1)
    assert project(store.read(after=shown.seq), onto=shown) == project(store.read())
    assert case not in {session for session, _ in shown.values} | shown.clocks.keys()
