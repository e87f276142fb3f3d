"""Telephone numbers, e-mail addresses and street addresses, however they are written down."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from toolkit.publish.gate.spelling import Words, folded, words_of

_NUMBER = re.compile(r"\+?[\d\s()./\-\u2010-\u2015]+")
_GROUPS = re.compile(r"\d[\doOlI]*(?:[\W_]{0,4}(?:[oOlI]{0,4}\d[\doOlI]*|[oOlI]{2,}))*")
_GROUP = re.compile(r"[\doOlI]+")
_AS_FIGURES = str.maketrans("oOlI", "0011")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PHONE = 7
_SHORTEST_NUMBER = 4
_SHORTEST_LOCAL = 5
# A country's code, or two noughts and one, may stand before the number in the same group.
_MOST_BEFORE = 4
# What is written for @ and for the dot, and to keep machines away.
_STANDS_FOR = frozenset(
    "at dot punkt kropka malpa arroba arobase punto point nospam removethis remove spam invalid"
    " klammeraffe snabel dott yn".split()
)
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{4,12}")
_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b", re.IGNORECASE)
_MOST_GLUED = 3
_MOST_BY_PARTS = 2


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where people can be reached, as it is looked for.

    Attributes
    ----------
    phones : tuple of (str, int)
        Figures of a telephone number without what stands before it, and whose it is.
    numbers : dict of str to int
        Short numbers, codes and local parts of addresses, looked for as one word.
    sequences : dict of str to tuple of (tuple of str, int)
        First word to words that give somebody away where they stand one behind the other.
    backwards : tuple of (str, int)
        E-mail addresses written from behind.
    """

    phones: tuple[tuple[str, int], ...]
    numbers: dict[str, int]
    sequences: dict[str, tuple[tuple[Words, int], ...]]
    backwards: tuple[tuple[str, int], ...]

    def found_in(self, text: str) -> set[int]:
        """Return which of the contacts stand in a text.

        Parameters
        ----------
        text : str
            In the form of `folded`.
        """
        found = set(self._phones(text)) if self.phones else set()
        if self.numbers or self.sequences:
            words = _WORD.findall(text.casefold())
            distinct = set(words)
            found |= set(self._codes(words))
            if not distinct.isdisjoint(self.sequences):
                found |= set(self._rows(words))
                found |= set(self._rows([each for each in words if each not in _STANDS_FOR]))
        if self.backwards:
            lower = text.casefold()
            found |= {number for each, number in self.backwards if each in lower}
        return found

    def _phones(self, text: str) -> Iterator[int]:
        for run in _GROUPS.finditer(text):
            groups = [each.translate(_AS_FIGURES) for each in _GROUP.findall(run[0])]
            joined = "".join(groups)
            if len(joined) < _SHORTEST_PHONE:
                continue
            starts, ends = _bounds(groups)
            for phone, number in self.phones:
                at = joined.find(phone)
                while at >= 0:
                    if starts[at] <= _MOST_BEFORE and at + len(phone) in ends:
                        yield number
                        break
                    at = joined.find(phone, at + 1)

    def _codes(self, words: list[str]) -> Iterator[int]:
        """Yield whose codes and numbers stand there, in one piece or in several."""
        heads = {each[:2] for each in self.numbers} | {each[:1] for each in self.numbers}
        for at, word in enumerate(words):
            if word[:2] not in heads:
                continue
            glued = ""
            for each in words[at : at + _MOST_GLUED]:
                glued += each
                if glued in self.numbers and (glued == word or not glued.isdigit()):
                    yield self.numbers[glued]

    def _rows(self, words: list[str]) -> Iterator[int]:
        for at, word in enumerate(words):
            for wanted, number in self.sequences.get(word, ()):
                if tuple(words[at : at + len(wanted)]) == wanted:
                    yield number


def is_contact(identifier: str) -> bool:
    """Return whether something of the identity store is a number or an address and no name.

    Parameters
    ----------
    identifier : str
        As the identity store has it.
    """
    return any(each.isdigit() for each in identifier) or "@" in folded(identifier)


