"""Whether words that are to be printed are those that somebody said."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def stands_in(text: str, start: int, end: int, printed: str) -> bool:
    """Return whether a quotation is what stands in a text, apart from what is in brackets.

    Parameters
    ----------
    text : str
        The text of a source.
    start, end : int
        Code points in it, the end not included; both lie between words.
    printed : str
        The words as they may be printed. A passage in square brackets stands for words that were
        replaced or left out, ``[my daughter]`` or ``[...]``; at least one word stands outside.

    Returns
    -------
    bool
        True where every word outside of brackets stands there, in its order, and none is left out
        without brackets. Blanks, punctuation and capitals may be others.
    """
    cut = start > 0 and _is_word(text[start - 1 : start + 1])
    cut = cut or (end < len(text) and _is_word(text[end - 1 : end + 1]))
    pieces = _BRACKETS.split(printed)
    if cut or any("[" in each or "]" in each for each in pieces):
        return False
    own = ["".join(f" {each}" for each in _words(piece)) for piece in pieces]
    said = "".join(f" {each}" for each in _words(text[start:end]))
    # A passage in brackets may stand for many words, or for none: [sic].
    return any(own) and re.fullmatch(r"(?: \S+)*?".join(map(re.escape, own)), said) is not None


def _words(text: str) -> list[str]:
    """Return the words of a text without capitals, with one kind of apostrophe."""
    plain = unicodedata.normalize("NFC", text).replace("\u2019", "'").casefold()
    return _WORD.findall(plain)


def _is_word(two: str) -> bool:
    """Return whether two characters belong to one word."""
    return all(each.isalnum() for each in two)
