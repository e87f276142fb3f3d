"""No printable key is a command: whatever is typed wherever, it stands in a field afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.calls import CallPage, Desk

people = iter(range(191, 230))
WORDS = "we were just a number 10 ?n p g d a"
FOCUS = "document.activeElement.closest('button, a, summary') === null"


@pytest.fixture
def call(every_type: Desk, shared_context: BrowserContext) -> Iterator[CallPage]:
    """A call by a guide with every type of answer, begun."""
    with every_type.window(shared_context, f"K{next(people):02d}") as made:
        made.begin()
        yield made
        made.saved()
        assert made.complaints == []


def press(call: CallPage, *keys: str) -> None:
    for key in keys:
        call.page.keyboard.press(key)


def in_fields(call: CallPage) -> str:
    """All that stands in fields, and in notes that were kept."""
    found: list[str] = call.page.locator("textarea:visible, input[type=text]:visible").evaluate_all(
        "(all) => all.map((each) => each.value)"
    )
    return "\n".join([*found, *call.page.locator(".notes .said").all_inner_texts()])


def place_of(call: CallPage) -> str:
    """What is in view: the words that are said or asked first, and the phase."""
    return str(call.page.locator(".middle > section").first.get_attribute("aria-label"))


def by_undo(call: CallPage) -> None:
    press(call, "x", "F8", "F7")


def by_undo_button(call: CallPage) -> None:
    press(call, "x", "F8", "F7")
    call.page.get_by_role("button", name="Do it again").click()


def by_concern(call: CallPage) -> None:
    press(call, "F2", "Escape")


def by_support(call: CallPage) -> None:
    call.page.get_by_role("button", name="Support").click()
    press(call, "Escape")


def by_pause(call: CallPage) -> None:
    press(call, "Alt+p", "Tab", "Enter")
    expect(call.page.locator(".paused")).to_be_visible()
    press(call, "Alt+p")
    expect(call.page.locator(".paused")).to_have_count(0)


def by_mouse(call: CallPage) -> None:
    call.page.locator(".bar h1").click()


def by_escape(call: CallPage) -> None:
    press(call, "Escape")


def by_palette(call: CallPage) -> None:
    press(call, "F3", "Escape")


WAYS = [
    by_undo, by_undo_button, by_concern, by_support, by_pause, by_mouse, by_escape, by_palette,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_typed_after_anything_goes_into_the_field_in_view(
    call: CallPage, way: Callable[[CallPage], None]
) -> None:
    call.go("1")
    where = place_of(call)
    way(call)
    assert call.page.evaluate(FOCUS)
    call.page.keyboard.type(WORDS)
    assert WORDS in in_fields(call)
    assert place_of(call) == where
    expect(call.page.locator("dialog")).to_have_count(0)


def test_on_every_kind_of_question_words_go_into_a_field_of_it(call: CallPage) -> None:
    stations = call.page.locator(".stations button").count()
    seen = set()
    for number in range(stations):
        call.page.locator(".stations button").nth(number).click()
        kinds = "(all) => all.map((each) => each.dataset.type)"
        seen |= set(call.page.locator(".middle fieldset.question").evaluate_all(kinds))
        where, words = place_of(call), f"words {number} " + WORDS
        assert call.page.evaluate(FOCUS)
        call.page.keyboard.type(words)
        assert words in in_fields(call)
        assert place_of(call) == where
    assert len(seen) > 6
    assert call.page.locator(".script .done").all_inner_texts() in ([], ["Confirmed"])


def test_a_digit_chooses_where_the_cursor_is_on_a_choice_and_shows(call: CallPage) -> None:
    call.page.locator('.stations button:has-text("?")').first.wait_for()
    choices = call.page.locator('fieldset.question[data-type="single"] .choices input')
    for station in call.page.locator(".stations button").all():
        station.click()
        if choices.count():
            break
    expect(choices.first).to_be_focused()
    ring = "(each) => getComputedStyle(each.closest('.choice')).outlineStyle"
    assert choices.first.evaluate(ring) == "solid"
    press(call, "2")
    expect(choices.nth(1)).to_be_checked()
    press(call, " ")  # the page brought the cursor here: a space is typed
    call.page.keyboard.type("and 1 more")
    expect(choices.nth(1)).to_be_checked()
    assert "and 1 more" in in_fields(call)


def test_a_choice_that_was_clicked_is_not_turned_by_a_space_that_is_typed(call: CallPage) -> None:
    call.go("6")
    first = call.page.locator('fieldset[data-ref="q6"] .choices input').first
    for clicked in (first, call.page.locator('fieldset[data-ref="q6"] label.choice').first):
        clicked.click()
        on = first.is_checked()
        call.page.keyboard.type(" and so on")
        assert first.is_checked() == on
    assert in_fields(call).count(" and so on") == 2
    first.focus()  # as by Tab
    on = first.is_checked()
    press(call, " ")
    assert first.is_checked() != on


@pytest.mark.parametrize("kind", ["They are distressed", "A break"])
def test_what_is_typed_in_a_pause_is_a_note_and_ends_nothing(call: CallPage, kind: str) -> None:
    press(call, "Alt+p")
    call.page.get_by_role("button", name=kind).click()
    call.page.keyboard.type("she needs a moment ")
    press(call, "Escape")
    call.page.keyboard.type("more")
    expect(call.page.locator(".paused")).to_be_visible()
    assert "she needs a moment more" in in_fields(call)
    press(call, "Alt+p")


def test_what_is_typed_on_a_script_is_a_note_on_it(every_type: Desk, call: CallPage) -> None:
    call.page.locator(".stations button").first.click()
    expect(call.page.locator(".script")).to_be_visible()
    call.page.keyboard.type("she asks who pays")
    press(call, "Enter")
    expect(call.page.locator(".script .notes .said")).to_have_text("she asks who pays")
    call.saved()
    notes = [each for each in every_type.events(call.session) if each.event == "note"]
    assert [(each.node != "", each.new_value["text"]) for each in notes] == [
        (True, "she asks who pays")
    ]


def test_a_dialog_gives_way_to_what_is_typed(call: CallPage) -> None:
    call.go("1")
    for key, title in (("F4", "Support"), ("F1", "Keys"), ("Alt+p", "Pause")):
        press(call, key)
        expect(call.page.get_by_role("heading", name=title)).to_be_visible()
        assert call.page.evaluate(FOCUS)
        call.page.keyboard.type(f" she sounds relieved {title}")
        expect(call.page.locator("dialog")).to_have_count(0)
        assert f"she sounds relieved {title}" in in_fields(call)
    expect(call.page.locator(".paused")).to_have_count(0)


def test_what_is_typed_over_the_form_for_a_concern_is_its_note(call: CallPage) -> None:
    press(call, "F2")
    call.page.keyboard.type("a neighbour 2 n")
    expect(call.page.locator("dialog textarea")).to_have_value("a neighbour 2 n")
    press(call, "Escape")
    expect(call.page.locator(".notice.lasting")).to_be_hidden()


def test_paste_where_no_field_has_the_cursor_goes_where_typing_goes(call: CallPage) -> None:
    call.go("1")
    press(call, "Escape")
    call.page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData('text/plain', 'pasted words');
        document.activeElement.dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
    }""")
    assert "pasted words" in in_fields(call)


