"""A study as an analyst sees it: protocol, guides, codebook, and tidy frames of what is stored."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from toolkit.analysis.data.named_frame import StudyFrame, frame_of, nearest, unknown
from toolkit.analysis.data.schema import SCHEMA
from toolkit.analysis.data.study_view import in_a_line, in_a_table
from toolkit.analysis.disclosure import suppression_rule
from toolkit.errors import AnalysisError, RunError
from toolkit.fieldwork import Disposition
from toolkit.fieldwork.draw import Draw
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Guide, Probe, Question, Script, wording
from toolkit.guide.topic.wordings import fill
from toolkit.sources import Source

# Columns that hold words of people.
_WORDS = ("value", "other", "text", "what", "reason")
OpenIn = tuple[str, tuple[str, ...], int]
"""What was to be asked in a session: id of the guide, refs, and of how many people (count)."""


@dataclass(frozen=True, eq=False)
class Frames:
    """The tidy frames; their columns and types are told in `toolkit.analysis.data.schema`.

    Attributes
    ----------
    sessions, participants, answers, coverage, turns, reactions, attempts, recruitment, timings,
    segments, deviations : pandas.DataFrame
        One frame each, sorted, never changed.
    """

    sessions: pd.DataFrame
    participants: pd.DataFrame
    answers: pd.DataFrame
    coverage: pd.DataFrame
    turns: pd.DataFrame
    reactions: pd.DataFrame
    attempts: pd.DataFrame
    recruitment: pd.DataFrame
    timings: pd.DataFrame
    segments: pd.DataFrame
    deviations: pd.DataFrame


@dataclass(frozen=True)
class Recruitment:
    """What the records of recruitment say of the list, the frame and the draw: counts only.

    Attributes
    ----------
    supported : int or None
        People on the list; None if there is no record.
    excluded : mapping of str to int
        People left out of the frame, by reason.
    frame : int or None
        People in the frame.
    draw : Draw or None
        The record of the draw.
    """

    supported: int | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    frame: int | None = None
    draw: Draw | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that may be printed in the report.

    Attributes
    ----------
    words : str
        As they were signed off.
    beside : str
        What may stand beside them: ``Mother, telephone interviews``.
    themes : tuple of str
        Themes of the codes on them.
    signed_by : str
        Who signed them off: role and number.
    """

    words: str
    beside: str
    themes: tuple[str, ...]
    signed_by: str = ""


