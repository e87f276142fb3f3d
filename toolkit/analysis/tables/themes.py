"""What was said: themes and codes by strand, together, and as two coders see them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.table import Table
from toolkit.analysis.tables import coders
from toolkit.analysis.tables.crossing import by_role, decide, shown_counts
from toolkit.errors import AnalysisError
from toolkit.rounding import percent

SOURCE = "segments of the first coder, of those who took part"
WHOLE = "no counts suppressed: counts of what people said are of a whole strand or the whole sample"
Unit = Literal["participant", "source", "segment"]
first_coding = coders.first_coding
agreement = coders.agreement
disagreements = coders.disagreements
Level = Literal["code", "theme"]


def by_strand(study: StudyData) -> Table:
    """Return themes and codes with the participants who said something of the kind, by strand.

    Returns
    -------
    Table
        One row a theme or code: distinct participants, and percent of a strand's participants.
        The number of segments says more about coders than about people and is in `frequencies`.
    """
    themes, codes = people_by_strand(study, "theme"), people_by_strand(study, "code")
    rows, named = [], []
    for theme in study.codebook.themes:
        rows.append(themes.loc[theme.theme].to_dict())
        rows += [codes.loc[code.code].to_dict() for code in theme.codes]
        named.append([theme.label, "All of the theme"])
        named += [[theme.label, code.label] for code in theme.codes]
    data = pd.DataFrame(named, columns=["Theme", "Code"])
    bases = strand_bases(study)
    for strand, base in bases.items():
        title = strand if strand == "All" else study.strand_title(strand)
        counts = [int(row[strand]) for row in rows]
        data[f"{title} (n = {base})"] = counts
        data[f"{title}, %"] = [percent(count, base) for count in counts]
    formats = {name: ".0f" for name in data.columns if str(name).endswith("%")}
    title = "Themes and codes: participants who said something of the kind"
    return Table(
        title, data, bases["All"], "participants", SOURCE, WHOLE, formats=formats, headers=2
    )


def strand_bases(study: StudyData) -> dict[str, int]:
    """Return the number of participants of each strand, and of all."""
    bases = {each.strand: study.people(each.strand) for each in study.protocol.strands}
    return {**bases, "All": study.people()}


def people_by_strand(study: StudyData, level: Level) -> pd.DataFrame:
    """Count the distinct participants with each code or theme.

    Returns
    -------
    pandas.DataFrame
        Index: codes or themes in the codebook's order; columns: strands and ``All``; int.
    """
    said = first_coding(study)[["participant", "strand", level]].drop_duplicates()
    strands = [each.strand for each in study.protocol.strands]
    counts = pd.crosstab(said[level], said["strand"])
    counts = counts.reindex(index=list(labels(study, level)), columns=strands, fill_value=0)
    counts["All"] = said.groupby(level)["participant"].nunique().reindex(counts.index, fill_value=0)
    return counts.astype("int64")


def labels(study: StudyData, level: Level) -> dict[str, str]:
    """Return codes or themes in the codebook's order, and what readers see them called."""
    if level == "theme":
        return {each.theme: each.label for each in study.codebook.themes}
    return {name: code.label for name, code in study.codebook.codes.items()}


def frequencies(study: StudyData) -> Table:
    """Return for each code how many participants, sources and segments carry it.

    Returns
    -------
    Table
        One row a code, in the codebook's order, unused ones included.
    """
    groups = first_coding(study).groupby("code")
    names, themes = labels(study, "code"), labels(study, "theme")
    distinct = groups[["participant", "source"]].nunique().reindex(list(names), fill_value=0)
    segments = groups.size().reindex(list(names), fill_value=0)
    data = pd.DataFrame(
        {
            "Theme": [themes[study.codebook.theme_of[code]] for code in names],
            "Code": list(names.values()),
            "Participants": distinct["participant"].to_numpy(),
            "Sources": distinct["source"].to_numpy(),
            "Segments": segments.to_numpy(),
        }
    )
    said = first_coding(study)
    of = f"participants, {said['source'].nunique():,} coded sources and {len(said):,} segments"
    title = "Codes: participants, sources and segments"
    return Table(title, data, study.people(), of, SOURCE, WHOLE, headers=2)


