"""What is typed is kept change by change, and comes back whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.capture.session.drafts import change, changed, split_field, written
from toolkit.guide import Answer

words = st.text(alphabet="ab\U0001f600é\n", max_size=12)


@given(words, words)
def test_a_change_turns_one_text_into_the_other(before: str, after: str) -> None:
    assert changed(before, change(before, after)) == after


@given(words, words, words)
def test_only_what_changed_is_written(start: str, put: str, end: str) -> None:
    what = change(start + end, start + put + end)
    assert (len(what["put"]), what["cut"]) == (len(put), 0)


def test_a_keystroke_costs_the_same_however_long_the_answer_is() -> None:
    assert change("word " * 1000, "word " * 1000 + "w") == {"at": 5000, "cut": 0, "put": "w"}


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("q3#answer", ("q3", "answer")),
        ("q2.who@1#other", ("q2.who@1", "other")),
        ("#note", ("", "note")),
        ("q3", None),
        ("q3#voice", None),
        ("q3#answer#note", None),
        ("x" * 161 + "#note", None),
    ],
)
def test_a_field_has_a_ref_and_a_known_part(field: str, parts: tuple[str, str] | None) -> None:
    assert split_field(field) == parts


def test_a_field_shows_the_answer_until_something_is_typed() -> None:
    said = {"q1": Answer("words"), "q2": Answer("other", other="an aunt"), "q3": Answer(5)}
    assert written("q1#answer", said) == "words"
    assert written("q2#other", said) == "an aunt"
    assert [written(each, said) for each in ("q3#answer", "q4#answer", "q1#note")] == ["", "", ""]
