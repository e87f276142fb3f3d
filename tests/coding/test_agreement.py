"""Agreement between coders: published values, laws, and what is undefined (P14)."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.coding.agreement import (
    Coefficient,
    cohen_kappa,
    confusion_table,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)
from toolkit.errors import CodingError

FOUR_CODERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
LEVELS = ("nominal", "ordinal", "interval", "ratio")
ratings_of_two = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)
ratings_with_gaps = st.lists(
    st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 3), min_size=1, max_size=20
)
tables = st.integers(2, 5).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 20), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


def units_by_coders(rows):
    return [
        [None if mark == "." else int(mark) for mark in unit] for unit in zip(*rows, strict=True)
    ]


def value(coefficient):
    assert coefficient.value is not None, coefficient.reason
    return coefficient.value


def alpha_by_pairs(units, distance):
    """Krippendorff's definition taken literally: every pair of values, one by one."""
    units = [[each for each in unit if each is not None] for unit in units]
    units = [unit for unit in units if len(unit) > 1]
    pool = [each for unit in units for each in unit]
    within = sum(
        sum(distance(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1)
        for unit in units
    )
    anywhere = sum(distance(a, b) for a, b in itertools.permutations(pool, 2))
    return 1 - (within / len(pool)) / (anywhere / (len(pool) * (len(pool) - 1)))


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_four_coders_with_gaps_is_krippendorffs(level, published):
    alpha = krippendorff_alpha(units_by_coders(FOUR_CODERS), level)
    assert value(alpha) == pytest.approx(published, abs=0.0005)
    assert alpha.units == 11


def test_two_coders_of_ten_units_agree_in_six_and_hardly_beyond_chance():
    ratings = list(zip("0100000010", "1110010000", strict=True))
    assert value(krippendorff_alpha(ratings)) == pytest.approx(0.095, abs=0.0005)
    assert value(percent_agreement(ratings)) == pytest.approx(0.60)


@pytest.mark.parametrize(
    ("table", "kappa", "ac1"),
    [([[40, 9], [6, 45]], 0.700, 0.701), ([[80, 10], [5, 5]], 0.318, 0.808)],
)
def test_kappa_and_ac1_of_two_by_two_tables(table, kappa, ac1):
    assert value(cohen_kappa(table)) == pytest.approx(kappa, abs=0.0005)
    assert value(gwet_ac1(table)) == pytest.approx(ac1, abs=0.0005)


def test_three_categories_give_the_published_kappa_with_its_error_pi_and_ac1():
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    kappa = cohen_kappa(table)
    assert value(kappa) == pytest.approx(0.79641, abs=5e-6)
    assert kappa.standard_error == pytest.approx(0.05891, abs=5e-6)
    assert value(scott_pi(table)) == pytest.approx(0.79624, abs=1e-5)
    assert value(gwet_ac1(table)) == pytest.approx(0.84933, abs=5e-6)


def test_pure_chance_has_kappa_zero():
    assert value(cohen_kappa([[25, 25], [25, 25]])) == pytest.approx(0)


@pytest.mark.parametrize(
    ("measure", "data", "reason"),
    [
        (percent_agreement, [], "no unit"),
        (percent_agreement, [["a"], ["b"]], "one coder"),
        (percent_agreement, [["a", None], [None, "b"]], "no unit"),
        (krippendorff_alpha, [], "no unit"),
        (krippendorff_alpha, [["a"], ["b"]], "one coder"),
        (krippendorff_alpha, [["a", "a"], ["a", "a"]], "no variation"),
        (krippendorff_alpha, [[float("nan"), 1.0]], "no unit"),
        (cohen_kappa, [[0, 0], [0, 0]], "no unit"),
        (cohen_kappa, [], "no unit"),
        (cohen_kappa, [[7, 0], [0, 0]], "no variation"),
        (cohen_kappa, [[7]], "no variation"),
        (scott_pi, [[0]], "no unit"),
        (scott_pi, [[0, 0], [0, 9]], "no variation"),
        (gwet_ac1, [[0, 0], [0, 0]], "no unit"),
        (gwet_ac1, [[5]], "one category"),
    ],
)
def test_what_cannot_be_computed_is_undefined_with_the_reason(measure, data, reason):
    coefficient = measure(data)
    assert coefficient.value is None
    assert reason in coefficient.reason
    assert "undefined" in str(coefficient)


def test_alpha_of_negative_ratio_values_is_undefined():
    assert "zero or more" in krippendorff_alpha([[-1.0, 2.0], [3.0, 3.0]], "ratio").reason


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("CODING-020", lambda: confusion_table([["a", "b", "c"]])),
        ("CODING-021", lambda: krippendorff_alpha([["a", "b"]], "circular")),
        ("CODING-022", lambda: cohen_kappa([[1, 2, 3], [4, 5, 6]])),
        ("CODING-022", lambda: gwet_ac1([[1, -2], [0, 1]])),
        ("CODING-023", lambda: krippendorff_alpha(["a", "b"])),
        ("CODING-024", lambda: percent_agreement([["a", 1], [2, "b"]])),
        ("CODING-025", lambda: krippendorff_alpha([["a", "b"]], "interval")),
    ],
)
def test_wrong_data_is_refused_with_a_code(code, call):
    with pytest.raises(CodingError) as caught:
        call()
    assert caught.value.findings[0].code == code


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan])
def test_a_missing_rating_is_no_category(missing):
    table, categories = confusion_table([["a", "b"], ["b", missing], ["b", "b"]])
    assert categories == ["a", "b"]
    assert table.tolist() == [[0, 1], [0, 1]]


