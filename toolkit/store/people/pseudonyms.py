"""Pseudonyms: the only link between what was said and who said it, dealt at random (clause P31)."""

from __future__ import annotations

import random


def deal_pseudonyms(count: int, *, prefix: str = "K", seed: int | None = None) -> list[str]:
    """Return pseudonyms in random order, so that a pseudonym says nothing about its owner.

    Parameters
    ----------
    count : int
        How many; all numbers have as many digits as the last one, and at least two.
    prefix : str
        What they begin with: the study's `pseudonyms.prefix`, which no clause, forum or
        rehearsal has.
    seed : int, optional
        For fictional studies that have to come out the same; real ones are dealt by the
        system's own randomness.

    Returns
    -------
    list of str
        ``K01`` to the last one, shuffled.
    """
    digits = max(2, len(str(count)))
    dealt = [f"{prefix}{number:0{digits}d}" for number in range(1, count + 1)]
    if seed is None:
        random.SystemRandom().shuffle(dealt)
    else:
        random.Random(seed).shuffle(dealt)  # noqa: S311 - repeatable, for fictional studies only
    return dealt
