"""P29: who stops and wants nothing kept is deleted, as in any other withdrawal (P26)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import make_place
from tests.cli.studies import Told
from toolkit.capture import SystemClock
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.messages.session import Edit, Edits
from toolkit.capture.service.study import open_study


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """K01 stopped and wants it deleted, K02 stopped and lets it be kept: as the page sends it."""
    place = make_place(tmp_path, SMALL)
    place.consent("K01", "K02")
    desk = Desk(open_study(place.protocol, place.data), "researcher-1", SystemClock())
    for case, keep in (("K01", False), ("K02", True)):
        desk.begin(case)
        note = Edit(number=1, step="note", text="canary of " + case)
        stop = Edit(number=2, step="stop", keep=keep)
        assert desk.take(case, Edits(client="windowaa", edits=(note, stop))).refused == ()
    desk.close()
    return Told(place)


def test_a_stop_with_delete_leads_to_the_withdrawal_and_is_over_then(told: Told) -> None:
    waiting = told.run("participant", "leaving")
    assert waiting.returncode == 1
    assert "toolkit participant withdraw K01" in waiting.stdout
    assert "K02" not in waiting.stdout
    done = json.loads(told.good("participant", "withdraw", "K01", "--yes", "--json"))
    assert done["moment"] == "during"
    kept = [each for each in told.events() if each.case in ("K01", "K02")]
    assert not any("canary of K01" in str(each) for each in kept)
    assert any("canary of K02" in str(each) for each in kept)
    assert told.run("participant", "leaving").returncode == 0
