"""Sessions of the worked study, and of a small guide in which every kind of step stands."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from toolkit.capture import (
    Register,
    ScriptedClock,
    Session,
    begin_forum,
    begin_session,
)
from toolkit.capture.clock import MINUTE
from toolkit.capture.recordings.recordings import add_recording
from toolkit.fieldwork import record_consent
from toolkit.guide import Guide, load_consent, load_guide, load_study
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.store import About, MemoryStore

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"

SMALL = """\
guide: small
title: Small
version: "1.0"
source: Written for a test.
languages: [en]
mode: interview
planned_minutes: {from: 5, to: 10}
sections:
  - section: start
    title: Start
    items:
      - {script: hello, text: Hello., confirm: true, clause: P11}
      - {script: aside, text: By the way.}
      - {question: agreed, text: May I record?, type: yes-no, required: true, clause: P07}
  - section: middle
    title: Middle
    items:
      - question: helped
        text: Did anybody help?
        type: single
        required: true
        choices: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]
        probes:
          - {probe: who, text: Who?, when: helped = yes}
          - {probe: how, text: How?, type: text, when: helped = yes}
          - {probe: often, text: How often?, type: scale, from: 1, to: 5, when: helped = yes}
        routes:
          - {when: "helped is refused", to: stopped}
      - {script: careful, text: This may be hard., confirm: true, when: helped = no}
      - question: waited
        text: How many weeks did you wait?
        type: number
        unit: weeks
        min: 0
        max: 50
        when: helped = no
        checks:
          - {hard: "waited < 40", message: Ask again.}
          - {soft: "waited < 20", message: Note what was meant.}
      - group: visits
        title: Visits
        repeat: {max: 3, label: Visit}
        items:
          - {script: again, text: Now the next., confirm: true}
          - question: visit
            text: How was it?
            probes:
              - {probe: kind, text: Kind?, type: yes-no}
  - section: end
    title: End
    items:
      - {question: wish, text: What would help?}
      - {script: bye, text: Thank you., confirm: true}
endings:
  - {ending: done, disposition: complete, default: true, text: Thank you.}
  - {ending: stopped, disposition: refused, text: That is all right.}
"""


@dataclass
class Desk:
    """A store, a protocol and a clock, and people who have consented."""

    study: Study
    form: ConsentForm
    guides: dict[str, Guide]
    store: MemoryStore = field(
        default_factory=lambda: MemoryStore(About("parents-and-social-care", True, "2019-01-01"))
    )
    clock: ScriptedClock = field(default_factory=lambda: ScriptedClock(date(2019, 2, 5), "10:00"))

    def consent(self, *people: str, strand: str = "interview", recording: bool = True) -> None:
        for person in people:
            clauses = {each.clause: True for each in self.form.clauses_for(strand)}
            record_consent(
                self.store,
                self.form,
                strand,
                case=person,
                date="2019-02-01",
                clauses=clauses | {"recording": recording},
                user="researcher-1",
                at=0,
            )

    def call(
        self,
        case: str = "K01",
        guide: str = "small",
        user: str = "researcher-1",
        register: Register | None = None,
        recording: bool = True,
    ) -> Session:
        self.consent(case, recording=recording)
        return begin_session(
            self.store,
            self.study,
            self.guides[guide],
            case=case,
            user=user,
            clock=self.clock,
            register=register,
        )

    def forum(self, session: str = "F1", people: int = 4, **roles: str) -> Session:
        seats = [f"{session}-{chr(ord('A') + place)}" for place in range(people)]
        self.consent(*seats, strand="forum")
        named = {
            "facilitator": "facilitator-1",
            "note_taker": "note-taker-1",
            "support_worker": "support-worker-1",
        }
        return begin_forum(
            self.store,
            self.study,
            self.guides["parent-forum"],
            session=session,
            seats=seats,
            clock=self.clock,
            **(named | roles),
        )

    def record(self, session: str, guide: str = "small") -> None:
        """Bring in a recording: the head of a WAV file is enough to be taken for one."""
        sound = io.BytesIO(b"RIFF\0\0\0\0WAVEfmt ")
        by = {"offset": 0.0, "user": "researcher-1", "at": 1}
        add_recording(self.store, self.guides[guide], session, sound, **by)

    def minutes(self, count: float) -> None:
        self.clock.advance(round(count * MINUTE))

    def kinds(self, session: str) -> list[str]:
        return [event.event for event in self.store.read(session=session)]


def set_wall(clock: ScriptedClock, milliseconds: int) -> None:
    """Set the wall clock, as people and machines do; the time that has passed stays."""
    clock._wall = milliseconds


def other_version(guide: Guide, version: str) -> Guide:
    """The same guide under another version, so that its hash differs."""
    said = guide.model_dump(by_alias=True, exclude_defaults=True)
    return Guide.model_validate(said | {"version": version})


@pytest.fixture(scope="session")
def newer(guides: dict[str, Guide]) -> dict[str, Guide]:
    """The same guides in a later version."""
    return {name: other_version(guide, "9.9") for name, guide in guides.items()}


@pytest.fixture(scope="session")
def guides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Guide]:
    file = tmp_path_factory.mktemp("guides") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    paths = [file, STUDY / "telephone-interview.yaml", STUDY / "parent-forum.yaml"]
    return {guide.id: guide for guide in map(load_guide, paths)}


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(STUDY)


@pytest.fixture(scope="session")
def form() -> ConsentForm:
    return load_consent(STUDY / "consent.yaml")


@pytest.fixture
def desk(study: Study, form: ConsentForm, guides: dict[str, Guide]) -> Iterator[Desk]:
    made = Desk(study, form, guides)
    yield made
    made.store.close()
