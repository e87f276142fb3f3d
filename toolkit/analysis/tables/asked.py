"""One question with everything that tables need to know of it: answers, bases, who is missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.table import Table
from toolkit.guide.topic.model import Probe, Question, wording

SOURCE = "answers of kept sessions, as they stood when the session ended or was last corrected"
KINDS = {
    "dont-know": "Don't know",
    "refused": "Refused",
    "not-asked": "Not asked",
    "skipped": "Skipped",
}


@dataclass(frozen=True, eq=False)
class Asked:
    """One question or probe with its answers.

    Attributes
    ----------
    study : StudyData
        The study.
    guide, ref : str
        Id of the guide, ref of the question or probe.
    item : Question or Probe
        What the guide says of it.
    rows : pandas.DataFrame
        Its rows of the frame of answers, those that count only.
    parked : int
        Answers on a branch that later closed.
    open : int
        For how many (sessions, or people where each answers) it was to be asked.
    talk : pandas.Series of int
        Words spoken on it in forums, by session: at a forum, an open question is answered by turns.
    """

    study: StudyData
    guide: str
    ref: str
    item: Question | Probe
    rows: pd.DataFrame
    parked: int
    open: int
    talk: pd.Series

    @property
    def answered(self) -> pd.DataFrame:
        """The rows with a value."""
        return self.rows[self.rows["value"].notna()]

    @property
    def title(self) -> str:
        """Ref and wording."""
        return f"{self.ref}. {self.study.wording(self.guide, self.ref)}"

    def said(self, words: object) -> str:
        """Return a wording of the guide in its first language; empty if there is none."""
        told = words if isinstance(words, str | dict) else None
        return wording(told, self.study.guide(self.guide).languages[0])

    def without(self) -> dict[str, int]:
        """Count those without an answer, by kind."""
        counts = self.rows["missing"].value_counts()
        kinds = {label: int(counts.get(kind, 0)) for kind, label in KINDS.items()}
        return {**kinds, "Not reached": max(0, self.open - len(self.rows) - len(self.talk))}

    def words(self) -> pd.Series:
        """Return the words (counts) of each answer to an open question, or of each forum's talk."""
        words: pd.Series = pd.concat([self.answered["words"], self.talk])
        return words.astype("float64")

    def table(self, data: pd.DataFrame, *, notes: tuple[str, ...] = ()) -> Table:
        """Return a table of this question with its base and its notes."""
        base, base_of = len(self.answered), f"{self.people} who answered"
        return Table(self.title, data, base, base_of, SOURCE, notes=self._notes() + notes)

    @property
    def people(self) -> str:
        """What one answer comes from."""
        if (self.rows["round"] > 0).any():
            return "answers, over all rounds,"
        forum = self.study.guide(self.guide).mode == "forum" and not self.item.each_participant
        return "forums" if forum else "participants"

    def _notes(self) -> tuple[str, ...]:
        """Return a sentence on who is not in the base."""
        parts = [f"{label.lower()} {count}" for label, count in self.without().items() if count]
        notes = [f"Asked of {self.open}; without an answer: {', '.join(parts)}."] if parts else []
        if self.parked:
            notes.append(
                f"{self.parked} given on a branch that later closed: kept, marked, not counted."
            )
        return tuple(notes)


def asked_of(study: StudyData, guide: str, ref: str) -> Asked:
    """Return everything known about one question."""
    item = study.question(guide, ref)
    rows, coverage = study.answers_to(guide, ref), study.frames.coverage
    counted = rows[rows["status"] == "counted"]
    reach = coverage[(coverage["guide"] == guide) & (coverage["ref"] == ref)]
    parked, turns = len(rows) - len(counted), study.frames.turns
    if study.guide(guide).mode == "forum" and item.type == "text":
        held = study.frames.sessions.loc[study.frames.sessions["guide"] == guide, "session"]
        silent = held[~held.isin(counted["session"])]
        turns = turns[(turns["question"] == ref) & turns["session"].isin(silent)]
    else:
        turns = turns.iloc[:0]
    talk = turns.groupby("session")["words"].sum()
    return Asked(study, guide, ref, item, counted, parked, int(reach["open"].sum()), talk)


def asked_items(study: StudyData, guide: str) -> dict[str, Question | Probe]:
    """Return every question and probe of a guide by its ref, in order."""
    index = study.guide(guide).index
    return {ref: item for ref, item in index.items() if isinstance(item, Question | Probe)}
