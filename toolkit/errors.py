"""Everything that can go wrong, in one view, and the words it is said in.

The exception tree::

    ToolkitError
    ├── UsageError        the command or call itself is wrong           USAGE-
    ├── GuideError        a topic guide breaks the format               GUIDE-
    ├── StudyError        protocol, codebook or consent form            STUDY-
    ├── StoreError        the journal or the identity store             STORE-
    │   └── ConflictError somebody else wrote to the session meanwhile
    ├── FieldworkError    frame, draw, consent, limits                  FIELD-
    ├── CaptureError      a call or a forum                             CAPTURE-
    ├── SourceError       texts that are coded                          SOURCE-
    ├── CodingError       codes, segments, agreement                    CODING-
    ├── AnalysisError     frames, tables, figures, disclosure           ANALYSIS-
    │   └── UnknownNameError  a strand, question, frame or column that there is not
    ├── SampleError       the fictional sample study                    SAMPLE-
    └── RunError          running and rendering notebooks               RUN-

Each exception carries one or more `Finding`: where, what was found, which rule, what to do.
The wording lives in ``toolkit/messages/<room>.toml``, so that it can be read, counted and
tested as a whole, and is loaded only when something has to be said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, Self

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, said so that the reader can act on it.

    Attributes
    ----------
    code : str
        Catalogue code such as ``GUIDE-003``; stable across versions.
    file : str
        Name of the file as the reader gave it; empty if there is none.
    line : int
        Line in that file, counted from 1; 0 if there is none.
    place : str
        Where inside the file or study, in its own words: ``question q4``.
    found, rule, remedy : str
        What was found, which rule it breaks, what to do about it.
    severity : {"error", "warning", "note"}
        Errors stop; warnings and notes do not.
    """

    code: str
    file: str
    line: int
    place: str
    found: str
    rule: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return ``CODE file:line place: found; rule; remedy`` on one line."""
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        head = " ".join(part for part in (self.code, where, self.place) if part)
        said = "; ".join(part for part in (self.found, self.rule, self.remedy) if part)
        return f"{head}: {said}"

    def to_json(self) -> dict[str, str | int]:
        """Return the finding as plain JSON values, for ``--json``."""
        return {name: getattr(self, name) for name in self.__slots__}


class ToolkitError(Exception):
    """Base of every error that the toolkit raises on purpose.

    Parameters
    ----------
    findings : iterable of Finding
        What was found; at least one. The message is one line for each.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(each) for each in self.findings))

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows (IPython asks for it by this name): the message alone."""
        return [f"{type(self).__name__}: {self}"]

    @classmethod
    def of(cls, code: str, *, place: str, file: str = "", line: int = 0, **values: object) -> Self:
        """Build the error from one catalogue code; parameters as in `finding`."""
        return cls([finding(code, place=place, file=file, line=line, **values)])


class UsageError(ToolkitError):
    """The command line or a call was used wrongly."""


class GuideError(ToolkitError):
    """A topic guide cannot be read or breaks a rule of the format."""


class StudyError(ToolkitError):
    """A protocol, codebook or consent form breaks a rule of its format."""


class StoreError(ToolkitError):
    """The journal or the identity store refuses; nothing was changed."""


class ConflictError(StoreError):
    """Somebody else appended to the session since it was last read."""


class FieldworkError(ToolkitError):
    """A rule of fieldwork (frame, draw, consent, limits) refuses."""


class CaptureError(ToolkitError):
    """A call or a forum refuses a step; what was captured before is safe."""


class SourceError(ToolkitError):
    """A text to be coded cannot be found or read."""


class CodingError(ToolkitError):
    """A code, a segment or a comparison of coders is not possible."""


class AnalysisError(ToolkitError):
    """A table, a figure or a frame cannot be made as asked."""


class UnknownNameError(AnalysisError, KeyError, AttributeError):
    """There is no such name; pandas and Python take it for the error that they expect."""

    def __str__(self) -> str:
        """Return the findings, one a line; a KeyError would put quotes around them."""
        return "\n".join(str(each) for each in self.findings)


class SampleError(ToolkitError):
    """The fictional sample study is not what it should be."""


class RunError(ToolkitError):
    """A notebook cannot be run or rendered."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Read the whole catalogue of messages.

    Returns
    -------
    mapping
        Code to its templates: ``found``, ``rule``, ``do`` and ``severity``.
    """
    entries: dict[str, Mapping[str, str]] = {}
    for room in sorted(files("toolkit").joinpath("messages").iterdir(), key=lambda each: each.name):
        if room.name.endswith(".toml"):
            entries.update(tomllib.loads(room.read_text(encoding="utf-8")))
    return entries


def finding(code: str, *, place: str, file: str = "", line: int = 0, **values: object) -> Finding:
    """Fill the catalogue's templates for one code.

    Parameters
    ----------
    **values
        What the templates name in braces. Never an answer, a name or a phone number.

    Raises
    ------
    KeyError
        The catalogue has no such code, or a value that its templates name was not given.
    """
    entry = catalogue()[code]
    severity = entry.get("severity", "error")
    return Finding(
        code=code,
        file=file,
        line=line,
        place=place,
        found=entry["found"].format(**values),
        rule=entry["rule"].format(**values),
        remedy=entry["do"].format(**values),
        severity="note" if severity == "note" else "warning" if severity == "warning" else "error",
    )
