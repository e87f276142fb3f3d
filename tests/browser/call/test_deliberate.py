"""What cannot be undone is never a slip away: scripts, finishing, stopping, ending a pause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.calls import CallPage, Desk, context_of
from toolkit.guide import Answer

people = iter(range(100, 125))
LONG = " ".join(f"Sentence {number} of what has to be said before." for number in range(90))


@pytest.fixture
def begun(every_type: Desk, shared_context: BrowserContext) -> Iterator[CallPage]:
    """A call that has begun, with its first script in view."""
    with every_type.window(shared_context, f"K{next(people):02d}") as made:
        made.page.get_by_role("button", name="Begin the call").click()
        made.page.locator(".script").wait_for()
        yield made
        assert made.complaints == []


@pytest.fixture
def call(begun: CallPage) -> CallPage:
    """The same, with everything answered that has to be."""
    while begun.page.locator(".script").count():
        begun.confirm()
        begun.page.wait_for_timeout(50)
    return begun


def press(call: CallPage, *keys: str) -> None:
    for key in keys:
        call.page.keyboard.press(key)


def hold(call: CallPage, key: str, modifier: str = "") -> None:
    """Hold a key down as long as it repeats twenty times."""
    if modifier:
        call.page.keyboard.down(modifier)
    for _ in range(20):
        call.page.keyboard.down(key)
        call.page.wait_for_timeout(40)
    call.page.keyboard.up(key)
    if modifier:
        call.page.keyboard.up(modifier)


def kinds(desk: Desk, call: CallPage) -> list[str]:
    call.saved()
    return [event.event for event in desk.events(call.session)]


@pytest.mark.parametrize("key", ["Enter", " ", "y"])
def test_no_key_held_down_confirms_a_script(every_type: Desk, begun: CallPage, key: str) -> None:
    begun.page.wait_for_timeout(600)
    hold(begun, key)
    expect(begun.page.locator(".script")).to_be_visible()
    assert "confirm" not in kinds(every_type, begun)


def test_a_command_that_is_held_down_is_one_decision(telephone: Desk, browser: Browser) -> None:
    context = context_of(browser)
    with telephone.window(context, "K58") as call:
        call.page.get_by_role("button", name="Begin the call").click()
        call.page.locator(".script").wait_for()
        call.page.wait_for_timeout(600)
        hold(call, "Enter", "Control")
        assert kinds(telephone, call).count("confirm") == 1
        call.page.wait_for_timeout(600)
        call.page.get_by_role("button", name="Said and understood").focus()
        hold(call, "Enter")
        assert kinds(telephone, call).count("confirm") == 2
        call.page.get_by_role("button", name="Said and understood").dblclick()
        assert kinds(telephone, call).count("confirm") <= 3
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 360), (390, 844)])
def test_a_script_is_confirmed_once_all_its_words_were_in_view(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height})
    with make_long(tmp_path_factory).window(context, f"K{width % 97:02d}") as call:
        call.page.get_by_role("button", name="Begin the call").click()
        main = call.page.locator(".script .main")
        expect(main).to_have_attribute("aria-disabled", "true")
        call.page.wait_for_timeout(700)
        for way in ("Control+Enter", "click"):
            if way == "click":
                main.dispatch_event("click")
            else:
                press(call, way)
            expect(call.page.locator(".script .done")).to_contain_text("once its words")
            assert call.page.locator(".script").count() == 1
        for _ in range(60):
            if main.get_attribute("aria-disabled") == "false":
                break
            call.page.locator(".say").hover()
            call.page.mouse.wheel(0, height // 3)
            call.page.wait_for_timeout(120)
        expect(main).to_have_attribute("aria-disabled", "false")
        press(call, "Control+Enter")
        expect(call.page.locator("fieldset.question")).to_be_visible()
    context.close()


LONG_GUIDE = f"""\
guide: small
title: Long
version: "1.0"
source: Written for a test.
languages: [en]
mode: interview
sections:
  - section: start
    title: Start
    items:
      - {{script: hello, text: {LONG!r}, confirm: true}}
      - {{question: q1, text: Well?}}
endings:
  - {{ending: done, disposition: complete, default: true, text: Thank you.}}
