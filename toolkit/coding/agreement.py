"""Agreement between coders: percent, kappa, pi, AC1 and alpha.

Two shapes of data are used. *Ratings* are units x coders: one row for each thing that was coded,
one column for each coder, a missing rating as ``None`` or ``nan``. A *table* is square: row i,
column j counts the units that the first coder put into category i and the second into j.

A coefficient that the data cannot give is `Coefficient.value` ``None`` with the reason in words,
never a number: nobody to compare with, nothing coded, or no variation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from toolkit.errors import CodingError
from toolkit.rounding import printed

Level = Literal["nominal", "ordinal", "interval", "ratio"]
_Floats = npt.NDArray[np.float64]

_NO_UNITS = "no unit was coded by two coders"
ONE_CODER = "there is one coder only; agreement needs two"
NO_VARIATION = "no variation: every rating is the same, so chance agreement is complete"
_ONE_CATEGORY = "there is one category only; agreement beyond chance needs two"
_BELOW_ZERO = "the ratio level needs values of zero or more"
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One measure of agreement, or the reason why it is undefined.

    Attributes
    ----------
    name : str
        For example ``Cohen's kappa``.
    value : float or None
        1 is perfect agreement, 0 what chance gives (percent agreement: a proportion 0 to 1);
        ``None`` where it is not defined.
    reason : str
        Why there is no value; empty if there is one.
    units : int
        Count of units that entered the computation.
    standard_error : float or None
        Large-sample standard error where a formula is given, else ``None``.
    """

    name: str
    value: float | None
    reason: str = ""
    units: int = 0
    standard_error: float | None = None

    def __str__(self) -> str:
        """Return the value to three decimals, or ``undefined`` and why."""
        if self.value is None:
            return f"{self.name} undefined: {self.reason}"
        return f"{self.name} {printed(self.value, '.3f')} (n = {self.units})"


def confusion_table(
    ratings: npt.ArrayLike | Sequence[Sequence[object]],
) -> tuple[npt.NDArray[np.int64], list[object]]:
    """Count how two coders' categories fall together.

    Parameters
    ----------
    ratings : array of shape (units, 2)
        One row a unit; a unit that either coder left out is dropped.

    Returns
    -------
    table : array of int, shape (categories, categories)
        Rows are the first coder's category, columns the second's.
    categories : list
        What the rows and columns stand for, in sorted order.

    Raises
    ------
    CodingError
        There are not exactly two coders.
    """
    codes, categories = _category_codes(ratings)
    if codes.shape[1] != 2:
        raise CodingError.of("CODING-020", place="confusion table", coders=codes.shape[1])
    both = codes[(codes >= 0).all(axis=1)]
    size = len(categories)
    counts = np.bincount(both[:, 0] * size + both[:, 1], minlength=size * size)
    return counts.reshape(size, size).astype(np.int64), categories


def percent_agreement(ratings: npt.ArrayLike | Sequence[Sequence[object]]) -> Coefficient:
    """Return the share of pairs of ratings that are equal, averaged over units.

    Parameters
    ----------
    ratings : array of shape (units, coders)
        Missing ratings as ``None`` or ``nan``; units with fewer than two ratings do not count.

    Returns
    -------
    Coefficient
        A proportion 0 to 1. With two coders it is the plain share of units coded alike;
        with more it is Fleiss's mean pairwise agreement (Fleiss 1971, p. 379).
    """
    name = "Percent agreement"
    codes, categories = _category_codes(ratings)
    reason, counts = _pairable(codes, len(categories))
    if reason:
        return Coefficient(name, None, reason)
    raters = counts.sum(axis=1)
    alike = (counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))
    return Coefficient(name, float(alike.mean()), units=len(counts))


def cohen_kappa(table: npt.ArrayLike) -> Coefficient:
    """Return Cohen's kappa of two coders with nominal categories.

    Parameters
    ----------
    table : array of shape (categories, categories)
        Counts of units, as `confusion_table` gives them.

    Returns
    -------
    Coefficient
        Kappa (Cohen 1960, p. 40) with its standard error (Fleiss, Cohen and Everitt 1969, p. 325).

    Raises
    ------
    CodingError
        The table is not square or holds a count below zero.
    """
    name = "Cohen's kappa"
    counts = _square(table, name)
    units = int(counts.sum())
    if units == 0:
        return Coefficient(name, None, _NO_UNITS)
    shares = counts / units
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float(np.trace(shares)), float(first @ second)
    if math.isclose(expected, 1.0):
        return Coefficient(name, None, NO_VARIATION, units)
    kappa = (observed - expected) / (1 - expected)
    error = _kappa_error(shares, first, second, observed, expected, units)
    return Coefficient(name, kappa, units=units, standard_error=error)