def contacts_of(identifiers: Iterable[str], everyday: Collection[str]) -> Contacts:
    """Return the numbers and addresses among identifiers, ready to be looked for.

    Parameters
    ----------
    identifiers : iterable of str
        All that people are known by; the position is whose it is.
    everyday : collection of str
        Words of everyday language.

    Returns
    -------
    Contacts
        Ready to be looked for.
    """
    phones: list[tuple[str, int]] = []
    numbers: dict[str, int] = {}
    rows: list[tuple[Words, int]] = []
    backwards: list[tuple[str, int]] = []
    for number, each in enumerate(identifiers):
        plain = folded(each)
        if "@" in plain:
            rows += [(row, number) for row in _rows_of_mail(plain, everyday)]
            numbers |= dict.fromkeys(_local_of(plain, everyday), number)
            backwards.append((plain.strip().casefold()[::-1], number))
        elif _NUMBER.fullmatch(plain.strip()) and any(c.isdigit() for c in plain):
            figures = "".join(filter(str.isdigit, plain))
            if len(figures) >= _SHORTEST_PHONE:
                phones.append((_without_prefix(plain, figures), number))
            elif len(figures) >= _SHORTEST_NUMBER:
                numbers[figures] = number
        elif is_contact(each):
            numbers |= dict.fromkeys(_codes_of(plain), number)
            rows += [(row, number) for row in _rows_of_address(plain, everyday)]
        elif len(words := words_of(each)) > _MOST_BY_PARTS:
            # The name of a school or a place: all of it, if it is of everyday words.
            rows.append((words, number))
    by_first: dict[str, tuple[tuple[Words, int], ...]] = {}
    for row, number in rows:
        by_first[row[0]] = (*by_first.get(row[0], ()), (row, number))
    return Contacts(tuple(phones), numbers, by_first, tuple(backwards))


def _bounds(groups: list[str]) -> tuple[list[int], set[int]]:
    """Return for each figure how far it is from the start of its group, and where groups end."""
    starts: list[int] = []
    ends, length = set[int](), 0
    for group in groups:
        starts += range(len(group))
        length += len(group)
        ends.add(length)
    return starts, ends


def _without_prefix(plain: str, figures: str) -> str:
    """Return what is the same of a number from home and from abroad."""
    abroad = plain.strip().startswith("+") or figures.startswith("00")
    own = figures.lstrip("0")
    # A country's code has one to three figures: the last nine or ten are the number's own.
    return own[-9:] if abroad and len(own) > _LONGEST_AT_HOME else own


_LONGEST_AT_HOME = 9


def _rows_of_mail(plain: str, everyday: Collection[str]) -> Iterator[Words]:
    """Yield an address in words; the part before the @ by itself where it is of several words."""
    local, _, domain = plain.casefold().partition("@")
    local = local.partition("+")[0]
    before, behind = words_of(local), words_of(domain)
    if before:
        yield (*before, *behind)
        if len(before) > 1 and not all(each in everyday or len(each) == 1 for each in before):
            yield before
            yield before[::-1]


def _local_of(plain: str, everyday: Collection[str]) -> Iterator[str]:
    """Yield the part before the @ as one word, where it is long enough to be somebody's own."""
    words = words_of(plain.casefold().partition("@")[0].partition("+")[0])
    glued = "".join(words)
    if len(glued) >= _SHORTEST_LOCAL and glued not in everyday:
        yield glued


def _codes_of(plain: str) -> Iterator[str]:
    """Yield what is a code of letters and figures: a postcode, a case's number."""
    lower = plain.casefold()
    for found in _POSTCODE.finditer(lower):
        yield found[1] + found[2]
    glued = "".join(words_of(lower))
    if _CODE.fullmatch(glued):
        yield glued


def _rows_of_address(plain: str, everyday: Collection[str]) -> Iterator[Words]:
    """Yield house and street, and the street where its name is no everyday one."""
    words = words_of(_POSTCODE.sub(" ", plain))
    for at, word in enumerate(words[:-1]):
        following = words[at + 1]
        if any(each.isdigit() for each in word) and following.isalpha():
            yield (word, following)
            if at + 2 < len(words) and following not in everyday:
                yield (following, words[at + 2])