"""
made: list[Desk] = []


def make_long(folders: pytest.TempPathFactory) -> Desk:
    """A server for a guide with a script longer than any window; made once."""
    from tests.browser.calls import make_desk

    if not made:
        made.append(make_desk(folders.mktemp("long"), people=99, guide=LONG_GUIDE))
    return made[0]


@pytest.fixture(scope="module", autouse=True)
def _end_of_server() -> Iterator[None]:
    yield
    for each in made:
        each.server.kill()


def test_what_is_typed_on_a_question_that_is_closed_off_yet_is_a_note_on_it(
    every_type: Desk, begun: CallPage
) -> None:
    begun.go("8")
    expect(begun.page.locator(".gate button")).to_have_count(1)
    assert begun.page.evaluate("document.activeElement.matches('button')") is False
    begun.page.keyboard.type("she begins by herself 1 2")
    press(begun, "Enter")
    expect(begun.page.locator(".asking .notes .said")).to_have_text("she begins by herself 1 2")
    begun.saved()
    notes = [each for each in every_type.events(begun.session) if each.event == "note"]
    assert [each.node for each in notes] == ["q8"]


# The end -----------------------------------------------------------------------------------------


def test_the_end_lists_what_is_open_refused_and_parked(call: CallPage) -> None:
    call.go("1")
    press(call, "1")
    call.box("q1.words").fill("She rang.")
    press(call, "2")  # typed into the field
    call.page.locator('fieldset[data-ref="q1"] input').nth(1).check()
    call.go("8")
    press(call, "F9")
    call.go("the end")
    shown = {
        kind: call.page.locator(f'[data-kind="{kind}"] li').all_inner_texts()
        for kind in ("open", "none", "parked")
    }
    assert any("How sure are you?" in each for each in shown["open"])
    assert not any("Did anybody help?" in each for each in shown["open"])
    assert shown["none"] == ["8 Anything else?"]
    assert shown["parked"] == ["1 How?"]
    call.page.locator('[data-kind="none"] button').click()
    expect(call.page.locator('fieldset[data-ref="q8"]')).to_be_visible()


@pytest.mark.parametrize("keys", ["she sounds relieved ", "   ", "\n\n"])
def test_nothing_that_is_typed_at_the_end_finishes(
    every_type: Desk, call: CallPage, keys: str
) -> None:
    call.go("the end")
    assert call.page.evaluate("document.activeElement.matches('button')") is False
    call.page.keyboard.type(keys)
    hold(call, "Enter")
    expect(call.page.locator(".ending")).to_be_visible()
    assert "finish" not in kinds(every_type, call)
    if keys.strip():
        expect(call.page.locator(".ending ~ .running .said")).to_have_text(keys)


def test_finishing_is_taken_back_with_a_reason_and_the_call_goes_on(
    every_type: Desk, call: CallPage
) -> None:
    call.go("8")
    call.page.keyboard.type("Before.")
    call.go("the end")
    call.page.get_by_role("button", name="Finish the call").click()
    call.page.get_by_label("Write up").wait_for()
    call.page.keyboard.type("typed by a slip")
    call.reload()
    call.page.get_by_role("button", name="Take finishing back").click()
    expect(call.page.get_by_label("Why?")).to_be_focused()
    press(call, "Control+Enter")
    expect(call.page.get_by_role("alert").filter(has_text="Say why.")).to_be_visible()
    call.page.keyboard.type("she was not done")
    press(call, "Control+Enter")
    expect(call.box("q8")).to_have_value("Before.")
    call.box("q8").focus()
    press(call, "End")
    call.page.keyboard.type(" After.")
    call.go("the end")
    call.page.get_by_role("button", name="Finish the call").click()
    expect(call.page.get_by_label("Write up")).to_have_value("typed by a slip")
    call.saved()
    assert every_type.answers(call.session)["q8"] == Answer("Before. After.")
    told = [event for event in every_type.events(call.session) if event.event == "reopen"]
    assert [each.change_reason for each in told] == ["she was not done"]


def test_finishing_is_taken_back_by_the_list_of_commands_until_the_write_up_is_done(
    call: CallPage,
) -> None:
    call.go("the end")
    press(call, "F3")
    call.page.keyboard.type("finish")
    press(call, "Enter")
    expect(call.page.get_by_role("heading", name="Finish the call")).to_be_visible()
    press(call, "Enter")
    expect(call.page.locator(".ending")).to_be_visible()
    call.page.get_by_role("button", name="Finish", exact=True).click()
    call.page.get_by_label("Write up").wait_for()
    press(call, "F3")
    call.page.keyboard.type("take finishing back")
    press(call, "Enter")
    expect(call.page.get_by_label("Why?")).to_be_focused()
    press(call, "Escape")
    call.page.get_by_label("Write up").fill("She was tired.")
    press(call, "Tab")
    expect(call.page.get_by_role("button", name="Take finishing back")).to_be_visible()
    call.page.get_by_label("Themes you see").fill("waiting")
    press(call, "Tab")
    expect(call.page.get_by_role("button", name="Take finishing back")).to_be_hidden()


def test_no_key_held_down_ends_a_pause_or_stops(every_type: Desk, call: CallPage) -> None:
    press(call, "Alt+p")
    hold(call, "Enter")
    expect(call.page.locator(".paused")).to_be_visible()
    for key in ("Enter", " ", "x"):
        hold(call, key)
        expect(call.page.locator(".paused")).to_be_visible()
    call.page.get_by_role("button", name="Stop …").click()
    press(call, "Enter", "Space")
    assert kinds(every_type, call).count("resume") == 0
    assert "stop" not in kinds(every_type, call)
    press(call, "Escape")
