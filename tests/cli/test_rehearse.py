"""A rehearsal and a real call are told apart before anything is opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.capture.conftest import STUDY
from tests.capture.service.conftest import Place, make_place
from toolkit.capture.clock import SystemClock
from toolkit.capture.rehearsal.preparation import make_ready
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.forums.sessions import ForumDesk
from toolkit.capture.service.messages.forum import Named
from toolkit.capture.service.study import Opened, open_study
from toolkit.cli import main
from toolkit.errors import CaptureError, StoreError
from toolkit.guide import load_guide, load_study
from toolkit.store.lifecycle.rehearsal import REHEARSER, open_rehearsal

GUIDE = STUDY / "telephone-interview.yaml"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = make_place(tmp_path_factory.mktemp("real"))
    made.consent("K01")
    return made


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["forum", "--rehearse", "--data", "somewhere"], "USAGE-020"),
        (["forum"], "USAGE-025"),
        (["call", "--rehearse", "--data", "somewhere"], "USAGE-020"),
        (["call", "K01", "--guide", str(GUIDE)], "USAGE-021"),
        (["call"], "USAGE-022"),
        (["call", "--rehearse"], "USAGE-023"),
    ],
)
def test_what_goes_together_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["toolkit", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert code in capsys.readouterr().err


def test_no_answer_is_invented_in_a_real_call(place: Place) -> None:
    desk = Desk(open_study(place.protocol, place.data), "researcher-1", SystemClock())
    desk.begin("K01")
    with pytest.raises(CaptureError, match="CAPTURE-050"):
        desk.invent("K01", ["q1"])
    desk.close()


def test_a_real_call_follows_the_guide_of_the_protocol(place: Place) -> None:
    with pytest.raises(CaptureError, match="CAPTURE-051"):
        open_study(place.protocol, place.data, guide=str(GUIDE))


def test_a_rehearsal_is_held_by_somebody_who_rehearses(tmp_path: Path) -> None:
    study = load_study(STUDY)
    home, keyring = make_ready(tmp_path / "rehearsal", study, STUDY, ["R01"])
    store, _ = open_rehearsal(home.folder, keyring)
    opened = Opened(study, load_guide(GUIDE), store, keyring)
    with pytest.raises(StoreError, match="STORE-111"):
        Desk(opened, "researcher-1", SystemClock()).begin("R01")
    desk = Desk(opened, REHEARSER, SystemClock())
    desk.begin("R01")
    assert desk.opened("R01").rehearsal
    found = desk.invent("R01", ["q1", "q2"])
    assert set(found) == {"q1", "q2"}
    desk.close()


def test_a_forum_is_rehearsed_by_people_who_rehearse(tmp_path: Path) -> None:
    """P09, P10: three of them, as at a real one."""
    study, seats = load_study(STUDY), ["RF-A", "RF-B", "RF-C", "RF-D"]
    home, keyring = make_ready(tmp_path / "rehearsal", study, STUDY, seats, "forum")
    store, _ = open_rehearsal(home.folder, keyring)
    opened = Opened(study, load_guide(STUDY / "parent-forum.yaml"), store, keyring)
    desk = ForumDesk(opened, REHEARSER, SystemClock())
    roles = ("facilitator", "note_taker", "support_worker")
    real = {role: f"{role.replace('_', '-')}-1" for role in roles}
    with pytest.raises(StoreError, match="STORE-111"):
        desk.begin_forum("RF", Named(seats=tuple(seats), **real))
    rehearsed = {role: f"rehearsal-{number}" for number, role in enumerate(roles, 1)}
    desk.begin_forum("RF", Named(seats=tuple(seats), **rehearsed))
    assert desk.opened("RF").rehearsal
    assert desk.opened("RF").known == ()
    assert desk.invent("RF", ["q1"]).keys() == {"q1"}
    desk.close()
