"""Edits of windows: taken once, in order, and never over another window's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.capture.service.conftest import Place
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.messages.session import Edit, Edits, Receipt, Said
from toolkit.errors import CaptureError, StoreError

A, B = "windowaa", "windowbb"
Seat = Callable[[], Desk]


def edits(client: str, *wanted: dict[str, Any], known: int = 0) -> Edits:
    return Edits(client=client, known=known, edits=tuple(Edit(**each) for each in wanted))


def draft(number: int, text: str, field: str = "wish#answer", **more: Any) -> dict[str, Any]:
    return {"number": number, "step": "draft", "ref": field, "text": text, **more}


@pytest.fixture
def desk(seat: Seat) -> Desk:
    """A desk at which the call with K01 has begun and the opening is said."""
    made = seat()
    made.begin("K01")
    made.take("K01", edits(A, {"number": 1, "step": "confirm", "ref": "hello"}))
    return made


def send(desk: Desk, client: str, *wanted: dict[str, Any], known: int = 0) -> Receipt:
    return desk.take("K01", edits(client, *wanted, known=known))


def test_an_edit_that_is_sent_again_is_not_taken_twice(desk: Desk, place: Place) -> None:
    for _ in range(3):
        receipt = send(desk, A, draft(2, "M"), draft(3, "Mo"))
        assert receipt.taken == 3
    kinds = [event.event for event in place.events("K01")]
    assert kinds.count("draft") == 2


def test_nor_by_a_server_that_was_started_anew(desk: Desk, seat: Seat, place: Place) -> None:
    send(desk, A, draft(2, "M"), draft(3, "Mo"))
    receipt = send(seat(), A, draft(2, "M"), draft(3, "Mo"), draft(5, "Mor"))
    assert receipt.taken == 5
    assert [event.event for event in place.events("K01")].count("draft") == 3


def test_what_was_taken_is_in_the_view_of_the_next_server(desk: Desk, seat: Seat) -> None:
    send(
        desk,
        A,
        draft(2, "More time \U0001f600"),
        {"number": 3, "step": "visit", "ref": "wish"},
        {"number": 4, "step": "note", "ref": "wish", "text": "with a smile"},
        {"number": 5, "step": "answer", "ref": "helped", "answer": {"value": "yes"}},
    )
    told = seat().opened("K01")
    assert told.taken == {A: 5}
    assert told.view.phase == "open"
    assert told.view.current == "wish"
    assert told.view.drafts == {"wish#answer": "More time \U0001f600"}
    assert told.view.answers == {"helped": {"value": "yes"}}
    assert told.view.notes[0][:2] == ("wish", "with a smile")
    assert told.view.confirmed == ("hello",)


def test_the_key_for_the_browser_stays_the_same_and_is_the_session_s_own(
    desk: Desk, seat: Seat
) -> None:
    first = desk.opened("K01").key
    again = seat()
    assert again.opened("K01").key == first
    assert again.opened("K02").key != first


def test_a_refused_edit_is_told_and_does_not_hold_up_the_next(desk: Desk) -> None:
    wrong = {"number": 2, "step": "answer", "ref": "helped", "answer": {"value": "perhaps"}}
    receipt = send(desk, A, wrong, draft(3, "M"))
    assert receipt.taken == 3
    (refused,) = receipt.refused
    assert (refused.number, refused.faults[0].code) == (2, "GUIDE-061")
    assert "perhaps" not in refused.model_dump_json()


@pytest.mark.parametrize("text", ["a\x00b", "a" * (1024 * 1024 + 1)])
def test_a_text_that_cannot_be_kept_is_refused_and_the_next_is_taken(desk: Desk, text: str) -> None:
    receipt = send(desk, A, draft(2, text), draft(3, "M"))
    assert [each.number for each in receipt.refused] == [2]
    assert receipt.taken == 3


def test_a_second_window_overwrites_nothing_and_is_told(desk: Desk, seat: Seat) -> None:
    base = desk.opened("K01").last
    send(desk, A, draft(2, "from the first", base=base))
    receipt = send(desk, B, draft(1, "from the second", base=base), known=base)
    assert receipt.conflicts == (1,)
    assert receipt.view is not None
    told = seat().opened("K01").view
    assert told.drafts == {"wish#answer": "from the first"}
    assert told.conflicts == {"wish#answer": {"text": "from the second"}}


def test_all_that_a_window_typed_without_knowing_is_kept_apart(desk: Desk) -> None:
    base = desk.opened("K01").last
    send(desk, A, draft(2, "one", base=base))
    typed = [draft(number, "two"[:number], base=base) for number in (1, 2, 3)]
    assert send(desk, B, *typed).conflicts == (1, 2, 3)
    view = desk.opened("K01").view
    assert (view.drafts["wish#answer"], view.conflicts["wish#answer"]["text"]) == ("one", "two")


def test_a_version_kept_apart_does_not_go_unseen_because_the_other_types_on(desk: Desk) -> None:
    base = desk.opened("K01").last
    known = send(desk, A, draft(2, "one", base=base)).last
    send(desk, B, draft(1, "two", base=base))
    assert send(desk, A, draft(3, "one and", base=known)).conflicts == (3,)
    last = desk.opened("K01").last
    assert send(desk, A, draft(4, "one and", base=last)).conflicts == ()
    assert desk.opened("K01").view.conflicts == {}


def test_two_windows_may_write_to_two_fields(desk: Desk) -> None:
    base = desk.opened("K01").last
    send(desk, A, draft(2, "one", base=base))
    receipt = send(desk, B, draft(1, "two", "helped.how#answer", base=base), known=base)
    assert receipt.conflicts == ()
    assert receipt.view is not None
    assert receipt.view.drafts == {"wish#answer": "one", "helped.how#answer": "two"}
    assert receipt.news == ("wish#answer",)


def test_whoever_knows_of_the_other_version_may_choose(desk: Desk) -> None:
    base = desk.opened("K01").last
    send(desk, A, draft(2, "one", base=base))
    last = send(desk, B, draft(1, "two", base=base)).last
    receipt = send(desk, B, draft(2, "two", base=last))
    assert receipt.conflicts == ()
    view = desk.opened("K01").view
    assert (view.drafts, view.conflicts) == ({"wish#answer": "two"}, {})


def test_a_window_s_own_edits_are_no_news_to_it(desk: Desk) -> None:
    last = desk.opened("K01").last
    receipt = send(desk, A, draft(2, "one"), known=last)
    assert receipt.view is None
    assert send(desk, A, known=receipt.last).view is None


def test_what_another_program_wrote_is_taken_in_first(desk: Desk, place: Place, seat: Seat) -> None:
    from toolkit.capture import SystemClock
    from toolkit.capture.service.study import open_study

    other = Desk(open_study(place.protocol, place.data), "researcher-1", SystemClock())
    last = desk.opened("K01").last
    other.take("K01", edits(B, draft(1, "elsewhere", base=last)))
    told = send(desk, A, known=last).view
    assert told is not None
    assert told.drafts == {"wish#answer": "elsewhere"}
    receipt = send(desk, A, draft(2, "here", base=last), known=last)
    other.close()
    assert receipt.conflicts == (2,)


def test_windows_that_were_heard_of_lately_are_counted(desk: Desk) -> None:
    assert desk.opened("K01", A).others == 0
    assert desk.opened("K01", B).others == 1
    assert send(desk, A).others == 1
    assert desk.opened("K02", A).others == 0
    desk.take("K01", Edits(client=A, leaving=True))
    assert send(desk, B).others == 0


def test_no_consent_no_capture(desk: Desk) -> None:
    """P25."""
    with pytest.raises(CaptureError, match=r"^CAPTURE-001"):
        desk.begin("K99")
    with pytest.raises(CaptureError, match=r"^CAPTURE-004"):
        desk.take("K99", edits(A, draft(1, "M")))
    assert desk.opened("K99").view.phase == "not-begun"


def test_a_call_is_begun_once_whoever_asks(desk: Desk, place: Place) -> None:
    desk.begin("K01")
    assert [event.event for event in place.events("K01")].count("begin") == 1


def test_an_open_call_keeps_its_guide_when_the_file_changes(
    desk: Desk, seat: Seat, place: Place
) -> None:
    before = desk.opened("K01").guide
    file = place.protocol / "telephone-interview.yaml"
    text = file.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "2.0"')
    file.write_text(text.replace("What would help?", "What would have helped?"), encoding="utf-8")
    later = seat()
    assert later.opened("K01").guide == before
    later.take("K01", edits(A, draft(2, "M")))
    assert later.opened("K02").guide["version"] == "2.0"


def test_a_whole_call_can_be_held_by_edits(desk: Desk) -> None:
    steps: list[dict[str, Any]] = [
        {"step": "answer", "ref": "agreed", "answer": Said(value="yes")},
        {"step": "pause", "kind": "distress"},
        {"step": "concern"},
        {"step": "resume"},
        {"step": "answer", "ref": "helped", "answer": Said(missing="refused")},
        {"step": "deviate", "ref": "P12", "text": "short", "reason": "a child was ill"},
        {"step": "finish", "reasons": {"P12": "a child was ill"}},
        {"step": "write-up", "text": "Themes."},
        {"step": "edit", "ref": "agreed", "answer": Said(value="no"), "reason": "misheard"},
    ]
    numbered = [{"number": at, **each} for at, each in enumerate(steps, start=2)]
    receipt = send(desk, A, *numbered)
    assert receipt.refused == ()
    view = desk.opened("K01").view
    assert (view.phase, view.ending, view.disposition) == ("finished", "stopped", "refused")
    assert (view.write_up, view.answers["agreed"]) == ("Themes.", {"value": "no"})
    assert len(view.concerns) == 1


def test_after_a_stop_nothing_more_is_taken(desk: Desk) -> None:
    """P29."""
    receipt = send(desk, A, {"number": 2, "step": "stop", "keep": False}, draft(3, "M"))
    assert [each.number for each in receipt.refused] == [3]
    assert not desk.opened("K01").view.kept


def test_a_store_that_cannot_write_acknowledges_nothing(desk: Desk) -> None:
    desk.close()
    with pytest.raises((StoreError, CaptureError)):
        send(desk, A, draft(2, "M"))
