"""A study in shares: what each case, or each strand, has of every frame.

A notebook that is run once for each case is handed the rows of its case and no others, numbered
from 0 as if there were no others. Rows are sorted by their case once for all of them, so that
the work grows with the data and not with data times cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.analysis.data.rows import as_columns, coverage_rows
from toolkit.analysis.data.schema import as_frame
from toolkit.analysis.data.study_data import OpenIn, StudyData
from toolkit.sources import Source

Rows = npt.NDArray[np.intp]

_CASES, _STRANDS = "cases", "strands"
_NO_ROWS: Rows = np.array([], dtype=np.intp)
_COUNTED, _NO_FRAMES = "coverage", ("sources", "guides")


class Shares:
    """What each case or each strand has of a study.

    Parameters
    ----------
    study : StudyData
        The whole study.
    kind : str
        ``cases``, those of calls and forums that are over and kept; or ``strands``.
    """

    def __init__(self, study: StudyData, kind: str) -> None:
        self._study, self._kind = study, kind
        self._rows: dict[str, Mapping[Any, Rows]] = {}
        self._counted: dict[frozenset[tuple[OpenIn, int]], pd.DataFrame] = {}

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The cases, sorted; or the strands, in the protocol's order."""
        if self._kind == _STRANDS:
            return tuple(each.strand for each in self._study.protocol.strands)
        return tuple(sorted(self._study.frames.sessions["case"].unique()))

    def sort(self, names: Iterable[str]) -> None:
        """Sort by case or strand now what would be sorted when it is asked for first.

        Parameters
        ----------
        names : iterable of str
            What will be handed: frames, ``sources``, ``guides``.
        """
        for name in names:
            if name not in _NO_FRAMES and not self.counts(name):
                self._sorted(name)
        _ = self._sessions, self._sources, self._guides

    def study(self, item: str, names: Collection[str]) -> StudyData:
        """Return the study with the rows of one case or strand.

        Parameters
        ----------
        names : collection of str
            What is shared; the rest is that of the whole study.

        Returns
        -------
        StudyData
            Rows are in the order of the whole frame, their index goes from 0. A case that is
            not there has no rows.
        """
        whole = self._study
        frames = {name: self.frame(name, item) for name in names if name not in _NO_FRAMES}
        shared = replace(whole, frames=replace(whole.frames, **frames), open_in={})
        if "sources" in names:
            shared = replace(shared, sources=self.sources(item))
        if "guides" in names:
            known = self.guides(item)
            guides = {name: each for name, each in whole.guides.items() if name in known}
            strand_of = {name: each for name, each in whole.strand_of.items() if name in known}
            shared = replace(shared, guides=guides, strand_of=strand_of)
        return shared

    def frame(self, name: str, item: str) -> pd.DataFrame:
        """Return the rows that a case or strand has of a frame."""
        if self.counts(name):
            return self._coverage(item)
        return self.whole(name).take(self.rows(name, item)).reset_index(drop=True)

    def whole(self, name: str) -> pd.DataFrame:
        """Return a frame of the whole study."""
        found: pd.DataFrame = getattr(self._study.frames, name)
        return found

    def rows(self, name: str, item: str) -> Rows:
        """Return the positions of the rows that a case or strand has in a frame."""
        return self._sorted(name).get(item, _NO_ROWS)

    def sources(self, item: str) -> dict[str, Source]:
        """Return the texts of a case or strand by their id."""
        return {each: self._study.sources[each] for each in self._sources.get(item, ())}

    def guides(self, item: str) -> frozenset[str]:
        """Return the ids of the guides that a case was asked by, or of a strand."""
        return self._guides.get(item, frozenset())

    def counts(self, name: str) -> bool:
        """Return whether a frame counts over cases instead of having rows for each case."""
        return name == _COUNTED and self._kind == _CASES

    def _coverage(self, item: str) -> pd.DataFrame:
        """Count what was to be asked of one case; once for all that were asked the same."""
        # Of somebody who was screened out nothing is counted as asked.
        mine = (self._study.open_in.get(each) for each in self._sessions.get(item, ()))
        counts = Counter(each for each in mine if each is not None)
        alike = frozenset(counts.items())
        if alike not in self._counted:
            rows = coverage_rows(counts, self._study.guides, self._study.strand_of)
            self._counted[alike] = as_frame(_COUNTED, as_columns(_COUNTED, rows))
        return self._counted[alike]

    def _sorted(self, name: str) -> Mapping[Any, Rows]:
        """Return case or strand to the positions of its rows; rows of nobody are left out."""
        if name not in self._rows:
            frame = self.whole(name)
            found = frame.groupby(self._owners(frame).to_numpy()).indices
            self._rows[name] = {item: np.asarray(rows) for item, rows in found.items()}
        return self._rows[name]

    def _owners(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Return the case or strand of each row."""
        if self._column in frame.columns:
            return frame[self._column].astype(object)
        key, known = "session", self._item_of
        if key not in frame.columns:
            key, known = "participant", self._item_of_person
        return frame[key].astype(object).map(known).astype(object)

    @property
    def _column(self) -> str:
        """The column that names the case or strand, in frames that have it."""
        return "strand" if self._kind == _STRANDS else "case"

    @cached_property
    def _item_of(self) -> dict[str, str]:
        """Session to case or strand."""
        sessions = self._study.frames.sessions
        return dict(zip(sessions["session"], sessions[self._column], strict=True))

    @cached_property
    def _item_of_person(self) -> dict[str, str]:
        """Pseudonym to case or strand: of the own interview, or else of the forum."""
        frames = self._study.frames
        seats = zip(frames.participants["participant"], frames.participants["session"], strict=True)
        own = zip(frames.sessions["case"], frames.sessions["session"], strict=True)
        return {person: self._item_of[session] for person, session in (*seats, *own)}

    @cached_property
    def _sessions(self) -> dict[str, list[str]]:
        """Case or strand to its sessions."""
        found: dict[str, list[str]] = {}
        for session, item in self._item_of.items():
            found.setdefault(item, []).append(session)
        return found

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        """Case or strand to the ids of its texts, in order."""
        found: dict[str, list[str]] = {}
        for name, source in self._study.sources.items():
            found.setdefault(self._item_of[source.session], []).append(name)
        return found

    @cached_property
    def _guides(self) -> dict[str, frozenset[str]]:
        """Case or strand to the ids of its guides; a strand has one before anybody was asked."""
        if self._kind == _STRANDS:
            strands = self._study.strand_of.items()
            return {
                item: frozenset(guide for guide, strand in strands if strand == item)
                for item in self.items
            }
        sessions = self._study.frames.sessions
        found: dict[str, set[str]] = {}
        for case, guide in zip(sessions["case"], sessions["guide"], strict=True):
            found.setdefault(case, set()).add(guide)
        return {case: frozenset(guides) for case, guides in found.items()}
