"""``toolkit concern`` and ``toolkit duty``: what officer and deputy type; nothing that was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import make_place
from tests.cli.studies import Told
from toolkit.capture import SystemClock, begin_session
from toolkit.capture.service.study import open_study
from toolkit.capture.session import steps

OFFICER, DEPUTY = "safeguarding-officer-1", "deputy-safeguarding-officer-1"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A study in which a concern was flagged in the call with K01, beside a note about it."""
    folder: Path = tmp_path_factory.mktemp("concerns")
    place = make_place(folder, SMALL)
    place.consent("K01")
    opened = open_study(place.protocol, place.data)
    who = {"case": "K01", "user": "researcher-1", "clock": SystemClock()}
    call = begin_session(opened.store, opened.study, opened.guide, **who)
    steps.note(call, "canary: what the concern is about")
    steps.concern(call, "today", "conduct", "canary of its own note")
    opened.store.close()
    return Told(place)


def test_a_concern_is_listed_taken_up_and_gone_from_the_list(told: Told) -> None:
    """P02: from the rota to the acknowledgement."""
    names = ("--officer", OFFICER, "--deputy", DEPUTY)
    told.good("duty", "add", "2026-01-01 00:00", "2999-01-01 00:00", *names)
    assert f"Now: {OFFICER}, then {DEPUTY}" in told.good("duty", "list")
    shown = told.good("concern", "list")
    kind = "today: conduct of somebody who works with families, with a note"
    assert f"K01-1  {kind}; flagged" in shown
    assert "canary" not in shown
    assert f"with {OFFICER}, falls to {DEPUTY}" in shown
    wrong = told.refused("concern", "acknowledge", "K01-1", "--user", "researcher-1")
    assert "FIELD-061" in wrong
    assert "acknowledged" in told.good("concern", "acknowledge", "K01-1", "--user", DEPUTY)
    assert told.good("concern", "list") == "No concern is open.\n"
    (found,) = json.loads(told.good("concern", "list", "--all", "--json"))
    assert (found["state"], found["by"]) == ("acknowledged", DEPUTY)
    assert (found["urgency"], found["kind"], found["note"]) == ("today", "conduct", True)


def test_a_note_is_read_by_officer_and_deputy_alone_and_that_is_recorded(told: Told) -> None:
    """P02."""
    read = ("concern", "note", "K01-1", "--user")
    assert "FIELD-061" in told.refused(*read, "researcher-1")
    assert told.good(*read, OFFICER) == "canary of its own note\n"
    trail = told.place.events("fieldwork")
    assert [(e.node, e.user) for e in trail if e.event == "concern-read"] == [("K01-1", OFFICER)]


def test_what_is_typed_as_a_concern_is_not_said_again(told: Told) -> None:
    said = told.refused("concern", "acknowledge", "canary words", "--user", OFFICER)
    assert "FIELD-060" in said
    assert "canary" not in said
