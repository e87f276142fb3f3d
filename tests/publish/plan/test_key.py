"""A key is another whenever anything is, and says what in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from toolkit.publish.plan.key import Key

KEY = Key(
    cells=("a1", "b1"),
    parameters={"word": "her words"},
    files={"study.yaml": "s1"},
    data={"answers": "d1", "turns": "d1"},
    code={"toolkit/a.py": "c1", "toolkit/b.py": "c1"},
    packages={"pandas": "2.2"},
    after={"01-a": "k1"},
)
CHANGES = [
    ({"cells": ("a1", "b2")}, "code cell 2 changed"),
    ({"cells": ("a1",)}, "it has 1 code cells, and had 2"),
    ({"parameters": {"word": "my words"}}, "parameter word changed"),
    ({"files": {"study.yaml": "s2"}}, "study.yaml changed"),
    ({"data": {"answers": "d2", "turns": "d2"}}, "answers, turns changed"),
    ({"code": {"toolkit/a.py": "c2"}}, "toolkit/a.py and 1 more files changed"),
    ({"packages": {"pandas": "2.3"}}, "pandas is 2.3, it was 2.2"),
    ({"packages": {}}, "pandas is none, it was 2.2"),
    ({"after": {"01-a": "k2"}}, "upstream notebook 01-a changed"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_every_change_is_another_key_and_is_said(change, said):
    changed = replace(KEY, **change)
    assert changed.hash != KEY.hash
    assert list(changed.differences(KEY)) == [said]


def test_value_of_a_parameter_is_never_said():
    assert "words" not in " ".join(replace(KEY, parameters={}).differences(KEY))


def test_every_field_is_covered_by_a_change():
    assert {name for change, _ in CHANGES for name in change} == set(KEY.to_json())


def test_key_that_was_written_and_read_is_the_same():
    again = Key.of_json(json.loads(json.dumps(KEY.to_json())))
    assert again == KEY
    assert again.hash == KEY.hash
    assert list(again.differences(KEY)) == []