@given(ratings_of_two)
def test_agreement_does_not_depend_on_who_is_first(ratings):
    swapped = [(two, one) for one, two in ratings]
    table, turned = confusion_table(ratings)[0], confusion_table(swapped)[0]
    assert (turned == table.T).all()
    for measure in (cohen_kappa, scott_pi, gwet_ac1):
        assert measure(table).value == pytest.approx(measure(turned).value)
    for level in LEVELS:
        one, two = krippendorff_alpha(ratings, level), krippendorff_alpha(swapped, level)
        assert one.value == pytest.approx(two.value)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=30).filter(lambda each: len(set(each)) > 1))
def test_perfect_agreement_is_one(marks):
    ratings = [(mark, mark) for mark in marks]
    table, _ = confusion_table(ratings)
    for measure in (cohen_kappa, scott_pi, gwet_ac1):
        assert value(measure(table)) == pytest.approx(1)
    assert value(cohen_kappa(table)) == pytest.approx(1)
    assert cohen_kappa(table).standard_error == pytest.approx(0, abs=1e-6)
    for level in LEVELS:
        assert value(krippendorff_alpha(ratings, level)) == pytest.approx(1)


@given(ratings_with_gaps, st.permutations("vwxyz"))
def test_nominal_agreement_does_not_depend_on_names_of_categories(ratings, names):
    renamed = [[None if each is None else names[each] for each in unit] for unit in ratings]
    assert krippendorff_alpha(ratings).value == pytest.approx(krippendorff_alpha(renamed).value)
    assert percent_agreement(ratings).value == percent_agreement(renamed).value


@given(tables, st.randoms())
def test_tables_do_not_depend_on_the_order_of_categories(table, random):
    order = random.sample(range(len(table)), len(table))
    shuffled = np.array(table)[np.ix_(order, order)]
    for measure in (cohen_kappa, scott_pi, gwet_ac1):
        assert measure(table).value == pytest.approx(measure(shuffled).value)


@given(ratings_with_gaps, st.randoms())
def test_alpha_does_not_depend_on_the_order_of_units(ratings, random):
    shuffled = random.sample(ratings, len(ratings))
    for level in LEVELS:
        one, two = krippendorff_alpha(ratings, level), krippendorff_alpha(shuffled, level)
        assert one.value == pytest.approx(two.value)


@given(ratings_with_gaps)
def test_alpha_is_what_its_definition_gives_pair_by_pair(ratings):
    def ratio(a, b):
        return ((a - b) / (a + b)) ** 2 if a + b else 0.0

    for level, distance in (
        ("nominal", lambda a, b: float(a != b)),
        ("interval", lambda a, b: (a - b) ** 2),
        ("ratio", ratio),
    ):
        alpha = krippendorff_alpha(ratings, level)
        if alpha.value is not None:
            assert alpha.value == pytest.approx(alpha_by_pairs(ratings, distance))


@given(tables)
def test_no_coefficient_is_above_one_or_not_a_number(table):
    for measure in (cohen_kappa, scott_pi, gwet_ac1):
        coefficient = measure(table)
        assert isinstance(coefficient, Coefficient)
        assert coefficient.value is None or coefficient.value <= 1 + 1e-12
        assert bool(coefficient.reason) is (coefficient.value is None)


def test_ratio_alpha_of_more_values_than_a_block_is_the_same_as_pair_by_pair():
    values = np.random.default_rng(24).uniform(0, 9, (400, 2)).round(2)
    alpha = value(krippendorff_alpha(values, "ratio"))
    pairs = alpha_by_pairs(values.tolist(), lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0)
    assert alpha == pytest.approx(pairs)