def scott_pi(table: npt.ArrayLike) -> Coefficient:
    """Return Scott's pi of two coders with nominal categories.

    Parameters
    ----------
    table : array of shape (categories, categories)
        Counts of units, as `confusion_table` gives them.

    Returns
    -------
    Coefficient
        Pi (Scott 1955, p. 323): chance is taken from both coders' pooled categories.

    Raises
    ------
    CodingError
        The table is not square or holds a count below zero.
    """
    name = "Scott's pi"
    counts = _square(table, name)
    units = int(counts.sum())
    if units == 0:
        return Coefficient(name, None, _NO_UNITS)
    pooled = (counts.sum(axis=0) + counts.sum(axis=1)) / (2 * units)
    expected = float(pooled @ pooled)
    if math.isclose(expected, 1.0):
        return Coefficient(name, None, NO_VARIATION, units)
    return Coefficient(name, _beyond(float(np.trace(counts)) / units, expected), units=units)


def gwet_ac1(table: npt.ArrayLike) -> Coefficient:
    """Return Gwet's AC1 of two coders with nominal categories.

    Parameters
    ----------
    table : array of shape (categories, categories)
        Counts of units. Categories that nobody used count: they belong to the codebook.

    Returns
    -------
    Coefficient
        AC1 (Gwet 2008, p. 34), which stays high where one category is rare and coders agree.

    Raises
    ------
    CodingError
        The table is not square or holds a count below zero.
    """
    name = "Gwet's AC1"
    counts = _square(table, name)
    units, size = int(counts.sum()), len(counts)
    if units == 0:
        return Coefficient(name, None, _NO_UNITS)
    if size < 2:
        return Coefficient(name, None, _ONE_CATEGORY, units)
    pooled = (counts.sum(axis=0) + counts.sum(axis=1)) / (2 * units)
    expected = float((pooled * (1 - pooled)).sum()) / (size - 1)
    return Coefficient(name, _beyond(float(np.trace(counts)) / units, expected), units=units)


def krippendorff_alpha(
    ratings: npt.ArrayLike | Sequence[Sequence[object]], level: Level = "nominal"
) -> Coefficient:
    """Return Krippendorff's alpha for any number of coders, with or without missing ratings.

    Parameters
    ----------
    ratings : array of shape (units, coders)
        Missing ratings as ``None`` or ``nan``; units with fewer than two ratings do not count.
        Nominal: any labels. Ordinal: values that sort. Interval and ratio: numbers.
    level : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two different values are.

    Returns
    -------
    Coefficient
        Alpha (Krippendorff 2004, pp. 221-236).

    Raises
    ------
    CodingError
        The level is unknown, or interval or ratio values are not numbers.
    """
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise CodingError.of("CODING-021", place="Krippendorff's alpha", level=level)
    name = f"Krippendorff's alpha ({level})"
    codes, categories = _category_codes(ratings)
    reason, counts = _pairable(codes, len(categories))
    if reason:
        return Coefficient(name, None, reason)
    totals = counts.sum(axis=0)
    if np.count_nonzero(totals) < 2:
        return Coefficient(name, None, NO_VARIATION, len(counts))
    if level == "nominal":
        observed, expected = _nominal_disagreement(counts)
    else:
        values = _positions(categories, totals, level)
        if level == "ratio" and bool((values < 0).any()):
            return Coefficient(name, None, _BELOW_ZERO, len(counts))
        measure = _ratio_disagreement if level == "ratio" else _squared_disagreement
        observed, expected = measure(counts, values)
    return Coefficient(name, 1.0 - observed / expected, units=len(counts))


def _beyond(observed: float, expected: float) -> float:
    """Scale agreement so that chance is 0 and perfect agreement 1."""
    return (observed - expected) / (1 - expected)


def _square(table: npt.ArrayLike, place: str) -> _Floats:
    """Read a square table of counts, or refuse it with the reason."""
    counts = np.asarray(table, dtype=np.float64)
    if counts.size == 0:
        return np.zeros((0, 0))
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not (counts >= 0).all():
        shape = " x ".join(str(side) for side in counts.shape)
        raise CodingError.of("CODING-022", place=place, shape=shape)
    return counts


def _kappa_error(
    shares: _Floats, first: _Floats, second: _Floats, observed: float, expected: float, units: int
) -> float:
    """Return the large-sample standard error of kappa."""
    apart = 1 - observed
    agreed = np.diag(shares) * ((1 - expected) - (first + second) * apart) ** 2
    spread = shares * (second[:, None] + first[None, :]) ** 2
    differed = apart**2 * (spread.sum() - np.trace(spread))
    centre = (observed * expected - 2 * expected + observed) ** 2
    variance = (float(agreed.sum()) + float(differed) - centre) / (units * (1 - expected) ** 4)
    return math.sqrt(max(variance, 0.0))


