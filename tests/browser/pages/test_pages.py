"""Every page of a run, as a reader has it: quiet, whole, and within everybody's reach."""

from __future__ import annotations

import re

import pytest

from tests.browser.seen_by_axe import faults

REACHABLE = "a[href], summary, input, [tabindex='0']"
# Every element that gets the focus is noted by its place among those that can be used.
NOTE_FOCUS = """reachable => {
    const all = [...document.querySelectorAll(reachable)];
    window.reached = [];
    document.addEventListener('focusin', event => window.reached.push(all.indexOf(event.target)));
}"""


@pytest.fixture(scope="session")
def every_page(sample_run):
    found = sorted(sample_run.rglob("*.html"))
    assert len(found) >= 14
    return found


@pytest.fixture(scope="session")
def pages(every_page):
    """All pages but the readers' views, of which one is enough: the reviewers' hold all of them."""
    folded = {each.with_name(each.name.replace(".code", "")) for each in every_page}
    spared = {each for each in folded if each.with_suffix(".code.html") in every_page}
    return [each for each in every_page if each not in spared or each.name.startswith("05-")]


def read(pages):
    return [(file, file.read_text(encoding="utf-8")) for file in pages]


def test_no_page_asks_for_anything_or_complains(pages, opened):
    for file in pages:
        with opened(file) as watched:
            watched.page.wait_for_load_state("load")
            assert watched.requests == [file.as_uri()], file.name
            assert watched.complaints == [], file.name


# Rows of a table are alike, and a figure is one image to a screen reader: three rows of each table
# are looked at, and no single stroke of a drawing, or axe takes minutes.
OPEN_AND_SHORT = """
    document.querySelectorAll('details').forEach(part => part.open = true);
    document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(row => row.remove());
    document.querySelectorAll('.plate svg > g').forEach(strokes => strokes.remove());
"""


def test_axe_finds_no_fault_with_every_part_open_in_light_or_dark(pages, opened):
    for file in pages:
        with opened(file) as watched:
            watched.page.evaluate(OPEN_AND_SHORT)
            found = faults(watched.page)
            assert found == {}, "\n".join([file.name, *found, *found.values()])


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844), (320, 640)])
def test_no_page_has_to_be_scrolled_sideways(pages, opened, width, height):
    for file in pages:
        with opened(file, width=width, height=height) as watched:
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, file.name


def test_everything_that_can_be_used_is_reached_with_the_tab_key_in_order(pages, opened):
    for file in pages:
        with opened(file) as watched:
            page = watched.page
            count = page.locator(REACHABLE).evaluate_all(
                "all => all.filter(e => e.checkVisibility()).length"
            )
            page.evaluate(NOTE_FOCUS, REACHABLE)
            for _ in range(count):
                page.keyboard.press("Tab")
            reached = page.evaluate("window.reached")
            assert len(reached) == count, file.name
            assert -1 not in reached, file.name
            assert reached == sorted(set(reached)), file.name


def test_first_key_leads_past_the_head_of_the_page(pages, opened):
    for file in pages:
        with opened(file) as watched:
            watched.page.keyboard.press("Tab")
            assert watched.page.evaluate("document.activeElement.className") == "skip"
            watched.page.keyboard.press("Enter")
            assert watched.page.evaluate("document.activeElement.id") == "page-main"


def test_code_opens_with_the_keyboard(pages, opened):
    file = next(each for each in pages if each.name.startswith("01-"))
    with opened(file) as watched:
        code = watched.page.locator("details.code").first
        assert not code.locator("pre").is_visible()
        code.locator("summary").focus()
        watched.page.keyboard.press("Enter")
        assert code.locator("pre").is_visible()


def test_readers_are_shown_no_code_and_are_led_to_it_and_back(every_page, opened):
    file = next(each for each in every_page if each.name.startswith("01-"))
    with opened(file.with_name(file.name.replace(".code", ""))) as watched:
        assert watched.page.locator("pre").count() == 0
        current = watched.page.locator("nav [aria-current=page]")
        assert current.inner_text() == watched.page.locator("h1").inner_text()
        watched.page.locator(".view a").click()
        assert watched.page.locator("details.code pre").count() > 0
        assert current.inner_text() == watched.page.locator("h1").inner_text()
        watched.page.locator(".view a").click()
        assert watched.page.locator("pre").count() == 0


def index_of(every_page):
    return next(each for each in every_page if each.name == "index.html")


def test_words_lead_to_the_places_that_hold_all_of_them(every_page, opened):
    with opened(index_of(every_page)) as watched:
        field = watched.page.get_by_label("Words of a heading")
        shown = watched.page.locator("#find-all li:visible")
        assert shown.count() == 0
        field.press_sequentially("role TABLE")
        found = shown.all_inner_texts()
        assert 1 < len(found) < 20
        assert all("role" in each.lower() and "table" in each.lower() for each in found)
        assert watched.page.get_by_role("status").inner_text().startswith(f"{len(found)} of ")
        field.fill("nowhere at all")
        assert shown.count() == 0
        field.fill("better protected")
        shown.first.locator("a").click()
        assert watched.page.locator("h1").inner_text() != "Find"
        assert watched.complaints == []


def test_no_other_script_runs_on_the_page_that_searches(every_page, opened, tmp_path):
    page = index_of(every_page).read_text(encoding="utf-8")
    changed = tmp_path / "index.html"
    changed.write_text(page.replace("</main>", "<script>window.ran = 1</script></main>"))
    with opened(changed) as watched:
        assert watched.page.evaluate("window.ran") is None
        assert len(watched.complaints) == 1
        watched.page.get_by_label("Words of a heading").fill("table")
        assert watched.page.locator("#find-all li:visible").count() > 0


def test_every_link_leads_somewhere(every_page):
    ids = {file: set(re.findall(r'\sid="([^"]+)"', text)) for file, text in read(every_page)}
    for file, text in read(every_page):
        for link in re.findall(r'<a\b[^>]*?href="([^"]+)"', text):
            target, _, anchor = link.partition("#")
            found = (file.parent / target).resolve() if target else file
            assert found.exists(), (file.name, link)
            assert not anchor or anchor in ids[found], (file.name, link)


def test_no_two_parts_of_a_page_share_an_identifier(every_page):
    for file in every_page:
        ids = re.findall(r'\sid="([^"]+)"', file.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids)), file.name


def test_fictional_data_is_marked_on_screen_and_on_paper(pages, opened):
    for file in pages:
        with opened(file) as watched:
            for media in ("screen", "print"):
                watched.page.emulate_media(media=media)
                assert watched.page.locator(".fictional").is_visible(), file.name


def test_figures_and_tables_say_what_they_show(pages, opened):
    for file in pages:
        with opened(file) as watched:
            page = watched.page
            unnamed = page.locator("main svg:not([aria-labelledby]):not([aria-label])").count()
            assert unnamed == 0, file.name
            tables = page.locator(".output table").count()
            assert page.locator(".output table caption").count() == tables, file.name
            assert page.locator(".output .base").count() >= page.locator(".output figure").count()
