"""Quality of fieldwork: length against plan, time by question, deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.table import ABSENT, NO_SUPPRESSION, Table
from toolkit.guide.topic.model import Guide, Section, wording
from toolkit.rounding import mean, median, quartiles, rounded

SOURCE = "times of events in the journal"
_ABOUT = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned length of a strand's sessions.

    Attributes
    ----------
    shortest, longest : float
        In minutes, both included. A plan of one number is a plan for about that long: a tenth
        less or more is within it, as it is when a session ends.
    words : str
        The plan as the guide has it: ``60 to 90``, ``about 90``.
    """

    shortest: float
    longest: float
    words: str

    def outside(self, minutes: pd.Series) -> tuple[int, int]:
        """Count whole minutes below and above the plan."""
        whole = minutes.map(rounded)
        return int((whole < self.shortest).sum()), int((whole > self.longest).sum())


def plan_of(study: StudyData, strand: str) -> Plan:
    """Return the planned length of a strand's sessions: the guide's plan, else the protocol's.

    Raises
    ------
    AnalysisError
        There is no such strand (ANALYSIS-006).
    """
    study.strand_title(strand)  # refuses one that there is not
    guides = [study.guides[guide] for guide, name in study.strand_of.items() if name == strand]
    planned = next((each.planned_minutes for each in guides if each.planned_minutes), None)
    if isinstance(planned, int | float):
        return Plan(planned * (1 - _ABOUT), planned * (1 + _ABOUT), f"about {planned:g}")
    span = planned or study.protocol.strand(strand).minutes
    return Plan(span.from_, span.to, f"{span.from_:g} to {span.to:g}")


def complete_sessions(study: StudyData, strand: str) -> pd.DataFrame:
    """Return the sessions of a strand that came to their planned end.

    Returns
    -------
    pandas.DataFrame
        Rows of the frame of sessions; calls that ended at screening or broke off are left out.

    Raises
    ------
    AnalysisError
        There is no such strand (ANALYSIS-006).
    """
    study.strand_title(strand)  # refuses one that there is not
    done = study.complete_sessions
    return done[done["strand"] == strand]


def durations(study: StudyData) -> Table:
    """Return the length of complete sessions against plan, by strand (clauses P12, P18).

    Returns
    -------
    Table
        Minutes, pauses included: mean, median, quartiles, and how many were below, within and
        above plan.
    """
    rows, done = [], 0
    for strand in study.protocol.strands:
        minutes = complete_sessions(study, strand.strand)["minutes"]
        plan = plan_of(study, strand.strand)
        below, above = plan.outside(minutes)
        done += len(minutes)
        row = [strand.title, len(minutes), mean(minutes), *quartiles(minutes), plan.words]
        rows.append([*row, below, len(minutes) - below - above, above])
    heads = ["Strand", "Sessions", "Mean", "Lower quartile", "Median", "Upper quartile", "Planned"]
    data = pd.DataFrame(rows, columns=[*heads, "Below", "Within", "Above"])
    title = "Minutes on the call or at the forum, against plan"
    notes = ("Minutes from the first word to the last, pauses included.",)
    return Table(title, data, done, "complete sessions", SOURCE, notes=notes)


