"""A study of which a notebook is handed what ``graph.toml`` says it reads, and nothing else.

That is what makes the graph true, and the rule that a notebook runs again exactly when something
changed that it reads. What it does not declare is not merely refused: it is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from toolkit.analysis.data.study_data import Frames, StudyData
from toolkit.errors import RunError

_Some = TypeVar("_Some", Frames, StudyData)
_FRAMES = {each.name: each.name for each in fields(Frames)}
# Attribute of the study to the name that it is declared by; the rest come from files that the key
# of every notebook that opens the study holds.
_PARTS = {
    "codebook": "codebook",
    "sources": "sources",
    "sampling": "recruitment",
    "quoted": "quotations",
    # It says of every session what the frame of coverage counts; no key rests on it.
    "open_in": "open_in",
}
# Counts of the whole study, declared as recruitment is, whose frame is handed in shares.
_COUNTS, _SHARED_WITH = "sampling", "recruitment"


class _DeclaredFrames(Frames):
    """Frames of which some are not there."""

    def __getattribute__(self, name: str) -> Any:
        return _read(self, name, _FRAMES)


class _DeclaredStudy(StudyData):
    """A study of which some parts are not there."""

    def __getattribute__(self, name: str) -> Any:
        found = _read(self, name, _PARTS)
        if name == _COUNTS and found is None:
            raise RunError.of("RUN-059", place="study")
        return found


def only_declared(
    study: StudyData, reads: Sequence[str], shared: Collection[str] = ()
) -> StudyData:
    """Return a study with what a notebook declares; it refuses everything else by name.

    Parameters
    ----------
    study : StudyData
        The whole study, or what one strand or case has of it.
    reads : sequence of str
        Names of frames, ``codebook``, ``sources``, ``quotations``.

    Returns
    -------
    StudyData
        Raises RUN-023 when something else is read; RUN-059 for the counts of the list and the draw
        where only the rows of one strand or case are handed.
    """
    frames = _handed(_DeclaredFrames, study.frames, _FRAMES, reads)
    handed = _handed(_DeclaredStudy, study, _PARTS, reads)
    if _SHARED_WITH in shared:
        object.__setattr__(handed, _COUNTS, None)
    object.__setattr__(handed, "frames", frames)
    return handed


def _handed(kind: type[_Some], whole: _Some, named: dict[str, str], reads: Sequence[str]) -> _Some:
    """Return an object with those fields of another that are declared or need not be."""
    handed = object.__new__(kind)
    for each in fields(whole):
        if each.name not in named or named[each.name] in reads:
            object.__setattr__(handed, each.name, getattr(whole, each.name))
    return handed


def _read(handed: object, name: str, named: dict[str, str]) -> Any:
    """Return an attribute, or say by which name it would have to be declared."""
    if name in named and name not in object.__getattribute__(handed, "__dict__"):
        raise RunError.of("RUN-023", place="study", what=named[name])
    return object.__getattribute__(handed, name)
