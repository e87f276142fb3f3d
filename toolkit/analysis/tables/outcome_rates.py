"""Outcome rates of the American Association for Public Opinion Research (Standard Definitions)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from toolkit.fieldwork import DISPOSITIONS, Disposition

# Group of a disposition to the letter that stands for it in the formulas.
_LETTERS = {
    "interview": "I",
    "partial": "P",
    "refusal": "R",
    "non-contact": "NC",
    "other": "O",
    "unknown": "U",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """One outcome rate.

    Attributes
    ----------
    name : str
        Its name in the Standard Definitions: ``RR1``.
    label : str
        What it is.
    above, below : tuple of str
        Letters that are added up above and below the line.
    estimated : bool
        Whether only a share (e) of those of unknown eligibility is taken to be eligible.
    """

    name: str
    label: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    estimated: bool = False

    @property
    def formula(self) -> str:
        """The formula in letters: ``I / (I + P + R + NC + O + U)``."""
        over = " + ".join(self.above)
        under = " + ".join("e × U" if self._part(each) else each for each in self.below)
        return f"{f'({over})' if len(self.above) > 1 else over} / ({under})"

    def percent(self, counts: Mapping[str, int], e: Fraction = Fraction(1)) -> float:
        """Return the rate in percent, nan if nobody is below the line.

        Parameters
        ----------
        counts : mapping of str to int
            From `rate_counts`.
        e : Fraction
            Share (0 to 1) of those of unknown eligibility that is taken to be eligible, where the
            rate estimates it.
        """
        above = sum(counts[letter] for letter in self.above)
        below = sum(counts[each] * (e if self._part(each) else 1) for each in self.below)
        return float(100 * above / Fraction(below)) if below else math.nan

    def _part(self, letter: str) -> bool:
        return self.estimated and letter == "U"


_ALL = ("I", "P", "R", "NC", "O", "U")
_CONTACTED = ("I", "P", "R", "O")
RATES = (
    Rate("RR1", "Response rate, lowest: complete interviews", ("I",), _ALL),
    Rate("RR2", "Response rate with partial interviews", ("I", "P"), _ALL),
    Rate("RR3", "Response rate, a share of the unknown taken as eligible", ("I",), _ALL, True),
    Rate("COOP1", "Cooperation rate, lowest: of those reached", ("I",), _CONTACTED),
    Rate("COOP3", "Cooperation rate of those reached and able", ("I",), ("I", "P", "R")),
    Rate("REF1", "Refusal rate", ("R",), _ALL),
    Rate("CON1", "Contact rate", _CONTACTED, _ALL),
)


def rate_counts(
    dispositions: pd.Series,
    eligible: pd.Series | None = None,
    known: Mapping[str, Disposition] = DISPOSITIONS,
) -> dict[str, int]:
    """Count dispositions by the letters of the formulas.

    Parameters
    ----------
    dispositions : pandas.Series of str
        Disposition of each person drawn; missing where nothing is known yet.
    eligible : pandas.Series of bool, optional
        Whether each is eligible, missing where nobody knows; where left out, all are whose
        disposition does not say otherwise.
    known : mapping of str to Disposition
        The study's dispositions by id.

    Returns
    -------
    dict of str to int
        I, P, R, NC, O, U. Who is not eligible does not count; who may or may not be is U, whatever
        came of them.
    """
    counts = dict.fromkeys(_LETTERS.values(), 0)
    sure = [True] * len(dispositions) if eligible is None else eligible.notna().tolist()
    for name, certain in zip(dispositions.fillna("").tolist(), sure, strict=True):
        found = known.get(str(name))
        letter = "U" if found is None else _LETTERS.get(found.counts_as)
        if letter is not None:
            counts[letter if certain else "U"] += 1
    return counts


def share_eligible(eligible: pd.Series) -> Fraction:
    """Return the share of eligible people among those of whom it is known (e of RR3).

    Parameters
    ----------
    eligible : pandas.Series of bool
        Whether each is eligible, missing where nobody knows.

    Returns
    -------
    Fraction
        0 to 1; 1 where it is known of nobody (Standard Definitions: proportional allocation).
    """
    sure = eligible.dropna()
    return Fraction(int(sure.sum()), len(sure)) if len(sure) else Fraction(1)
