"""Names of the identity store, looked for in texts however they are written (clauses P30, P34)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SHORTEST = 3
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that must not appear in any output.

    Attributes
    ----------
    looked_for : mapping of str to tuple of tuple of str
        First word to everything that begins with it, word by word, in the form of `words_of`.
    count : int
        Identifiers that are looked for (count).
    """

    looked_for: Mapping[str, tuple[Words, ...]]
    count: int

    def found_in(self, text: str) -> int:
        """Count the different identifiers in a text, without naming them."""
        words = words_of(text)
        found = {
            wanted
            for at, word in enumerate(words)
            for wanted in self.looked_for.get(word, ())
            if words[at : at + len(wanted)] == wanted
        }
        return len(found)


def names_of(identifiers: Iterable[str], ordinary: Collection[str] = ()) -> Names:
    """Split what the identity store knows about people into names to look for.

    An identifier is looked for as a whole, turned round at its comma ("Last, First"), and by each
    of its words, since a first name alone can give a child away. A word that is an ordinary one of
    the study's own files, where no name stands, is not looked for by itself. Figures
    are also looked for without the blanks between them.
    """
    told = [each for each in dict.fromkeys(identifiers) if words_of(each)]
    wanted: dict[Words, None] = {}
    for each in told:
        for words in _forms(each, frozenset(ordinary)):
            wanted[words] = None
    first: dict[str, tuple[Words, ...]] = {}
    for words in wanted:
        first[words[0]] = (*first.get(words[0], ()), words)
    return Names(first, len(told))


def words_of(text: str) -> Words:
    """Return the words of a text without case, accents and characters that cannot be seen."""
    apart = unicodedata.normalize("NFKD", _HIDDEN.sub("", text))
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return tuple(_WORD.findall(bare.casefold()))


def _forms(identifier: str, ordinary: frozenset[str]) -> Iterable[Words]:
    """Return the ways in which an identifier may be written."""
    whole = words_of(identifier)
    if len(whole) > 1 or whole[0] not in ordinary:
        yield whole
    last, comma, first = identifier.partition(",")
    if comma and words_of(first):
        yield (*words_of(first), *words_of(last))
    figures = "".join(whole)
    if figures.isdigit():
        yield (figures,)
        return
    for word in whole:
        if len(word) >= _SHORTEST and not word.isdigit() and word not in ordinary:
            yield (word,)
