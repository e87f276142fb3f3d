"""An encrypted study with a protocol of its own, for the desk and for real servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL, STUDY
from toolkit.capture import ScriptedClock
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.study import open_store, open_study
from toolkit.fieldwork import record_consent
from toolkit.guide import load_consent
from toolkit.store import About, Event
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home


@dataclass(frozen=True)
class Place:
    """A study on the disk.

    Attributes
    ----------
    protocol, data : Path
        Folder of the protocol, folder of the data.
    """

    protocol: Path
    data: Path

    def consent(self, *people: str, recording: bool = True, strand: str = "interview") -> None:
        """Record that people consented to an interview, or to a forum."""
        store, _ = open_store(self.data)
        form = load_consent(self.protocol / "consent.yaml")
        clauses = {each.clause: True for each in form.clauses_for(strand)}
        for person in people:
            record_consent(
                store,
                form,
                strand,
                case=person,
                date="2019-02-01",
                clauses=clauses | {"recording": recording},
                user="researcher-1",
                at=0,
            )
        store.close()

    def events(self, session: str) -> list[Event]:
        """What the journal has of a session."""
        store, _ = open_store(self.data)
        found = list(store.read(session=session))
        store.close()
        return found


def make_place(folder: Path, guide: str = "", *, a_day: int = 2) -> Place:
    """Make a study with an empty store; ``guide`` stands in for the interview's."""
    place = Place(folder / "protocol", folder / "data")
    shutil.copytree(STUDY, place.protocol, ignore=shutil.ignore_patterns("sample"))
    study = place.protocol / "study.yaml"
    limit = "interviews_per_researcher_per_day: "
    study.write_text(study.read_text("utf-8").replace(f"{limit}2", f"{limit}{a_day}"), "utf-8")
    if guide:
        file = place.protocol / "telephone-interview.yaml"
        file.write_text(guide.replace("guide: small", "guide: telephone-interview"), "utf-8")
    about = About("parents-and-social-care", True, "2019-01-01")
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    # A fictional sample opens with the passphrase that everybody knows.
    make_home(place.data, about, SAMPLE, sample=True, cost=cheap)
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A study whose interviews follow the small guide; K01 and K02 have consented."""
    made = make_place(tmp_path, SMALL)
    made.consent("K01", "K02")
    return made


@pytest.fixture
def seat(place: Place) -> Iterator[Callable[[], Desk]]:
    """Open a desk; each one is a server that was started anew."""
    made: list[Desk] = []

    def opener() -> Desk:
        for each in made:
            each.close()
        opened = open_study(place.protocol, place.data)
        made.append(Desk(opened, "researcher-1", ScriptedClock(date(2019, 2, 5), "10:00")))
        return made[-1]

    yield opener
    for each in made:
        each.close()


def environment(folder: Path) -> dict[str, str]:
    """The environment of a Jupyter server that knows nothing of this machine's settings."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {name: str(folder / name.lower()) for name in names}
    return {**os.environ, **own, "JUPYTER_PLATFORM_DIRS": "1"}
