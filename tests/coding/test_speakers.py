"""P26: a memo belongs to those whom it quotes or names, so that no words outlive their speaker."""

from __future__ import annotations

import pytest

from toolkit.coding.speakers import speakers_in
from toolkit.sources import Source

SOURCES = [
    Source("K01/q3", "We waited three weeks, and nobody rang us back.", "K01", participant="K01"),
    Source("K14/q3", "Nothing came of it.", "K14", participant="K14"),
    Source("K15/q1", "I did.", "K15", participant="K15"),
    Source("F1/q2/1", "The same letter came to us twice over", "F1", participant="F1-A"),
]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Delay is told calmly.", set()),
        ("One says: waited three weeks, and nobody.", {"K01"}),
        ("One says: 'WAITED - three weeks; and nobody'", {"K01"}),
        ("Waiting three weeks and nobody", set()),
        ("As in K14: nothing.", {"K14"}),
        ("As in (K14, K01).", {"K01", "K14"}),
        ("As in P140, P1 and XP14.", set()),
        ("Nothing came of it, again", {"K14"}),
        ("I did. Words that anybody says.", set()),
        ("F1-A and others", {"F1-A"}),
        ("Forum F1 as a whole", set()),
        ("came to us twice over", {"F1-A"}),
    ],
)
def test_five_words_in_a_row_or_a_pseudonym_make_somebody_known(text: str, people: set[str]):
    assert speakers_in(text, SOURCES) == people
