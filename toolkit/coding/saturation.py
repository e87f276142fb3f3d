"""Saturation: after how many interviews hardly anything new is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.errors import CodingError
from toolkit.rounding import printed


@dataclass(frozen=True, slots=True)
class Saturation:
    """What the rule of base size, run length and threshold gives.

    Attributes
    ----------
    reached : int or None
        Interviews done when the run began; ``None`` where saturation was not reached.
    run : int
        Length of the run, in interviews.
    base_codes : int
        Different codes in the base interviews.
    shares : tuple of float
        New codes in each run as a proportion of the base codes, run by run.
    reason : str
        Why it was not reached or is not defined; empty if it was reached.
    later : float
        Codes that appeared for the first time after the run, as a proportion of the base codes.
    """

    reached: int | None
    run: int
    base_codes: int
    shares: tuple[float, ...]
    reason: str = ""
    later: float = 0.0

    def __str__(self) -> str:
        """Return ``5+2`` (interviews plus run), or that it was not reached and why."""
        return f"{self.reached}+{self.run}" if self.reached is not None else self.reason

    def in_words(self) -> str:
        """Return in words when the rule held, and whether something new came after it."""
        if self.reached is None:
            return f"saturation was looked at: {self}"
        held = (
            f"by the rule after {self.reached} interviews ({self}), since the next {self.run} "
            "brought hardly anything new"
        )
        if not self.later:
            return f"{held}; nothing new came after them"
        share = printed(100 * self.later, ".1f")
        return f"{held}; yet codes worth {share} % of the base appeared for the first time later"


def saturation(
    new_codes: Sequence[int], *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> Saturation:
    """Find the interview after which new information falls to the threshold.

    Parameters
    ----------
    new_codes : sequence of int
        For each interview, in order, how many codes appear in it for the first time.
    threshold : float
        Proportion 0 to 1 of new to base codes at or below which nothing much is new.

    Returns
    -------
    Saturation
        The first run, beginning no earlier than after the base, at or below the threshold
        (Guest, Namey and Chen 2020, pp. 5-7).

    Raises
    ------
    CodingError
        Base or run is below one.
    """
    if base < 1 or run < 1:
        raise CodingError.of("CODING-027", place="saturation", base=base, run=run)
    base_codes = sum(new_codes[:base])
    starts = range(base, len(new_codes) - run + 1)
    if not starts:
        return Saturation(None, run, base_codes, (), f"fewer than {base + run} interviews")
    if base_codes == 0:
        return Saturation(None, run, 0, (), "no code in the base interviews")
    shares = tuple(sum(new_codes[start : start + run]) / base_codes for start in starts)
    for start, share in zip(starts, shares, strict=True):
        if share <= threshold:
            later = sum(new_codes[start + run :]) / base_codes
            return Saturation(start, run, base_codes, shares, later=later)
    return Saturation(None, run, base_codes, shares, "not reached")
