"""Wordings: a text in each language, and pieces of earlier answers or of the protocol in them.

``{q1}`` takes up an earlier answer, ``{q1.who|somebody}`` one with words for the case that there is
none, ``{protocol.support_line}`` a fact of ``study.yaml``. Identities are never taken up (P31).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping

from toolkit.guide.compiler import Known
from toolkit.guide.validate import nearest

Path = tuple[Hashable, ...]
Say = Callable[..., None]

_PIECE = re.compile(r"\{([^{}]*)\}")
_REF = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)?")
_IDENTITY = ("participant.", "identity.", "person.", "child.")
_IDENTITY_WORDS = frozenset(
    {"name", "first-name", "surname", "phone", "telephone", "mobile", "address", "email", "child"}
)


class WordingCheck:
    """Checks the wordings of one guide.

    Parameters
    ----------
    languages : tuple of str
        Languages of the guide.
    known : mapping of str to Known
        What wordings can take up, from the compiler.
    facts : collection of str or None
        Facts of the protocol; None where no protocol is at hand, then they are not checked.
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
        self.languages = languages
        self.known = known
        self.facts = facts
        self.say = say

    def check(
        self, said: str | dict[str, str], path: Path, position: int, translated: bool = True
    ) -> None:
        """Check one wording.

        Parameters
        ----------
        said : str or dict
            The wording.
        path : tuple
            Where it stands in the file.
        position : int
            Place of its item in the guide's order; it may take up earlier answers only.
        translated : bool
            Whether it has to be there in every language.
        """
        if isinstance(said, str):
            self._text(said, path, position)
            if translated and len(self.languages) > 1:
                for language in self.languages[1:]:
                    self.say("GUIDE-033", path, language=language)
            return
        for language, text in said.items():
            if language not in self.languages:
                hint = nearest(language, self.languages) or "add it there, or remove it here"
                self.say("GUIDE-034", (*path, language), language=language, suggestion=hint)
            self._text(text, (*path, language), position)
        for language in self.languages:
            if language not in said:
                self.say("GUIDE-033", path, language=language)

    def _text(self, text: str, path: Path, position: int) -> None:
        if not text or text.isspace():
            self.say("GUIDE-032", path)
        elif "{" in text or "}" in text:
            self._pieces(text, path, position)

    def _pieces(self, text: str, path: Path, position: int) -> None:
        bare = text.replace("{{", "").replace("}}", "")
        for piece in _PIECE.findall(bare):
            self._piece(piece.partition("|")[0].strip(), path, position)
        left = _PIECE.sub("", bare)
        if "{" in left or "}" in left:
            self.say("GUIDE-039", path)

    def _piece(self, ref: str, path: Path, position: int) -> None:
        last = ref.rpartition(".")[2]
        if ref.startswith("protocol."):
            if self.facts is not None and last not in self.facts:
                hint = nearest(last, self.facts) or f"known are {', '.join(sorted(self.facts))}"
                self.say("GUIDE-038", path, ref=ref, suggestion=hint)
        elif ref in self.known:
            self._known_piece(ref, path, position)
        elif ref.startswith(_IDENTITY) or last.replace("_", "-") in _IDENTITY_WORDS:
            self.say("GUIDE-037", path, ref=ref)
        elif not ref or not _REF.fullmatch(ref):
            self.say("GUIDE-039", path)
        else:
            hint = nearest(ref, self.known) or "name a question or probe that is asked before"
            self.say("GUIDE-035", path, ref=ref, suggestion=hint)

    def _known_piece(self, ref: str, path: Path, position: int) -> None:
        known = self.known[ref]
        if known.type in ("script", "group", "tick"):
            self.say(
                "GUIDE-035", path, ref=ref, suggestion=f"a {known.type} has no words to take up"
            )
        elif getattr(known.item, "each_participant", False):
            self.say("GUIDE-035", path, ref=ref, suggestion="every participant answers it apart")
        elif known.position >= position:
            self.say("GUIDE-036", path, ref=ref)


def fill(text: str, piece: Callable[[str, str], str]) -> str:
    """Put pieces into a wording.

    Parameters
    ----------
    text : str
        A wording in one language.
    piece : callable
        Takes a ref and the words for the case that there is no answer (may be empty), gives the
        words to put in.
    """
    held = text.replace("{{", "\0").replace("}}", "\1")

    def put(match: re.Match[str]) -> str:
        ref, _, fallback = match[1].partition("|")
        return piece(ref.strip(), fallback.strip())

    return _PIECE.sub(put, held).replace("\0", "{").replace("\1", "}")
