"""What the gate withholds, and why: an output, or one cell of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.errors import Finding, finding

HELD_BACK = "held-back.json"
NAMES, WORDS, UNREAD, MADE = "names", "words", "unread", "made"
_WHY = {
    NAMES: "names of the identity store (clause P30)",
    WORDS: "words of a participant that nobody signed off (clause P35)",
    UNREAD: "it cannot be read",
    MADE: "no output of the toolkit",
}
_UNREAD = {
    "picture": "a picture that nobody has looked at",
    "encrypted": "it is encrypted",
    "broken": "it is broken",
    "unknown": "its format is not known",
    "too large": "it is too large, or packed too often",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One output that the gate withholds, or would.

    Attributes
    ----------
    place : str
        Its place among the outputs, with the cell where it is one; a number where the name itself
        gives somebody away.
    hash : str
        SHA-256 (hex) of its bytes, or of what the cell shows.
    causes : mapping of str to int
        ``names`` and ``words``: how many stand in it; which ones is never said. ``unread``: what
        of it could not be read (count). ``made``: shown by something else than the toolkit.
    where : tuple of str
        Where in it something stands: ``text``, ``metadata``, ``name``, ``image``, ``archive``.
    unread : tuple of str
        Why something in it could not be read.
    pictures : tuple of str
        SHA-256 (hex) of the pictures in it that nobody has looked at.
    released_by, reason : str
        Who released it all the same, and why; empty where nobody has.
    texts : tuple of str
        What it says, where it was released; no list shows it.
    """

    place: str
    hash: str
    causes: Mapping[str, int]
    where: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    pictures: tuple[str, ...] = field(default=())
    released_by: str = ""
    reason: str = ""
    texts: tuple[str, ...] = field(default=(), repr=False)

    @property
    def cause(self) -> str:
        """The gravest of the causes."""
        return next(each for each in _WHY if each in self.causes)

    def finding(self) -> Finding:
        """Return it as a finding, by its gravest cause; RUN-042 where it was released."""
        count = self.causes[self.cause]
        if self.released_by:
            why = "; ".join(_WHY[each] for each in self.causes)
            return finding("RUN-042", place=self.place, why=why, by=self.released_by)
        if self.cause == NAMES:
            where = ", ".join(self.where)
            return finding("RUN-041", place=self.place, count=count, where=where)
        if self.cause == UNREAD:
            what = "; ".join(_UNREAD[each] for each in self.unread)
            return finding("RUN-082", place=self.place, what=what)
        if self.cause == MADE:
            return finding("RUN-083", place=self.place)
        return finding("RUN-081", place=self.place, count=count)

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        told = [_UNREAD[each] for each in self.unread]
        return {
            "place": self.place,
            "hash": self.hash,
            "why": "; ".join(_WHY[each] for each in _WHY if each in self.causes),
            "where": list(self.where),
            "count": self.causes[self.cause],
            "unread": told,
            "pictures": list(self.pictures),
            "released_by": self.released_by,
            "reason": self.reason,
        }
