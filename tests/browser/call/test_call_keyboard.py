"""Whole calls by the telephone guide without a mouse; what assistive technology is told (P17)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.calls import CallPage, Desk, context_of
from toolkit.guide import Answer

people = iter(range(61, 81))
# A pointer leaves a mark; Enter and Space on a button do not (their click has no detail).
NO_POINTER = """
    window.pointed = [];
    for (const kind of ['mousedown', 'mouseup', 'pointerdown', 'touchstart', 'wheel'])
        addEventListener(kind, (event) => window.pointed.push(kind), true);
    addEventListener('click', (event) => event.detail && window.pointed.push('click'), true);
"""


def of_every_kind() -> dict[str, str]:
    """A text for each open question, with Unicode of every kind that there is."""
    kinds: dict[str, list[str]] = {}
    for number in [
        *range(0x20, 0x3000),
        *range(0xA000, 0xA100),
        *range(0x1F300, 0x1F700),
        0x10FFFD,
    ]:
        letter = chr(number)
        kind = unicodedata.category(letter)
        if kind not in ("Cn", "Cs") and len(kinds.setdefault(kind, [])) < 40:
            kinds[kind].append(letter)
    assert len(kinds) >= 26
    return {
        "q1": "".join(letter for kind in sorted(kinds) for letter in kinds[kind]),
        "q3": "\u202e\u2066right to left\u2069\u202c שלום عَرَبِيّ \u200f.",
        "q4": "e\u0301 é A\u030a Å \u1100\u1161\u11a8 각 \ufb01 ﬃ",
        "q5": "\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e007f 👍🏿",
        "q8": "a\u00a0b\u2003c\ufeffd\u200be \t tab\nline\r\nline\u2028separator\u2029end ",
        "q9": "'; DROP TABLE journal; -- \\ \\u0000 %s {q1} ${x} &amp; <b>",
        "q10": "日本語 हिन्दी ไทย ქართული አማርኛ \U00020000\U0002a6d6 ﷽ Z͑͛a̴l͓g̷o",
    }  # fmt: skip


TEXTS = of_every_kind()
AUNT = "an aunt \U0001f469\u200d\U0001f9b3"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = context_of(browser)
    made.add_init_script(NO_POINTER)
    yield made
    made.close()


@pytest.fixture
def call(telephone: Desk, context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, begun and opened by the keyboard alone."""
    session = f"K{next(people):02d}"
    with telephone.window(context, session) as made:
        expect(made.page.get_by_role("button", name="Begin the call")).to_be_visible()
        made.page.keyboard.press("Control+Enter")
        expect(made.page.locator(".script")).to_be_visible()
        for _ in range(6):
            made.confirm()
            expect(made.page.get_by_role("button", name="Go on")).to_have_count(0)
        yield made
        assert made.page.evaluate("window.pointed") == []
        assert made.complaints == []


def press(call: CallPage, *keys: str) -> None:
    for key in keys:
        call.page.keyboard.press(key)


def write(call: CallPage, text: str) -> None:
    """Put words in where the cursor is, as a keyboard for any language does."""
    call.page.keyboard.insert_text(text)


def to(call: CallPage, ref: str) -> None:
    """Go on to the next, and see that it is this one."""
    press(call, "Control+Enter")
    expect(call.page.locator(f'fieldset.question[data-ref="{ref}"]')).to_be_visible()


def tab_to(call: CallPage, ref: str, value: str = "") -> None:
    """Tab on to the field of a probe: to a choice, or to its first one."""
    wanted = f'[data-ref="{ref}"]'
    for _ in range(60):
        press(call, "Tab")
        here = call.page.evaluate(
            "wanted => document.activeElement.matches(`${wanted} input, ${wanted} textarea`)",
            wanted,
        )
        if here:
            return
    raise AssertionError(f"{ref} was not reached by the keyboard")


def finish(call: CallPage, disposition: str) -> None:
    """From the ending, by Tab, finish the call."""
    expect(call.page.locator(".ending")).to_be_visible()
    why = call.page.get_by_label("Why was it different?")
    button = call.page.get_by_role("button", name="Finish the call")
    expect(button).to_be_enabled()
    expect(button).not_to_be_focused()
    while not button.evaluate("(each) => each === document.activeElement"):
        press(call, "Tab")
        if why.evaluate_all("(all) => all.includes(document.activeElement)"):
            write(call, "a test")
    press(call, "Enter")
    expect(call.page.get_by_text(f"It counts as “{disposition}”")).to_be_visible()


