"""A call as an interviewer holds it: keyboard only, values read back from the journal (P17)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.calls import CallPage, Desk, context_of
from tests.browser.seen_by_axe import faults
from toolkit.guide import Answer

NAUGHTY = Path(__file__).parents[1].joinpath("naughty.txt").read_text(encoding="utf-8").splitlines()
UNICODE = (
    "Zoë said “né” \U0001f469‍\U0001f467 שלום \u202eabc\u202c e\u0301 \U00020000 \ufeff…\nnew line"
)
people = iter(range(1, 61))


@pytest.fixture
def desk(telephone: Desk) -> Desk:
    return telephone


@pytest.fixture
def call(desk: Desk, context: BrowserContext) -> Iterator[CallPage]:
    """A call with somebody new, whose opening is said."""
    with desk.window(context, f"K{next(people):02d}") as made:
        made.begin()
        yield made
        assert made.complaints == []


def read_back(desk: Desk, call: CallPage) -> dict[str, Answer]:
    call.saved()
    return desk.answers(call.session)


def test_the_whole_guide_can_be_gone_through_with_the_keyboard(desk: Desk, call: CallPage) -> None:
    """All ten questions; P04, P11, P25 before them, P40 and P26 behind them."""
    keys = call.page.keyboard
    keys.press("1")  # may I record
    wanted = {"recording": Answer("yes")}
    said = {
        "q1": ["It was the nurse.\nShe rang."], "q2": ["1"], "q3": ["Cold."], "q4": [UNICODE],
        "q5": ["None."], "q6": ["2"], "q7": ["3"], "q8": ["A lot."], "q9": ["Listen."],
        "q10": ["Change."],
    }  # fmt: skip
    for ref, typed in said.items():
        keys.press("Control+Enter")
        expect(call.page.locator(f'fieldset.question[data-ref="{ref}"]')).to_be_visible()
        for text in typed:
            keys.type(text) if text in "123" else keys.insert_text(text)
    choice = {"q2": "involved", "q6": "no", "q7": "no"}
    wanted |= {ref: Answer(choice.get(ref, typed[0])) for ref, typed in said.items()}
    keys.press("Control+Enter")
    for _ in range(3):  # the closing scripts
        call.confirm()
    keys.press("F9")
    wanted["support-after"] = Answer(missing="refused")
    assert read_back(desk, call) == wanted
    keys.press("Control+Enter")
    keys.press("Control+Enter")
    expect(call.page.locator(".against li")).to_have_count(0)
    call.page.get_by_label("Why was it different?").fill("a test")
    call.page.get_by_role("button", name="Finish the call").press("Enter")
    expect(call.page.get_by_text("The call is finished.")).to_be_visible()
    finish = next(e for e in desk.events(call.session) if e.event == "finish")
    assert finish.new_value == {"ending": "complete", "disposition": "complete"}
    deviations = [e for e in desk.events(call.session) if e.event == "deviation"]
    assert ("P12", "a test") in [(e.node, e.change_reason) for e in deviations]


def test_somebody_who_asked_and_was_not_heard_is_led_to_their_own_ending(
    desk: Desk, call: CallPage
) -> None:
    call.page.keyboard.press("2")
    call.go("2")
    call.page.keyboard.press("2")
    call.page.keyboard.press("Tab")
    for _ in range(5):
        if call.page.evaluate("document.activeElement.value") == "yes":
            break
        call.page.keyboard.press("Tab")
    call.page.keyboard.press("1")
    call.page.keyboard.press("Control+Enter")
    expect(call.page.locator(".ending .say")).to_contain_text("nobody came back to you")
    call.page.get_by_role("button", name="Finish the call").press("Enter")
    expect(call.page.get_by_text("asked-no-response")).to_be_visible()


def test_nothing_is_asked_before_the_opening_is_said(desk: Desk, context: BrowserContext) -> None:
    """P04, P11, P25: the way to the missing scripts stands in the place of the answer."""
    with desk.window(context, f"K{next(people):02d}") as call:
        call.page.get_by_role("button", name="Begin the call").click()
        call.page.locator(".bar").wait_for()
        call.go("3")
        expect(call.page.locator(".gate button")).to_have_count(6)
        assert call.box("q3").is_disabled()
        call.page.locator(".gate button").first.click()
        expect(call.page.locator(".script")).to_be_visible()


def test_no_consent_no_call(desk: Desk, context: BrowserContext) -> None:
    """P25."""
    with desk.window(context, "K99") as call:
        call.page.get_by_role("button", name="Begin the call").click()
        expect(call.page.get_by_role("alert")).to_contain_text("CAPTURE-001")
        expect(call.page.locator(".bar")).to_have_count(0)


def test_probes_in_any_order_reasons_by_one_key_and_notes(desk: Desk, call: CallPage) -> None:
    call.go("9")
    call.page.get_by_label("What would have let you be more a part of it?").check()
    call.page.get_by_label("What would have made your child safer?").focus()
    call.page.keyboard.press("F10")
    call.box("q9.changes").focus()
    call.page.keyboard.press("F8")
    call.box("q9").focus()
    call.page.keyboard.type("More time.")
    call.page.locator('fieldset.question [aria-expanded="false"]').first.click()
    call.page.keyboard.type("said twice")
    call.page.keyboard.press("Enter")
    call.page.keyboard.press("Alt+n")
    call.page.keyboard.type("the line is bad")
    call.page.keyboard.press("Enter")
    call.page.keyboard.press("Control+Enter")
    assert read_back(desk, call) == {
        "q9": Answer("More time."),
        "q9.involved": Answer(True),
        "q9.safer": Answer(missing="skipped"),
        "q9.changes": Answer(missing="dont-know"),
    }
    notes = [e for e in desk.events(call.session) if e.event == "note"]
    assert [(e.node, e.new_value["text"]) for e in notes] == [
        ("q9", "said twice"),
        ("", "the line is bad"),
    ]


def test_a_reason_is_taken_back_by_the_same_key(desk: Desk, call: CallPage) -> None:
    call.go("6")
    call.page.keyboard.press("1")
    call.page.keyboard.press("F9")
    call.page.keyboard.press("F9")
    assert read_back(desk, call) == {"q6": Answer("yes")}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("spring 2016", Answer("2016-21")),
        ("5 March 2016", Answer("2016-03-05")),
        ("2016", Answer("2016")),
        ("when I was ill", None),
        ("2021", None),
    ],
)
def test_a_date_is_taken_as_people_say_it(
    desk: Desk, call: CallPage, typed: str, kept: Answer | None
) -> None:
    call.go("1")
    call.box("q1.when").focus()
    call.page.keyboard.type(typed)
    call.page.keyboard.press("Enter")
    assert read_back(desk, call).get("q1.when") == kept
    wrong = call.page.locator('[data-ref="q1.when"] .wrong')
    assert bool(wrong.inner_text()) is (kept is None)
    if kept is None:  # what was typed stays, and is safe
        assert call.box("q1.when").input_value() == typed
        assert desk.texts(call.session, "q1.when")[-1] == typed


def test_other_words_and_a_choice_that_excludes_the_others(desk: Desk, call: CallPage) -> None:
    call.go("1")
    call.page.locator('[data-ref="q1.who"] input[value=other]').check()
    call.page.keyboard.type("an aunt")
    call.go("4")
    support = call.page.locator('[data-ref="q4.support"]')
    support.locator("input[value=child]").check()
    support.locator("input[value=parent]").check()
    call.saved()
    assert desk.answers(call.session)["q4.support"] == Answer(["parent", "child"])
    support.locator("input[value=none]").check()
    assert read_back(desk, call) == {
        "q1.who": Answer("other", other="an aunt"),
        "q4.support": Answer(["none"]),
    }


def test_what_was_said_is_taken_up_in_later_questions(call: CallPage) -> None:
    call.go("2")
    call.page.keyboard.press("1")
    call.page.locator('[data-ref="q2.who"] input[value=school]').check()
    call.go("3")
    expect(call.page.locator(".question legend")).to_contain_text("after the school got in touch")


def test_a_branch_that_closes_is_parked_said_and_can_be_undone(desk: Desk, call: CallPage) -> None:
    call.go("6")
    call.page.keyboard.press("1")
    call.page.locator('[data-ref="q6.first-placement"] input[value=foster]').check()
    call.page.locator('fieldset.question[data-ref="q6"] input[value=no]').check()
    expect(call.page.locator(".notice").filter(has_text="Parked")).to_be_visible()
    expect(call.page.locator('[data-ref="q6.first-placement"]')).to_have_count(0)
    call.page.get_by_role("button", name="Undo", exact=True).click()
    chosen = call.page.locator('[data-ref="q6.first-placement"] input[value=foster]')
    expect(chosen).to_be_checked()
    assert read_back(desk, call)["q6"] == Answer("yes")


def test_a_check_that_does_not_hold_is_told_and_blocks_the_end_only(call: CallPage) -> None:
    call.go("1")
    call.box("q1.when").fill("2019")
    call.page.keyboard.press("Enter")
    expect(call.page.locator(".checks")).to_contain_text("ask for the date again")
    call.page.keyboard.press("Control+Enter")
    expect(call.page.locator('fieldset[data-ref="q2"]')).to_be_visible()
    call.go("the end")
    expect(call.page.locator(".against")).to_contain_text("ask for the date again")
    expect(call.page.get_by_role("button", name="Finish the call")).to_be_disabled()


def test_support_pause_and_stop_are_at_hand(desk: Desk, call: CallPage) -> None:
    """P04, P11, P29."""
    call.go("5")
    call.page.keyboard.type("Not much.")
    call.page.keyboard.press("F4")
    expect(call.page.get_by_role("dialog")).to_contain_text("support line")
    call.page.keyboard.press("Escape")
    call.page.keyboard.press("Alt+p")
    call.page.keyboard.press("Enter")
    expect(call.page.get_by_text("Paused.")).to_be_visible()
    call.page.keyboard.press("Alt+p")
    expect(call.box("q5")).to_have_value("Not much.")
    call.page.get_by_role("button", name="Stop …").click()
    call.page.get_by_role("button", name="They want it deleted").click()
    expect(call.page.get_by_text("What was said is to be deleted")).to_be_visible()
    kinds = [e.event for e in desk.events(call.session) if e.event in ("pause", "resume", "stop")]
    assert kinds == ["pause", "resume", "stop"]
    stop = desk.events(call.session)[-2]
    assert (stop.event, stop.new_value["keep"]) == ("stop", False)


def test_their_own_words_are_marked_with_the_time(desk: Desk, call: CallPage) -> None:
    call.go("5")
    call.page.keyboard.press("Alt+q")
    call.page.keyboard.type("never again")
    call.page.keyboard.press("Control+Enter")
    text = read_back(desk, call)["q5"].value
    assert text.startswith("“never again” [0:")


def test_the_clock_of_a_question_runs_while_it_is_in_view(call: CallPage) -> None:
    call.go("5")
    call.page.wait_for_timeout(2100)
    expect(call.page.locator(".time.small")).to_have_text("here 0:02")


def test_the_write_up_is_kept_after_the_end(desk: Desk, call: CallPage) -> None:
    """P13."""
    call.page.get_by_role("button", name="Stop …").click()
    call.page.get_by_role("button", name="They want it kept").click()
    call.page.get_by_label("Write up").fill("Tired, and clear.")
    call.page.keyboard.press("Tab")
    call.saved()
    written = [e.new_value for e in desk.events(call.session) if e.event == "write-up"]
    assert written == [{"text": "Tired, and clear."}]


def test_scripts_typed_as_answers_never_run(desk: Desk, call: CallPage) -> None:
    call.go("3")
    call.page.evaluate("document.title = 'quiet'")
    for text in NAUGHTY:
        call.box("q3").fill(text)
        call.page.keyboard.press("Alt+n")
        call.page.keyboard.insert_text(text)
        call.page.keyboard.press("Enter")
        call.page.keyboard.press("Alt+n")
        call.saved()
    call.page.reload()
    call.page.locator(".bar").wait_for()
    assert call.page.title() != "caught"
    call.saved()
    typed = desk.texts(call.session, "q3")
    assert set(NAUGHTY) <= set(typed)


def test_no_key_goes_further_than_the_page(call: CallPage) -> None:
    """In a notebook Jupyter's own commands would take it: ``dd`` deletes a cell."""
    call.page.evaluate(
        "window.leaked = []; document.addEventListener('keydown', e => window.leaked.push(e.key))"
    )
    call.go("6")
    for key in ("d", "d", "b", "Enter", "1", "Escape"):
        call.page.keyboard.press(key)
    assert call.page.evaluate("window.leaked") == []


