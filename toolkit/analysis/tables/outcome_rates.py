"""Outcome rates of the American Association for Public Opinion Research (Standard Definitions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.fieldwork import DISPOSITIONS
from toolkit.rounding import percent

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
    """

    name: str
    label: str
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def formula(self) -> str:
        """The formula in letters: ``I / (I + P + R + NC + O + U)``."""
        over = " + ".join(self.above)
        return f"{f'({over})' if len(self.above) > 1 else over} / ({' + '.join(self.below)})"

    def percent(self, counts: Mapping[str, int]) -> float:
        """Return the rate in percent, nan if nobody is below the line."""
        below = sum(counts[letter] for letter in self.below)
        return percent(sum(counts[letter] for letter in self.above), below)


_ALL = ("I", "P", "R", "NC", "O", "U")
_CONTACTED = ("I", "P", "R", "O")
RATES = (
    Rate("RR1", "Response rate, lowest: complete interviews", ("I",), _ALL),
    Rate("RR2", "Response rate with partial interviews", ("I", "P"), _ALL),
    Rate("COOP1", "Cooperation rate, lowest: of those reached", ("I",), _CONTACTED),
    Rate("COOP3", "Cooperation rate of those reached and able", ("I",), ("I", "P", "R")),
    Rate("REF1", "Refusal rate", ("R",), _ALL),
    Rate("CON1", "Contact rate", _CONTACTED, _ALL),
)


def rate_counts(dispositions: pd.Series) -> dict[str, int]:
    """Count dispositions by the letters of the formulas.

    Parameters
    ----------
    dispositions : pandas.Series of str
        Disposition of each person drawn; missing where nothing is known yet.

    Returns
    -------
    dict of str to int
        I, P, R, NC, O, U. Who is not eligible does not count; a missing disposition is U.
    """
    counts = dict.fromkeys(_LETTERS.values(), 0)
    for name, count in dispositions.fillna("").value_counts().items():
        known = DISPOSITIONS.get(str(name))
        letter = "U" if known is None else _LETTERS.get(known.counts_as)
        if letter is not None:
            counts[letter] += int(count)
    return counts