def _category_codes(
    ratings: npt.ArrayLike | Sequence[Sequence[object]],
) -> tuple[npt.NDArray[np.int64], list[object]]:
    """Number the categories in sorted order; a missing rating is -1."""
    cells = np.asarray(ratings, dtype=None if hasattr(ratings, "__array__") else object)
    if cells.size == 0:
        return np.zeros((0, cells.shape[1] if cells.ndim == 2 else 0), dtype=np.int64), []
    if cells.ndim != 2:
        raise CodingError.of("CODING-023", place="ratings", dimensions=cells.ndim)
    missing = _missing(cells)
    codes = np.full(cells.shape, -1, dtype=np.int64)
    try:
        categories, found = np.unique(cells[~missing], return_inverse=True)
    except TypeError:
        raise CodingError.of("CODING-024", place="ratings") from None
    codes[~missing] = found
    return codes, list(categories.tolist())


def _missing(cells: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where ratings are ``None`` or ``nan``."""
    if cells.dtype.kind == "f":
        return np.asarray(np.isnan(cells), dtype=np.bool_)
    if cells.dtype.kind != "O":
        return np.zeros(cells.shape, dtype=np.bool_)
    flat = [each is None or (isinstance(each, float) and math.isnan(each)) for each in cells.flat]
    return np.array(flat, dtype=np.bool_).reshape(cells.shape)


def _pairable(codes: npt.NDArray[np.int64], size: int) -> tuple[str, _Floats]:
    """Count ratings per unit and category where a unit has at least two; or return the reason."""
    counts = np.zeros((len(codes), size))
    for coder in range(codes.shape[1]):
        rated = np.flatnonzero(codes[:, coder] >= 0)
        counts[rated, codes[rated, coder]] += 1
    counts = counts[counts.sum(axis=1) >= 2]
    if len(counts):
        return "", counts
    return (ONE_CODER if codes.shape[1] == 1 else _NO_UNITS), counts


def _positions(categories: Sequence[object], totals: _Floats, level: Level) -> _Floats:
    """Place categories on a line: their own numbers, or for ordinal their mid-ranks."""
    if level == "ordinal":
        return np.cumsum(totals) - totals / 2
    try:
        return np.asarray(categories, dtype=np.float64)
    except (TypeError, ValueError):
        raise CodingError.of("CODING-025", place="Krippendorff's alpha", level=level) from None


def _nominal_disagreement(counts: _Floats) -> tuple[float, float]:
    """Return observed and expected disagreement when values are alike or not."""
    raters, totals = counts.sum(axis=1), counts.sum(axis=0)
    paired = float(totals.sum())
    unlike = (raters**2 - (counts**2).sum(axis=1)) / (raters - 1)
    expected = (paired**2 - float((totals**2).sum())) / (paired * (paired - 1))
    return float(unlike.sum()) / paired, expected


def _squared_disagreement(counts: _Floats, values: _Floats) -> tuple[float, float]:
    """Return observed and expected disagreement for squared distances, in linear time."""
    raters, totals = counts.sum(axis=1), counts.sum(axis=0)
    paired = float(totals.sum())
    centred = values - float(totals @ values) / paired
    sums, squares = counts @ centred, counts @ centred**2
    apart = 2 * (raters * squares - sums**2) / (raters - 1)
    spread = 2 * (paired * float(totals @ centred**2) - float(totals @ centred) ** 2)
    return float(apart.sum()) / paired, spread / (paired * (paired - 1))


def _ratio_disagreement(counts: _Floats, values: _Floats) -> tuple[float, float]:
    """Return observed and expected disagreement for ((a - b) / (a + b)) squared, block by block."""
    raters, totals = counts.sum(axis=1), counts.sum(axis=0)
    paired = float(totals.sum())
    weighted = counts / (raters - 1)[:, None]
    observed = expected = 0.0
    for start in range(0, len(values), _BLOCK):
        block = slice(start, start + _BLOCK)
        sums = values[block, None] + values[None, :]
        gaps = values[block, None] - values[None, :]
        apart = np.divide(gaps, sums, out=np.zeros_like(sums), where=sums != 0) ** 2
        observed += float(((weighted[:, block].T @ counts) * apart).sum())
        expected += float(totals[block] @ apart @ totals)
    return observed / paired, expected / (paired * (paired - 1))