# What people see ----------------------------------------------------------------------------


def test_a_question_and_its_probes_need_no_scrolling(call: CallPage) -> None:
    too_long = {}
    for number in range(1, 11):
        call.go(str(number))
        if number in (2, 6):
            call.page.keyboard.press("1")
        if number == 7:
            call.page.keyboard.press("2")
            call.page.locator('[data-ref="q7.records"] input[value=yes]').check()
        middle = call.page.locator("main.middle")
        more = middle.evaluate("e => e.scrollHeight - e.clientHeight")
        if more > 0:
            too_long[number] = more
    assert too_long == {}
    assert call.page.evaluate("document.documentElement.scrollHeight") <= 720


def states(call: CallPage) -> Iterator[str]:
    """Bring the page into each of its states."""
    yield "a question"
    call.go("7")
    call.page.keyboard.press("2")
    call.page.locator('[data-ref="q7.records"] input[value=yes]').check()
    call.page.locator('[data-ref="q7.how"] .note-it').click()
    yield "probes and a note"
    call.go("study")
    yield "a script"
    call.go("1")
    call.box("q1.when").fill("never")
    call.page.keyboard.press("Enter")
    yield "a wrong date"
    call.page.keyboard.press("F1")
    yield "the keys"
    call.page.keyboard.press("Escape")
    call.page.keyboard.press("F2")
    yield "a concern"
    call.page.keyboard.press("Enter")
    yield "a flagged concern"
    call.page.keyboard.press("Alt+t")
    yield "a choice of live tags"
    call.page.keyboard.press("Enter")
    call.page.keyboard.press("Alt+n")
    call.page.keyboard.type("a note")
    call.page.keyboard.press("Enter")
    call.page.get_by_role("button", name="Move this note").last.press("Enter")
    yield "a note that is moved"
    call.page.keyboard.press("Escape")
    call.go("the end")
    yield "the end"
    call.page.keyboard.press("Alt+p")
    call.page.keyboard.press("Enter")
    yield "a pause"
    call.page.keyboard.press("Alt+p")
    call.page.get_by_role("button", name="Stop …").click()
    yield "a stop"
    call.page.get_by_role("button", name="They want it kept").click()
    call.page.get_by_label("Write up").wait_for()
    yield "after the call"
    call.page.locator('[data-answer="q7"]').get_by_role("button", name="Correct").press("Enter")
    yield "a correction"


