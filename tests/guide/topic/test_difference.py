"""What changed between versions of a guide, said as a participant would notice it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.guide import load_guide
from toolkit.guide.topic.difference import Difference, compare_guides, show_difference

BASE = """\
guide: small
title: Small
version: "1.0"
source: made up
languages: [en]
mode: survey
sections:
  - section: one
    title: One
    minutes: 5
    items:
      - script: hello
        text: Good morning.
      - question: q1
        text: How was it?
        type: single
        choices: [{id: good, label: Good}, {id: bad, label: Bad}]
        probes:
          - {probe: why, text: Why?, type: text}
      - question: q2
        text: How often?
        type: number
        unit: visits
      - question: q3
        text: How content were you?
        type: scale
        from: 1
        to: 5
        when: q1 = good
endings:
  - {ending: end, disposition: complete, text: Thank you., default: true}
"""
Compare = Callable[..., Difference]
Q2 = """\
      - question: q2
        text: How often?
        type: number
        unit: visits
"""


@pytest.fixture
def changed(tmp_path: Path) -> Compare:
    def compare(*edits: tuple[str, str]) -> Difference:
        text = BASE
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "old.yaml").write_text(BASE, encoding="utf-8")
        (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
        return compare_guides(load_guide(tmp_path / "old.yaml"), load_guide(tmp_path / "new.yaml"))

    return compare


def test_comments_and_layout_are_no_change(changed: Compare) -> None:
    difference = changed(("languages: [en]", "languages:\n  - en  # English"))
    assert difference.changes == ()
    assert "Nothing changed for anybody" in show_difference(difference)


@pytest.mark.parametrize(
    ("edit", "ref", "said", "noticed", "comparable"),
    [
        (("How was it?", "How was all of it?"), "q1", "wording now", True, "with care"),
        (("{id: bad, label: Bad}", "{id: poor, label: Bad}"), "q1", "'bad' removed", True, "no"),
        (("label: Bad", "label: Not good"), "q1", "now reads 'Not good'", True, "with care"),
        (("unit: visits", "unit: calls"), "q2", "unit now calls", True, "no"),
        (("to: 5", "to: 7"), "q3", "scale now 1 to 7", True, "no"),
        (("when: q1 = good", "when: q1 = bad"), "q3", "only if q1 = good", True, "with care"),
        (("text: Why?, type: text", "text: Why?, type: tick"), "q1.why", "type now", True, "no"),
        (("minutes: 5", "minutes: 6"), "one", "budget 5 minutes, now 6", False, "yes"),
        (("Good morning.", "Hello."), "hello", "wording now", True, "yes"),
        (("disposition: complete", "disposition: done"), "end", "counts as done", False, "no"),
        (("unit: visits", "unit: visits\n        max: 9"), "q2", "limits", False, "yes"),
        (("text: Why?,", "text: Why?, required: true,"), "q1.why", "needed", False, "yes"),
    ],
)
def test_each_kind_of_change_is_said_with_what_stays_comparable(
    changed: Compare, edit: tuple[str, str], ref: str, said: str, noticed: bool, comparable: str
) -> None:
    told = [each for each in changed(edit).changes if each.ref == ref and said in each.what]
    assert [(each.noticed, each.comparable) for each in told] == [(noticed, comparable)]


def test_a_new_question_has_no_answers_from_before(changed: Compare) -> None:
    added = "      - question: q4\n        text: Anything else?\nendings:"
    difference = changed(("endings:", added))
    assert [(each.ref, each.comparable) for each in difference.changes] == [("q4", "no")]
    assert difference.comparable("q4") == "no"
    assert difference.comparable("q1") == "yes"


def test_a_removed_question_is_said_last(changed: Compare) -> None:
    difference = changed((Q2, ""), ("How was it?", "How did it go?"))
    assert [each.ref for each in difference.changes] == ["q1", "q2"]
    assert "removed" in difference.changes[-1].what


def test_a_question_that_moved_is_named_and_the_others_are_not(changed: Compare) -> None:
    first = "      - script: hello\n"
    difference = changed((Q2, ""), (first, Q2 + first))
    # Of two that changed places it is open which one moved; one of them is named.
    assert [(each.ref, each.what) for each in difference.changes] in (
        [("q2", "moved: now the first question")],
        [("q1", "moved: now after q2")],
    )
    assert difference.comparable("q3") == "yes"


def test_a_question_of_another_kind_is_not_comparable(changed: Compare) -> None:
    difference = changed(("      - script: hello\n", "      - question: hello\n"))
    assert ("hello", "no") in [(each.ref, each.comparable) for each in difference.changes]
