"""What tests of analysis share: the sample study opened once, and small studies played by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from toolkit.analysis import StudyData, open_study
from toolkit.guide import Guide, load_guide
from toolkit.store import About, MemoryStore, NewEvent, Store

Step = tuple[Any, ...]
STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"

# One question of every type, a probe to tick, a branch that can close, and a repeated group.
GUIDE = """
guide: telephone-interview
title: Every type of question
version: "1.0"
source: Made up for a test.
languages: [en]
mode: interview
planned_minutes: {from: 60, to: 90}
sections:
  - section: first
    title: First part
    minutes: 60
    items:
      - {script: role, text: "My role.", confirm: true}
      - question: recording
        type: yes-no
        clause: P07
        text: May I record this?
      - question: mood
        type: scale
        text: How was it?
        from: 1
        to: 5
        labels: {1: bad, 5: good}
      - question: visits
        type: number
        text: How many visits?
        unit: visits
      - {question: wait, type: duration, text: "How long did you wait?"}
      - {question: since, type: date, precision: approximate, text: "Since when?"}
  - section: second
    title: Second part
    items:
      - question: who
        type: single
        text: Who came?
        other: true
        choices: [{id: worker, label: A worker}, {id: manager, label: A manager}]
        probes:
          - {probe: name-known, text: "Did you know them?"}
          - {probe: how, type: text, text: "How was that?", when: who = worker}
      - question: help
        type: multiple
        text: What helped?
        choices: [{id: talk, label: Talking}, {id: money, label: Money}]
      - group: homes
        title: Homes
        repeat: {max: 3, label: Home}
        items:
          - {question: kind, type: text, text: "What kind of home?"}
endings:
  - {ending: complete, disposition: complete, text: Thank you., default: true}
"""


class Journal:
    """A store that is filled step by step, as capture and fieldwork would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = MemoryStore(About("parents-and-social-care", True, 0))
        names = ("telephone-interview", "parent-forum")
        self.guides: dict[str, Guide] = {n: load_guide(folder / f"{n}.yaml") for n in names}

    def fieldwork(
        self, event: str, case: str = "", value: dict[str, Any] | None = None, *, start: int = 0
    ) -> None:
        new = NewEvent(event, case=case, session="fieldwork", start=start, new_value=value)
        self.store.append([new])

    def call(
        self, case: str, *steps: tuple[Any, ...], minutes: float = 60, end: str = "complete"
    ) -> None:
        """Add an interview: steps are (event, node, value) or (event, node, value, minute)."""
        self.session("telephone-interview", case, steps, minutes, end, {"mode": "interview"})

    def forum(
        self, case: str, seats: list[str], *steps: tuple[Any, ...], minutes: float = 90
    ) -> None:
        begin = {"mode": "forum", "seats": seats}
        self.session("parent-forum", case, steps, minutes, "complete", begin)

    def session(
        self,
        guide_id: str,
        case: str,
        steps: tuple[Step, ...],
        minutes: float,
        end: str,
        begin: dict[str, Any],
    ) -> None:
        guide = self.guides[guide_id]
        last = ("finish", "", {"ending": "complete", "disposition": end}, minutes)
        for event, node, value, *minute in (("begin", "", begin), *steps, last):
            mono = round(minute[0] * 60_000) if minute else 0
            new = NewEvent(
                event,
                node=node,
                new_value=value,
                start=1_550_000_000_000 + mono,
                mono=mono,
                case=case,
                session=case,
                user="researcher-1",
                guide=guide.id,
                guide_version=guide.version,
                guide_hash=guide.hash,
            )
            self.store.append([new])

    def opened(self) -> StudyData:
        return open_study(self.store, self.folder)


@pytest.fixture(scope="session")
def sample(sample_store: Store) -> StudyData:
    """The fictional sample study."""
    return open_study(sample_store, STUDY)


@pytest.fixture
def journal() -> Journal:
    """An empty journal of the worked study."""
    return Journal(STUDY)


@pytest.fixture(scope="session")
def every_type_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("every-type") / "study"
    shutil.copytree(STUDY, folder, ignore=shutil.ignore_patterns("sample"))
    (folder / "telephone-interview.yaml").write_text(GUIDE, encoding="utf-8")
    return folder


@pytest.fixture
def every_type(every_type_folder: Path) -> Journal:
    """An empty journal of a study whose interview has one question of every type."""
    return Journal(every_type_folder)


@pytest.fixture
def answered() -> Callable[..., Iterator[tuple[str, str, Any]]]:
    """Turn ``ref=value`` into steps of a session; a dict stands for the whole answer."""

    def steps(**values: Any) -> Iterator[tuple[str, str, Any]]:
        for ref, value in values.items():
            said = value if isinstance(value, dict) else {"value": value}
            yield ("answer", ref.replace("__", ".").replace("_", "-"), said)

    return steps
