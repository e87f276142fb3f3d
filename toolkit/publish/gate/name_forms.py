"""The forms of a name: with endings, in other alphabets' letters, glued, turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

from toolkit.publish.gate.spelling import Words, folded, words_of

SHORTEST = 3
"""A shorter part of a name is looked for only beside another part of it."""
SHORTEST_INSIDE = 8
"""A shorter name is not looked for inside of longer words."""
_SHORTEST_BENT = 4
# What languages put behind a name: English, Polish and its neighbours, Welsh, German, Spanish.
_ENDINGS = frozenset(
    "s es ses a u y i e o ow owi owie em iem om ami ach ie ze ego emu im ym m mi ch ej iej ich ymi"
    " imi ova ove ovi ou ovy ina iaid iad en ens ern n ne in un nin nun lar ler ek ka ko ku sel val"
    " vel nak nek"
    .split()
)  # fmt: skip
# The same of Russian and Ukrainian, whose short i has lost its mark.
_ENDINGS |= frozenset("а у ом ем е ы и ов ам ами ах ым ых ыми ова овы ову".split())
_ENDINGS_OF_CYRILLIC_A = tuple("ы и е у ю ои еи ою ею".split())
_ENDINGS_OF_A = frozenset("y i e o ej iej ie u om ami ach ia iu".split())
# A last consonant that an ending changes: Marta, Marcie; Monika, Monice; Olga, Oldze.
_CHANGED = {"t": "cie", "d": "dzie", "k": "ce", "g": "dze", "r": "rze", "l": "le", "w": "wie"}
# A first consonant that Welsh changes: Catrin, Gatrin, Nghatrin, Chatrin.
_MUTATED = {
    "p": ("b", "mh", "ph"), "t": ("d", "nh", "th"), "c": ("g", "ngh", "ch"), "b": ("f", "m"),
    "d": ("dd", "n"), "g": ("ng",), "m": ("f",), "ll": ("l",), "rh": ("r",),
}  # fmt: skip
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


def parts_of_name(identifier: str) -> list[str]:
    """Return the single words of a name, each in every spelling: with and without umlauts.

    Parameters
    ----------
    identifier : str
        As the identity store has it.
    """
    found: dict[str, None] = {}
    for way in spellings(identifier):
        found |= dict.fromkeys(words_of(way))
        # Joined by a hyphen or an apostrophe: al-Hassan, Smith-Jones.
        found |= dict.fromkeys("".join(words_of(each)) for each in re.split(r"[\s,]+", way))
    return [each for each in found if each]


def spellings(identifier: str) -> Iterator[str]:
    """Yield a name as it is, and as it is written where letters are missing."""
    yield identifier
    if "'" in folded(identifier):
        yield folded(identifier).replace("'", "")
    yield identifier.replace("đ", "dj").replace("Đ", "Dj")
    for short, long in (("Mc", "Mac"), ("Mac", "Mc"), ("Mc", "M'")):
        if re.search(rf"\b{short}", identifier):
            yield identifier.replace(short, long)
    expanded = "".join(_UMLAUTS.get(each, each) for each in identifier)
    if expanded != identifier:
        yield expanded
    plain = folded(identifier)
    for pair, single in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a")):
        if pair in plain:
            yield plain.replace(pair, single)


def changed_forms(name: str) -> frozenset[str]:
    """Return the forms of a name in which a letter of its own changes.

    Parameters
    ----------
    name : str
        A word of a name, in the form of `words_of`.
    """
    return frozenset(_changed(name)) if len(name) >= _SHORTEST_BENT else frozenset()


def beginnings(word: str) -> Iterator[str]:
    """Yield every name that a word could be a form of: as it is, and without an ending.

    Parameters
    ----------
    word : str
        A word, in the form of `words_of`.
    """
    yield word
    for at in range(SHORTEST, len(word)):
        if word[at:] in (_ENDINGS if at >= _SHORTEST_BENT else ("s",)):
            yield word[:at]


def _changed(name: str) -> Iterator[str]:
    if name.endswith("a"):
        yield from (name[:-1] + each for each in _ENDINGS_OF_A)
        if name[-2] in _CHANGED:
            yield name[:-2] + _CHANGED[name[-2]]
    if name.endswith(("а", "я")):
        yield from (name[:-1] + each for each in _ENDINGS_OF_CYRILLIC_A)
    if name.endswith("y"):
        yield f"{name[:-1]}ies"
    # Marek, Marka; Pawel, Pawla: the vowel before the last consonant goes.
    if re.search(r"[^aeiouy]e[klcnr]$", name):
        yield from (name[:-2] + name[-1] + each for each in _ENDINGS - {"s"})
    if name.endswith("k"):
        yield f"{name[:-1]}cy"
    if name.startswith("g") and len(name) > _SHORTEST_BENT + 1:
        # Gwenllian, Wenllian.
        yield name[1:]
    for first, others in _MUTATED.items():
        if name.startswith(first) and len(name) > _SHORTEST_BENT:
            yield from (other + name[len(first) :] for other in others)


def glued_forms(identifier: str, *, shortened: bool) -> Iterator[str]:
    """Yield a name of several words as one: in each order, and with one name as its initial.

    Parameters
    ----------
    identifier : str
        As the identity store has it.
    shortened : bool
        Whether an initial and a name are enough: not where both are words of everyday language.
    """
    for way in spellings(identifier):
        words = words_of(way)
        if 1 < len(words) <= _MOST_WORDS:
            yield from ("".join(each) for each in permutations(words))
            first, last = words[0], words[-1]
            yield from (first + last, last + first)
            for one, other in ((first, last), (last, first)) if shortened else ():
                if len(other) >= _SHORTEST_BENT:
                    yield from (one[0] + other, other + one[0])


_MOST_WORDS = 4


def orders_of(identifier: str) -> Iterator[Words]:
    """Yield a name as it is written, and turned round at its comma."""
    for way in spellings(identifier):
        yield words_of(way)
        last, comma, first = way.partition(",")
        if comma and words_of(first):
            yield (*words_of(first), *words_of(last))
