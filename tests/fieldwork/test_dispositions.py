"""What came of people, in the standard classification, and that nothing falls out of it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from toolkit.analysis.tables.outcome_rates import RATES, rate_counts
from toolkit.fieldwork import DISPOSITIONS
from toolkit.guide import load_guide

# First part of an AAPOR code (Standard Definitions, 9th ed. 2016) and what it may count as.
GROUPS = {
    "1.1": "interview",
    "1.2": "partial",
    "2.1": "refusal",
    "2.2": "non-contact",
    "2.3": "other",
    "3": "unknown",
    "4": "ineligible",
}


@pytest.mark.parametrize("each", DISPOSITIONS.values(), ids=str)
def test_a_code_and_the_group_in_the_rates_say_the_same(each):
    assert re.fullmatch(r"[1-4]\.[1-9]{1,3}", each.aapor)
    (group,) = [group for start, group in GROUPS.items() if each.aapor.startswith(start)]
    assert each.counts_as == group


def test_every_group_of_the_rates_is_used():
    assert {each.counts_as for each in DISPOSITIONS.values()} == set(GROUPS.values())


def test_asked_without_response_is_never_lumped_with_never_involved():
    """P17."""
    asked, never = DISPOSITIONS["asked-no-response"], DISPOSITIONS["never-involved"]
    assert asked.label != never.label
    assert asked.aapor != never.aapor


def test_labels_tell_dispositions_apart():
    labels = [each.label for each in DISPOSITIONS.values()]
    assert len(set(labels)) == len(labels)
    assert all(name == each.id for name, each in DISPOSITIONS.items())


@pytest.mark.parametrize("guide", ["telephone-interview.yaml", "parent-forum.yaml"])
def test_every_ending_of_the_worked_guides_has_a_disposition(worked, guide):
    """P17."""
    endings = load_guide(worked / guide).endings
    assert {each.disposition for each in endings} <= DISPOSITIONS.keys()


def test_nobody_can_add_a_disposition_on_the_way():
    with pytest.raises(TypeError):
        DISPOSITIONS["made-up"] = DISPOSITIONS["complete"]


def test_everybody_eligible_or_unknown_is_below_the_line_of_the_response_rate():
    counts = rate_counts(pd.Series([*DISPOSITIONS, None, "complete"]))
    below = {each.name: sum(counts[letter] for letter in each.below) for each in RATES}
    eligible = [each for each in DISPOSITIONS.values() if each.counts_as != "ineligible"]
    assert below["RR1"] == len(eligible) + 2
    assert counts["I"] == 2
    assert counts["U"] == 2