def guides_used(study: StudyData) -> Table:
    """Return the number of sessions by guide, version and hash (clause P16: the same guidance).

    Returns
    -------
    Table
        Guide, version, start of the hash, sessions kept, first and last day.
    """
    names = ["guide", "guide_version", "guide_hash"]
    groups = study.frames.sessions.groupby(names, sort=True)["started"].agg(["size", "min", "max"])
    rows = [
        [guide, version, digest[:12], count, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"]
        for guide, version, digest, count, first, last in groups.reset_index().itertuples(
            index=False
        )
    ]
    data = pd.DataFrame(rows, columns=["Guide", "Version", "Hash", "Sessions", "First", "Last"])
    base = len(study.frames.sessions)
    return Table("Sessions by guide", data, base, "sessions kept", SOURCE, headers=3)


def timings(study: StudyData, guide: str) -> Table:
    """Return the minutes spent on each section and question against the budget.

    Returns
    -------
    Table
        Sections with their budget, and under each its questions and scripts: sessions that spent
        time on it, median and quartiles of minutes, pauses left out. Complete sessions only.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    spent = _spent(study, guide)
    held = study.guide(guide)
    by_section = spent.groupby(["section", "session"])["minutes"].sum()
    rows = []
    for section in held.sections:
        title = wording(section.title, held.languages[0])
        whole = by_section[by_section.index.get_level_values("section") == section.section]
        rows.append([title, "All of it", *_spread(whole), section.minutes])
        for name in _asked_in(section, held, spent):
            part = spent.loc[spent["question"] == name, "minutes"]
            rows.append([title, name, *_spread(part), None])
    heads = ["Section", "Question", "Sessions", "Lower quartile", "Median", "Upper quartile"]
    data = pd.DataFrame(rows, columns=[*heads, "Budget"], dtype=object)
    base = int(spent["session"].nunique())
    title = f"Minutes by question: {wording(held.title, held.languages[0])}"
    return Table(title, data, base, "complete sessions", SOURCE, headers=2)


def _spent(study: StudyData, guide: str) -> pd.DataFrame:
    """Return time spent in complete sessions with one guide, in minutes."""
    done = study.complete_sessions[study.complete_sessions["guide"] == guide]
    timed = study.frames.timings
    rows = timed[timed["session"].isin(done["session"])]
    return rows.assign(minutes=rows["seconds"] / 60)


def _asked_in(section: Section, guide: Guide, spent: pd.DataFrame) -> list[str]:
    """Return what a section has times of, in the order of the guide."""
    timed = set(spent.loc[spent["section"] == section.section, "question"])
    return [ref for ref in guide.index if ref in timed]


def _spread(minutes: pd.Series) -> list[float]:
    """Return count and quartiles."""
    return [len(minutes), *quartiles(minutes)]


def deviations(study: StudyData) -> Table:
    """Return what did not go to plan, by clause, with the reasons given (clause P01).

    The cases are numbered for this table alone, in an order that follows from what it shows: what
    somebody wrote as a reason cannot be joined to anything else that is published (clause P30).
    """
    frame = study.frames.deviations
    clauses = {each.clause: each.title for each in study.protocol.clauses}
    told = frame[["clause", "what", "reason"]].astype(object).fillna(ABSENT)
    told = told.sort_values(["clause", "what", "reason"], kind="stable")
    data = pd.DataFrame(
        {
            "Clause": told["clause"].tolist(),
            "Number": [str(number) for number in range(1, len(told) + 1)],
            "What it asks": [clauses.get(str(clause), "") for clause in told["clause"]],
            "What was different": told["what"].tolist(),
            "Reason given": told["reason"].tolist(),
        },
        dtype=object,
    )
    title = "Deviations from the protocol"
    source = "deviations recorded in sessions, and those that follow from their records"
    return Table(title, data, len(data), "deviations", source, NO_SUPPRESSION, headers=2)


def numbers(study: StudyData) -> dict[str, int | float | None]:
    """Return the figures of fieldwork that prose and results use.

    Returns
    -------
    dict of str to number
        ``sessions`` (kept, of any outcome), ``mean_minutes`` and ``median_minutes`` of complete
        interviews, ``forum_mean_minutes``, ``below_plan``, ``above_plan`` (complete interviews),
        ``not_recorded``, ``written_up`` (complete sessions), ``pauses`` (sessions with a pause),
        ``concerns`` (sessions in which a concern was raised and passed on), ``deviations``. None
        where nothing was held.
    """
    kinds: dict[str, list[pd.DataFrame]] = {"interview": [], "forum": []}
    below = above = 0
    for strand in study.protocol.strands:
        done, plan = complete_sessions(study, strand.strand), plan_of(study, strand.strand)
        kinds[strand.kind].append(done)
        if strand.kind == "interview":
            shorter, longer = plan.outside(done["minutes"])
            below, above = below + shorter, above + longer
    sessions, complete = study.frames.sessions, study.complete_sessions
    return {
        "sessions": len(sessions),
        "mean_minutes": _rounded(mean(_minutes(kinds["interview"]))),
        "median_minutes": _rounded(median(_minutes(kinds["interview"]))),
        "forum_mean_minutes": _rounded(mean(_minutes(kinds["forum"]))),
        "below_plan": below,
        "above_plan": above,
        "not_recorded": int((~complete["recorded"].fillna(value=True)).sum()),
        "written_up": int(complete["written_up"].fillna(value=False).sum()),
        "pauses": int((sessions["pause_minutes"] > 0).sum()),
        "concerns": int((sessions["concerns"] > 0).sum()),
        "deviations": len(study.frames.deviations),
    }


def _minutes(frames: list[pd.DataFrame]) -> pd.Series:
    """Return the minutes of sessions of several strands."""
    values = [each for frame in frames for each in frame["minutes"].tolist()]
    return pd.Series(values, dtype="float64")


def _rounded(value: float) -> float | None:
    """Return a number to one decimal, or None."""
    return None if math.isnan(value) else rounded(value, 1)
