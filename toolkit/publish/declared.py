"""A study of which a notebook sees what ``graph.toml`` says it reads, and nothing else.

That is what makes the graph true, and the rule that a notebook runs again exactly when something
changed that it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from toolkit.analysis.study_data import Frames, StudyData
from toolkit.errors import RunError

_FRAMES = frozenset(each.name for each in fields(Frames))


class _DeclaredFrames(Frames):
    """Frames of which some may not be read."""

    def __getattribute__(self, name: str) -> Any:
        if name in _FRAMES and name not in object.__getattribute__(self, "_reads"):
            raise _undeclared(name)
        return object.__getattribute__(self, name)


class _DeclaredStudy(StudyData):
    """A study whose codebook may not be read."""

    def __getattribute__(self, name: str) -> Any:
        if name == "codebook":
            raise _undeclared(name)
        return object.__getattribute__(self, name)


def only_declared(study: StudyData, reads: Sequence[str]) -> StudyData:
    """Give a study that refuses what a notebook does not declare.

    Parameters
    ----------
    study : StudyData
        The whole study.
    reads : sequence of str
        Names of frames, and ``codebook``.

    Returns
    -------
    StudyData
        Raises RUN-023 when something else is read.
    """
    frames = _DeclaredFrames(**vars(study.frames))
    object.__setattr__(frames, "_reads", frozenset(reads))
    kind = StudyData if "codebook" in reads else _DeclaredStudy
    return kind(**{**vars(study), "frames": frames})


def _undeclared(name: str) -> RunError:
    """Build the error about something that is not declared."""
    return RunError.of("RUN-023", place="study", what=name)
