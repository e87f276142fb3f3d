"""Where checks of a file write down what they find wrong and what they can confirm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from toolkit.guide.yaml.source import Document, place_of
from toolkit.guide.yaml.validate import nearest


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One thing that was worked out again and holds.

    Attributes
    ----------
    file : str
        File that says it.
    line : int
        Line in that file, from 1.
    place : str
        Where inside the file, in its own words: ``claim draw``.
    shown : str
        The computation: ``19 + 1 = 20``.
    """

    file: str
    line: int
    place: str
    shown: str

    def __str__(self) -> str:
        """Return ``holds file:line place: shown`` on one line."""
        return f"holds {self.file}:{self.line} {self.place}: {self.shown}"

    def to_json(self) -> dict[str, str | int]:
        """Return the confirmation as plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Ledger:
    """Collects findings and confirmations about one file while it is checked.

    A path is a tuple of keys and list positions from the top of the file.

    Attributes
    ----------
    document : Document
        The file; findings are added to it.
    confirmations : list of Confirmation
        What holds.
    """

    document: Document
    confirmations: list[Confirmation] = field(default_factory=list)

    def say(self, code: str, path: tuple[Any, ...], **values: Any) -> None:
        """Add a finding of the catalogue at a path of the file."""
        self.document.say(code, path, **values)

    def holds(self, path: tuple[Any, ...], shown: str) -> None:
        """Add a confirmation at a path of the file."""
        document = self.document
        place = place_of(document.data, path)
        self.confirmations.append(Confirmation(document.name, document.line(path), place, shown))

    def unknown(self, path: tuple[Any, ...], kind: str, name: str, known: Iterable[str]) -> None:
        """Add a finding for an id that names nothing.

        Parameters
        ----------
        kind : str
            What it should name: ``role``.
        """
        known = list(known)
        choices = f"choose one of: {', '.join(known)}" if known else "define it first"
        suggestion = nearest(name, known) or choices
        self.say("STUDY-011", path, kind=kind, id=name, suggestion=suggestion)

    def twice(self, places: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Add a finding for every id that is used twice.

        Parameters
        ----------
        places : iterable of (str, tuple)
            Ids with their paths, in the order of the file.
        """
        first: dict[str, int] = {}
        for name, path in places:
            if name in first:
                self.say("STUDY-010", path, id=name, first=first[name])
            else:
                first[name] = self.document.line(path)
