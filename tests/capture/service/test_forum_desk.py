"""Edits of two screens of one forum: merged on the clock, and neither over the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.capture.service.conftest import Place, make_place
from toolkit.capture import ScriptedClock
from toolkit.capture.service.forums.sessions import ForumDesk
from toolkit.capture.service.messages.forum import (
    ForumEdit,
    ForumEdits,
    ForumOpened,
    ForumReceipt,
    ForumView,
    Named,
)
from toolkit.capture.service.study import open_study
from toolkit.errors import CaptureError

LEADS, WRITES = ("windowaa", "facilitator"), ("windowbb", "note-taker")
OPENING = ("study", "role", "ground-rules", "support-worker", "withdrawal", "consent-check")
SEATS = ("F1-A", "F1-B", "F1-C", "F1-D")
NAMED = Named(
    seats=SEATS,
    facilitator="facilitator-1",
    note_taker="note-taker-1",
    support_worker="support-worker-1",
)
Seat = Callable[[], ForumDesk]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.consent(*SEATS, strand="forum")
    return made


@pytest.fixture
def clock() -> ScriptedClock:
    return ScriptedClock(date(2019, 2, 5), "10:00")


@pytest.fixture
def seat(place: Place, clock: ScriptedClock) -> Iterator[Seat]:
    """Open a desk; each one is a server that was started anew."""
    made: list[ForumDesk] = []

    def opener() -> ForumDesk:
        for each in made:
            each.close()
        opened = open_study(place.protocol, place.data, "forum")
        made.append(ForumDesk(opened, "", clock))
        return made[-1]

    yield opener
    for each in made:
        each.close()


@pytest.fixture
def desk(seat: Seat) -> ForumDesk:
    """A desk at which F1 has begun and its opening is said."""
    made = seat()
    made.begin_forum("F1", NAMED)
    send(made, LEADS, *({"step": "confirm", "ref": each} for each in OPENING))
    send(made, LEADS, {"step": "visit", "ref": "q1"}, first=7)
    return made


def send(
    desk: ForumDesk,
    screen: tuple[str, str],
    *wanted: dict[str, Any],
    first: int = 1,
    known: int = 0,
) -> ForumReceipt:
    client, role = screen
    edits = tuple(
        ForumEdit(number=number, by=role, **each) for number, each in enumerate(wanted, first)
    )
    receipt = desk.take("F1", ForumEdits(client=client, by=role, known=known, edits=edits))
    assert isinstance(receipt, ForumReceipt)
    return receipt


def turn(seat: str, text: str, name: str, at: int = 0, **more: Any) -> dict[str, Any]:
    return {"step": "turn", "ref": "q1", "seat": seat, "text": text, "name": name, "at": at, **more}


def view(desk: ForumDesk) -> ForumView:
    found = desk.opened("F1").view
    assert isinstance(found, ForumView)
    return found


def test_no_consent_record_no_seat(seat: Seat, place: Place) -> None:
    """P25."""
    desk = seat()
    with pytest.raises(CaptureError, match="CAPTURE-001 participant F1-Z"):
        desk.begin_forum("F1", NAMED.model_copy(update={"seats": (*SEATS, "F1-Z")}))
    assert place.events("F1") == []


@pytest.mark.parametrize("role", ["facilitator", "note_taker", "support_worker"])
def test_a_forum_waits_until_each_role_is_named_and_by_no_name(seat: Seat, role: str) -> None:
    """P09, P10, P31."""
    desk = seat()
    for given, code in (("", "030"), ("Zoë", "008")):
        with pytest.raises(CaptureError, match=f"CAPTURE-{code}"):
            desk.begin_forum("F1", NAMED.model_copy(update={role: given}))


def test_who_may_take_a_seat_is_told_before_it_begins(seat: Seat, place: Place) -> None:
    desk = seat()
    told = desk.opened("F1")
    assert isinstance(told, ForumOpened)
    assert told.known == tuple((each, True) for each in SEATS)
    assert told.size == "4 to 8"


def test_a_forum_is_begun_once_whichever_screen_asks(desk: ForumDesk, place: Place) -> None:
    desk.begin_forum("F1", NAMED)
    assert [event.event for event in place.events("F1")].count("begin") == 1


def test_two_screens_write_at_once_and_all_of_it_stands_by_the_clock(
    desk: ForumDesk, seat: Seat, clock: ScriptedClock
) -> None:
    base = desk.opened("F1").last
    clock.advance(600_000)
    for number in range(1, 4):
        for screen, who in ((LEADS, "F1-A"), (WRITES, "F1-B")):
            text = f"{screen[1]} {number} \U0001f469‍\U0001f467 שלום"
            heard = number * 1000 + (500_000 if screen is LEADS else 0)
            said = turn(who, text, f"{screen[0]}-{number}", heard, base=base)
            first = number + (7 if screen is LEADS else 0)
            assert send(desk, screen, said, first=first, known=base).conflicts == ()
    kept = view(seat()).turns
    assert [each.text for each in kept] == [
        f"{role} {number} \U0001f469‍\U0001f467 שלום"
        for role in ("note-taker", "facilitator")
        for number in range(1, 4)
    ]
    assert [each.number for each in kept] == [2, 4, 6, 1, 3, 5]


def test_a_turn_that_is_sent_again_is_not_taken_twice(desk: ForumDesk, seat: Seat) -> None:
    for each in (desk, desk):
        send(each, WRITES, turn("F1-A", "Hello.", "n-1"))
    send(seat(), WRITES, turn("F1-A", "Hello.", "n-1"))
    assert len(view(seat()).turns) == 1


def test_each_screen_is_told_what_the_other_wrote_while_it_types(desk: ForumDesk) -> None:
    known = desk.opened("F1").last
    field = "q1#turn-note-taker[F1-A]"
    send(desk, WRITES, {"step": "draft", "ref": field, "text": "We wai"})
    told = send(desk, LEADS, first=8, known=known).view
    assert isinstance(told, ForumView)
    assert told.drafts == {field: "We wai"}
    send(desk, WRITES, turn("F1-A", "We waited.", "n-1", field=field), first=2)
    react = {"step": "react", "name": "n-1", "seat": "F1-B", "how": "agree"}
    receipt = send(desk, LEADS, react, first=8, known=known)
    assert receipt.refused == ()
    assert isinstance(receipt.view, ForumView)
    assert receipt.view.drafts == {}
    assert [(each.name, each.seat, each.how) for each in receipt.view.reactions] == [
        ("n-1", "F1-B", "agree")
    ]


def test_a_second_screen_is_no_second_window_of_the_first(desk: ForumDesk) -> None:
    receipt = send(desk, WRITES)
    assert (receipt.others, receipt.beside) == (0, True)
    assert send(desk, ("windowcc", "note-taker")).others == 1
    alone = desk.take("F1", ForumEdits(client="windowaa", by="facilitator", leaving=True))
    assert alone.others == 0
    assert not send(desk, WRITES).beside


def test_each_step_is_its_own_screen_s(desk: ForumDesk, place: Place) -> None:
    send(desk, LEADS, turn("F1-A", "Hello.", "f-1"), first=8)
    send(desk, WRITES, turn("F1-B", "Hello.", "n-1"), {"step": "note", "text": "loud"})
    users = {e.event: e.user for e in place.events("F1") if e.user != "facilitator-1"}
    assert users.keys() >= {"turn", "note"}
    assert set(users.values()) == {"note-taker-1"}


def test_of_somebody_who_withdraws_no_word_is_told_or_taken_any_more(desk: ForumDesk) -> None:
    """P27."""
    field = "q1#turn-note-taker[F1-A]"
    send(desk, WRITES, turn("F1-A", "Hello.", "n-1"), turn("F1-B", "And I.", "n-2"))
    send(desk, WRITES, {"step": "react", "name": "n-2", "seat": "F1-A", "how": "nod"}, first=3)
    send(desk, WRITES, {"step": "draft", "ref": field, "text": "Wait"}, first=4)
    send(desk, LEADS, {"step": "withdraw", "seat": "F1-A"}, first=8)
    late = send(desk, WRITES, turn("F1-A", "Wait.", "n-3"), first=5)
    assert [fault.code for each in late.refused for fault in each.faults] == ["CAPTURE-032"]
    told = view(desk)
    assert [(each.seat, each.text, each.withdrawn) for each in told.turns] == [
        ("F1-A", "", True),
        ("F1-B", "And I.", False),
    ]
    assert (told.withdrawn, told.reactions, told.drafts) == (("F1-A",), (), {})


def test_after_the_end_a_withdrawal_is_refused_with_the_reason(desk: ForumDesk) -> None:
    """P27."""
    send(desk, LEADS, {"step": "stop", "keep": True}, first=8)
    receipt = send(desk, LEADS, {"step": "withdraw", "seat": "F1-A"}, first=9)
    assert receipt.refused[0].faults[0].code == "CAPTURE-035"


def test_a_forum_goes_on_at_a_server_that_was_started_anew(desk: ForumDesk, seat: Seat) -> None:
    send(desk, WRITES, {"step": "draft", "ref": "q1#turn-note-taker[F1-A]", "text": "We wai"})
    told = view(seat())
    assert told.drafts == {"q1#turn-note-taker[F1-A]": "We wai"}
    assert (told.seats, told.roles["note-taker"]) == (SEATS, "note-taker-1")


def test_what_a_screen_says_of_itself_is_one_of_two_roles() -> None:
    with pytest.raises(ValidationError):
        ForumEdit(number=1, step="concern", by="support-worker")


@pytest.mark.parametrize("step", [{"step": "finish"}, {"step": "stop", "keep": False}])
def test_only_the_facilitator_ends_a_forum(desk: ForumDesk, step: dict[str, Any]) -> None:
    """P09, P29: whatever the note taker's page sends, the forum goes on."""
    receipt = send(desk, WRITES, step, first=8)
    (fault,) = receipt.refused[0].faults
    assert (fault.code, fault.place) == ("CAPTURE-038", "session F1")
    assert view(desk).phase == "open"
    send(desk, LEADS, {"step": "stop", "keep": True}, first=8)
    assert view(desk).phase == "stopped"


