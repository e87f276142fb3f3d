"""Pseudonyms are dealt at random, so that they say nothing about anybody (P31)."""

from __future__ import annotations

from toolkit.store import deal_pseudonyms


def test_pseudonyms_are_dealt_at_random() -> None:
    """P31: the order says nothing about anybody."""
    dealt = deal_pseudonyms(500)
    assert sorted(dealt) == [f"K{number:03d}" for number in range(1, 501)]
    assert dealt not in (sorted(dealt), deal_pseudonyms(500))


def test_a_seed_deals_the_same_again() -> None:
    dealt = deal_pseudonyms(28, seed=1904)
    assert dealt[:3] == ["K08", "K25", "K13"], "as in the sample study"
    assert deal_pseudonyms(28, seed=1904) == dealt
