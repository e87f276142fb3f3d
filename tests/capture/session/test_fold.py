"""Laws: a state is the fold of its events, nothing is lost, and what is refused leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.conftest import Desk, set_wall
from toolkit.capture import (
    ScriptedClock,
    Session,
    replay,
    resume_forum,
    resume_session,
)
from toolkit.capture.session import afterwards, ending, steps, turns
from toolkit.errors import CaptureError
from toolkit.guide import Answer, Guide, compile_guide
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.store import MemoryStore

Step = Callable[[Session, ScriptedClock], object]

ANSWERS = {
    "agreed": ["yes", "no"],
    "helped": ["yes", "no"],
    "helped.who": [True],
    "helped.how": ["with the forms", "\u00e9\U0001f600"],
    "helped.often": [1, 5],
    "waited": [3, 30, 45],
    "visits": [0, 1, 3],
    "visit@1": ["fine"],
    "visit.kind@3": ["yes"],
    "wish": ["a call back"],
}


def answering(ref: str, answer: Answer) -> Step:
    return lambda session, _: steps.answer(session, ref, answer)


answers = st.sampled_from(sorted(ANSWERS)).flatmap(
    lambda ref: st.builds(
        answering,
        st.just(ref),
        st.sampled_from([Answer(value=each) for each in ANSWERS[ref]])
        | st.sampled_from([Answer(missing="refused"), Answer(missing="dont-know")]),
    )
)
others = st.sampled_from(
    [
        *(
            lambda s, _, ref=ref: steps.confirm(s, ref)
            for ref in ("hello", "careful", "bye", "again@1")
        ),
        *(
            lambda s, _, ref=ref: steps.visit(s, ref)
            for ref in ("helped", "wish", "bye", "visit@2")
        ),
        lambda s, _: steps.skip(s, "helped.who"),
        lambda s, _: steps.note(s, "words", "waited"),
        lambda s, _: steps.pause(s, "distress"),
        lambda s, _: steps.resume(s),
        lambda s, _: steps.concern(s),
        lambda s, _: ending.deviate(s, "P12", "longer", "much to say"),
        lambda s, _: ending.finish(s),
        lambda s, _: ending.stop(s, keep=True),
        lambda s, _: afterwards.write_up(s, "themes"),
        lambda s, _: afterwards.edit(s, "helped", Answer("yes"), "a slip"),
        lambda s, _: steps.answer(s, "nothing", Answer("x")),
        lambda _, clock: clock.advance(45_000),
        lambda _, clock: clock.advance(1),
        lambda _, clock: set_wall(clock, 1_500_000_000_000),
    ]
)
talk = st.lists(answers | answers | others, max_size=40)


@pytest.fixture(scope="module")
def fresh(study: Study, form: ConsentForm, guides: dict[str, Guide]) -> Callable[[], Desk]:
    return lambda: Desk(study, form, guides)


def play(session: Session, clock: ScriptedClock, taken: list[Step]) -> None:
    for step in taken:
        before = session.state
        try:
            step(session, clock)
        except CaptureError:
            assert session.state == before, "what is refused changes nothing"


@given(taken=talk)
def test_the_state_is_the_fold_of_the_events(fresh: Callable[[], Desk], taken: list[Step]) -> None:
    desk = fresh()
    call = desk.call()
    play(call, desk.clock, taken)
    guide = desk.guides["small"]
    events = list(desk.store.read(session="K01"))
    assert replay(guide, compile_guide(guide), events) == call.state
    assert call.state.last == events[-1].seq


@given(taken=talk, upto=st.integers(1, 40), more=talk)
def test_after_any_event_a_session_is_resumed_as_it_was(
    fresh: Callable[[], Desk], taken: list[Step], upto: int, more: list[Step]
) -> None:
    desk = fresh()
    play(desk.call(), desk.clock, taken)
    guide = desk.guides["small"]
    cut = MemoryStore(desk.store.about)
    cut.append([event for event in desk.store.read() if event.session == "fieldwork"])
    cut.append(list(islice(desk.store.read(session="K01"), upto)))
    clock = ScriptedClock(date(2019, 2, 5), "12:00")
    first, second = (
        resume_session(cut, desk.study, guide, session="K01", user="researcher-1", clock=clock)
        for _ in range(2)
    )
    assert first.state == replay(guide, compile_guide(guide), cut.read(session="K01"))
    play(first, clock, more)
    second.refresh()
    assert second.state == first.state


@given(taken=talk)
def test_no_answer_is_ever_lost_and_only_open_ones_count(
    fresh: Callable[[], Desk], taken: list[Step]
) -> None:
    desk = fresh()
    call = desk.call()
    play(call, desk.clock, taken)
    state = call.state
    kept = {
        event.node: Answer.from_json(event.new_value)
        for event in desk.store.read(session="K01")
        if event.event in ("answer", "edit")
    }
    assert dict(state.answers) == kept
    for ref, status in state.statuses.items():
        assert (status == "counted") == (ref in state.open)


@given(taken=st.lists(answers, max_size=25), flip=st.sampled_from(["yes", "no"]))
def test_what_was_parked_is_back_when_its_branch_opens_again(
    fresh: Callable[[], Desk], taken: list[Step], flip: str
) -> None:
    desk = fresh()
    call = desk.call()
    for script in ("hello", "careful"):
        steps.confirm(call, script)
    play(call, desk.clock, taken)
    steps.answer(call, "helped", Answer(flip))
    before = call.state
    steps.answer(call, "helped", Answer("no" if flip == "yes" else "yes"))
    steps.answer(call, "helped", Answer(flip))
    assert call.state.statuses == before.statuses
    assert call.state.counted == before.counted


@given(taken=talk)
def test_time_is_spent_once_and_none_is_lost(fresh: Callable[[], Desk], taken: list[Step]) -> None:
    desk = fresh()
    call = desk.call()
    steps.visit(call, "hello")
    play(call, desk.clock, taken)
    state = call.state
    spent = sum(state.seconds.values()) + state.pause_minutes * 60
    assert spent == pytest.approx(state.minutes * 60)
    monos = [event.mono for event in desk.store.read(session="K01")]
    assert monos == sorted(monos)


seats = st.sampled_from(["F1-A", "F1-B", "F1-C", "F1-D", "F1-X"])
talking = st.lists(
    st.one_of(
        st.builds(lambda seat: lambda f, _: turns.turn(f, seat, "We waited."), seats),
        st.builds(
            lambda n, seat, kind: lambda f, _: turns.react(f, n, seat, kind),
            st.integers(1, 4),
            seats,
            st.sampled_from(["agree", "disagree", "nod"]),
        ),
        st.builds(lambda seat: lambda f, _: turns.withdraw(f, seat), seats),
        st.builds(
            lambda seat: lambda f, _: steps.answer(f, f"q3.protected[{seat}]", Answer("no")), seats
        ),
        st.sampled_from(
            [
                lambda f, _: steps.visit(f, "q2"),
                lambda f, _: ending.finish(f),
                lambda _, clock: clock.advance(60_000),
            ]
        ),
    ),
    max_size=30,
)


@given(taken=talking)
def test_a_forum_keeps_the_same_laws(fresh: Callable[[], Desk], taken: list[Step]) -> None:
    """P27: whatever happens, nobody who withdrew is left among what counts."""
    desk = fresh()
    forum: Session = desk.forum()
    for script in forum.to_do[:6]:
        steps.confirm(forum, script)
    steps.visit(forum, "q1")
    play(forum, desk.clock, taken)
    guide = desk.guides["parent-forum"]
    events = list(desk.store.read(session="F1"))
    state = replay(guide, compile_guide(guide), events)
    assert state == forum.state
    again = resume_forum(desk.store, desk.study, guide, session="F1", clock=desk.clock)
    assert again.state == state
    for turn in state.turns:
        assert turn.withdrawn == (turn.seat in state.withdrawn)
    for ref in state.counted:
        assert not any(f"[{seat}]" in ref for seat in state.withdrawn)


def test_kinds_of_events_from_later_versions_change_nothing(desk: Desk) -> None:
    call = desk.call()
    event = call.event("hologram", new={"later": True})
    call.write(event)
    assert desk.kinds("K01") == ["begin", "hologram"]
    assert call.state.phase == "open"
