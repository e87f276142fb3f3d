"""Wordings: a text in each language, and pieces of earlier answers or of the protocol in them.

``{q1}`` takes up an earlier answer, ``{q1.who|somebody}`` one with words for the case that there is
none, ``{protocol.support_line}`` a fact of ``study.yaml``. Identities are never shown (clause P31).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from toolkit.guide.topic.compiler import Known
from toolkit.guide.yaml.validate import nearest

Path = tuple[Hashable, ...]
Say = Callable[..., None]

# A doubled brace, a piece, or a brace on its own.
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_REF = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)?")
_IDENTITY = ("participant.", "identity.", "person.", "child.")
_IDENTITY_WORDS = frozenset(
    {"name", "first-name", "surname", "phone", "telephone", "mobile", "address", "email", "child"}
)

# Signs without ink: their categories, and letters and marks that are drawn as nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\u180b\u180c\u180d\u180f") | {
    chr(point) for point in range(0xFE00, 0xFE10)
}
_OVERRIDES = frozenset("\u202d\u202e")
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_OPENING = dict.fromkeys("\u202a\u202b", _POP_EMBEDDING) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)
_CLOSING = frozenset({_POP_EMBEDDING, _POP_ISOLATE})


@dataclass(frozen=True, slots=True)
class At:
    """The place of a wording in a guide.

    Attributes
    ----------
    position : int
        Place of its item in the order of the guide.
    group : str
        The repeated group it stands in; empty outside of one.
    """

    position: int
    group: str


class WordingCheck:
    """Checks the wordings of one guide.

    Parameters
    ----------
    languages : tuple of str
        Languages of the guide.
    known : mapping of str to Known
        What wordings can take up, from the compiler.
    facts : collection of str or None
        Facts of the protocol; None if no protocol is at hand, then they are not checked.
    say : callable
        Takes a code, a path and values.
    """

    def __init__(
        self,
        languages: tuple[str, ...],
        known: Mapping[str, Known],
        facts: frozenset[str] | None,
        say: Say,
    ) -> None:
        self.languages = tuple(dict.fromkeys(languages))
        self.known = known
        self.facts = facts
        self.say = say

    def check(
        self, said: str | dict[str, str], path: Path, at: At, *, translated: bool = True
    ) -> None:
        """Check one wording.

        Parameters
        ----------
        at : At
            Where its item stands in the guide; it may take up earlier answers only.
        """
        if isinstance(said, str):
            self._text(said, path, at)
            if translated and len(self.languages) > 1:
                for language in self.languages[1:]:
                    self.say("GUIDE-044", path, language=language, base=self.languages[0])
            return
        for language, text in said.items():
            if language not in self.languages:
                hint = nearest(language, self.languages) or "add it there, or remove it here"
                self.say("GUIDE-034", (*path, language), language=language, suggestion=hint)
            self._text(text, (*path, language), at)
        for language in self.languages:
            if language not in said and language == self.languages[0]:
                self.say("GUIDE-033", path, language=language)
            elif language not in said:
                self.say("GUIDE-044", path, language=language, base=self.languages[0])

    def _text(self, text: str, path: Path, at: At) -> None:
        turned = turning_sign(text)
        if turned:
            named = {"name": unicodedata.name(turned).lower(), "point": f"U+{ord(turned):04X}"}
            self.say("GUIDE-046", path, **named)
        if not seen_text(text):
            self.say("GUIDE-032", path)
        elif "{" in text or "}" in text:
            self._pieces(text, path, at)

    def _pieces(self, text: str, path: Path, at: At) -> None:
        found = list(_PIECE.finditer(text))
        for match in found:
            if match[1] is not None:
                self._piece(match[1].partition("|")[0].strip(), path, at)
        if any(match[0] in ("{", "}") for match in found):
            self.say("GUIDE-039", path)

    def _piece(self, ref: str, path: Path, at: At) -> None:
        last = ref.rpartition(".")[2]
        if ref.startswith("protocol."):
            if self.facts is not None and last not in self.facts:
                hint = nearest(last, self.facts) or f"known are {', '.join(sorted(self.facts))}"
                self.say("GUIDE-038", path, ref=ref, suggestion=hint)
        elif ref in self.known:
            self._known_piece(ref, path, at)
        elif ref.startswith(_IDENTITY) or last.replace("_", "-") in _IDENTITY_WORDS:
            self.say("GUIDE-037", path, ref=ref)
        elif not ref or not _REF.fullmatch(ref):
            self.say("GUIDE-039", path)
        else:
            hint = nearest(ref, self.known) or "name a question or probe that is asked before"
            self.say("GUIDE-035", path, ref=ref, suggestion=hint)

    def _known_piece(self, ref: str, path: Path, at: At) -> None:
        known = self.known[ref]
        if known.type in ("script", "group", "tick"):
            self.say("GUIDE-035", path, ref=ref, suggestion=f"a {known.type} has no words to show")
        elif getattr(known.item, "each_participant", False):
            self.say(
                "GUIDE-035", path, ref=ref, suggestion="every participant answers it separately"
            )
        elif known.type == "text" and ref.rpartition(".")[2] in _IDENTITY_WORDS:
            self.say("GUIDE-037", path, ref=ref)
        elif known.position >= at.position:
            self.say("GUIDE-036", path, ref=ref)
        elif known.group and known.group != at.group:
            hint = f"it is answered once in each round of '{known.group}'; show it inside the group"
            self.say("GUIDE-035", path, ref=ref, suggestion=hint)


def seen_text(text: str) -> str:
    """Return what an eye sees of a text: without invisible signs, with plain single spaces."""
    kept = "".join(
        each
        for each in unicodedata.normalize("NFKC", text)
        if each.isspace() or (unicodedata.category(each) not in _UNSEEN and each not in _BLANK)
    )
    return " ".join(kept.split())


def turning_sign(text: str) -> str:
    """Return the first character that reverses the direction of the text, or an empty text.

    Overrides always do; embeddings and isolates only where they are not closed.
    """
    unclosed: list[str] = []
    for each in text:
        if each in _OVERRIDES:
            return each
        if each in _OPENING:
            unclosed.append(each)
        elif each in _CLOSING and (not unclosed or _OPENING[unclosed.pop()] != each):
            return each
    return unclosed[0] if unclosed else ""


def fill(text: str, piece: Callable[[str, str], str]) -> str:
    """Insert pieces into a wording.

    Parameters
    ----------
    piece : callable
        Takes a ref and the words for the case that there is no answer (may be empty), gives the
        words to put in.
    """

    def put(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        ref, _, fallback = match[1].partition("|")
        return piece(ref.strip(), fallback.strip())

    return _PIECE.sub(put, text)
