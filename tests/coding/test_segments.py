"""Segments by code points: quotations are found exactly, and never repeated in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.coding import locate
from toolkit.coding.segments import check_bounds
from toolkit.errors import CodingError
from toolkit.sources import Source

SOURCE = Source("K01/q3", "We waited and waited. 👩‍👧 Nobody rang us back.")


@given(st.text(min_size=1), st.data())
def test_a_quotation_that_occurs_once_is_found_where_it_is(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    times = sum(text.startswith(quote, at) for at in range(len(text)))
    if times == 1:
        assert locate(Source("K01/q3", text), quote) == (start, end)
    else:
        with pytest.raises(CodingError, match="CODING-003"):
            locate(Source("K01/q3", text), quote)


def test_offsets_count_code_points_not_bytes_or_what_is_seen():
    start, end = locate(SOURCE, "Nobody rang")
    assert SOURCE.text[start:end] == "Nobody rang"
    assert start == len("We waited and waited. ") + 3 + 1


@pytest.mark.parametrize(
    ("quote", "code"), [("waited", "003"), ("nobody rang", "002"), ("", "002")]
)
def test_a_quotation_not_there_or_not_unique_is_refused_without_its_words(quote, code):
    with pytest.raises(CodingError, match=f"CODING-{code} source K01/q3") as caught:
        locate(SOURCE, quote)
    assert not quote or quote not in str(caught.value)


def test_a_quotation_that_overlaps_itself_is_not_unique():
    with pytest.raises(CodingError, match=r"quoted words \(\d+ characters\) occur 2 times"):
        locate(Source("K01/q3", "aaa"), "aa")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 999)])
def test_offsets_outside_the_text_are_refused(start, end):
    with pytest.raises(CodingError, match="CODING-004"):
        check_bounds(SOURCE, start, end)