# Layouts -----------------------------------------------------------------------------------------

KEYS = """([key, code, more]) => {
    const target = document.activeElement;
    const event = new KeyboardEvent('keydown',
        {key, code, bubbles: true, cancelable: true, ...more});
    return !target.dispatchEvent(event);
}"""
TYPING = [
    ("ń", "KeyN", {"altKey": True}),  # Option+N of a Polish Mac
    ("@", "KeyG", {"altKey": True}),  # Option+G of a Swiss Mac
    ("Dead", "KeyN", {"altKey": True}),
    ("ł", "KeyL", {"altKey": True}),
    ("n", "KeyN", {"altKey": True, "modifierAltGraph": True}),
    ("q", "KeyQ", {"ctrlKey": True, "altKey": True}),  # AltGr of Windows
    ("€", "KeyE", {"ctrlKey": True, "altKey": True}),
    ("¡", "Digit1", {"altKey": True}),
    ("g", "KeyG", {"altKey": True, "isComposing": True}),
    ("Process", "KeyG", {"altKey": True, "keyCode": 229}),
    ("F8", "F8", {"isComposing": True}),
]


@pytest.mark.parametrize(("key", "code", "more"), TYPING)
def test_a_key_that_types_in_this_layout_is_no_command(
    call: CallPage, key: str, code: str, more: dict[str, Any]
) -> None:
    call.go("8")
    call.page.keyboard.type("x")
    where, had = place_of(call), call.page.evaluate("document.activeElement.dataset.field")
    assert call.page.evaluate(KEYS, [key, code, more]) is False
    assert place_of(call) == where
    assert call.page.evaluate("document.activeElement.dataset.field") == had
    expect(call.page.locator("dialog")).to_have_count(0)


