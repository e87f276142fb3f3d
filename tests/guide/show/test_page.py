"""A guide as text, as a page and as a picture: all of it is there, and nothing can run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from toolkit.guide import Guide, load_guide, wording
from toolkit.guide.show.flow import flow_svg, flow_words
from toolkit.guide.show.page import guide_page
from toolkit.guide.show.text import WIDTH, show_guide
from toolkit.guide.topic.model import Question, walk

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"
NAUGHTY = "<script>alert(1)</script> \" onload='x' ]]> &amp; {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def interview() -> Guide:
    return load_guide(STUDY / "telephone-interview.yaml")


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_terminal_shows_every_question_within_its_width(interview: Guide) -> None:
    shown = show_guide(interview)
    squeezed = _squeezed(shown)
    for section in interview.sections:
        for item in walk(section.items):
            assert _squeezed(wording(item.text)).strip()[:60] in squeezed
    assert max(map(len, shown.splitlines())) <= WIDTH + 40  # conditions are not broken
    assert "20 different ones, and every one ends" in shown


def test_every_route_and_condition_is_on_the_page(interview: Guide) -> None:
    page = guide_page(interview)
    assert page.count("<code>q6 = yes</code>") == 3
    for ending in interview.endings:
        assert f'id="e-{ending.ending}"' in page
    assert 'href="#e-asked-no-response"' in page


def test_facts_of_the_protocol_stand_in_the_wordings(interview: Guide) -> None:
    page = guide_page(interview, facts={"support_line": "the <line> of the letter"})
    assert "the &lt;line&gt; of the letter" in page
    assert "[protocol.support_line]" not in page
    assert "[protocol.complaints_route]" in page


def test_the_picture_has_every_question_and_ending_and_says_the_same_in_words(
    interview: Guide,
) -> None:
    picture = flow_svg(interview)
    for section in interview.sections:
        for item in walk(section.items):
            if isinstance(item, Question):
                assert f'class="flow-id">{item.question}</tspan>' in picture
    assert "From q2 to asked-no-response if" in flow_words(interview)
    assert flow_words(interview).endswith("Otherwise the talk ends at complete.")


def test_nothing_written_in_a_guide_can_run_on_its_page(tmp_path: Path, browser: Browser) -> None:
    text = (STUDY / "parent-forum.yaml").read_text(encoding="utf-8")
    naughty = NAUGHTY.replace("{{", "{{{{").replace("}}", "}}}}").replace("'", "''")
    text = re.sub(r"(?m)^title: .*$", lambda _: f"title: '{naughty}'", text, count=1)
    (tmp_path / "guide.yaml").write_text(text, encoding="utf-8")
    target = tmp_path / "page.html"
    target.write_text(guide_page(load_guide(tmp_path / "guide.yaml")), encoding="utf-8")
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(target.as_uri())
    assert page.evaluate("document.scripts.length") == 0
    assert "<script>alert(1)</script>" in page.inner_text("h1")
    assert dialogs == []
    page.close()


def test_a_guides_page_loads_nothing_and_has_no_fault_in_either_scheme(
    tmp_path: Path, browser: Browser, interview: Guide
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    target = tmp_path / "page.html"
    target.write_text(guide_page(interview), encoding="utf-8")
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 720})
        asked: list[str] = []
        told: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, told=told: told.append(message.text))
        page.goto(target.as_uri())
        assert asked == [target.as_uri()]
        assert told == []
        assert Axe().run(page).response["violations"] == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1280
        page.close()
