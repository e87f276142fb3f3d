"""The little language of conditions: ``q2 = involved and q4 includes parent``.

Grammar::

    condition  = all {"or" all}
    all        = one {"and" one}
    one        = "not" one | "(" condition ")" | test
    test       = ref ("=" | "!=" | "<" | "<=" | ">" | ">=") value
               | ref "in" "(" value {"," value} ")"
               | ref "includes" value
               | ref "is" ["not"] state
               | "count" "(" ref ")" ("=" | ...) number
    state      = "answered" | "dont-know" | "refused" | "not-asked" | "ticked" | "skipped"

A condition is parsed into a `Test` tree. A test on something that has no answer is false, and so
is ``!=``: nobody is routed by what they did not say. ``not`` turns the result round, not the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

STATES = ("answered", "dont-know", "refused", "not-asked", "ticked", "skipped")
RESERVED = frozenset({"and", "or", "not", "in", "is", "includes", "count", "protocol"})
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
MAX_LENGTH = 2000

_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>'[^']*'|\"[^\"]*\")|(?P<sign><=|>=|!=|[=<>(),])|(?P<word>[\w.\-]+))",
    re.ASCII,
)
_REF = re.compile(r"[A-Za-z][\w\-]*(\.[A-Za-z][\w\-]*)?", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What people write from other languages, and what to write here.
_INSTEAD = {
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not' or '!='",
    "≥": "write '>='",
    "≤": "write '<='",
    "≠": "write '!='",
    **dict.fromkeys("“”„‘’", "write straight quotes"),
    **dict.fromkeys("'\"", "a quote is not closed"),
}


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one ref.

    Attributes
    ----------
    kind : str
        ``compare``, ``in``, ``includes``, ``is``, ``is not`` or ``count``.
    ref : str
        ``q2`` or ``q2.asked``.
    sign : str
        Comparison sign for ``compare`` and ``count``.
    values : tuple of str
        The values as written.
    """

    kind: Literal["compare", "in", "includes", "is", "is not", "count"]
    ref: str
    sign: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """Tests put together.

    Attributes
    ----------
    kind : {"and", "or", "not"}
        How.
    parts : tuple of Condition
        What is put together; one part for ``not``.
    """

    kind: Literal["and", "or", "not"]
    parts: tuple[Condition, ...]


Condition = Test | Several


class ConditionError(Exception):
    """A condition cannot be read.

    Attributes
    ----------
    problem : str
        What is wrong, in words.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def parse_condition(text: str) -> Condition:
    """Read one condition.

    Parameters
    ----------
    text : str
        The condition; at most 2,000 characters.

    Raises
    ------
    ConditionError
        The text is not a condition.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"it is longer than {MAX_LENGTH} characters")
    reader = _Reader(_tokens(text))
    condition = reader.condition(0)
    if reader.here is not None:
        small = reader.here.lower()
        hint = f", write '{small}'" if small in ("and", "or") else ""
        raise ConditionError(f"'{reader.here}' is not expected after the condition{hint}")
    return condition


def tests_of(condition: Condition | None) -> list[Test]:
    """List the tests in a condition, from left to right."""
    if condition is None:
        return []
    if isinstance(condition, Test):
        return [condition]
    return [test for part in condition.parts for test in tests_of(part)]


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            sign = text[position:].lstrip()[:1]
            hint = f", {_INSTEAD[sign]}" if sign in _INSTEAD else ""
            raise ConditionError(f"'{sign}' cannot stand in a condition{hint}")
        found.append(match.group(match.lastgroup or 0))
        position = match.end()
    if not found:
        raise ConditionError("it is empty")
    return found


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._position = 0

    @property
    def here(self) -> str | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def take(self, needed: str) -> str:
        token = self.here
        if token is None:
            raise ConditionError(f"it ends where {needed} is needed")
        self._position += 1
        return token

    def exactly(self, sign: str) -> None:
        token = self.take(f"'{sign}'")
        if token != sign:
            raise ConditionError(f"'{token}' stands where '{sign}' is needed")

    def condition(self, depth: int) -> Condition:
        if depth > 20:
            raise ConditionError("its brackets are nested more than 20 deep")
        return self._joined("or", lambda: self._joined("and", lambda: self._one(depth)))

    def _joined(self, word: Literal["and", "or"], part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.here == word:
            self.take(word)
            parts.append(part())
        return parts[0] if len(parts) == 1 else Several(word, tuple(parts))

    def _one(self, depth: int) -> Condition:
        turned = 0
        while self.here == "not":
            self.take("not")
            turned += 1
        if self.here == "(":
            self.exactly("(")
            inner = self.condition(depth + 1)
            self.exactly(")")
        else:
            inner = self._test()
        return Several("not", (inner,)) if turned % 2 else inner

    def _test(self) -> Test:
        word = self._ref()
        if word == "count" and self.here == "(":
            self.exactly("(")
            ref = self._ref()
            self.exactly(")")
            return Test("count", ref, self._sign(), (self._value(),))
        sign = self.take("a sign or 'is'")
        if sign in COMPARISONS:
            return Test("compare", word, sign, (self._value(),))
        if sign == "is":
            return self._state(word)
        if sign == "includes":
            return Test("includes", word, "", (self._value(),))
        if sign == "in":
            return Test("in", word, "", self._values())
        raise ConditionError(f"'{sign}' stands where =, !=, <, >, is, in or includes is needed")

    def _state(self, ref: str) -> Test:
        turned = self.here == "not"
        if turned:
            self.exactly("not")
        state = self.take("a state")
        if state not in STATES:
            known = ", ".join(STATES)
            raise ConditionError(f"'{state}' is not one of {known}; a value is asked for with =")
        return Test("is not" if turned else "is", ref, "", (state,))

    def _values(self) -> tuple[str, ...]:
        self.exactly("(")
        values = [self._value()]
        while self.here == ",":
            self.exactly(",")
            values.append(self._value())
        self.exactly(")")
        return tuple(values)

    def _sign(self) -> str:
        sign = self.take("a comparison sign")
        if sign not in COMPARISONS:
            raise ConditionError(f"'{sign}' is not a comparison sign")
        return sign

    def _ref(self) -> str:
        word = self.take("a question")
        if not _REF.fullmatch(word):
            raise ConditionError(f"'{word}' stands where a question's id is needed")
        return word

    def _value(self) -> str:
        word = self.take("a value")
        if word in ("(", ")", ",", *COMPARISONS):
            hint = {"=": ", write '=' once", ">": ", write '!='"}.get(word, "")
            raise ConditionError(f"'{word}' stands where a value is needed{hint}")
        if word[0] in "'\"":
            return word[1:-1]
        if self.here is not None and _NUMBER.fullmatch(word) and unit_of(self.here):
            return f"{word} {self.take('a unit')}"
        return word


def unit_of(word: str) -> str:
    """Return the unit of time that a word names, in the singular; empty if it names none."""
    unit = word.removesuffix("s")
    return unit if unit in ("minute", "hour", "day", "week", "month", "year") else ""
