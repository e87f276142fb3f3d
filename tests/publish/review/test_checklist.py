"""COREQ and SRQR: filled from records, leading to evidence, and open where there is none."""

from __future__ import annotations

import re

import pytest

from toolkit.publish.review.checklist import named, read_checklist
from toolkit.publish.review.facts import facts_of, new_codes, saturation_of
from toolkit.publish.review.pack import pack_files

LISTS = pytest.mark.parametrize("name", ["coreq", "srqr"])


def test_coreq_has_32_items_and_srqr_21(sample_records):
    coreq, srqr = (read_checklist(name, sample_records).items for name in ("coreq", "srqr"))
    assert [each.item for each in coreq] == [str(number) for number in range(1, 33)]
    assert [each.item for each in srqr] == [f"S{number}" for number in range(1, 22)]


def test_records_of_the_sample_fill_at_least_18_of_coreq(sample_records):
    assert read_checklist("coreq", sample_records).filled == 23
    assert read_checklist("srqr", sample_records).filled == 12


@LISTS
def test_what_is_filled_leads_to_a_part_of_the_pack(sample_records, name):
    files = pack_files(sample_records)
    for item in read_checklist(name, sample_records).items:
        page, _, anchor = item.href.partition("#")
        assert item.href or not item.filled, item.item
        assert not page or page in files, item.item
        assert not anchor or f'id="{anchor}"'.encode() in files[page], item.item


@LISTS
def test_before_anything_has_happened_items_on_people_are_open(nothing_yet, name):
    found = {each.item: each.filled for each in read_checklist(name, nothing_yet).items}
    late = {"coreq": ["1", "7", "10", "12", "13", "18", "20", "22"], "srqr": ["S9", "S12", "S14"]}
    assert [item for item in late[name] if found[item]] == []


def test_no_item_says_none_or_nan(sample_records):
    said = [each.said for each in read_checklist("coreq", sample_records).items]
    assert [each for each in said if re.search(r"\b(None|nan|unknown)\b(?! of)", each)] == []


def test_the_names_in_an_item_are_found():
    assert named("{drawn} of {frame}, {{not}}") == ["drawn", "frame"]


def test_saturation_is_worked_out_in_the_order_of_the_interviews(sample_records):
    new = new_codes(sample_records)
    assert len(new) == 20
    assert sum(count for _, count in new) == facts_of(sample_records)["codes_used"]
    assert str(saturation_of(sample_records)) == "5+2"