def kept(value: str) -> str:
    """What a text field makes of the ends of lines, as every browser does."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def answered(desk: Desk, call: CallPage) -> list[str]:
    """Refs in the order in which they were first answered."""
    events = [event for event in desk.events(call.session) if event.event == "answer"]
    return list(dict.fromkeys(event.node for event in events))


class Talk:
    """A call that is held key by key, with what has to be in the store at the end."""

    def __init__(self, call: CallPage) -> None:
        self.call = call
        self.wanted: dict[str, Answer] = {}

    def write(self, ref: str, text: str, value: str = "") -> None:
        """Write where the cursor is; into a probe after tabbing to it."""
        if "." in ref:
            tab_to(self.call, ref)
        write(self.call, text)
        self.wanted[ref] = Answer(value or kept(text))

    def choose(self, ref: str, keys: str, value: Any = None, missing: Any = None) -> None:
        """Choose by digits, or give a reason by its key."""
        if "." in ref:
            tab_to(self.call, ref)
        press(self.call, *keys.split())
        self.wanted[ref] = Answer(value, missing)

    def opening(self) -> None:
        self.choose("recording", "1", "yes")

    def first_half(self) -> None:
        to(self.call, "q1")
        self.write("q1", TEXTS["q1"])
        self.choose("q1.who", "7", "other")
        write(self.call, AUNT)
        self.wanted["q1.who"] = Answer("other", other=AUNT)
        self.write("q1.when", "winter 2014", "2014-24")
        to(self.call, "q2")
        self.choose("q2", "1", "involved")
        self.write("q2.when", "spring 2015", "2015-21")
        self.choose("q2.who", "3", "school")
        to(self.call, "q3")
        expect(self.call.page.locator(".question legend")).to_contain_text("after the school got")
        self.write("q3", TEXTS["q3"])
        self.choose("q3.assessment", "2", "no")
        to(self.call, "q4")
        self.write("q4", TEXTS["q4"])
        self.choose("q4.support", "2 1", ["parent", "child"])
        self.choose("q4.explained", "F8", missing="dont-know")
        to(self.call, "q5")
        self.write("q5", TEXTS["q5"])
        self.choose("q5.better-protected", "2", "no")

    def second_half(self) -> None:
        to(self.call, "q6")
        self.choose("q6", "1", "yes")
        self.choose("q6.first-placement", "1", "foster")
        self.choose("q6.changed", "1", "yes")
        self.write("q6.effect", "Worse, then better.")
        to(self.call, "q7")
        self.choose("q7", "3", "no")
        self.write("q7.how", "As a suspect.")
        self.choose("q7.meetings", "1", "yes")
        self.choose("q7.decisions", "2", "no")
        self.choose("q7.records", "1", "yes")
        self.choose("q7.accurate", "2", "partly")
        self.write("q7.explain", "Dates were wrong.")
        to(self.call, "q8")
        self.write("q8", TEXTS["q8"])
        to(self.call, "q9")
        self.write("q9", TEXTS["q9"])
        self.choose("q9.safer", "Space", True)
        self.choose("q9.involved", "F10", missing="skipped")
        self.write("q9.changes", "Listen.")
        to(self.call, "q10")
        self.write("q10", TEXTS["q10"])
        self.choose("q10.who-should-see", "F9", missing="refused")

    def closing(self) -> None:
        press(self.call, "Control+Enter")
        for _ in range(3):
            self.call.confirm()
        self.choose("support-after", "1", "yes")
        to(self.call, "report-copy")
        self.choose("report-copy", "2", "paper")
        press(self.call, "Control+Enter")


def test_all_ten_questions_with_every_probe_and_unicode_of_every_kind(
    telephone: Desk, call: CallPage
) -> None:
    """The longest path: involved, lived away, no partner, saw the file (P04, P11, P17, P40)."""
    talk = Talk(call)
    talk.opening()
    talk.first_half()
    talk.second_half()
    talk.closing()
    call.saved()
    assert telephone.answers(call.session) == talk.wanted
    assert answered(telephone, call) == list(talk.wanted)
    finish(call, "complete")


@pytest.mark.parametrize(
    ("keys", "disposition", "answers"),
    [
        (("2", "Tab", "1"), "asked-no-response", {"q2": "not-involved", "q2.asked": "yes"}),
        (("2", "Tab", "2"), "never-involved", {"q2": "not-involved", "q2.asked": "no"}),
        (("F8",), "screening-unclear", {"q2": None}),
    ],
)
def test_who_is_screened_out_is_led_to_their_own_ending(
    telephone: Desk,
    call: CallPage,
    keys: tuple[str, ...],
    disposition: str,
    answers: dict[str, Any],
) -> None:
    press(call, "2")
    to(call, "q1")
    to(call, "q2")
    for key in keys:
        if key == "Tab":
            tab_to(call, "q2.asked")
        else:
            press(call, key)
    press(call, "Control+Enter")
    finish(call, disposition)
    said = {ref: answer.value for ref, answer in telephone.answers(call.session).items()}
    assert said == {"recording": "no"} | answers


def test_people_who_talk_in_another_order_are_followed(telephone: Desk, call: CallPage) -> None:
    """Backwards by number and by word, with a change of mind that parks a branch, and back."""
    press(call, "2")
    order = ["q10", "q8", "q9", "q6", "q3"]
    for ref in order:
        call.go(ref[1:] if ref != "q9" else "done differently")
        expect(call.page.locator(f'fieldset.question[data-ref="{ref}"]')).to_be_visible()
        if ref == "q6":
            press(call, "1")
            tab_to(call, "q6.changed")
            press(call, "2")
        else:
            write(call, f"about {ref}")
    call.go("6")
    press(call, "2")
    expect(call.page.locator(".notice").filter(has_text="Parked")).to_be_visible()
    press(call, "Alt+b")
    expect(call.box("q3")).to_have_value("about q3")
    press(call, "Escape", "Control+Shift+Enter")
    expect(call.page.locator('fieldset[data-ref="q2"]')).to_be_visible()
    press(call, "F9", "Control+Enter")
    call.saved()
    assert answered(telephone, call) == [
        "recording", "q10", "q8", "q9", "q6", "q6.changed", "q3", "q2",
    ]  # fmt: skip
    finish(call, "screening-unclear")


# What assistive technology is told ---------------------------------------------------------------


def tree(call: CallPage) -> list[dict[str, Any]]:
    """The accessibility tree as the browser hands it on, each node with its way from the root."""
    session = call.page.context.new_cdp_session(call.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    found = []
    for node in nodes:
        if node.get("ignored"):
            continue
        way, above = [], by_id.get(node.get("parentId", ""))
        while above is not None:
            way.append((role_of(above), name_of(above)))
            above = by_id.get(above.get("parentId", ""))
        found.append({"role": role_of(node), "name": name_of(node), "way": way})
    return found


def role_of(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def name_of(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


INTERACTIVE = {"button", "textbox", "searchbox", "radio", "checkbox", "combobox", "link", "option"}


def faults_in(nodes: list[dict[str, Any]]) -> list[str]:
    """What somebody who cannot see the page would not understand."""
    found = [
        f"a {n['role']} without a name"
        for n in nodes
        if n["role"] in INTERACTIVE - {"option"} and not n["name"]
    ]
    groups = [n["name"] for n in nodes if n["role"] in ("group", "radiogroup")]
    found += [f"two groups are called {name!r}" for name in set(groups) if groups.count(name) > 1]
    for node in nodes:
        inside = [name for role, name in node["way"] if role in ("group", "radiogroup")]
        if node["role"] == "radio" and not any(inside):
            found.append(f"the choice {node['name']!r} belongs to no question")
        if (
            node["role"] == "button"
            and node["name"] in ("Refused", "Skip", "Note", "Tag")
            and not (any(inside) or any(role == "region" and name for role, name in node["way"]))
        ):
            found.append(f"{node['name']!r} belongs to nothing")
        if node["role"] in INTERACTIVE and not any(
            role in ("banner", "main", "navigation", "region", "dialog") for role, _ in node["way"]
        ):
            found.append(f"{node['role']} {node['name']!r} stands in no part of the page")
    landmarks = [n["role"] for n in nodes]
    found += [
        f"{landmarks.count(role)} of {role}"
        for role in ("banner", "main")
        if landmarks.count(role) != 1
    ]
    headings = [n for n in nodes if n["role"] == "heading"]
    return found + ([] if headings else ["no heading"])


def test_the_accessibility_tree_makes_sense_at_every_station(call: CallPage) -> None:
    found = {}
    for number in range(1, 11):
        call.go(str(number))
        if number in (2, 6):
            press(call, "1")
        elif number == 7:
            press(call, "2")
            tab_to(call, "q7.records")
            press(call, "1")
        nodes = tree(call)
        assert any(node["name"] == f"Question {number}" for node in nodes)
        if faults := faults_in(nodes):
            found[f"question {number}"] = faults
    for name in ("study", "the end"):
        call.go(name)
        if faults := faults_in(tree(call)):
            found[name] = faults
    assert found == {}
    states = [node["name"] for node in tree(call) if node["way"] and node["role"] == "button"]
    assert any(name.startswith("2 Did children") and name.endswith("begun") for name in states)


def test_the_tree_of_the_write_up_makes_sense(call: CallPage) -> None:
    call.go("5")
    write(call, "Not much.")
    call.page.get_by_role("button", name="Stop …").press("Enter")
    call.page.get_by_role("button", name="They want it kept").press("Enter")
    expect(call.page.get_by_label("Write up")).to_be_focused()
    call.page.locator('[data-answer="q6"]').get_by_role("button", name="Correct").press("Enter")
    nodes = tree(call)
    assert faults_in(nodes) == []
    correct = [node["name"] for node in nodes if node["name"].startswith("Correct ")]
    assert len(correct) == len(set(correct)) > 10