def test_on_a_mac_no_letter_with_option_is_a_command(
    every_type: Desk, shared_context: BrowserContext
) -> None:
    page = shared_context.new_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'platform', {get: () => 'MacIntel'});"
        "Object.defineProperty(navigator, 'userAgentData', {get: () => ({platform: 'macOS'})});"
    )
    page.goto(f"{every_type.server.address}/toolkit/call/K{next(people):02d}")
    call = CallPage(page, "")
    call.begin()
    for key in "bgijlnpqt":
        taken = page.evaluate(KEYS, [key, f"Key{key.upper()}", {"altKey": True}])
        assert taken is False, key
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Meta+k")
    expect(page.get_by_role("heading", name="What do you want to do?")).to_be_visible()
    page.close()


def test_composition_is_not_interrupted_where_no_field_has_the_cursor(call: CallPage) -> None:
    call.go("1")
    press(call, "Escape")
    session = call.page.context.new_cdp_session(call.page)
    call.page.evaluate(KEYS, ["Process", "KeyN", {"keyCode": 229}])
    session.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.imeSetComposition", {"text": "日", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "日本"})
    session.detach()
    assert "日本" in in_fields(call)


# Turning them off, and the list of all ----------------------------------------------------------


ENTER = """(code) => {
    const input = document.activeElement;
    input.value = input.value + 'ば';
    input.dispatchEvent(new InputEvent('input', {bubbles: true}));
    const more = {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true};
    return !input.dispatchEvent(new KeyboardEvent('keydown', {...more, ...code}));
}"""


@pytest.mark.parametrize("code", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_that_ends_a_word_in_a_composition_does_nothing_else(
    call: CallPage, code: dict[str, Any]
) -> None:
    call.go("8")
    for key in ("Alt+g", "Alt+j", "Alt+n", "Alt+t", "F3"):
        press(call, key)
        had = call.page.evaluate("document.activeElement.value")
        assert call.page.evaluate(ENTER, code) is False
        assert call.page.evaluate("document.activeElement.value") == f"{had}ば"
        call.page.keyboard.press("Escape")
        call.page.locator("dialog").wait_for(state="detached")
    call.go("3")
    assert call.page.evaluate(ENTER, code) is False
    expect(call.page.locator('fieldset[data-ref="q3"] .wrong')).to_be_empty()


def test_shortcuts_can_be_turned_off_and_on_again(call: CallPage) -> None:
    call.go("1")
    press(call, "F3")
    call.page.keyboard.type("shortcuts")
    press(call, "Enter")
    expect(call.page.get_by_text("Shortcuts are off, in this browser.")).to_be_visible()
    where = place_of(call)
    press(call, "Alt+g", "F2", "F3", "F8", "Control+Enter", "Alt+p")
    expect(call.page.locator("dialog")).to_have_count(0)
    assert place_of(call) == where
    call.reload()
    press(call, "F2")
    expect(call.page.locator("dialog")).to_have_count(0)
    call.page.get_by_role("button", name="Help", exact=True).click()
    call.page.get_by_role("button", name="Turn shortcuts off or on").click()
    press(call, "F2")
    expect(call.page.locator("dialog")).to_have_count(1)
    press(call, "Escape")


def test_every_command_is_reached_by_typing_what_one_wants(call: CallPage) -> None:
    call.go("1")
    call.page.keyboard.type("some words")
    press(call, "F3")
    offered = call.page.locator("dialog .options .name").all_inner_texts()
    for wanted in (
        "Stop for good", "Undo the last step", "Pause", "Safeguarding concern", "Support line",
        "Don’t know", "Refused", "Not asked", "Go to any question", "Running notes", "A note",
        "Go back", "This sheet", "Shortcuts", "The next language", "Quotation marks",
    ):  # fmt: skip
        assert any(each.startswith(wanted) for each in offered), wanted
    call.page.keyboard.type("refused")
    press(call, "Enter")
    expect(call.page.locator("fieldset.question")).to_have_attribute("data-missing", "refused")
    press(call, "F3")
    call.page.keyboard.type("undo")
    press(call, "Enter")
    expect(call.page.locator("fieldset.question")).to_have_attribute("data-missing", "")
    assert "some words" in in_fields(call)
    press(call, "F3")
    call.page.keyboard.type("stop")
    press(call, "Enter")
    expect(call.page.get_by_role("heading", name="Stop the call for good")).to_be_visible()
    press(call, "Escape")
