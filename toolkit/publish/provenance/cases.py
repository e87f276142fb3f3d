"""Which cases a published figure rests on: for people who may open the study, and for nobody else.

What a run publishes says nothing of it, so that a reader learns no more from a trace than from the
page: who was asked and answered stands in the store, under pseudonyms. What somebody answered is
not told here either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.analysis.data.shares import Shares
from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.frames import open_study
from toolkit.errors import RunError
from toolkit.publish.notebooks.inputs import snapshot_of
from toolkit.publish.provenance.trace import Trace
from toolkit.store import Store

_PEOPLE = ("participant", "case", "seat")


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind one question of a figure, or behind a frame where it names no question.

    Attributes
    ----------
    what : str
        Guide, question or probe: ``telephone-interview q5.better-protected``; or the name of a
        frame.
    guide : str
        Version and start of the hash of the guide that they were asked by; empty for a frame.
    cases : tuple of str
        Pseudonyms, sorted: who answered, or who has rows in the frame.
    """

    what: str
    guide: str
    cases: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {"what": self.what, "guide": self.guide, "cases": list(self.cases)}

    def line(self) -> str:
        """Return it as a line."""
        of = f"{self.what}, guide {self.guide}" if self.guide else self.what
        return f"  cases      {of}: {len(self.cases)}: {' '.join(self.cases)}"


def cases_behind(traces: Sequence[Trace], store: Store, study: Path) -> list[list[Behind]]:
    """Return which cases figures rest on.

    Returns
    -------
    list of list of Behind
        For each trace one for each question and version of its guide; where a figure names no
        question, one for each frame that its notebook reads and that holds people.

    Raises
    ------
    RunError
        The data are others than those of the run (RUN-056).
    StudyError, GuideError
        The study's files have faults.
    """
    snapshot = snapshot_of(store.about, store.read())
    if any(each.snapshot != snapshot for each in traces):
        raise RunError.of("RUN-056", place="data")
    opened = open_study(store, study)
    return [list(_behind(each, _handed(each, opened))) for each in traces]


def _handed(trace: Trace, study: StudyData) -> StudyData:
    """Return what the notebook of a figure was handed."""
    if trace.share is None:
        return study
    over, item, names = trace.share
    # Which session was asked by which version of a guide is looked up here for every figure.
    return Shares(study, over).study(item, {*names, "sessions"} - {"guides"})


def _behind(trace: Trace, study: StudyData) -> Iterator[Behind]:
    """Follow one figure to its cases."""
    for each in trace.questions:
        guide, ref = each.partition(":")[0].split()
        yield from _answered(study, guide, ref)
    if not trace.questions:
        for name in trace.reads:
            frame = getattr(study.frames, name, None)
            if isinstance(frame, pd.DataFrame) and (people := _people(frame)):
                yield Behind(name, "", people)


def _answered(study: StudyData, guide: str, ref: str) -> Iterator[Behind]:
    """Yield who answered a question, by the version of the guide that they were asked by."""
    rows = study.answers_to(guide, ref)
    rows = rows[(rows["status"] == "counted") & rows["missing"].isna()]
    columns = ["session", "case", "guide_version", "guide_hash"]
    rows = rows.merge(study.frames.sessions[columns], on="session")
    # What a forum answered as a whole is the forum's.
    rows = rows.assign(participant=rows["participant"].fillna(rows["case"]))
    for (version, digest), group in rows.groupby(["guide_version", "guide_hash"], sort=True):
        yield Behind(f"{guide} {ref}", f"{version} ({str(digest)[:12]})", _people(group))


def _people(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the pseudonyms in a frame, sorted; none where it holds no people."""
    column = next((each for each in _PEOPLE if each in frame.columns), None)
    return () if column is None else tuple(sorted(frame[column].dropna().unique()))
