"""What people wrote stays text, and nothing invisible stays unseen."""

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.analysis.present.markup import escaped, listed, markdown_escaped, visible


@given(st.text())
def test_nothing_that_could_be_markup_survives(text):
    assert not set('<>"') & set(escaped(text))
    assert html.unescape(escaped(text)) == visible(text)


@given(st.text())
def test_nothing_invisible_survives(text):
    for letter in visible(text):
        assert unicodedata.category(letter) != "Cc"
        assert unicodedata.bidirectional(letter) not in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\x00b", "a[U+0000]b"),
        ("\u0301a", "\u25cc\u0301a"),
        ("one\r\ntwo\tthree", "one two three"),
        ("Zoë 👩\u200d👧 می\u200cخواهم", "Zoë 👩\u200d👧 می\u200cخواهم"),
        ("a\u200bb\u200fc", "a[U+200B]b[U+200F]c"),
    ],
)
def test_characters_that_hide_are_named(text, shown):
    assert visible(text) == shown


def test_markdown_of_a_study_stays_words():
    assert markdown_escaped("# *a* [b](c) <d> `e` | f") == (r"\# \*a\* \[b\]\(c\) \<d\> \`e\` \| f")


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_lists_read_as_in_a_sentence(parts, said):
    assert listed(parts) == said