def test_axe_finds_no_fault_in_any_state_in_light_or_dark(desk: Desk, browser: Browser) -> None:
    context = context_of(browser, reduced_motion="reduce")
    found = {}
    with desk.window(context, f"K{next(people):02d}") as call:
        call.begin()
        for state in states(call):
            for scheme, report in faults(call.page, "dark", "light").items():
                found[f"{state}, {scheme}"] = report
    context.close()
    assert found == {}


def test_every_group_of_choices_has_the_name_of_its_question(call: CallPage) -> None:
    call.go("6")
    call.page.keyboard.press("1")
    for name in ("In that time, did the council", "Where did your child go first"):
        group = call.page.get_by_role("group", name=name)
        assert group.get_by_role("radio").count() >= 2
        expect(group.get_by_role("button", name="Refused")).to_be_visible()
    call.go("9")
    expect(
        call.page.get_by_role("textbox", name="What do you think social workers")
    ).to_be_focused()


@pytest.mark.parametrize("width", [640, 320])
def test_at_twice_the_size_nothing_has_to_be_scrolled_sideways(
    desk: Desk, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 360 * width // 640})
    with desk.window(context, f"K{next(people):02d}") as call:
        call.begin()
        for number in (1, 4, 7, 9):
            call.go(str(number))
            wide = call.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, number
    context.close()
