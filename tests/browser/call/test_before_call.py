"""Around a call, in the browser: what was tried before it, and with whom a concern is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.browser.calls import Desk, make_desk
from tests.capture.conftest import SMALL
from toolkit.capture.service.study import open_study
from toolkit.fieldwork.concern import acknowledge


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = make_desk(tmp_path_factory.mktemp("before"), people=6, guide=SMALL)
    yield made
    made.server.kill()


def test_an_attempt_that_is_no_call_is_recorded_by_a_button_and_there_next_time(
    desk: Desk, context: BrowserContext
) -> None:
    with desk.window(context, "K01") as call:
        page = call.page
        expect(page.get_by_text("No appointment.")).to_be_visible()
        page.get_by_role("button", name="No answer").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Recorded: no answer.")
        page.get_by_role("button", name="Ring again at …").click()
        page.get_by_label("When shall we ring again?").fill("2999-02-04T18:00")
        page.get_by_role("button", name="Record it").click()
        expect(page.locator(".tried li")).to_have_count(2)
    with desk.window(context, "K01") as call:
        again = call.page.locator(".tried li").last
        expect(again).to_contain_text("Ring again at Mon 4 February 2999, 18:00")
    events = [each for each in desk.server.place.events("fieldwork") if each.event == "attempt"]
    assert [each.new_value["outcome"] for each in events] == ["no-answer", "call-back-requested"]


def test_an_appointment_is_booked_and_one_in_the_past_is_refused(
    desk: Desk, context: BrowserContext
) -> None:
    """P28."""
    with desk.window(context, "K02") as call:
        page = call.page
        page.get_by_role("button", name="Appointment for …").click()
        page.get_by_label("When is the interview?").fill("2019-02-05T11:00")
        page.get_by_role("button", name="Record it").click()
        expect(page.locator(".contact .wrong")).to_contain_text("FIELD-036")
        page.get_by_label("When is the interview?").fill("2999-02-05T11:00")
        page.get_by_label("Who picked the time?").select_option("researcher")
        page.get_by_role("button", name="Record it").click()
        expect(page.locator(".stands")).to_have_text(
            "Appointment: Tue 5 February 2999, 11:00, with researcher-1"
        )
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert call.complaints == []
    booking = next(e for e in desk.server.place.events("fieldwork") if e.event == "booking")
    assert booking.new_value["chosen_by"] == "researcher"


def test_a_call_begins_as_ever_and_shows_no_attempts_in_it(
    desk: Desk, context: BrowserContext
) -> None:
    with desk.window(context, "K03") as call:
        call.begin()
        expect(call.page.locator(".contact")).to_have_count(0)


def test_the_page_says_with_whom_a_concern_is_while_the_call_goes_on(
    desk: Desk, context: BrowserContext
) -> None:
    """P02: live, without a word about what it is, and without leaving the call."""
    with desk.window(context, "K04") as call:
        call.begin()
        call.page.clock.install()
        call.page.keyboard.press("F2")
        call.page.keyboard.press("Enter")
        line = call.page.locator(".notice").filter(has_text="Concern")
        expect(line).to_contain_text("K04-1 (now; kind not said): sent")
        expect(line).to_contain_text("nobody on the rota")
        call.page.clock.fast_forward("15:00")
        expect(line).to_contain_text("not acknowledged")
        place = desk.server.place
        opened = open_study(place.protocol, place.data)
        concern = next(each for each in place.events("K04") if each.event == "concern")
        by = {"user": "deputy-safeguarding-officer-1", "at": concern.start + 420_000}
        acknowledge(opened.store, opened.study, "K04-1", **by)
        opened.store.close()
        call.page.clock.run_for(4000)
        expect(line).to_contain_text("by the deputy.")
        assert "not ack" not in line.inner_text()
        call.go("helped")
        expect(call.page.locator('fieldset.question[data-ref="helped"]')).to_be_visible()
        assert call.complaints == []