def cooccurrence_matrix(study: StudyData, unit: Unit, level: Level) -> pd.DataFrame:
    """Count how often two codes (or themes) fall together.

    Parameters
    ----------
    unit : {"participant", "source", "segment"}
        Together in what one participant said, in one source, or on overlapping segments.

    Returns
    -------
    pandas.DataFrame
        Square, symmetric, int: units in which both occur; on the diagonal, units with the one.
        For segments: pairs of overlapping segments; on the diagonal, segments.

    Raises
    ------
    AnalysisError
        The unit is none of the three (ANALYSIS-005).
    """
    said, names = first_coding(study), list(labels(study, level))
    if unit == "segment":
        return _overlapping(said, names, level)
    if unit not in ("participant", "source"):
        raise AnalysisError.of("ANALYSIS-005", place="co-occurrence", unit=unit)
    marked = pd.crosstab(said[unit], said[level]).reindex(columns=names, fill_value=0) > 0
    marks = marked.to_numpy(dtype="int64").reshape(-1, len(names))
    return pd.DataFrame(marks.T @ marks, index=names, columns=names)


def _overlapping(said: pd.DataFrame, names: list[str], level: Level) -> pd.DataFrame:
    """Count pairs of segments with at least one character in common."""
    counts = np.zeros((len(names), len(names)), dtype="int64")
    place = {name: number for number, name in enumerate(names)}
    for _, group in said.groupby("source", sort=True):
        starts, ends = group["start"].to_numpy(), group["end"].to_numpy()
        marks = np.array([place[str(name)] for name in group[level]])
        meet = (starts[:, None] < ends[None, :]) & (starts[None, :] < ends[:, None])
        np.fill_diagonal(meet, val=False)
        first, second = np.nonzero(meet)
        np.add.at(counts, (marks[first], marks[second]), 1)
    np.fill_diagonal(counts, said[level].value_counts().reindex(names, fill_value=0).to_numpy())
    return pd.DataFrame(counts, index=names, columns=names)


def cooccurrence(study: StudyData, unit: Unit = "source", *, most: int = 15) -> Table:
    """Return the pairs of codes that fall together most often.

    Parameters
    ----------
    most : int
        How many pairs are shown; pairs as frequent as the last one are not cut off.
    """
    values = cooccurrence_matrix(study, unit, "code").to_numpy()
    first, second = np.triu_indices(len(values), 1)
    pairs = sorted(
        ((int(values[a, b]), int(a), int(b)) for a, b in zip(first, second, strict=True)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    least = max(1, pairs[most - 1][0]) if len(pairs) >= most else 1
    words = list(labels(study, "code").values())
    rows = [[words[a], words[b], count] for count, a, b in pairs if count >= least]
    data = pd.DataFrame(rows, columns=["Code", "With code", f"Both in one {unit}"])
    said = first_coding(study)
    if unit == "segment":
        # Two codes can meet in more pairs of segments than there are segments.
        base, of = int(np.triu(values, 1).sum()), f"overlapping pairs among {len(said):,} segments"
    else:
        base, of = int(said[unit].nunique()), f"coded {unit}s"
    title = f"Codes that fall together in one {unit}"
    return Table(title, data, base, of, SOURCE, WHOLE, headers=2)


def who_said_it(study: StudyData, level: Level = "theme") -> Table:
    """Return participants with each theme or code by role, small cells suppressed (clause P30).

    Returns
    -------
    Table
        One row a theme or code, one column a role, and all, which is never suppressed. Where small
        counts would be given away beside the other tables of a run, themes are not broken down at
        all, and codes have no rows.
    """
    counts, decision = by_role(study, level), decide(study)
    alike, names = level in decision.shown, labels(study, level).values()
    rows = [[*shown_counts(row, decision, level), int(row.sum())] for _, row in counts.iterrows()]
    data = pd.DataFrame(
        [[name, *row] for name, row in zip(names, rows, strict=True) if alike or level == "theme"],
        columns=[level.capitalize(), *(str(role).capitalize() for role in counts.columns), "All"],
        dtype=object,
    )
    title = f"Who said it: {level}s by role"
    base = study.people()
    notes = () if alike else ("Not shown by role: it would give small numbers away (clause P30).",)
    return Table(title, data, base, "participants", SOURCE, rule=study.rule, notes=notes)


def numbers(study: StudyData) -> dict[str, int | float | None]:
    """Return the counts of coding that prose and results use.

    Returns
    -------
    dict of str to number
        ``sources`` (of those who took part), ``coded_sources``, ``segments``, ``codes``,
        ``codes_used``, ``themes``, ``coders``, and those of
        `toolkit.analysis.tables.coders.numbers`.
    """
    said, people = first_coding(study), set(study.frames.participants["participant"])
    return {
        "sources": sum(source.participant in people for source in study.sources.values()),
        "coded_sources": int(said["source"].nunique()),
        "segments": len(said),
        "codes": len(study.codebook.codes),
        "codes_used": int(said["code"].nunique()),
        "themes": len(study.codebook.themes),
        "coders": int(study.frames.segments["coder"].nunique()),
        **coders.numbers(study),
    }