def test_a_kept_turn_is_corrected_with_a_reason_and_its_old_words_stay(desk: ForumDesk) -> None:
    """During the forum and after it, each in its seat's own case (P27)."""
    turn = {"step": "turn", "ref": "q1", "seat": "F1-A", "text": "We weighted.", "name": "b-1"}
    last = send(desk, WRITES, turn, first=8).last
    mend = {"step": "turn-edit", "name": "b-1", "text": "We waited.", "reason": "misheard"}
    assert send(desk, LEADS, mend | {"base": last}, first=8).refused == ()
    late = send(desk, WRITES, mend | {"text": "We wait.", "base": last}, first=9)
    assert late.refused[0].faults[0].code == "CAPTURE-039"
    for wrong, code in (({"reason": " "}, "022"), ({"text": ""}, "022"), ({"name": "x"}, "033")):
        receipt = send(desk, LEADS, mend | wrong, first=20 + len(code + str(wrong)))
        assert receipt.refused[0].faults[0].code == f"CAPTURE-{code}"
    (said,) = view(desk).turns
    assert (said.text, said.before) == ("We waited.", (("We weighted.", "misheard"),))
    send(desk, LEADS, {"step": "stop", "keep": True}, first=100)
    after = mend | {"text": "We waited long.", "reason": "heard again"}
    assert send(desk, LEADS, after, first=101).refused == ()
    (said,) = view(desk).turns
    assert [words for words, _ in said.before] == ["We weighted.", "We waited."]
    edits = [each for each in desk._open.store.read() if each.event == "turn-edit"]
    assert {each.case for each in edits} == {"F1-A"}
    assert [each.change_reason for each in edits] == ["misheard", "heard again"]


def test_nothing_is_corrected_of_who_withdrew_and_its_old_words_are_not_shown(
    desk: ForumDesk,
) -> None:
    """P27."""
    turn = {"step": "turn", "ref": "q1", "seat": "F1-A", "text": "Canary.", "name": "b-1"}
    mend = {"step": "turn-edit", "name": "b-1", "text": "A canary.", "reason": "misheard"}
    send(desk, WRITES, turn, first=8)
    send(desk, WRITES, mend, first=9)
    send(desk, LEADS, {"step": "withdraw", "seat": "F1-A"}, first=8)
    receipt = send(desk, WRITES, mend | {"text": "No."}, first=10)
    assert receipt.refused[0].faults[0].code == "CAPTURE-032"
    assert "anary" not in view(desk).model_dump_json()
