"""One text that can be coded, as it is in the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """A text under a pseudonym; offsets into it are Unicode code points.

    Attributes
    ----------
    id : str
        ``K01/q3``, ``K01/q7.how`` for an answer; ``F1/q2/3`` for the third turn on q2.
    text : str
        The words as they were captured, unchanged: no normalisation, so that offsets hold.
    case : str
        Case in the store: the participant of an interview, the forum of a turn.
    session : str
        Session in the store.
    participant : str
        Pseudonym of who said it: ``K01``, ``F1-A``.
    kind : str
        Kind of session: ``interview``, ``forum`` or ``survey``.
    question : str
        Ref of the question or probe: ``q3``, ``q7.how``.
    """

    id: str
    text: str
    case: str = ""
    session: str = ""
    participant: str = ""
    kind: str = ""
    question: str = ""

    @property
    def speaker(self) -> str:
        """Whose words they are: they go when this person withdraws."""
        return self.participant or self.case

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the text in UTF-8; coding records it and holds for this text only."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()
