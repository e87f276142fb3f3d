"""A source is a text under a pseudonym, exactly as it was captured."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from toolkit.sources import Source


@given(st.text())
def test_hash_is_that_of_the_text_and_changes_with_any_change_of_it(text):
    assert Source("K01/q3", text).hash == hashlib.sha256(text.encode()).hexdigest()
    assert Source("K01/q3", text + " ").hash != Source("K01/q3", text).hash


def test_offsets_are_code_points_whatever_the_script():
    text = "e\u0301 👩‍👧 \u202eabc"
    assert Source("K01/q3", text).text[text.index("abc") :] == "abc"
    assert len(Source("K01/q3", text).text) == len(text)