@dataclass(frozen=True, eq=False)
class StudyData:
    """Everything that tables and figures are made from; it only reads.

    Its frames complete by Tab: ``study.answers``, ``study.segments``; `describe` says what their
    columns mean, and `rows` returns those of one strand, question or theme.

    Attributes
    ----------
    protocol : Study
        The study protocol.
    guides : mapping of str to Guide
        Topic guides by id, in the protocol's order.
    strand_of : mapping of str to str
        Strand of each guide, by the guide's id.
    codebook : Codebook
        Themes and codes.
    fictional : bool
        Whether all of it was made up.
    frames : Frames
        The tidy frames.
    sources : mapping of str to Source
        The texts that are coded, by id.
    sampling : Recruitment
        Counts of the list and the record of the draw.
    quoted : tuple of Quoted
        Quotations that were signed off and agreed to for the report.
    form : ConsentForm or None
        The consent form.
    open_in : mapping of str to OpenIn
        What was to be asked in each session, by its id; `coverage` counts it.
    """

    protocol: Study
    guides: Mapping[str, Guide]
    strand_of: Mapping[str, str]
    codebook: Codebook
    fictional: bool
    frames: Frames
    sources: Mapping[str, Source]
    sampling: Recruitment
    quoted: tuple[Quoted, ...] = ()
    form: ConsentForm | None = None
    open_in: Mapping[str, OpenIn] = field(default_factory=dict, repr=False)

    sessions = frame_of("sessions", "Calls and forums that were held.")
    participants = frame_of("participants", "People who took part, by session.")
    answers = frame_of("answers", "Answers to questions and probes, missing ones included.")
    coverage = frame_of("coverage", "Of how many each question was to be asked.")
    turns = frame_of("turns", "What was said in forums, turn by turn.")
    reactions = frame_of("reactions", "Signs of agreement and disagreement in forums.")
    attempts = frame_of("attempts", "Attempts to reach people.")
    recruitment = frame_of("recruitment", "People drawn, and what became of them.")
    timings = frame_of("timings", "Time spent on each question of each session.")
    segments = frame_of("segments", "Coded stretches of text, by code and coder.")
    deviations = frame_of("deviations", "What did not go as planned.")

    def __repr__(self) -> str:
        """Return what it is in a few lines, without anybody's words."""
        return in_a_line(self.protocol, self.frames, self.fictional)

    def _repr_html_(self) -> str:
        return in_a_table(self.protocol, self.frames, self.strand_of, self.fictional)

    def describe(self, frame: str = "") -> pd.DataFrame:
        """Return what the columns of a frame mean, or which frames there are.

        Parameters
        ----------
        frame : str
            Name of a frame; all of them where it is left out.

        Returns
        -------
        pandas.DataFrame
            Columns ``frame``, ``column``, ``type`` and ``meaning``, with units.

        Raises
        ------
        AnalysisError
            There is no such frame (ANALYSIS-006).
        """
        if frame and frame not in SCHEMA:
            raise unknown("frame", frame, SCHEMA)
        rows = [
            (name, column, kind, said)
            for name in ([frame] if frame else SCHEMA)
            for column, (kind, said) in SCHEMA[name].items()
        ]
        return pd.DataFrame(rows, columns=["frame", "column", "type", "meaning"])

    def rows(self, frame: str, **only: str) -> StudyFrame:
        """Return the rows of a frame that are of one strand, question, theme or whatever it has.

        Parameters
        ----------
        frame : str
            Name of a frame.
        **only : str
            Column and value: ``strand="interview"``, ``ref="q2"``.

        Returns
        -------
        StudyFrame
            A pandas frame; without rows only where nothing of it has happened yet.

        Raises
        ------
        AnalysisError
            There is no such frame, column or value; the nearest name is told (ANALYSIS-006).
        """
        if frame not in SCHEMA:
            raise unknown("frame", frame, SCHEMA)
        found: StudyFrame = getattr(self, frame)
        for column, wanted in only.items():
            values = found[column]
            if values.known is None and not values.empty and wanted not in set(values.dropna()):
                # What people said stands in no message, not even as the nearest name.
                known = () if column in _WORDS else values.dropna().unique()
                raise unknown(column, wanted, known, f"frame {frame}")
            found = found[values == wanted]
        return found.reset_index(drop=True)

    def names_in(self, frame: str) -> dict[str, tuple[str, ...]]:
        """Return the names that columns of a frame can have, as the study's files tell them.

        Parameters
        ----------
        frame : str
            Name of a frame.

        Returns
        -------
        dict of str to tuple of str
            Column to strands, guides, refs, themes or codes; none for other columns.
        """
        names: dict[str, Callable[[], Iterable[str]]] = {
            "strand": lambda: (each.strand for each in self.protocol.strands),
            "guide": lambda: self.guides,
            "theme": lambda: (each.theme for each in self.codebook.themes),
            "code": lambda: self.codebook.codes,
            "question": lambda: _items(*self.guides.values()),
            "ref": lambda: _items(*self.guides.values()),
        }
        found: dict[str, tuple[str, ...]] = {}
        for column in names.keys() & SCHEMA[frame].keys():
            # A notebook that does not declare the codebook is handed no names of codes.
            with suppress(RunError):
                found[column] = tuple(dict.fromkeys(names[column]()))
        return found

    def __getattr__(self, name: str) -> Any:
        """Refuse a frame that there is not, with the nearest name."""
        if name.startswith("_"):
            raise AttributeError(name)
        raise unknown("frame", name, SCHEMA)

    @property
    def minimum(self) -> int:
        """Smallest count of participants that is printed where an attribute is crossed."""
        return self.protocol.disclosure.minimum_cell

    @property
    def rule(self) -> str:
        """The suppression rule in words."""
        return suppression_rule(self.minimum)

    @cached_property
    def known_dispositions(self) -> Mapping[str, Disposition]:
        """What sessions and approaches can come to, by id: everybody's, and the study's own."""
        return self.protocol.known_dispositions

    @cached_property
    def complete_sessions(self) -> pd.DataFrame:
        """The sessions that came to their planned end: rows of the frame of sessions."""
        known = self.known_dispositions.values()
        complete = [each.id for each in known if each.counts_as == "interview"]
        sessions = self.frames.sessions
        return sessions[sessions["disposition"].isin(complete)]

    def people(self, strand: str | None = None) -> int:
        """Count who took part: the base of every share of participants.

        Parameters
        ----------
        strand : str, optional
            Of one strand only; somebody who was in two is in the count of each.

        Returns
        -------
        int
            Different people (count), however many sessions they had.
        """
        people = self.frames.participants
        mine = people if strand is None else people[people["strand"] == strand]
        return int(mine["participant"].nunique())

    @cached_property
    def _answers_of(self) -> Mapping[Hashable, Any]:
        """Rows of the frame of answers by guide and ref; found once, since tables ask often."""
        return self.frames.answers.groupby(["guide", "ref"]).indices

    def answers_to(self, guide: str, ref: str) -> pd.DataFrame:
        """Return the rows of the frame of answers for one question or probe.

        Parameters
        ----------
        guide, ref : str
            Id of the guide; ``q2``, ``q2.asked``.

        Raises
        ------
        AnalysisError
            There is no such guide (ANALYSIS-002) or question (ANALYSIS-003).
        """
        self.question(guide, ref)
        return self.frames.answers.take(list(self._answers_of.get((guide, ref), ())))

    def guide(self, name: str) -> Guide:
        """Return a topic guide by its id.

        Parameters
        ----------
        name : str
            For example ``telephone-interview``.

        Raises
        ------
        AnalysisError
            The study has no such guide (ANALYSIS-002).
        """
        if name not in self.guides:
            choices = nearest(name, self.guides)
            raise AnalysisError.of("ANALYSIS-002", place="study", wanted=name, choices=choices)
        return self.guides[name]

    def question(self, guide: str, ref: str) -> Question | Probe:
        """Return a question or probe of a guide.

        Parameters
        ----------
        guide : str
            Id of the guide.
        ref : str
            ``q2``, ``q2.asked``.

        Raises
        ------
        AnalysisError
            There is no such guide (ANALYSIS-002) or question (ANALYSIS-003).
        """
        found = self.guide(guide).index.get(ref)
        if isinstance(found, Question | Probe):
            return found
        choices = nearest(ref, _items(self.guide(guide)))
        raise AnalysisError.of(
            "ANALYSIS-003", place="study", wanted=ref, guide=guide, choices=choices
        )

    def wording(self, guide: str, ref: str) -> str:
        """Return the wording of a question or probe in the guide's first language.

        Facts of the protocol are put in. An earlier answer differs from person to person: in its
        place stand the words for the case that there is none, or three dots.

        Parameters
        ----------
        guide, ref : str
            As in `question`.
        """
        language = self.guide(guide).languages[0]

        def piece(name: str, fallback: str) -> str:
            fact = self.protocol.facts.get(name.removeprefix("protocol."))
            known = name.startswith("protocol.") and isinstance(fact, str | dict)
            return wording(fact, language) if known else fallback or "..."

        return fill(wording(self.question(guide, ref).text, language), piece)

    def strand_title(self, strand: str) -> str:
        """Return a strand's title.

        Parameters
        ----------
        strand : str
            Id of the strand.

        Raises
        ------
        AnalysisError
            The protocol has no such strand (ANALYSIS-006).
        """
        titles = {each.strand: each.title for each in self.protocol.strands}
        if strand not in titles:
            raise unknown("strand", strand, titles)
        return titles[strand]


def _items(*guides: Guide) -> Iterator[str]:
    """Yield the refs of the questions, probes and scripts of guides."""
    for guide in guides:
        for ref, item in guide.index.items():
            if isinstance(item, Question | Probe | Script):
                yield ref
