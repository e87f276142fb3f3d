"""Everything else is undone: many steps, after a reload too, by one key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.calls import CallPage, Desk
from toolkit.guide import Answer

people = iter(range(125, 150))


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


def answers(desk: Desk, call: CallPage) -> dict[str, Answer | None]:
    """Answers that stand by now; those that were taken back are not there."""
    call.saved()
    found: dict[str, Answer | None] = {}
    for event in desk.events(call.session):
        if event.event == "answer" and event.new_value is None:
            found.pop(event.node, None)
        elif event.event == "answer":
            found[event.node] = Answer.from_json(event.new_value)
    return found


@pytest.mark.parametrize("wait", [0, 300, 2000])
def test_a_reason_within_a_second_of_typing_loses_no_word(
    every_type: Desk, call: CallPage, wait: int
) -> None:
    call.go("8")
    call.page.keyboard.type("She rang.")
    call.page.wait_for_timeout(2000)
    call.page.keyboard.type(" And then she came.")
    call.page.wait_for_timeout(wait)
    press(call, "F8")
    assert answers(every_type, call) == {"q8": Answer(missing="dont-know")}
    press(call, "F7")
    expect(call.box("q8")).to_have_value("She rang. And then she came.")
    assert answers(every_type, call) == {"q8": Answer("She rang. And then she came.")}
    press(call, "F8", "F8")
    expect(call.box("q8")).to_have_value("She rang. And then she came.")


def test_words_that_a_reason_sets_aside_while_the_server_is_away_are_in_the_journal(
    every_type: Desk, call: CallPage
) -> None:
    call.go("8")
    call.saved()
    call.page.context.set_offline(True)
    call.page.keyboard.type("She rang.")
    press(call, "F8")
    call.page.context.set_offline(False)
    assert answers(every_type, call) == {"q8": Answer(missing="dont-know")}
    assert "She rang." in every_type.texts(call.session, "q8")


def test_an_entry_that_was_not_taken_yet_comes_back_too(call: CallPage) -> None:
    call.go("4")
    call.page.keyboard.type("some time in")
    press(call, "F9")
    press(call, "F7")
    expect(call.box("q4")).to_have_value("some time in")


@pytest.mark.parametrize("reload", [False, True])
def test_many_steps_of_every_kind_are_undone_one_by_one_and_done_again(
    every_type: Desk, call: CallPage, reload: bool
) -> None:
    states = []

    def step() -> None:
        states.append(answers(every_type, call))

    step()
    call.go("1")
    press(call, "1")
    step()
    call.box("q1.words").fill("By ringing.")
    press(call, "Tab")
    call.page.wait_for_timeout(1700)
    step()
    call.go("2")
    press(call, "7")
    step()
    call.go("6")
    press(call, "1")
    step()
    press(call, "2")
    step()
    call.go("1")
    press(call, "2")  # it parks the probe
    expect(call.page.locator(".notice").filter(has_text="Parked")).to_be_visible()
    step()
    call.go("7")
    press(call, "F10")
    step()
    call.go("visits")
    call.page.get_by_role("button", name="One visit more").click()
    step()
    if reload:
        call.page.wait_for_timeout(300)
        call.reload()
    for wanted in reversed(states[:-1]):
        press(call, "F7")
        assert answers(every_type, call) == wanted
    press(call, "F7")
    expect(call.page.locator(".notice").last).to_contain_text("nothing to undo")
    for wanted in states[1:]:
        press(call, "Shift+F7")
        assert answers(every_type, call) == wanted


def test_undoing_goes_to_what_is_undone_and_says_what_it_was(call: CallPage) -> None:
    call.go("2")
    press(call, "7")
    call.go("8")
    press(call, "F7")
    expect(call.page.locator('fieldset[data-ref="q2"]')).to_be_visible()
    expect(call.page.locator(".notice").last).to_contain_text("Undone: answer to 2")
    assert call.page.evaluate("document.activeElement.matches('button')") is False
    call.page.get_by_role("button", name="Do it again").click()
    expect(call.page.locator('fieldset[data-ref="q2"] input:checked')).to_have_value("7")


def test_tags_and_moves_of_notes_are_undone(every_type: Desk, call: CallPage) -> None:
    call.go("8")
    call.page.keyboard.type("Words.")
    press(call, "Alt+t", "Enter")
    tag = call.page.locator("fieldset.question .tag")
    expect(tag).to_have_count(1)
    press(call, "Alt+n")
    call.page.keyboard.type("she means the school")
    press(call, "Enter")
    call.page.get_by_role("button", name="Move this note").last.click()
    call.page.keyboard.type("how sure")
    press(call, "Enter")
    expect(call.page.locator(".running .said")).to_have_count(0)
    press(call, "F7")
    expect(call.page.locator(".running .said")).to_have_text("she means the school")
    press(call, "F7")
    expect(tag).to_have_count(0)
    press(call, "Shift+F7")
    expect(tag).to_have_count(1)
    tag.click()
    expect(tag).to_have_count(0)
    press(call, "F7")
    expect(tag).to_have_count(1)
    call.saved()
    state = [event.event for event in every_type.events(call.session)]
    assert state.count("tag") - state.count("untag") == 1


def test_what_was_changed_in_another_window_since_is_not_undone(
    every_type: Desk, call: CallPage, shared_context: BrowserContext
) -> None:
    call.go("2")
    press(call, "7")
    call.saved()
    with every_type.window(shared_context, call.session) as second:
        second.go("2")
        press(second, "4")
        second.saved()
    chosen = call.page.locator('fieldset[data-ref="q2"] input:checked')
    expect(chosen).to_have_value("4", timeout=10_000)
    press(call, "F7")
    expect(call.page.locator(".notice").last).to_contain_text("changed elsewhere since")
    expect(chosen).to_have_value("4")


def test_outside_of_a_field_the_key_that_everybody_knows_undoes_too(call: CallPage) -> None:
    call.go("2")
    press(call, "7", "Control+z")
    expect(call.page.locator('fieldset[data-ref="q2"] input:checked')).to_have_count(0)


def test_what_can_be_undone_is_kept_sealed_in_this_browser(call: CallPage) -> None:
    call.go("8")
    call.page.keyboard.type("grünfink")
    press(call, "F8")
    call.page.wait_for_timeout(300)
    kept = call.page.evaluate(
        """async () => {
            let found = '';
            for (const {name} of await indexedDB.databases()) {
                const asked = indexedDB.open(name);
                await new Promise((resolve) => (asked.onsuccess = resolve));
                for (const store of asked.result.objectStoreNames) {
                    const all = asked.result.transaction(store).objectStore(store).getAll();
                    await new Promise((resolve) => (all.onsuccess = resolve));
                    found += JSON.stringify(all.result.map((row) => ({...row,
                        box: new TextDecoder().decode(row.box)})));
                }
            }
            return found;
        }"""
    )
    assert "history" in kept
    assert "grünfink" not in kept
