"""Text as words, however it is spelt: what cannot be seen is taken out, and look-alikes are one.

Both sides of every comparison of the gate go through here, what is looked for and what is looked
into, so that no way of writing makes two of one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_CASES = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIGURES = re.compile(r"\d+")
# Letters that no normal form takes apart, and that are written as others where they are missing.
_PLAIN = str.maketrans(
    {
        **dict(zip("łŁøØđĐħĦŧŦıŋƒ", "lLoOdDhHtTinf", strict=True)),
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "þ": "th",
        "Þ": "Th",
        "ð": "d",
        "Ð": "D",
        "ẞ": "ss",
        "ĳ": "ij",
        "ə": "e",
        "Ə": "E",
        # Blanks that show nothing and are letters all the same.
        **dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0\u0640", ""),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4`\uff07", "'"),
    }
)
_PLAIN_KEYS = frozenset(map(chr, _PLAIN))
_FIGURES_AS_LETTERS = tuple(
    str.maketrans("013456789@$", letters) for letters in ("oieasgtbgas", "oleasgtbgas")
)
Words = tuple[str, ...]


def folded(text: str) -> str:
    """Return a text without accents and without characters that cannot be seen, in its own case.

    Parameters
    ----------
    text : str
        Any text.
    """
    if text.isascii():
        return text
    apart = _replaced(unicodedata.normalize("NFKD", _replaced(text)))
    odd = [each for each in set(apart) if not each.isascii() and _is_odd(each)]
    if not odd:
        return apart
    # Much quicker than a table, since almost every letter of a page is plain.
    return re.sub(f"[{re.escape(''.join(odd))}]", lambda found: _figure(found[0]), apart)


def _replaced(text: str) -> str:
    return text if _PLAIN_KEYS.isdisjoint(text) else text.translate(_PLAIN)


def _is_odd(letter: str) -> bool:
    """Return whether a character is a mark, hidden, or a figure of another script."""
    kind = unicodedata.category(letter)
    return kind[0] == "M" or kind in ("Cf", "Nd")


def _figure(letter: str) -> str:
    return str(unicodedata.digit(letter, ""))


def words_of(text: str) -> Words:
    """Return the words of a text without case, accents and characters that cannot be seen.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of str
        In their order.
    """
    return tuple(_WORD.findall(folded(text).casefold()))


def plain_words(text: str) -> list[str]:
    """Return the words of a text as they are compared with what somebody said.

    Parameters
    ----------
    text : str
        Any text; a word that is parted at the end of a line is one, and so is one with an
        apostrophe. Chinese and Japanese are taken apart into characters. Figures are left out:
        they number lines, count rows and point to notes.
    """
    whole = _PARTED.sub("", folded(text)).replace("'", "")
    if whole.isascii():
        return _LETTERS.findall(whole.casefold())
    return [_alike(each) for each in _LETTERS.findall(_apart(whole).casefold())]


_LETTERS = re.compile(r"[^\W\d_]+")
_PARTED = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011]\s*\n\s*(?=[^\W\d_])")
_IDEOGRAPH = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def _apart(text: str) -> str:
    return _IDEOGRAPH.sub(r" \1 ", text)


@lru_cache(maxsize=65_536)
def _alike(word: str) -> str:
    """Return a word in Latin letters where some of its letters only look like these."""
    return word if word.isascii() else next(_look_alikes(word), word)


def whole_words(text: str) -> str:
    """Return a text in which words that are parted by hyphens or set in single letters are whole.

    Parameters
    ----------
    text : str
        In the form of `folded`.
    """
    joined = re.sub(r"(?<=[^\W\d_])[-\u2010\u2011\u2012\u2013]\s*(?=[^\W\d_])", "", text)
    return _SPACED.sub(lambda found: re.sub(r"[\W_]", "", found[0]), joined)


_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[\W_]{1,3}[^\W\d_](?![^\W_])){2,}")


@lru_cache(maxsize=131_072)
def ways_to_read(word: str) -> Words:
    """Return the words that one word of a text may be read as, itself first.

    Parameters
    ----------
    word : str
        A word in its own case, in the form of `folded`.

    Returns
    -------
    tuple of str
        Without case: as it is; its parts where capitals or figures stand in it; with letters for
        figures and for letters of other scripts that look alike.
    """
    return tuple(dict.fromkeys(_readings(word)))


def _readings(word: str) -> Iterator[str]:
    lower = word.casefold()
    yield lower
    if word.isalpha() and word.isascii():
        if word[1:] != word[1:].lower() and not word.isupper():
            yield from (each.casefold() for each in parts_of(word))
            # A capital I between small letters is read as an l.
            yield re.sub(r"(?<=[a-z])I", "l", word).casefold()
        if "rn" in lower or "vv" in lower:
            yield lower.replace("rn", "m").replace("vv", "w")
        return
    if not word.isascii():
        yield from _look_alikes(word)
    if _FIGURES.search(word) and not word.isdigit():
        yield from (each.casefold() for each in _FIGURES.split(word) if each)
        yield from (lower.translate(each) for each in _FIGURES_AS_LETTERS)
    if not word.isupper():
        yield from (each.casefold() for each in parts_of(word))


def parts_of(word: str) -> list[str]:
    """Return the parts of a word that begin with a capital: ``theMariaCase`` has three."""
    cuts = [0, *(each.start() for each in _CASES.finditer(word)), len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]


def _look_alikes(word: str) -> Iterator[str]:
    """Yield a word in Latin letters; an upright stroke may be an i or an l."""
    table = look_alikes()
    read = word.translate(table).casefold()
    if read != word.casefold():
        yield read
        strokes = [at for at, each in enumerate(word) if table.get(ord(each), "") in ("i", "l")]
        if strokes:
            for letter in "il":
                yield "".join(letter if at in strokes else c for at, c in enumerate(read))


@cache
def look_alikes() -> dict[int, str]:
    """Return letters of other scripts and the Latin letter that each looks like."""
    told: dict[int, str] = {}
    for line in _list("confusables.txt"):
        letter, _, others = line.partition(" ")
        told |= {ord(each): letter for each in others}
    return told


@cache
def common_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the commonest words of English, and those of them that are not just a name."""
    found = [word for line in _list("english.txt") for word in line.split()]
    return frozenset(map(str.lower, found)), frozenset(each for each in found if each.islower())


@cache
def words_and_names() -> frozenset[str]:
    """Return rarer words of English that are somebody's name where they have a capital."""
    return frozenset(word for line in _list("words_and_names.txt") for word in line.split())


def _list(name: str) -> list[str]:
    text = files("toolkit.publish.gate").joinpath("wordlists", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
