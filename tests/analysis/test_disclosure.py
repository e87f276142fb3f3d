"""Small cells: nothing below the minimum can be worked out from the table (P30)."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.analysis.disclosure import Mark, suppress_small, suppression_rule
from toolkit.errors import AnalysisError

MINIMUM = 3
margins = st.sampled_from(["public", "shown", "absent"])
small_tables = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 5), min_size=columns, max_size=columns), min_size=1, max_size=2
    )
)


def possible(shown, largest=8):
    """What a reader who knows the rule must reckon with for one printed count."""
    if not isinstance(shown, Mark):
        return [shown]
    return range(MINIMUM) if shown.startswith("<") else range(MINIMUM, largest)


def consistent_tables(printed):
    """Every table of counts that agrees with what is printed: brute force."""
    cells = [cell for row in printed.cells for cell in row]
    columns = len(printed.cells[0])
    withheld = any(isinstance(cell, Mark) for cell in cells) and not any(
        str(cell).startswith("<") for cell in cells
    )
    choices = [range(8) if withheld and isinstance(c, Mark) else possible(c) for c in cells]
    for filled in itertools.product(*choices):
        rows = [filled[at : at + columns] for at in range(0, len(filled), columns)]
        sums = [sum(row) for row in rows]
        downs = [sum(row[column] for row in rows) for column in range(columns)]
        shown = [*printed.row_totals, *printed.column_totals]
        found = [*(sums if printed.row_totals else []), *(downs if printed.column_totals else [])]
        if printed.total is not None:
            shown, found = [*shown, printed.total], [*found, sum(sums)]
        if all(fits(a, b, withheld) for a, b in zip(found, shown, strict=True)):
            yield filled


def fits(count, shown, withheld):
    if not isinstance(shown, Mark):
        return count == shown
    return withheld or count in possible(shown, largest=99)


@settings(max_examples=60, deadline=None)
@given(small_tables, margins, margins, margins)
def test_no_small_count_can_be_worked_out_from_the_rest(cells, rows, columns, total):
    printed = suppress_small(
        cells, minimum=MINIMUM, row_totals=rows, column_totals=columns, total=total
    )
    if not printed.safe:
        return
    tables = list(consistent_tables(printed))
    true = [count for row in cells for count in row]
    marks = [cell for row in printed.cells for cell in row]
    for place, (count, mark) in enumerate(zip(true, marks, strict=True)):
        if count < MINIMUM and isinstance(mark, Mark):
            assert len({table[place] for table in tables}) > 1


@settings(max_examples=150, deadline=None)
@given(small_tables, margins, margins, margins)
def test_no_small_count_is_printed_unless_a_public_zero_says_it(cells, rows, columns, total):
    printed = suppress_small(
        cells, minimum=MINIMUM, row_totals=rows, column_totals=columns, total=total
    )
    for row in printed.cells:
        for cell in row:
            assert isinstance(cell, Mark) or cell >= MINIMUM or cell == 0
    if "public" not in (rows, columns, total):
        shown = [
            *printed.row_totals,
            *printed.column_totals,
            *(c for r in printed.cells for c in r),
        ]
        assert all(isinstance(cell, Mark) or cell >= MINIMUM for cell in shown)


@given(small_tables)
def test_public_margins_stay(cells):
    printed = suppress_small(cells, minimum=MINIMUM, row_totals="public", column_totals="absent")
    assert printed.row_totals == [sum(row) for row in cells]
    assert printed.column_totals == []


def test_one_father_of_twenty_is_not_given_back_by_nineteen_mothers():
    printed = suppress_small([[19], [1]], minimum=3, row_totals="absent", column_totals="public")
    assert printed.cells == [["x"], ["<3"]]
    assert printed.column_totals == [20]


def test_the_cheapest_counts_are_hidden_and_large_ones_stay():
    printed = suppress_small([[40, 30, 9, 1]], minimum=3, total="public", column_totals="absent")
    assert printed.cells == [[40, 30, "x", "<3"]]


def test_a_table_without_small_counts_stays_as_it_is():
    printed = suppress_small([[5, 4], [3, 9]], minimum=3)
    assert printed.cells == [[5, 4], [3, 9]]
    assert (printed.row_totals, printed.column_totals, printed.total) == ([9, 12], [8, 13], 21)


def test_where_the_minimum_is_exact_all_cells_are_hidden_alike():
    printed = suppress_small([[3, 0]], minimum=3, row_totals="public", column_totals="absent")
    assert printed.cells == [["x", "x"]]
    assert printed.safe


def test_one_category_with_a_public_total_cannot_be_protected():
    assert not suppress_small([[2]], minimum=3, row_totals="public").safe


def test_a_study_without_a_smallest_cell_hides_nothing():
    assert suppress_small([[1, 0]], minimum=0).cells == [[1, 0]]
    assert "no counts suppressed" in suppression_rule(0)
    assert "<3" in suppression_rule(3)


def test_an_empty_table_stays_empty():
    printed = suppress_small([], minimum=3)
    assert printed.cells == []
    assert printed.safe


@pytest.mark.parametrize("cells", [[[1, 2], [3]], [[-1]]])
def test_what_is_no_table_of_counts_is_refused(cells):
    with pytest.raises(AnalysisError, match="ANALYSIS-010"):
        suppress_small(cells, minimum=3)
