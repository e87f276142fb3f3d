"""Whose words are in a text, so that they can be destroyed with their speaker (clause P26)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from toolkit.sources import Source

_WORD = re.compile(r"\w+")
_RUN = 5  # words in a row that are no coincidence
_SHORT = 3  # words of the shortest answer that can be told again


def speakers_in(text: str, sources: Iterable[Source]) -> set[str]:
    """Return the participants whom a text names by pseudonym or whose words it repeats.

    Returns
    -------
    set of str
        Pseudonyms. Five words of somebody in a row, whatever stands between them and however they
        are written, are theirs; fewer may be anybody's. An answer of up to five words counts whole
        from three words on.
    """
    said, found = _runs(text, _RUN), set()
    for source in sources:
        if source.speaker not in found:
            named = re.search(rf"(?<!\w){re.escape(source.speaker)}(?![\w-])", text)
            length = min(_RUN, len(_WORD.findall(source.text)))
            mine = said if length == _RUN else _runs(text, length)
            if named or (length >= _SHORT and not mine.isdisjoint(_runs(source.text, length))):
                found.add(source.speaker)
    return found


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of so many words."""
    words = _WORD.findall(text.casefold())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
