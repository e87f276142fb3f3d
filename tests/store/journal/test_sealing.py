"""The canonical form: one text for one value, the same as any JSON library gives."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.store import About, NewEvent
from toolkit.store.canonical import canonical
from toolkit.store.journal.sealing import content_of, genesis

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


def by_library(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(values)
def test_the_canonical_form_is_that_of_the_json_library(value: Any) -> None:
    assert canonical(value) == by_library(value)


@given(values, st.integers(0, 2**53))
def test_the_content_of_an_event_is_its_columns_that_are_not_empty(value: Any, start: int) -> None:
    event = NewEvent("note", 'q1 "\\\n\x7f\u2028é𝄞', start, new_value=value, case="K01")
    told = {
        name: each
        for name, each in asdict(event).items()
        if each is not None and (each != "" or name.endswith("_value"))
    }
    library = by_library(told | {"seq": 7}).encode("utf-8", "surrogatepass")
    try:
        assert content_of(event, 7) == library
    except UnicodeEncodeError:
        assert any("\ud800" <= each <= "\udfff" for each in canonical(value))


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, float("inf"), (1,), {1: 2}, b"", object(), {"a": {2.0: ""}}]
)
def test_what_is_not_json_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_a_journal_of_another_kind_begins_with_another_seal() -> None:
    first = About("made-up", True, "2019-02-01")
    others = [About("other", True, "2019-02-01"), About("made-up", True, "2019-02-01", "identity")]
    assert genesis(first) not in {genesis(each) for each in others}
