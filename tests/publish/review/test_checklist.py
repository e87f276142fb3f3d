"""COREQ and SRQR: filled from records, leading to evidence, and open where there is none."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from toolkit.guide.study.declarations import Declarations
from toolkit.publish.review.checklist import named, read_checklist
from toolkit.publish.review.facts import declared, facts_of, new_codes, saturation_of
from toolkit.publish.review.pack import pack_files

LISTS = pytest.mark.parametrize("name", ["coreq", "srqr"])


def test_coreq_has_32_items_and_srqr_21(sample_records):
    coreq, srqr = (read_checklist(name, sample_records).items for name in ("coreq", "srqr"))
    assert [each.item for each in coreq] == [str(number) for number in range(1, 33)]
    assert [each.item for each in srqr] == [f"S{number}" for number in range(1, 22)]


def test_records_and_declarations_of_the_sample_fill_24_of_coreq_and_more(sample_records):
    coreq, srqr = (read_checklist(name, sample_records) for name in ("coreq", "srqr"))
    assert (coreq.filled, coreq.declared) == (28, 5)
    assert (srqr.filled, srqr.declared) == (16, 4)


def declaring(records, **told):
    """The same records under a protocol that declares this."""
    protocol = records.study.protocol.model_copy(update={"declarations": Declarations(**told)})
    return replace(records, study=replace(records.study, protocol=protocol))


def test_what_the_protocol_does_not_declare_is_open(sample_records):
    assert read_checklist("coreq", declaring(sample_records)).filled == 23
    assert read_checklist("srqr", declaring(sample_records)).filled == 12


@pytest.mark.parametrize(
    ("name", "item", "field"),
    [
        ("coreq", "4", "researchers"),
        ("coreq", "6", "relationship"),
        ("coreq", "9", "orientation"),
        ("coreq", "15", "present"),
        ("coreq", "23", "transcripts"),
        ("coreq", "28", "feedback"),
        ("srqr", "S3", "problem"),
        ("srqr", "S5", "orientation"),
        ("srqr", "S20", "interests"),
        ("srqr", "S21", "funding"),
    ],
)
def test_a_declaration_fills_its_item_and_says_that_it_is_one(sample_records, name, item, field):
    for fictional, mark in (
        (True, "Declared (fictional): Said so."),
        (False, "Declared: Said so."),
    ):
        records = declaring(sample_records, fictional=fictional, **{field: "Said so."})
        found = {each.item: each for each in read_checklist(name, records).items}[item]
        assert found.filled
        assert found.declared
        assert found.said.startswith(mark)
        assert found.href == "coreq.html#declared-in-the-protocol"


def test_made_up_declarations_fill_nothing_in_a_real_study(sample_records):
    records = declaring(sample_records, fictional=True, funding="A trust.", researchers="Women.")
    real = replace(records, inputs=replace(records.inputs, fictional=False))
    assert read_checklist("coreq", real).filled == 23
    assert not any(declared(real).values())


def test_pilot_and_approval_are_said_or_said_to_be_open(sample_records):
    open_ = facts_of(declaring(sample_records))
    assert open_["pilot_said"] == "A pilot is not declared."
    told = facts_of(declaring(sample_records, pilot="With two.", approval="By a panel."))
    assert (told["pilot_said"], told["approval_said"]) == (
        "Declared: With two.",
        "Declared: By a panel.",
    )


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
