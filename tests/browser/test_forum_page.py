"""A forum as it is held: two people at two browsers, keyboard only, read back from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.calls import context_of
from tests.browser.forums import Forums, Screen, make_forums
from tests.browser.seen_by_axe import faults
from toolkit.guide import Answer

NAUGHTY = Path(__file__).with_name("naughty.txt").read_text(encoding="utf-8").splitlines()
UNICODE = "Zoë: “né” \U0001f469‍\U0001f467 שלום \u202eabc\u202c e\u0301 \U00020000 \ufeff…\nnew line"
# States in which every colour is seen.
DARK = ("seating", "a turn being written", "a concern, and a question for each", "the end")
numbers = iter(range(1, 10))


@pytest.fixture(scope="module")
def forums(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forums]:
    made = make_forums(tmp_path_factory.mktemp("forums"))
    yield made
    made.server.kill()


@pytest.fixture
def session() -> str:
    return f"F{next(numbers)}"


@pytest.fixture
def both(forums: Forums, browser: Browser, session: str) -> Iterator[tuple[Screen, Screen]]:
    """The facilitator's and the note taker's screen, with the first question in view."""
    with forums.two(browser, session) as (leading, writing):
        expect(writing.page.locator("h2.question")).to_contain_text("1. What did")
        yield leading, writing


def test_a_whole_forum_is_held_on_two_screens_at_once(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    """P09, P18, P27, P40: what was typed on either screen is in the journal, in order."""
    leading, writing = both
    typed: list[tuple[str, str, str]] = []
    for number in range(1, 6):
        expect(writing.page.locator("h2.question")).to_contain_text(f"{number}. ")
        for seat, text in ((number, f"{number} {UNICODE}"), (6, NAUGHTY[number])):
            writing.page.bring_to_front()
            writing.turn(seat, text)
            typed.append((f"q{number}", f"{session}-{'ABCDEF'[seat - 1]}", text))
        writing.react("a", 5 if number != 5 else 1)
        leading.page.bring_to_front()
        leading.turn(6, f"from the facilitator {number}")
        typed.append((f"q{number}", f"{session}-F", f"from the facilitator {number}"))
        if number == 3:
            for letter, way in zip("ABC", ("Yes", "No", "Pass"), strict=True):
                row = leading.page.get_by_role("group", name=f"{session}-{letter}")
                row.get_by_label(way).check()
        leading.page.keyboard.press("Alt+n")
        leading.page.keyboard.type(f"note {number}")
        leading.page.keyboard.press("Enter")
        leading.page.keyboard.press("Alt+n")
        leading.page.keyboard.press("Control+Enter")
    for _ in range(2):
        leading.confirm()
    expect(leading.page.locator(".against li")).to_have_count(0)
    leading.page.get_by_label("Why was it different?").fill("a test")
    writing.saved()
    leading.page.get_by_role("button", name="Finish the forum").press("Enter")
    expect(leading.page.get_by_text("The forum is finished.")).to_be_visible()
    expect(writing.page.get_by_text("The forum is over.")).to_be_visible()
    state = forums.state(session)
    turns = sorted(state.turns, key=lambda turn: turn.mono)
    assert [(turn.question, turn.seat, turn.text) for turn in turns] == typed
    assert {turn.user for turn in turns} == {"note-taker-1", "facilitator-1"}
    assert [(each.question, each.seat, each.kind) for each in state.reactions] == [
        *((f"q{number}", f"{session}-E", "agree") for number in range(1, 5)),
        ("q5", f"{session}-A", "agree"),
    ]
    assert {ref: state.answers[f"q3.protected[{session}-{ref}]"] for ref in "ABC"} == {
        "A": Answer("yes"),
        "B": Answer("no"),
        "C": Answer(missing="refused"),
    }
    assert [note.text for note in state.notes] == [f"note {number}" for number in range(1, 6)]
    assert state.phase == "finished"
    assert ("P18", "a test") in [(each.clause, each.reason) for each in state.deviations]


def test_one_key_ends_a_turn_and_begins_the_next_and_reactions_go_with_it(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    keys = writing.page.keyboard
    keys.press("1")
    keys.type("We waited")
    expect(leading.page.locator(".turn.writing .words")).to_have_text("We waited")
    keys.press("Alt+o")
    keys.press("2")
    keys.type(" a year.")
    keys.press("Alt+3")
    keys.type("Two.")
    writing.page.get_by_label("Speaker: choose another").select_option(f"{session}-D")
    keys.press("Enter")
    writing.react("d", 4)  # to one's own: it is not recorded
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    writing.react("d", 6)
    writing.saved()
    expect(leading.page.locator(".turns > li").first).to_contain_text(
        f"disagree {session}-F · nod {session}-B"
    )
    row = leading.page.locator(".turns > li").first
    words, nods, pencil = (
        row.locator(f".{each}").bounding_box() for each in ("words", "nods", "correct")
    )
    assert nods["y"] >= words["y"] + words["height"] - 1
    assert pencil["y"] < words["y"] + words["height"]
    assert pencil["x"] > words["x"] + words["width"]
    quiet = f"Not heard on this question: {session}-B, {session}-C, {session}-E, {session}-F."
    expect(leading.page.locator(".quiet")).to_have_text(quiet)
    told = forums.state(session)
    assert [(turn.seat[-1], turn.text) for turn in told.turns] == [
        ("A", "We waited a year."),
        ("D", "Two."),
    ]
    assert [(each.number, each.seat[-1], each.kind) for each in told.reactions] == [
        (1, "B", "nod"),
        (1, "F", "disagree"),
    ]


def test_what_is_cut_off_is_kept_and_stands_by_the_clock_when_it_comes(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    writing.page.context.set_offline(True)
    writing.turn(2, "one")
    writing.page.wait_for_timeout(1500)  # by now it tries again once a second only
    for text in ("two", "three", "four", "five", "six"):
        writing.turn(1, text)
    writing.page.keyboard.press("Alt+n")
    for text in ("loud", "louder"):
        writing.page.keyboard.type(text)
        writing.page.keyboard.press("Enter")
    assert writing.page.locator(".saved").get_attribute("data-state") != "saved"
    expect(writing.page.locator(".turn .mark").first).to_have_text("not saved yet")
    leading.turn(5, "from the other screen")
    leading.saved()
    writing.page.context.set_offline(False)
    writing.saved()
    wanted = ["one", "two", "three", "four", "five", "six", "from the other screen"]
    for screen in both:
        expect(screen.page.locator(".turns > li")).to_have_count(7)
        assert screen.words() == wanted
    state = forums.state(session)
    by_the_clock = sorted(state.turns, key=lambda turn: turn.mono)
    assert [turn.text for turn in by_the_clock] == wanted
    assert [note.text for note in state.notes] == ["loud", "louder"]


def test_a_server_that_is_killed_and_a_screen_that_dies_lose_nothing(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    keys = writing.page.keyboard
    keys.press("3")
    keys.type("It took 😀 years, ")
    keys.press("Alt+a")
    keys.press("4")
    writing.saved()
    forums.server.kill()
    keys.type("and then ")
    assert writing.page.locator(".saved").get_attribute("data-state") != "saved"
    assert writing.page.locator(".composer .state").get_attribute("data-state") == "saving"
    expect(writing.page.locator(".saved")).to_contain_text("kept in this browser", timeout=20_000)
    writing.page.close()
    forums.server.start()
    again = forums.open(writing.page.context, session, "note-taker")
    expect(again.area).to_have_value("It took 😀 years, and then ", timeout=60_000)
    expect(again.area).to_be_focused()
    expect(again.page.locator(".notice.good")).to_contain_text("saved now")
    again.page.keyboard.type("one more.")
    again.page.keyboard.press("Enter")
    again.saved()
    again.page.reload()
    again.page.locator(".bar").wait_for()
    assert again.words() == ["It took 😀 years, and then one more."]
    leading.saved()
    state = forums.state(session)
    assert [(turn.seat[-1], turn.text) for turn in state.turns] == [
        ("C", "It took 😀 years, and then one more.")
    ]
    assert [(each.seat[-1], each.kind) for each in state.reactions] == [("D", "agree")]
    assert again.complaints == []


def test_who_withdraws_in_mid_forum_is_marked_and_shown_no_more(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    """P27."""
    leading, writing = both
    gone = f"{session}-B"
    writing.turn(2, "I said too much.")
    writing.turn(1, "So did I.")
    writing.react("o", 2)
    writing.page.keyboard.press("2")
    writing.page.keyboard.type("Please leave")
    writing.saved()
    leading.page.get_by_role("button", name="Somebody withdraws").click()
    leading.page.get_by_role("button", name=gone, exact=True).click()
    leading.page.get_by_role("button", name=f"Yes, {gone} withdraws").click()
    for screen in both:
        expect(screen.page.locator(".turn.gone")).to_contain_text("withdrew")
        expect(screen.page.locator(f'.card[data-seat="{gone}"] .talk')).to_be_disabled()
        assert "too much" not in screen.page.content()
        assert "Please leave" not in screen.page.content()
        assert screen.words()[1:] == ["So did I."]
    expect(writing.area).to_be_hidden()
    writing.turn(2, "3")  # the number of an empty seat does nothing
    writing.turn(3, "Go on.")
    writing.saved()
    leading.saved()
    state = forums.state(session)
    assert state.withdrawn == (gone,)
    assert [(turn.text, turn.withdrawn) for turn in state.turns] == [
        ("I said too much.", True),
        ("So did I.", False),
        ("Go on.", False),
    ]
    assert [each.withdrawn for each in state.reactions] == [True]
    assert dict(state.drafts) == {}


def test_no_forum_without_roles_and_consent(forums: Forums, browser: Browser) -> None:
    """P09, P10, P25."""
    context = context_of(browser)
    screen = forums.open(context, "F9", "facilitator")
    begin = screen.page.get_by_role("button", name="Begin the forum")
    begin.click()
    expect(screen.page.get_by_role("alert")).to_contain_text("CAPTURE-030")
    screen.page.get_by_label("Another seat").fill("F9-Z")
    screen.page.keyboard.press("Enter")
    for label in ("Facilitator", "Note taker", "Support worker"):
        screen.page.get_by_label(label).fill(f"{label.lower().replace(' ', '-')}-1")
    begin.click()
    expect(screen.page.get_by_role("alert")).to_contain_text("CAPTURE-001")
    assert forums.events("F9") == []
    context.close()


def test_a_kept_turn_is_corrected_with_a_reason_on_either_screen(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    """By the keyboard while people talk, and after the end; the old words stay in view."""
    leading, writing = both
    writing.turn(1, "We weighted.")
    keys = writing.page.keyboard
    keys.press("Alt+c")
    dialog = writing.page.get_by_role("dialog", name=f"Correct the turn of {session}-A")
    expect(dialog.get_by_label("The words")).to_be_focused()
    assert dialog.get_by_label("The words").bounding_box()["width"] > 500
    keys.press("Control+a")
    keys.type("We waited.")
    dialog.get_by_role("button", name="Save the correction").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    expect(dialog.get_by_label("Why is it changed?")).to_be_focused()
    assert faults(writing.page, "light") == {}
    keys.type("mishe")
    writing.page.reload()
    expect(dialog.get_by_label("The words")).to_have_value("We waited.")
    dialog.get_by_label("Why is it changed?").press("End")
    keys.type("ard")
    dialog.get_by_role("button", name="Save the correction").click()
    for screen in both:
        expect(screen.page.locator(".turns .words")).to_have_text("We waited.")
        expect(screen.page.locator(".turns .was")).to_have_text("We weighted. (because: misheard)")
    leading.page.get_by_role("button", name="Stop …").click()
    leading.page.get_by_role("button", name="They want it kept").click()
    leading.page.get_by_role("button", name="Correct the turn").click()
    leading.page.get_by_label("The words").fill("We waited long.")
    leading.page.get_by_label("Why is it changed?").fill("heard again")
    leading.page.get_by_role("button", name="Save the correction").click()
    expect(leading.page.locator(".review .words")).to_have_text("We waited long.")
    assert faults(leading.page, "light") == {}
    (turn,) = forums.state(session).turns
    assert (turn.text, turn.user) == ("We waited long.", "facilitator-1")
    assert turn.before == (("We weighted.", "misheard"), ("We waited.", "heard again"))


def states(leading: Screen, writing: Screen) -> Iterator[tuple[str, Screen]]:
    """Bring both screens into each of their states."""
    page = writing.page
    yield "a script", leading
    leading.say_the_opening()
    leading.page.keyboard.press("Control+Enter")
    expect(page.locator("h2.question")).to_contain_text("1. ")
    yield "nothing said yet", leading
    writing.turn(1, "Hello.")
    writing.react("a", 2)
    page.keyboard.press("3")
    page.keyboard.type("And")
    yield "a turn being written", writing
    expect(leading.page.locator(".turn.writing")).to_be_visible()
    yield "the other screen writes", leading
    page.keyboard.press("F1")
    yield "the keys", writing
    page.keyboard.press("Escape")
    leading.page.keyboard.press("F2")
    leading.page.keyboard.press("Enter")
    leading.go("3")
    yield "a concern, and a question for each", leading
    leading.page.get_by_role("button", name="Somebody withdraws").click()
    yield "a withdrawal", leading
    leading.page.keyboard.press("Escape")
    leading.page.keyboard.press("Alt+p")
    leading.page.keyboard.press("Enter")
    yield "a pause", leading
    expect(page.get_by_text("Paused.")).to_be_visible()
    yield "a pause while a turn is written", writing
    leading.page.keyboard.press("Alt+p")
    leading.go("the end")
    yield "the end", leading
    leading.page.get_by_role("button", name="Stop …").click()
    leading.page.get_by_role("button", name="They want it kept").click()
    leading.page.get_by_label("Write up").wait_for()
    yield "after the forum", leading
    expect(page.get_by_text("The forum is over.")).to_be_visible()
    yield "after the forum, the note taker", writing


def test_axe_finds_no_fault_in_any_state_and_nothing_has_to_be_scrolled(
    forums: Forums, browser: Browser, session: str
) -> None:
    found: dict[str, Any] = {}
    before = forums.open(context_of(browser), session, "")
    check("whose screen", before, found)
    before.page.context.close()
    with forums.two(browser, session, begun=False, reduced_motion="reduce") as (leading, writing):
        check("seating", leading, found)
        check("waiting for the beginning", writing, found)
        leading.begin()
        writing.page.locator(".bar").wait_for()
        for state, screen in states(leading, writing):
            check(state, screen, found)
    assert found == {}


def check(state: str, screen: Screen, found: dict[str, Any]) -> None:
    schemes = ("dark", "light") if state in DARK else ("light",)
    for scheme, report in faults(screen.page, *schemes).items():
        found[f"{state}, {scheme}"] = report
    if screen.page.evaluate("document.documentElement.scrollHeight") > 720:
        found[f"{state}: height"] = "more than the window"


@pytest.mark.parametrize("width", [640, 320])
def test_at_twice_the_size_nothing_has_to_be_scrolled_sideways(
    both: tuple[Screen, Screen], width: int
) -> None:
    _, writing = both
    writing.turn(1, "Hello.")
    writing.page.set_viewport_size({"width": width, "height": 360 * width // 640})
    assert writing.page.evaluate("document.documentElement.scrollWidth") <= width
