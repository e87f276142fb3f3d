from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import SampleError
from toolkit.guide import Answer
from toolkit.sample.playing import _shares, answer_of


@pytest.mark.parametrize(
    ("said", "kind", "answer"),
    [
        ("yes", "yes-no", Answer("yes")),
        (["parent", "child"], "multiple", Answer(["parent", "child"])),
        ({"missing": "refused"}, "text", Answer(missing="refused")),
        ({"other": "a neighbour"}, "single", Answer("other", other="a neighbour")),
        ({"other": "a neighbour"}, "multiple", Answer(["other"], other="a neighbour")),
        ("tick", "tick", Answer(True)),
        ("skip", "tick", Answer(missing="skipped")),
        (3, "scale", Answer(3)),
    ],
)
def test_answers_are_read_as_they_are_written(said: Any, kind: str, answer: Answer) -> None:
    assert answer_of(said, kind) == answer


@pytest.mark.parametrize(
    "said", [{}, {"missing": "lost"}, {"other": 3}, {"missing": "refused", "other": "x"}]
)
def test_other_mappings_are_no_answers(said: Any) -> None:
    with pytest.raises(SampleError, match=r"^SAMPLE-004"):
        answer_of(said, "single")


@pytest.mark.parametrize("said", ["tick", "skip"])
def test_a_tick_is_for_ticks(said: str) -> None:
    with pytest.raises(SampleError, match=r"^SAMPLE-007"):
        answer_of(said, "text")


@given(length=st.integers(0, 10**7), weights=st.lists(st.integers(1, 5000), min_size=1))
def test_time_that_is_shared_out_adds_up(length: int, weights: list[int]) -> None:
    shares = _shares(length, weights)
    assert sum(shares) == length
    assert len(shares) == len(weights)
    assert min(shares) >= 0
