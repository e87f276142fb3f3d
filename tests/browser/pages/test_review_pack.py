"""The methodology-review pack, as a reviewer opens it without a network."""

from __future__ import annotations

import re

import pytest

from tests.browser.seen_by_axe import faults
from toolkit.publish.review.pack import make_pack
from toolkit.store.lifecycle.unlocked import unlock

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


def test_axe_finds_no_fault_in_light_or_dark(pages, opened):
    for file in pages:
        with opened(file) as watched:
            watched.page.evaluate(SHORT)
            found = faults(watched.page)
            assert found == {}, "\n".join([file.name, *found, *found.values()])


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
