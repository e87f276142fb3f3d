"""The methodology-review pack, as a reviewer opens it without a network."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from toolkit.publish.review.pack import make_pack
from toolkit.store.unlocked import unlock

# Rows of a table are alike: three of each are looked at, or axe takes minutes.
SHORT = "document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(row => row.remove())"


@pytest.fixture(scope="session")
def pages(shared, sample_home, sample_run, sample_study):
    def make(folder):
        (folder / sample_run.name).symlink_to(sample_run)
        make_pack(sample_study, sample_home, unlock(sample_home), outputs=folder)

    found = sorted(shared("sample-pack", make).glob("*-review/**/*.html"))
    assert len(found) == 14
    return found


def test_no_page_asks_for_anything_or_complains(pages, opened):
    for file in pages:
        with opened(file) as watched:
            watched.page.wait_for_load_state("load")
            assert watched.requests == [file.as_uri()], file.name
            assert watched.complaints == [], file.name


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})]
)
def test_axe_finds_no_fault(pages, opened, scheme, options):
    for file in pages:
        with opened(file, scheme=scheme) as watched:
            watched.page.evaluate(SHORT)
            results = Axe().run(watched.page, options=options)
            assert results.response["passes"]
            assert results.violations_count == 0, f"{file.name}\n{results.generate_report()}"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (320, 640)])
def test_no_page_has_to_be_scrolled_sideways(pages, opened, width, height):
    for file in pages:
        with opened(file, width=width, height=height) as watched:
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, file.name


def test_every_link_leads_somewhere(pages):
    ids = {f: set(re.findall(r'\sid="([^"]+)"', f.read_text(encoding="utf-8"))) for f in pages}
    for file in pages:
        for link in re.findall(r'<a\b[^>]*?href="([^"]+)"', file.read_text(encoding="utf-8")):
            target, _, anchor = link.partition("#")
            found = (file.parent / target).resolve() if target else file
            assert found.exists(), (file.name, link)
            assert not anchor or anchor in ids[found], (file.name, link)


def test_what_is_missing_is_told_in_print_too(pages, opened):
    file = next(each for each in pages if each.name == "reflexivity.html")
    with opened(file) as watched:
        for media in ("screen", "print"):
            watched.page.emulate_media(media=media)
            assert watched.page.locator(".missing").is_visible()
            assert watched.page.locator(".fictional").is_visible()
