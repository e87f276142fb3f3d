"""Figures of a report: static, readable in grey, with their numbers beside the marks.

Each shows itself as the last value of a cell::

    >>> from toolkit import figures, open_study
    >>> figures.themes(open_study("my-study")).title
    'Participants who spoke of each theme, by strand'
"""

from __future__ import annotations

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.drawing import (
    bars,
    dots,
    grid_of_counts,
    grouped_bars,
    histogram,
    planned_band,
    steps,
)
from toolkit.analysis.present.figure import Figure, blank, drawing_style, to_svg
from toolkit.analysis.present.markup import listed
from toolkit.analysis.tables import quality
from toolkit.analysis.tables import recruitment as recruitment_tables
from toolkit.analysis.tables import themes as theme_tables
from toolkit.analysis.tables.asked import SOURCE, asked_of
from toolkit.analysis.tables.closed_tables import counted
from toolkit.analysis.tables.quality import complete_sessions, plan_of
from toolkit.analysis.tables.stages import JOINING, LEAVING, stages
from toolkit.errors import AnalysisError
from toolkit.rounding import mean, percent, printed

MOST_DOTS = 60


def recruitment(study: StudyData) -> Figure:
    """Draw the flow of people from the list to the interview.

    Returns
    -------
    Figure
        Boxes from top to bottom; those who leave stand at the right.
    """
    found = stages(study)
    said = [
        f"{name.removeprefix(LEAVING).removeprefix(JOINING)}: {_number(n)}" for name, n in found
    ]
    title, alt = "From the list to the interview", f"{'; '.join(said)}."
    aside = (LEAVING, JOINING)
    main = [[name, _number(count)] for name, count in found if not name.startswith(aside)]
    leaving: list[list[str]] = [[]]
    for name, count in found[1:]:
        if name.startswith(aside):
            mark = "+ " if name.startswith(JOINING) else ""
            leaving[-1].append(f"{mark}{name[len(LEAVING) :]} (n = {_number(count)})")
        else:
            leaving.append([])
    with drawing_style():
        canvas = blank(8.2, 0.5 + 1.05 * len(main))
        steps(canvas.subplots(), [f"{name}\nn = {n}" for name, n in main], leaving)
        svg = to_svg(canvas, title, alt)
    base = f"Base: n = {_number(study.sampling.supported)} people on the list."
    return Figure(svg, title, alt, base, recruitment_tables.SOURCE, canvas=canvas)


def answers(study: StudyData, guide: str, ref: str) -> Figure:
    """Draw how a closed question was answered.

    Parameters
    ----------
    guide, ref : str
        Id of the guide; ref of a single, multiple, scale or yes/no question or probe.

    Returns
    -------
    Figure
        One bar a choice, with count and percent of those who answered.

    Raises
    ------
    AnalysisError
        There is no such question, or it has no choices to count (ANALYSIS-004).
    """
    asked = asked_of(study, guide, ref)
    if asked.item.type not in ("single", "multiple", "scale", "yes-no"):
        raise AnalysisError.of(
            "ANALYSIS-004",
            place=f"question {ref}",
            type=asked.item.type,
            rule="bars show choices, scales and yes/no",
            remedy="use answers.closed for numbers, durations and dates",
        )
    base, unit = len(asked.answered), asked.people
    marks = list(counted(asked).values())
    said = [f"{label} {count} ({_percent(count, base)} %)" for label, count in marks if base]
    alt = f"Of {base} {unit} who answered: {', '.join(said)}." if base else "Nobody has answered."
    with drawing_style():
        canvas = blank(8.2, 0.7 + 0.38 * len(marks))
        words = [f"{count} ({_percent(count, base)} %)" if base else "0" for _, count in marks]
        axes = canvas.subplots()
        bars(axes, [label for label, _ in marks], [n for _, n in marks], words)
        axes.set_xlabel(unit.capitalize())
        svg = to_svg(canvas, asked.title, alt)
    return Figure(
        svg, asked.title, alt, f"Base: n = {base} {unit} who answered.", SOURCE, canvas=canvas
    )


def durations(study: StudyData) -> Figure:
    """Draw the length of each complete session against the planned span (clauses P12, P18).

    Returns
    -------
    Figure
        One mark a session, the plan as a band; for more than 60 sessions a histogram.
    """
    title = "Minutes of each complete session, against plan"
    strands = [each.strand for each in study.protocol.strands]
    frames = {strand: complete_sessions(study, strand) for strand in strands}
    alt = " ".join(_spread_in_words(study, strand, frames[strand]["minutes"]) for strand in strands)
    heights = [0.9 + 0.2 * min(len(frame), MOST_DOTS) for frame in frames.values()]
    with drawing_style():
        canvas = blank(8.2, sum(heights) + 0.4)
        grid = canvas.subplots(len(strands), 1, sharex=True, squeeze=False, height_ratios=heights)
        panels = list(grid[:, 0])
        for panel, strand in zip(panels, strands, strict=True):
            frame, plan = frames[strand].sort_values(["minutes", "session"]), plan_of(study, strand)
            planned_band(panel, plan.shortest, plan.longest, f"planned {plan.words}")
            if len(frame) > MOST_DOTS:
                histogram(panel, frame["minutes"].tolist())
            else:
                # Numbered for this figure alone: a pseudonym would join it to other tables (P30).
                dots(panel, frame["minutes"].tolist(), [str(n + 1) for n in range(len(frame))])
            panel.set_title(study.strand_title(strand), loc="left", fontsize=10, weight="bold")
        panels[-1].set_xlabel("Minutes, pauses included")
        svg = to_svg(canvas, title, alt)
    base = sum(len(frame) for frame in frames.values())
    return Figure(
        svg, title, alt, f"Base: n = {base} complete sessions.", quality.SOURCE, canvas=canvas
    )


