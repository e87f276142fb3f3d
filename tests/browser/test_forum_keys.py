"""At a forum what is typed is no command, slips are undone, and two screens tell the truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.forums import Forums, Screen, make_forums

numbers = iter(range(1, 10))
ROW = ".seat-row"


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
    with forums.two(browser, session) as (leading, writing):
        expect(writing.page.locator("h2.question")).to_contain_text("1. What did")
        yield leading, writing


def in_fields(screen: Screen) -> str:
    found: list[str] = screen.page.locator(
        "textarea:visible, input[type=text]:visible"
    ).evaluate_all("(all) => all.map((each) => each.value)")
    return "\n".join([*found, *screen.page.locator(".notes .said").all_inner_texts()])


def test_what_is_typed_before_anybody_speaks_is_a_note_and_moves_nothing(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    assert len(both) == 2
    for screen in both:
        screen.page.keyboard.type("and had 2 of them, a d o c n p ?")
        assert "and had 2 of them, a d o c n p ?" in in_fields(screen)
        screen.page.keyboard.press("Enter")
        expect(screen.page.locator("h2.question")).to_contain_text("1. ")
        expect(screen.area).to_be_hidden()
        expect(screen.page.locator("dialog")).to_have_count(0)
        screen.saved()
    notes = [(each.ref, each.text) for each in forums.state(session).notes]
    assert notes == [("q1", "and had 2 of them, a d o c n p ?")] * 2


def test_a_number_is_a_seat_where_the_row_of_seats_has_the_cursor_and_shows_it(
    both: tuple[Screen, Screen],
) -> None:
    _, writing = both
    row = writing.page.locator(ROW)
    expect(row).to_be_focused()
    assert row.evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    writing.page.keyboard.press("2")
    writing.page.keyboard.type("I had 2 of them 1 3")
    expect(writing.area).to_have_value("I had 2 of them 1 3")
    writing.page.keyboard.press("Escape")
    writing.page.keyboard.type(" 4 more")
    expect(writing.area).to_have_value("I had 2 of them 1 3 4 more")
    writing.page.keyboard.press("Enter")
    expect(row).to_be_focused()


def test_a_reaction_asks_for_its_seat_and_gives_way_to_what_is_typed(
    both: tuple[Screen, Screen],
) -> None:
    _, writing = both
    writing.page.keyboard.press("1")
    writing.page.keyboard.type("We waited")
    writing.page.keyboard.press("Alt+a")
    expect(writing.page.locator(ROW)).to_be_focused()
    writing.page.keyboard.type(" a year")
    expect(writing.area).to_have_value("We waited a year")
    writing.page.keyboard.press("Alt+a")
    writing.page.keyboard.press("2")
    expect(writing.area).to_be_focused()
    expect(writing.page.locator(".composer .nods")).to_contain_text("agree")
    expect(writing.area).to_have_value("We waited a year")


def test_every_command_of_a_forum_is_reached_by_typing_what_one_wants(
    both: tuple[Screen, Screen],
) -> None:
    leading, writing = both
    writing.turn(1, "We waited.")
    writing.page.keyboard.press("F3")
    writing.page.keyboard.type("agrees")
    writing.page.keyboard.press("Enter")
    writing.page.keyboard.press("2")
    expect(writing.page.locator(".turn .nods")).to_contain_text("agree")
    writing.page.keyboard.press("F3")
    writing.page.keyboard.type("undo")
    writing.page.keyboard.press("Enter")
    expect(writing.page.locator(".turn .nods")).to_be_empty()
    leading.page.keyboard.press("F3")
    leading.page.keyboard.type("somebody withdraws")
    leading.page.keyboard.press("Enter")
    expect(leading.page.get_by_role("heading", name="Somebody withdraws")).to_be_visible()
    leading.page.keyboard.press("Escape")


def test_on_a_pad_of_digits_alt_types_a_letter_and_begins_no_turn(
    both: tuple[Screen, Screen],
) -> None:
    _, writing = both
    writing.page.keyboard.press("1")
    writing.page.keyboard.type("We waited")
    writing.page.keyboard.press("Alt+Numpad3")
    expect(writing.area).to_have_value("We waited")
    expect(writing.page.locator(".turns > li:not(.writing)")).to_have_count(0)


def test_turns_seats_and_reactions_are_undone_one_by_one_after_a_reload_too(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    writing.turn(1, "First.")
    writing.turn(2, "Second.")
    writing.react("a", 3)
    writing.saved()
    writing.page.wait_for_timeout(300)
    writing.page.reload()
    writing.page.locator(".bar").wait_for()
    writing.page.keyboard.press("F7")
    writing.saved()
    assert forums.state(session).reactions == ()
    writing.page.keyboard.press("F7")
    expect(writing.area).to_have_value("Second.")
    expect(writing.area).to_be_focused()
    expect(leading.page.locator(".turns > li:not(.writing) .words")).to_have_text(["First."])
    writing.page.get_by_label("Speaker: choose another").select_option(f"{session}-D")
    writing.page.keyboard.press("F7")
    expect(writing.page.get_by_label("Speaker: choose another")).to_have_value(f"{session}-B")
    expect(writing.area).to_have_value("Second.")
    writing.page.keyboard.press("Shift+F7")
    expect(writing.page.get_by_label("Speaker: choose another")).to_have_value(f"{session}-D")
    writing.area.press("Enter")
    writing.saved()
    told = [(turn.seat[-1], turn.text) for turn in forums.state(session).turns]
    assert told == [("A", "First."), ("D", "Second.")]
    for wanted in ("Second.", "Second.", "First."):
        writing.page.keyboard.press("F7")
        expect(writing.area).to_have_value(wanted)
    assert writing.words() == ["Second."]  # what was being written meanwhile is kept


def test_the_words_of_who_withdraws_leave_an_open_dialog_on_the_other_screen(
    both: tuple[Screen, Screen], session: str
) -> None:
    """P27."""
    leading, writing = both
    writing.turn(2, "I said too much.")
    writing.turn(1, "So did I.")
    leading.page.locator(".turns > li").nth(1).wait_for()
    writing.page.keyboard.press("ArrowUp")
    writing.page.keyboard.press("ArrowUp")
    writing.page.keyboard.press("Alt+c")
    expect(writing.page.get_by_label("The words")).to_have_value("I said too much.")
    writing.page.get_by_label("The words").fill("I said far too much.")
    leading.page.get_by_role("button", name="Somebody withdraws").click()
    leading.page.get_by_role("button", name=f"{session}-B", exact=True).click()
    leading.page.get_by_role("button", name=f"Yes, {session}-B withdraws").click()
    expect(writing.page.locator("dialog")).to_have_count(0)
    kept = "[...document.querySelectorAll('textarea, input')].map((each) => each.value).join()"
    for screen in both:
        assert "too much" not in screen.page.content()
        assert "too much" not in screen.page.evaluate(kept)
    writing.page.reload()
    writing.page.locator(".bar").wait_for()
    expect(writing.page.locator("dialog")).to_have_count(0)


def test_the_field_for_a_turn_names_its_question_wherever_the_other_screen_goes(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    writing.page.keyboard.press("1")
    writing.page.keyboard.type("on the first")
    expect(writing.page.locator(".composer .about")).to_have_text("on 1")
    leading.page.keyboard.press("Control+Enter")
    expect(writing.page.locator("h2.question")).to_contain_text("2. ")
    writing.page.keyboard.type(" question")
    expect(writing.page.locator(".composer .about")).to_have_text("on 1")
    writing.page.keyboard.press("Enter")
    writing.turn(2, "on the second")
    writing.saved()
    told = [(turn.question, turn.text) for turn in forums.state(session).turns]
    assert told == [("q1", "on the first question"), ("q2", "on the second")]


def test_the_dialogs_of_a_forum_take_control_enter_and_a_withdrawal_does_not(
    forums: Forums, both: tuple[Screen, Screen], session: str
) -> None:
    leading, writing = both
    writing.turn(1, "We weighted.")
    writing.page.keyboard.press("Alt+c")
    writing.page.keyboard.press("Control+a")
    writing.page.keyboard.type("We waited.")
    writing.page.keyboard.press("Tab")
    writing.page.keyboard.type("misheard")
    writing.page.keyboard.press("Control+Enter")
    expect(writing.page.locator(".turns .words")).to_have_text("We waited.")
    leading.page.get_by_role("button", name="Somebody withdraws").click()
    for key in ("Enter", "Control+Enter", "Space"):
        leading.page.keyboard.press(key)
    leading.page.keyboard.press("Escape")
    assert forums.state(session).withdrawn == ()
