"""Names of the identity store, looked for in texts however they are written (clauses P30, P34)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from toolkit.publish.gate.contacts import Contacts, contacts_of, is_contact
from toolkit.publish.gate.name_forms import (
    SHORTEST,
    SHORTEST_INSIDE,
    beginnings,
    changed_forms,
    glued_forms,
    orders_of,
    parts_of_name,
)
from toolkit.publish.gate.spelling import (
    common_words,
    folded,
    ways_to_read,
    whole_words,
    words_and_names,
    words_of,
)

__all__ = ["Names", "names_of", "words_of"]

_WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset(
    "mr mrs ms miss mx dr prof sir lady lord auntie aunt uncle nan gran grandma grandad sister"
    " nurse pan pani panstwo frau herr mme mlle senor senora signora madame monsieur".split()
)
_BETWEEN = frozenset("de der den van von di da del la le al el bin ibn ben y i".split())
# What stands before a name, apart or joined to it: Mc Allister, O Brien, al Hassan.
_PARTICLES = frozenset(
    each for word in "mc mac m o al el d l st fitz ap ab".split() for each in (word, word.title())
)
# Scripts that leave no blanks between words, or bind small words to them.
_UNSPACED = re.compile(
    "[\u0590-\u06ff\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_SHORTEST_UNSPACED = {True: 2, False: 4}
_HEAD = 4
Ids = frozenset[int]
_NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """What must not stand in any output.

    Attributes
    ----------
    count : int
        Identifiers that are looked for (count).
    parts : mapping of str to frozenset of int
        Word of a name to the identifiers that it is part of.
    alone : frozenset of str
        Words that give somebody away by themselves; others count beside another part of the name.
    together : mapping of str to mapping of str to frozenset of int
        Word to the words that make a name with it.
    inside : mapping of str to tuple of (str, frozenset of int)
        First letters to what is looked for inside of longer words.
    unspaced : tuple of (str, int)
        Names in scripts without blanks between words.
    contacts : Contacts
        Telephone numbers, addresses, other numbers.
    everyday : frozenset of str
        Words of everyday language and of the study's own files.
    let_out : frozenset of int
        Identifiers that somebody let out.
    """

    count: int
    parts: Mapping[str, Ids]
    alone: frozenset[str]
    together: Mapping[str, Mapping[str, Ids]]
    inside: Mapping[str, tuple[tuple[str, Ids], ...]]
    unspaced: tuple[tuple[str, int], ...]
    contacts: Contacts
    everyday: frozenset[str]
    let_out: Ids = _NONE
    _known: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    _given: dict[str, Ids] = field(default_factory=dict, repr=False, compare=False)

    def found_in(self, text: str) -> int:
        """Count the different identifiers that stand in a text; which ones is never said.

        Parameters
        ----------
        text : str
            Any text.
        """
        return len(self._found(text))

    def without(self, texts: Iterable[str]) -> Names:
        """Return the same without the identifiers that stand in texts which were released.

        Parameters
        ----------
        texts : iterable of str
            What somebody let out by name.
        """
        return replace(self, let_out=self.let_out.union(*map(self._found, texts)))

    def _found(self, text: str) -> set[int]:
        """Return the identifiers that stand in a text."""
        plain = folded(text)
        found = set(self._in_words(plain))
        whole = whole_words(plain)
        if whole != plain:
            found |= set(self._in_words(whole))
        found |= self.contacts.found_in(plain)
        if self.unspaced and _UNSPACED.search(plain):
            joined = _joined(plain)
            found |= {number for name, number in self.unspaced if name in joined}
        return found - self.let_out

    def _in_words(self, text: str) -> Iterator[int]:
        """Yield the identifiers whose names stand in a text."""
        words = _WORD.findall(text)
        distinct = set(words)
        for each in distinct:
            yield from self._by_itself(each)
        for at, word in enumerate(words[:-1]):
            if word in _PARTICLES:
                yield from self._by_itself(word + words[at + 1])
        beside = {each for each in distinct if self._parts_in(each) & self.together.keys()}
        if beside:
            for at, word in enumerate(words):
                if word in beside:
                    yield from self._with_others(words, at)

    def _by_itself(self, word: str) -> Ids:
        """Return the identifiers that a word gives away whatever stands beside it."""
        found = self._given.get(word)
        if found is None:
            read = self._parts_in(word) & self.alone
            if word.islower():
                # Ivy came; ivy on the wall.
                read -= words_and_names()
            found = _NONE.union(*(self.parts[each] for each in read), self._inside_of(word))
            self._given[word] = found
        return found

    def _with_others(self, words: list[str], at: int) -> Iterator[int]:
        """Yield the identifiers that a word of everyday language gives away where it stands."""
        word, before = words[at], words[at - 1] if at else ""
        for part in self._parts_in(word) & self.together.keys():
            yield from self._beside(words[at : at + 4], part)
            if word[0].isupper() and before.casefold() in _TITLES:
                yield from self.parts[part]
            if word[0].isupper() and len(before) == 1 and before.isupper() and before not in "AI":
                # An initial and a name: R. Page.
                for other, ids in self.together[part].items():
                    if other.startswith(before.casefold()):
                        yield from ids

    def _beside(self, words: list[str], part: str) -> Iterator[int]:
        """Yield the identifiers of which another part follows, over an initial or a "von"."""
        names = self.together[part]
        for word in words[1:]:
            for other in self._parts_in(word):
                yield from names.get(other, _NONE)
            is_name = words[0][0].isupper() and word[0].isupper()
            if len(word) == 1 and is_name and word not in "AI":
                # Page, R.
                for other, ids in names.items():
                    if other.startswith(word.casefold()):
                        yield from ids
            lower = word.casefold()
            between = len(word) == 1 or lower in _BETWEEN or lower in _TITLES
            if not between and (not is_name or lower in self.everyday):
                return

    def _parts_in(self, word: str) -> frozenset[str]:
        """Return the words of names that a word is a form of."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = frozenset(self._recognised(word))
        return found

    def _recognised(self, word: str) -> Iterator[str]:
        for read in ways_to_read(word):
            if read in self.parts:
                yield read
            if read not in self.everyday:
                yield from (each for each in beginnings(read) if each in self.parts)

    def _inside_of(self, word: str) -> Iterator[int]:
        """Yield the identifiers that stand inside of a longer word."""
        if len(word) < _HEAD:
            return
        for read in ways_to_read(word):
            if read in self.everyday:
                continue
            for at in range(len(read) - _HEAD + 1):
                for name, ids in self.inside.get(read[at : at + _HEAD], ()):
                    if read.startswith(name, at):
                        yield from ids


