"""Generated studies: any size, any guide, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.sample.conftest import NAME, STUDY, empty_store
from toolkit.capture import replay
from toolkit.capture.session.course import course_of
from toolkit.errors import SampleError
from toolkit.guide import Guide, load_consent, load_guide, load_study, new_study
from toolkit.sample.generate import Field, Generated, generate, steering_refs
from toolkit.store import MemoryStore, verify_chain

EVERY_TYPE = """\
guide: every-type
title: Every type
version: "1.0"
source: Written for a test.
languages: [en]
mode: survey
sections:
  - section: all
    title: All
    items:
      - {question: words, text: Words?}
      - {question: one, text: One?, type: single, other: true, choices: [{id: a, label: A}]}
      - question: some
        text: Some?
        type: multiple
        required: true
        choices: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, exclusive: true}]
        probes:
          - {probe: liked, text: Liked?, when: some includes a}
      - {question: grade, text: Grade?, type: scale, from: 1, to: 7}
      - question: visits
        text: Visits?
        type: number
        unit: visits
        min: 0
        max: 50
        checks: [{hard: "visits <= 20", message: Ask again.}]
      - {question: share, text: Share?, type: number, unit: percent, min: 0, max: 1, decimals: 2}
      - {question: day, text: Day?, type: date, precision: exact, earliest: 2018, latest: 2018-06}
      - {question: season, text: When?, type: date, precision: approximate}
      - {question: long, text: How long?, type: duration}
      - group: homes
        title: Homes
        repeat: {max: 3, label: Home}
        items:
          - {script: next, text: Next., confirm: true}
          - {question: home, text: Where?}
endings:
  - {ending: done, disposition: complete, default: true, text: Thank you.}
"""


@pytest.fixture(scope="module")
def any_guide(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    file = tmp_path_factory.mktemp("guide") / "every-type.yaml"
    file.write_text(EVERY_TYPE, encoding="utf-8")
    return load_guide(file)


def make(guide: Guide, participants: int, seed: int) -> tuple[MemoryStore, Generated]:
    store = empty_store()
    field = Field(store, load_study(STUDY), guide, load_consent(STUDY / "consent.yaml"))
    return store, generate(field, participants=participants, seed=seed)


def shipped(name: str) -> Guide:
    return load_guide(STUDY / f"{name}.yaml")


def test_the_same_seed_gives_the_same_events_and_another_does_not() -> None:
    guide = shipped("telephone-interview")
    first, again, other = (list(make(guide, 12, seed)[0].read()) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_longer_study_begins_like_a_shorter_one() -> None:
    guide = shipped("telephone-interview")
    short = [e.new_value for e in make(guide, 12, 7)[0].read(session="K05")]
    assert short == [e.new_value for e in make(guide, 24, 7)[0].read(session="K05")]


def test_every_session_of_the_telephone_guide_comes_to_an_ending() -> None:
    """P17, P25, P43: by the same machine that refuses everything else."""
    guide = shipped("telephone-interview")
    store, made = make(guide, 200, 1)
    held = [e.session for e in store.read() if e.event == "begin"]
    states = [replay(guide, course_of(guide).program, store.read(session=s)) for s in held]
    assert (made.participants, made.sessions) == (200, len(held))
    assert all(state.phase == "finished" and not state.pending for state in states)
    endings = Counter(state.ending for state in states)
    assert set(endings) == {each.ending for each in guide.endings}
    assert verify_chain(store.read(), store.about) == []


def test_some_refuse_and_everybody_has_an_outcome() -> None:
    store, made = make(shipped("telephone-interview"), 100, 3)
    outcomes = {e.case: e.new_value["disposition"] for e in store.read() if e.event == "outcome"}
    assert len(outcomes) == 100
    assert Counter(outcomes.values())["refused"] == 100 - made.sessions > 0


def test_forums_have_turns_and_an_answer_of_everybody() -> None:
    guide = shipped("parent-forum")
    store, made = make(guide, 10, 5)
    assert (made.sessions, made.broken_off) == (3, 0)
    state = replay(guide, course_of(guide).program, store.read(session="F1"))
    assert {f"q3.protected[F1-{seat}]" for seat in "ABCD"} <= state.answers.keys()
    assert {turn.question for turn in state.turns} == {"q1", "q2", "q3", "q4", "q5"}
    assert state.reactions


def test_every_type_of_question_gets_answers_that_fit(any_guide: Guide) -> None:
    store, made = make(any_guide, 150, 2)
    assert made.broken_off == 0
    answered = {e.node.partition("@")[0] for e in store.read() if e.event == "answer"}
    assert answered == course_of(any_guide).places.keys() - {"next"}
    visits = [
        e.new_value.get("value")
        for case in {e.case for e in store.read()}
        for e in _last_answers(store, case, "visits")
    ]
    assert max(each for each in visits if each is not None) <= 20, "a hard check was mended"


def _last_answers(store: MemoryStore, case: str, ref: str) -> list:
    return [e for e in store.read(case=case) if (e.event, e.node) == ("answer", ref)][-1:]


def test_answers_on_which_nothing_depends_do_not_steer(any_guide: Guide) -> None:
    assert steering_refs(course_of(any_guide)) == {"some", "homes"}
    telephone = steering_refs(course_of(shipped("telephone-interview")))
    assert telephone == {"q2", "q2.asked", "q6", "q7", "q7.records"}


def test_it_is_marked_fictional_or_not_made() -> None:
    field = Field(
        empty_store(fictional=False),
        load_study(STUDY),
        shipped("parent-forum"),
        load_consent(STUDY / "consent.yaml"),
    )
    with pytest.raises(SampleError, match=r"^SAMPLE-011"):
        generate(field, participants=10, seed=1)


@pytest.mark.parametrize("participants", [0, -3])
def test_a_study_has_somebody_in_it(participants: int) -> None:
    with pytest.raises(SampleError, match=r"^SAMPLE-014"):
        make(shipped("parent-forum"), participants, 1)


def test_the_templates_of_a_new_study_can_be_generated_from(tmp_path: Path) -> None:
    new_study(tmp_path / "mine")
    study = load_study(tmp_path / "mine")
    for strand in study.strands:
        store = empty_store()
        assert store.about.study == NAME
        form = load_consent(tmp_path / "mine" / study.consent)
        field = Field(store, study, load_guide(tmp_path / "mine" / strand.guide), form)
        made = generate(field, participants=20, seed=1)
        assert made.sessions > 0
        assert made.broken_off == 0
