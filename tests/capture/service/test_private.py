"""What whoever held a call wrote for themselves: read by them alone, and gone with a withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.capture.service.conftest import Place
from toolkit.capture import SystemClock
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.messages.session import Edit, Edits, Receipt
from toolkit.capture.service.study import open_store, open_study
from toolkit.errors import ToolkitError

Seat = Callable[[], Desk]
WORDS = "It was heavy, and gruenfink helped."


def send(desk: Desk, *wanted: dict[str, Any]) -> Receipt:
    numbered = [Edit(number=at, **each) for at, each in enumerate(wanted, start=1)]
    return desk.take("K01", Edits(client="windowaa", edits=tuple(numbered)))


@pytest.fixture
def desk(seat: Seat) -> Desk:
    """A desk at which a call was held, stopped, and written about."""
    made = seat()
    made.begin("K01")
    steps = [{"step": "private", "text": WORDS[:end]} for end in (5, 9, len(WORDS))]
    receipt = send(made, {"step": "stop"}, *steps)
    assert receipt.refused == ()
    return made


def test_they_come_back_to_their_writer_after_a_restart(desk: Desk, seat: Seat) -> None:
    """P42."""
    assert desk.opened("K01").private == WORDS
    assert seat().opened("K01").private == WORDS


def test_another_account_on_the_same_store_does_not_get_them(desk: Desk, place: Place) -> None:
    other = Desk(open_study(place.protocol, place.data), "researcher-2", SystemClock())
    told = other.opened("K01")
    other.close()
    assert told.private == ""
    assert "gruenfink" not in told.model_dump_json()


def test_the_journal_shows_that_something_was_written_and_not_what(
    desk: Desk, place: Place
) -> None:
    events = place.events("K01")
    assert [event.event for event in events].count("private") == 3
    assert "gruenfink" not in repr(events)


def test_a_withdrawal_destroys_them(desk: Desk, place: Place, seat: Seat) -> None:
    """P26."""
    desk.close()
    store, _ = open_store(place.data)
    store.withdraw("K01", user="researcher-1", at=0)
    store.close()
    assert not any(event.event == "private" for event in place.events("K01"))
    with pytest.raises(ToolkitError):
        seat().opened("K01")


def test_the_codebook_comes_with_the_call(desk: Desk, place: Place, seat: Seat) -> None:
    codes = desk.opened("K01").codebook
    assert codes[0].keys() == {"code", "label", "definition", "theme"}
    send_one = desk.take(
        "K01",
        Edits(
            client="windowbb",
            edits=(Edit(number=1, step="tag", ref="wish", code=codes[0]["code"]),),
        ),
    )
    assert send_one.refused == ()
    assert desk.opened("K01").view.tags == ((codes[0]["code"], "wish", ""),)
    (place.protocol / "codebook.yaml").unlink()
    assert seat().opened("K01").codebook == ()