def names_of(identifiers: Iterable[str], ordinary: Collection[str] = ()) -> Names:
    """Return what the identity store knows people by, ready to be looked for.

    A word of a name is looked for by itself, since a first name alone can give a child away, in
    every form that a language gives it. A word of everyday language, or one of the study's own
    files, in which no name stands, counts only beside another part of the name: Rose Page, R. Page,
    Mrs Page. Telephone numbers are looked for in any grouping, addresses as a whole.

    Parameters
    ----------
    identifiers : iterable of str
        Names, children's names, addresses, numbers: from the identity store.
    ordinary : collection of str
        Words of the study's own files, in the form of `words_of`.

    Returns
    -------
    Names
        Ready to be looked for.
    """
    told = [each for each in dict.fromkeys(identifiers) if words_of(each)]
    everyday = common_words()[1] | frozenset(ordinary)
    gathered = _Gathered(everyday)
    for number, each in enumerate(told):
        if not is_contact(each):
            gathered.take(number, each)
    inside: dict[str, list[tuple[str, Ids]]] = defaultdict(list)
    for name, ids in gathered.inside.items():
        inside[name[:_HEAD]].append((name, frozenset(ids)))
    return Names(
        len(told),
        _frozen(gathered.parts),
        frozenset(gathered.alone),
        {word: _frozen(others) for word, others in gathered.together.items()},
        {head: tuple(each) for head, each in inside.items()},
        tuple(gathered.unspaced),
        contacts_of(told, everyday),
        everyday,
    )


class _Gathered:
    """What is looked for, while it is gathered name by name."""

    def __init__(self, everyday: frozenset[str]) -> None:
        self.everyday = everyday
        self.parts: dict[str, set[int]] = defaultdict(set)
        self.alone: set[str] = set()
        self.together: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.inside: dict[str, set[int]] = defaultdict(set)
        self.unspaced: list[tuple[str, int]] = []

    def take(self, number: int, name: str) -> None:
        """Add one name."""
        if _UNSPACED.search(folded(name)):
            self.unspaced += [(each, number) for each in _unspaced_forms(name)]
        single = {each for each in parts_of_name(name) if not each.isdigit()}
        own = {each for each in single if self._is_alone(each)}
        for part in single:
            for form in (part, *changed_forms(part)):
                if form == part or form not in self.everyday:
                    self.parts[form].add(number)
                    if part in own:
                        self.alone.add(form)
            if part in own and len(part) >= SHORTEST_INSIDE:
                self.inside[part].add(number)
        self._pair(number, name)
        for glued in glued_forms(name, shortened=bool(own)):
            if len(glued) >= SHORTEST + 2 and glued not in self.everyday:
                self.inside[glued].add(number)

    def _is_alone(self, part: str) -> bool:
        return len(part) >= SHORTEST and part not in self.everyday

    def _pair(self, number: int, name: str) -> None:
        """Add which words make a name together: its first and its last."""
        for words in orders_of(name):
            if len(words) > 1:
                self.together[words[0]][words[-1]].add(number)
                self.together[words[-1]][words[0]].add(number)


def _unspaced_forms(name: str) -> Iterator[str]:
    """Yield a name as it is written in a sentence without blanks: whole, turned round, in parts."""
    for words in orders_of(name):
        yield "".join(map(_joined, words))
    parts = re.split(r"[\s,\u00b7\u30fb]+", name)
    for each in parts if len(parts) > 1 else ():
        joined = _joined(folded(each))
        ideographs = not re.search("[\u0590-\u06ff\u1100-\u11ff]", joined)
        if len(joined) >= _SHORTEST_UNSPACED[ideographs]:
            yield joined


def _joined(text: str) -> str:
    """Return a text without anything between its letters, hiragana and katakana as one."""
    letters = "".join(_WORD.findall(text.casefold()))
    return letters.translate({code: code - 0x60 for code in range(0x30A1, 0x30F7)})


def _frozen(found: Mapping[str, set[int]]) -> dict[str, Ids]:
    return {word: frozenset(ids) for word, ids in found.items()}
