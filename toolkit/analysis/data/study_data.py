"""A study as an analyst sees it: protocol, guides, codebook, and tidy frames of what is stored."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from toolkit.analysis.disclosure import suppression_rule
from toolkit.errors import AnalysisError
from toolkit.fieldwork.draw import Draw
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.guide.topic.model import Guide, Probe, Question, wording
from toolkit.guide.topic.wordings import fill
from toolkit.sources import Source

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
        People on the list; None where there is no record.
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
    recruitment : Recruitment
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
    recruitment: Recruitment
    quoted: tuple[Quoted, ...] = ()
    form: ConsentForm | None = None
    open_in: Mapping[str, OpenIn] = field(default_factory=dict, repr=False)

    @property
    def minimum(self) -> int:
        """Smallest count of participants that is printed where an attribute is crossed."""
        return self.protocol.disclosure.minimum_cell

    @property
    def rule(self) -> str:
        """The suppression rule in words."""
        return suppression_rule(self.minimum)

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
        """
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
            choices = ", ".join(self.guides) or "none is defined"
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
        index = self.guide(guide).index
        choices = ", ".join(r for r, each in index.items() if isinstance(each, Question | Probe))
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
        """Return a strand's title, or its id where the protocol does not know it."""
        titles = {each.strand: each.title for each in self.protocol.strands}
        return titles.get(strand, strand)
