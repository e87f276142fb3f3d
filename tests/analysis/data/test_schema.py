"""The tidy frames have fixed columns, types and order, rows or not."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.analysis.data.schema import KEYS, SCHEMA, as_frame


@pytest.mark.parametrize("name", SCHEMA)
def test_a_frame_without_rows_has_its_columns_and_types(name):
    frame = as_frame(name, {})
    assert list(frame.columns) == list(SCHEMA[name])
    assert len(frame) == 0
    for column, (kind, _) in SCHEMA[name].items():
        if not kind.startswith("datetime"):
            assert str(frame[column].dtype) == kind


def test_every_key_is_a_column_and_every_frame_has_one():
    assert KEYS.keys() == SCHEMA.keys()
    assert all(set(keys) <= set(SCHEMA[name]) for name, keys in KEYS.items())


def test_moments_are_local_times_across_the_clock_change():
    """P26: deadlines go by the local calendar; on 31 March 2019 clocks went forward."""
    before, after = 1_553_990_340_000, 1_553_994_000_000
    frame = as_frame(
        "attempts", {"participant": ["K01", "K02"], "number": [1, 1], "when": [before, after]}
    )
    assert [f"{each:%H:%M %Z}" for each in frame["when"]] == ["23:59 GMT", "02:00 BST"]


def test_a_missing_moment_stays_missing():
    frame = as_frame("attempts", {"participant": ["K01"], "number": [1], "when": [None]})
    assert frame["when"].isna().all()
    assert str(frame["when"].dtype) == str(as_frame("attempts", {})["when"].dtype)


@given(st.permutations(range(6)))
def test_order_of_rows_coming_in_does_not_matter(order):
    rows = [(f"K0{n % 3}", n) for n in range(6)]
    columns = {
        "participant": [rows[n][0] for n in order],
        "number": [rows[n][1] for n in order],
        "when": [None] * 6,
        "outcome": ["refused"] * 6,
    }
    frame = as_frame("attempts", columns)
    assert list(frame[["participant", "number"]].itertuples(index=False, name=None)) == sorted(rows)
    assert isinstance(frame.index, pd.RangeIndex)
