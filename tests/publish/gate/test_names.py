"""A name is found however it is written, and an ordinary word is none (P30)."""

import pytest

from toolkit.publish.gate.names import names_of, words_of

NAMES = names_of(
    ["Hampersail, Hesper", "Zoë O'Wicket", "07700 900123", "Young, Will"], {"young", "will"}
)


@pytest.mark.parametrize(
    "text",
    [
        "Then Hesper Hampersail said so",
        "HAMPERSAIL, hesper",
        "hesper_hampersail.png",
        "only Hesper came",
        "Mrs Hampersail's letter",
        "Zoe came",
        "Zoe\u0308 came",
        "Hes\u00adper",
        "Hes\u200bper",
        "ring 07700900123",
        "ring 07700-900-123 or 07700 900123",
        "Will Young was there",
        "Young, Will",
    ],
)
def test_a_name_is_found_however_it_is_written(text):
    assert NAMES.found_in(text) >= 1


@pytest.mark.parametrize(
    "text",
    ["young people will say", "a hamper, a sail", "whisperhesperus", "K07", "", "07700 123456"],
)
def test_what_is_no_name_is_let_through(text):
    assert NAMES.found_in(text) == 0


def test_identifiers_are_counted_once_each_and_empty_ones_not_at_all():
    assert names_of(["A. Bcd", "A. Bcd", " ", "--"]).count == 1


def test_words_lose_case_accents_and_what_cannot_be_seen():
    assert words_of("Zo\u00eb\u200b O'W\u00efcket") == ("zoe", "o", "wicket")
