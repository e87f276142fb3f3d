"""How sure an agreement is: intervals from the sessions that it rests on.

Answers of one session are alike in how hard they are to code, so that a standard error that takes
each decision for a draw of its own may promise too much. Sessions are drawn again as well, with
replacement, and everything is worked out anew (Efron and Tibshirani 1993, chapter 6). What few
sessions give varies too little, so that their spread is widened and taken times Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from toolkit.coding.agreement import cohen_kappa
from toolkit.rounding import printed

RESAMPLES = 2000
SEED = 20190205
LEAST_SESSIONS = 4
FEW_SESSIONS = 10
FEW_DECISIONS = 5
_Z = NormalDist().inv_cdf(0.975)
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of 95 %.

    Attributes
    ----------
    low, high : float or None
        Its ends; None where the coefficient is not defined in most of what was drawn again, or
        there are too few sessions.
    """

    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Return ``0.67 to 0.81``, or a dash."""
        if self.low is None or self.high is None:
            return "–"
        return f"{printed(self.low, '.2f')} to {printed(self.high, '.2f')}"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of the coefficients of one two by two table.

    Attributes
    ----------
    kappa, ac1, alpha : Interval
        Of Cohen's kappa, Gwet's AC1 and Krippendorff's nominal alpha.
    """

    kappa: Interval = Interval()
    ac1: Interval = Interval()
    alpha: Interval = Interval()


def intervals(by_session: Sequence[Sequence[int]]) -> Intervals:
    """Return intervals of agreement by drawing sessions again.

    Parameters
    ----------
    by_session : sequence of sequences of int
        For each session: decisions that both coders gave the code, the first only, the second
        only, and neither (counts).

    Returns
    -------
    Intervals
        From `RESAMPLES` draws with the recorded `SEED`; that of kappa not narrower than by its
        standard error (Fleiss, Cohen and Everitt 1969). Within -1 to 1.
    """
    counts = np.asarray(by_session, dtype=np.float64).reshape(-1, 4)
    size, whole = len(counts), counts.sum(axis=0)
    kappa = cohen_kappa(whole.reshape(2, 2))
    found = [each[0] for each in _coefficients(whole[None, :])]
    if size >= LEAST_SESSIONS:
        drawn = np.random.default_rng(SEED).integers(0, size, (RESAMPLES, size))
        again = _coefficients(counts[drawn].sum(axis=1))
        spread = [_spread(each, size) for each in again]
    else:
        spread = [None] * len(found)
    if kappa.standard_error is not None:
        spread[0] = max(_Z * kappa.standard_error, spread[0] or 0)
    return Intervals(*(_around(at, far) for at, far in zip(found, spread, strict=True)))


def _coefficients(counts: _Floats) -> tuple[_Floats, _Floats, _Floats]:
    """Return kappa, AC1 and alpha of many two by two tables at once, shape (tables, 4)."""
    both, first, second, neither = counts.T
    units = both + first + second + neither
    alike = (both + neither) / units
    given = [(both + first) / units, (both + second) / units]
    pooled = (given[0] + given[1]) / 2
    chance = given[0] * given[1] + (1 - given[0]) * (1 - given[1])
    values = 2 * units
    paired = 2 * (values * pooled) * (values * (1 - pooled)) / (values * (values - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa = (alike - chance) / (1 - chance)
        ac1 = (alike - 2 * pooled * (1 - pooled)) / (1 - 2 * pooled * (1 - pooled))
        alpha = 1 - (1 - alike) / paired
    return kappa, ac1, alpha


def sparse(counts: Sequence[int], sessions: int) -> str:
    """Return why a coefficient is to be read with caution; empty if there is no reason to.

    Parameters
    ----------
    counts : sequence of int
        Decisions that both gave the code, the first only, the second only, neither.
    sessions : int
        Sessions that they are from (count).
    """
    both, first, second, neither = counts
    smallest = min(both + first, both + second, neither + first, neither + second)
    if smallest < FEW_DECISIONS:
        return f"fewer than {FEW_DECISIONS} decisions of a kind"
    return f"{sessions} sessions only" if sessions < FEW_SESSIONS else ""


def _spread(values: _Floats, sessions: int) -> float | None:
    """Return half the width of an interval; None where too little of it is defined."""
    known = values[np.isfinite(values)]
    if 2 * len(known) < len(values):
        return None
    return float(np.std(known)) * math.sqrt(sessions / (sessions - 1)) * student_t(sessions - 1)


def student_t(degrees: int) -> float:
    """Return the 97.5th percentile of Student's t (Abramowitz and Stegun 1964, 26.7.5).

    Parameters
    ----------
    degrees : int
        Degrees of freedom, 3 or more: for fewer the expansion is too far off.
    """
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )


def _around(value: float, far: float | None) -> Interval:
    if far is None or not math.isfinite(value):
        return Interval()
    return Interval(max(-1.0, float(value) - far), min(1.0, float(value) + far))
