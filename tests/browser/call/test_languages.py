"""The page in another language: every word of its own is translated, or marked as English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from ruamel.yaml import YAML

from tests.browser.calls import CallPage, Desk
from tests.browser.every_type import EVERY
from tests.browser.forums import Forums, make_forums
from tests.browser.modules import modules_in
from tests.capture.page.test_page_words import welsh

# What is seen or read out: words, with the language that they are said to be in.
SHOWN = """() => {
    const found = [];
    const page = document.querySelector('.call-page');
    const add = (text, element) => {
        if (/\\p{L}{2}/u.test(text)) found.push([text.trim(), element.closest('[lang]').lang]);
    };
    for (const element of page.querySelectorAll('*')) {
        if (!element.checkVisibility()) continue;
        for (const node of element.childNodes) if (node.nodeType === 3) add(node.data, element);
        for (const name of ['title', 'aria-label', 'placeholder']) {
            add(element.getAttribute(name) ?? '', element);
        }
    }
    return found;
}"""
# What stands around a phrase: a key behind a name, a comma before a state in the outline.
AROUND = re.compile(r"^, |^\(|^# | ×$| \((F\d+|Alt\+\w)\)$|\.$")
DATA = re.compile(
    r"((Ctrl|Alt|Shift)\+.*|Enter|Tab.*|Esc|F\d+.*|[KP]\d\d.*|F1-\w|[\d:′–]+|Cymraeg|English)"
)


def phrases() -> re.Pattern[str]:
    """What the catalogue can come to."""
    made = [re.sub(r"\\\{\d\\\}", ".*", re.escape(each.strip())) for each in WELSH.values()]
    return re.compile("|".join(made), re.DOTALL)


WELSH = welsh()
PHRASES = phrases()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from strings(each)
    else:
        yield str(value)


PARTS = re.compile(r": | · ")


def is_ours(text: str) -> bool:
    """Whether the catalogue can come to it, at the beginning of a sentence or within it."""
    text = text.lstrip("✓✗∿ ")
    ways = (text, f"{text}.", text[:1].lower() + text[1:], text[:1].upper() + text[1:])
    return any(PHRASES.fullmatch(each) for each in ways)


def untranslated(page: Page, known: set[str]) -> set[str]:
    """What is neither of the catalogue, nor marked as English, nor of the guide and the study."""
    left = set()
    for text, lang in page.evaluate(SHOWN):
        plain = AROUND.sub("", AROUND.sub("", text)).strip()
        ours = is_ours(text) or is_ours(plain) or all(map(is_ours, PARTS.split(plain)))
        # A code of the codebook stands behind its theme.
        data = {plain.lower(), plain.lower().partition(". ")[0]} & known or DATA.fullmatch(text)
        if lang == "cy" and not ours and not data:
            left.add(text)
    return left


def data_of(folder: Path, guide: str) -> set[str]:
    """Words of guide and study in small letters, names of scripts, and what is typed here."""
    read = YAML(typ="safe").load
    files = [read(each.read_text("utf-8")) for each in folder.glob("*.yaml")]
    said = {each.strip().lower().rstrip(".") for each in strings([*files, read(guide)])}
    return said | {each.replace("-", " ") for each in said} | {"kindly", "words", "what? me?"}


@pytest.fixture(scope="module")
def forums(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forums]:
    made = make_forums(tmp_path_factory.mktemp("forums"), languages="en, cy")
    yield made
    made.server.kill()


def call_states(call: CallPage) -> Iterator[str]:
    """Bring a call in Welsh into its states, by its keys."""
    keys, page = call.page.keyboard, call.page
    keys.press("F1")
    yield "the keys"
    keys.press("Escape")
    for number in (1, 3, 4, 5, 7):
        call.go(str(number))
        yield f"question {number}"
    call.go("1")
    keys.press("1")
    keys.press("Alt+j")
    keys.type("words")
    keys.press("Enter")
    yield "probes and a note"
    keys.press("F9")
    yield "refused"
    call.go("4")
    call.box("q4").fill("never")
    keys.press("Enter")
    yield "a wrong date"
    call.go("visits")
    yield "a group"
    for key, state in {"F4": "support", "F2": "a concern", "Alt+t": "tags"}.items():
        keys.press(key)
        yield state
        keys.press("Escape")
    keys.press("F2")
    keys.press("Enter")
    expect(page.get_by_role("timer")).to_contain_text("ar ôl")
    yield "a flagged concern"
    keys.press("Alt+p")
    keys.press("Enter")
    yield "a pause"
    keys.press("Alt+p")
    call.go("y diwedd")
    yield "the end"
    page.get_by_role("button", name="Stopio …").click()
    yield "a stop"
    page.get_by_role("button", name="Maent am ei gadw").click()
    page.get_by_label("Ysgrifennwch").wait_for()
    yield "after the call"
    page.locator('[data-answer="q7"]').get_by_role("button", name="Cywiro").press("Enter")
    yield "a correction"


def test_no_word_of_the_call_page_is_left_untranslated(
    every_type: Desk, context: BrowserContext
) -> None:
    call = every_type.open(context, "K60")
    data = data_of(every_type.server.place.protocol, EVERY)
    found = {}
    call.page.get_by_label("Language").select_option(label="Cymraeg")
    expect(call.page.get_by_label("Iaith")).to_be_focused()
    found["before"] = untranslated(call.page, data)
    call.page.get_by_role("button", name="Dechrau'r alwad").click()
    call.page.get_by_role("button", name="Wedi'i ddweud a'i ddeall").click()
    assert call.page.locator(".call-page").get_attribute("lang") == "cy"
    for state in call_states(call):
        found[state] = untranslated(call.page, data)
        if state in ("a concern", "after the call"):
            assert Axe().run(call.page).violations_count == 0
    assert {state: left for state, left in found.items() if left} == {}
    # Chromium has no Welsh names of months: digits, and none of the English ones.
    expect(call.page.locator(".facts")).to_have_text(re.compile(r".* tan \d\d?/\d\d?/\d{4}\."))
    saved = call.page.locator(".saved .text")
    expect(saved).to_have_text(re.compile(r"Cadwyd \d\d:\d\d:\d\d"))
    call.page.set_viewport_size(
        {"width": 1120, "height": 720}
    )  # the clocks give way, this does not
    clipped = "e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight"
    assert saved.evaluate(clipped) is False
    assert call.complaints == []


def test_no_word_of_the_forum_page_is_left_untranslated(forums: Forums, browser: Browser) -> None:
    data = data_of(forums.server.place.protocol, EVERY)
    found = {}
    with forums.two(browser, "F1") as (leading, writing):
        expect(writing.page.locator("h2.question")).to_contain_text("1. What did")
        leading.page.get_by_label("Language of the talk").select_option("cy")
        expect(writing.page.get_by_text("Pwy sy'n siarad?")).to_be_visible()
        found["nothing said"] = untranslated(leading.page, data)
        writing.turn(1, "What? Me?")
        writing.react("a", 2)
        found["a turn"] = untranslated(writing.page, data)
        writing.page.keyboard.press("3")
        writing.page.keyboard.type("words")
        found["a turn being written"] = untranslated(writing.page, data)
        leading.page.keyboard.press("F1")
        found["the keys"] = untranslated(leading.page, data)
        leading.page.keyboard.press("Escape")
        leading.page.get_by_role("button", name="Mae rhywun yn tynnu'n ôl").click()
        found["a withdrawal"] = untranslated(leading.page, data)
        leading.page.keyboard.press("Escape")
        leading.page.get_by_role("button", name="Stopio …").click()
        leading.page.get_by_role("button", name="Maent am ei gadw").click()
        leading.page.get_by_label("Ysgrifennwch").wait_for()
        found["after"] = untranslated(leading.page, data)
        expect(writing.page.get_by_text("Mae'r fforwm ar ben.")).to_be_visible()
        found["after, the note taker"] = untranslated(writing.page, data)
    assert {state: left for state, left in found.items() if left} == {}


def test_what_has_no_translation_is_english_and_says_so(browser: Browser) -> None:
    script = """async (languages, spoken) => {
        const { button, say } = await import('./elements/dom.js');
        languages.use(spoken);
        const both = ['Close', 'Newly written'].map((each) => button(languages.t(each), null));
        const told = both.map((each) => [each.textContent, each.lang]);
        say(both[1], languages.t('Close'));
        return [languages.chrome(), ...told, [both[1].textContent, both[1].lang]];
    }"""
    modules = modules_in(browser)
    english = [["Close", ""], ["Newly written", ""], ["Close", ""]]
    assert modules.call("words/languages.js", script, "pl") == ["en", *english]
    welsh = [["Cau", ""], ["Newly written", "en"], ["Cau", ""]]
    assert modules.call("words/languages.js", script, "cy") == ["cy", *welsh]
    modules.page.close()