def cooccurrence(
    study: StudyData,
    unit: theme_tables.Unit = "source",
    level: theme_tables.Level = "code",
) -> Figure:
    """Draw how often codes (or themes) fall together, with the numbers.

    Parameters
    ----------
    level : {"code", "theme"}
        What is counted; what was never used is left out.

    Returns
    -------
    Figure
        A triangle of squares, the darker the more; on its edge how often each occurs.

    Raises
    ------
    AnalysisError
        The unit is none of the three (ANALYSIS-005).
    """
    counts = theme_tables.cooccurrence_matrix(study, unit, level)
    used = [str(name) for name in counts.index if counts.loc[name, name] > 0]
    names = theme_tables.labels(study, level)
    values = counts.loc[used, used].to_numpy().tolist()
    title = f"{level.capitalize()}s that fall together in one {unit}"
    alt = _pairs_in_words([names[name] for name in used], values)
    with drawing_style():
        size = 2.6 + max(1.2, 0.27 * len(used))
        canvas = blank(min(size + 1.2, 10.5), size)
        grid_of_counts(canvas.subplots(), [names[name] for name in used], values)
        svg = to_svg(canvas, title, alt)
    said = theme_tables.first_coding(study)
    base = len(said) if unit == "segment" else said[unit].nunique()
    notes = (f"On the edge: {unit}s with the {level} at all. An empty square: never together.",)
    line = f"Base: n = {base:,} coded {unit}s."
    return Figure(svg, title, alt, line, theme_tables.SOURCE, notes, canvas=canvas)


def themes(study: StudyData) -> Figure:
    """Draw the share of participants of each strand who spoke of each theme.

    Returns
    -------
    Figure
        One bar a theme and strand; strands differ in shading and pattern, counts stand beside.
    """
    counts = theme_tables.people_by_strand(study, "theme")
    names, bases = theme_tables.labels(study, "theme"), theme_tables.strand_bases(study)
    strands = [each.strand for each in study.protocol.strands]
    shares = [[percent(int(n), bases[s]) for n in counts[s].tolist()] for s in strands]
    words = [[f"{int(n)} of {bases[s]}" for n in counts[s].tolist()] for s in strands]
    titles = [f"{study.strand_title(s)} (n = {bases[s]})" for s in strands]
    title = "Participants who spoke of each theme, by strand"
    lower = [study.strand_title(s).lower() for s in strands]
    said = []
    for label, *group in zip(names.values(), *words, strict=True):
        parts = [f"{count} ({strand})" for count, strand in zip(group, lower, strict=True)]
        said.append(f"{label}: {listed(parts)}")
    alt = f"{'; '.join(said)}."
    with drawing_style():
        canvas = blank(8.2, 0.9 + 0.34 * len(names) * len(strands))
        grouped_bars(canvas.subplots(), list(names.values()), shares, words, titles)
        svg = to_svg(canvas, title, alt)
    base = f"Base: n = {bases['All']} participants."
    return Figure(svg, title, alt, base, theme_tables.SOURCE, canvas=canvas)


def _percent(part: int, whole: int) -> str:
    """Return a share in whole percent."""
    return printed(percent(part, whole), ".0f")


def _number(count: int | None) -> str:
    """Return a count, or say that there is no record of it."""
    return "not recorded" if count is None else f"{count:,}"


def _pairs_in_words(names: list[str], values: list[list[int]]) -> str:
    """Name the pairs that fall together most often."""
    size = len(names)
    pairs = [(values[i][j], names[j], names[i]) for i in range(size) for j in range(i)]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    most = [f"{one} with {other} {count}" for count, one, other in pairs[:5] if count]
    return f"Most often: {', '.join(most)}." if most else "Nothing falls together."


def _spread_in_words(study: StudyData, strand: str, minutes: pd.Series) -> str:
    """Return how long the sessions of one strand were."""
    title, plan = study.strand_title(strand), plan_of(study, strand)
    if minutes.empty:
        return f"{title}: none complete yet."
    below, above = plan.outside(minutes)
    return (
        f"{title}: {len(minutes)} sessions of {printed(minutes.min(), '.0f')} to "
        f"{printed(minutes.max(), '.0f')} minutes, "
        f"mean {printed(mean(minutes), '.1f')}, planned {plan.words}; {below} below plan, "
        f"{len(minutes) - below - above} within, {above} above."
    )
