"""No published page tells whose a row is: pseudonyms that recur would join tables (P30)."""

import re

from bs4 import BeautifulSoup

from toolkit.publish.review.pack import pack_files

PSEUDONYM = re.compile(r"\b(K\d{2}|F\d-[A-Z])\b")


def told(page):
    return BeautifulSoup(page, "html.parser").get_text(" ")


def test_no_page_of_the_run_or_of_the_pack_holds_a_pseudonym(sample_run, sample_records):
    pages = {each.name: each.read_bytes() for each in sample_run.rglob("*.html")}
    assert "04-fieldwork-quality.html" in pages
    packed = pack_files(sample_records)
    pages |= {name: page for name, page in packed.items() if name.endswith(".html")}
    assert "deviations.html" in pages
    found = {name: PSEUDONYM.findall(told(page)) for name, page in pages.items()}
    assert {name: who for name, who in found.items() if who} == {}


def test_the_same_pattern_finds_the_pseudonyms_of_the_frames(sample_records):
    people = sample_records.study.frames.participants["participant"]
    assert all(PSEUDONYM.fullmatch(each) for each in people)
