"""The second listener's coding beside the first's: where they agree, and where not (clause P14)."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.table import NO_SUPPRESSION, Table, Tables
from toolkit.coding.agreement import (
    Coefficient,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
)
from toolkit.coding.comparison import Overlap, compare, total_overlap
from toolkit.coding.comparison import disagreements as stretches_apart
from toolkit.coding.intervals import RESAMPLES, SEED, intervals, sparse
from toolkit.coding.segments import Segment
from toolkit.rounding import percent, rounded

SOURCE = "segments of both coders on the doubly coded sessions, coded blind"
_FIGURES = (
    *("agreement_percent", "kappa", "kappa_low", "kappa_high"),
    *("ac1", "alpha", "kappa_characters"),
)
_PLACES = (
    "Cases are numbered for this table alone. From–to: places of characters in the answer, counted "
    "from 0, the last one not included."
)
_OTHER = (
    "Code not given: not to this answer at all. Other bounds: to other words of the same answer."
)


def first_coding(study: StudyData) -> pd.DataFrame:
    """Return the coding that tables count: by the coder who coded most, of those who took part.

    Returns
    -------
    pandas.DataFrame
        Rows of the frame of segments. What people said in calls that ended at screening is left
        out, since these people are in no base.
    """
    segments, people = study.frames.segments, study.frames.participants
    if segments.empty:
        return segments
    coded = segments.groupby("coder", sort=True)["source"].nunique()
    first = str(coded.idxmax())
    took_part = segments["participant"].isin(people["participant"])
    return segments[(segments["coder"] == first) & took_part]


def double_coding(study: StudyData) -> tuple[tuple[str, str], dict[str, int], list[Segment]] | None:
    """Return the two coders, the sources that both were given, and their segments.

    Returns
    -------
    tuple or None
        Coders (first, second); characters of each source of the sessions that both worked on,
        whether or not a coder found anything there; segments. None with fewer than two coders.
    """
    frame = study.frames.segments
    worked = (
        frame.groupby("coder", sort=True)["source"]
        .nunique()
        .sort_values(ascending=False, kind="stable")
    )
    if len(worked) < 2:
        return None
    coders = (str(worked.index[0]), str(worked.index[1]))
    sessions = [set(frame.loc[frame["coder"] == coder, "session"]) for coder in coders]
    shared = sessions[0] & sessions[1]
    lengths = {
        name: len(source.text) for name, source in study.sources.items() if source.session in shared
    }
    rows = frame[frame["source"].isin(list(lengths)) & frame["coder"].isin(coders)]
    columns = (rows[name].tolist() for name in ("source", "start", "end", "code", "coder"))
    return coders, lengths, [Segment(*values) for values in zip(*columns, strict=True)]


def agreement(study: StudyData) -> Tables:
    """Return how far two coders agree, code by code and over all.

    Returns
    -------
    Tables
        By answer (did both give the code to this answer?) and by character; a coefficient that
        is not defined says why. None with fewer than two coders.
    """
    both = double_coding(study)
    if both is None:
        return Tables((), "Fewer than two coders: there is nothing to compare.")
    return Tables((_by_answer(study, *both), _by_character(study, *both)))


def answer_table(marks: dict[str, tuple[set[str], set[str]]], code: str, units: int) -> list[int]:
    """Count for one code the answers that both, one or no coder gave it.

    Parameters
    ----------
    marks : dict of str to (set, set)
        Code to the sources that the first and the second coder gave it.

    Returns
    -------
    list of int
        Both, first only, second only, none.
    """
    first, second = marks.get(code, (set(), set()))
    both = len(first & second)
    return [both, len(first) - both, len(second) - both, units - len(first | second)]


def _marks(
    coders: tuple[str, str], segments: list[Segment]
) -> dict[str, tuple[set[str], set[str]]]:
    """Return by code the sources that each coder gave it."""
    marks: dict[str, tuple[set[str], set[str]]] = {}
    for each in segments:
        marks.setdefault(each.code, (set(), set()))[coders.index(each.coder)].add(each.source)
    return marks


def _by_session(
    study: StudyData, marks: dict[str, tuple[set[str], set[str]]], sources: Iterable[str]
) -> dict[str, list[list[int]]]:
    """Count by code and session the answers that both, one or no coder gave the code."""
    found: dict[str, list[list[int]]] = {code: [] for code in study.codebook.codes}
    mine: dict[str, set[str]] = {}
    for name in sources:
        mine.setdefault(study.sources[name].session, set()).add(name)
    for _, names in sorted(mine.items()):
        for code, rows in found.items():
            first, second = (each & names for each in marks.get(code, (set(), set())))
            rows.append(answer_table({code: (first, second)}, code, len(names)))
    return found


def _by_answer(
    study: StudyData, coders: tuple[str, str], lengths: dict[str, int], segments: list[Segment]
) -> Table:
    by_code = _by_session(study, _marks(coders, segments), lengths)
    names = {code: entry.label for code, entry in study.codebook.codes.items()}
    everything = [[sum(part) for part in zip(*rows, strict=True)] for rows in _sessions(by_code)]
    rows = [_answer_row(names[code], mine) for code, mine in by_code.items()]
    rows.append(_answer_row("All codes together", everything))
    heads = ["Code", "Both", "First only", "Second only", "Neither", "Percent alike"]
    values = ["Kappa", "Kappa, 95 %", "AC1", "AC1, 95 %", "Alpha", "Alpha, 95 %", "Caution"]
    data = pd.DataFrame(rows, columns=[*heads, *values], dtype=object)
    who = (
        f"First coder: {coders[0]}, second: {coders[1]}. A dash: the coefficient is not defined, "
        "since both gave the code to every answer or to none."
    )
    how = (
        f"95 %: sessions drawn again {RESAMPLES:,} times with seed {SEED}; for kappa at least its "
        f"standard error (Fleiss, Cohen and Everitt 1969). All of it rests on {len(everything)} "
        "sessions: with few of them, or few decisions of a kind, an interval is rough itself."
    )
    notes = (who, how, "Kappa: Cohen 1960. AC1: Gwet 2008. Alpha: Krippendorff 2004, nominal.")
    formats = {"Percent alike": ".1f", "Kappa": ".2f", "AC1": ".2f", "Alpha": ".2f"}
    title = "Agreement by answer: did both coders give the code to it?"
    units, many = len(lengths), len(lengths) * len(names)
    base = f"answers for each code, {many:,} decisions for all codes together"
    return Table(title, data, units, base, SOURCE, NO_SUPPRESSION, notes, formats)


def _sessions(by_code: dict[str, list[list[int]]]) -> list[list[list[int]]]:
    """Return the counts by session, then code."""
    return [list(each) for each in zip(*by_code.values(), strict=True)]


def _answer_row(name: str, by_session: list[list[int]]) -> list[object]:
    """Return one row of agreement from the counts of each session."""
    counts = [sum(part) for part in zip(*by_session, strict=True)]
    alike, kappa, ac1, alpha = _coefficients(counts)
    sure = intervals(by_session)
    pairs = ((kappa, sure.kappa), (ac1, sure.ac1), (alpha, sure.alpha))
    shown = [part for value, span in pairs for part in (value, "–" if value is None else str(span))]
    return [name, *counts, alike, *shown, sparse(counts, len(by_session))]


def _coefficients(counts: list[int]) -> list[float | None]:
    """Return percent alike, kappa, AC1 and alpha of one two by two table."""
    both, first, second, none = counts
    table = [[both, first], [second, none]]
    ratings = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * none
    found: tuple[Coefficient, ...] = (cohen_kappa(table), gwet_ac1(table))
    found = (*found, krippendorff_alpha(ratings))
    return [percent(both + none, sum(counts)), *(each.value for each in found)]


def _by_character(
    study: StudyData, coders: tuple[str, str], lengths: dict[str, int], segments: list[Segment]
) -> Table:
    overlaps = compare(segments, lengths, coders, list(study.codebook.codes))
    names = [code.label for code in study.codebook.codes.values()]
    rows = [_overlap_row(n, each) for n, each in zip(names, overlaps, strict=True)]
    rows.append(_overlap_row("All codes together", total_overlap(overlaps)))
    heads = ["Code", "Both", "First only", "Second only", "Neither", "Percent alike", "Kappa"]
    data = pd.DataFrame(rows, columns=heads, dtype=object)
    notes = ("Coders set the bounds of a segment as they see fit: by characters they agree less.",)
    title = "Agreement by character: how far segments overlap"
    formats = {"Percent alike": ".1f", "Kappa": ".2f"}
    units = sum(lengths.values())
    base = f"characters for each code, {units * len(names):,} decisions for all codes together"
    return Table(title, data, units, base, SOURCE, NO_SUPPRESSION, notes, formats)


def _overlap_row(name: str, overlap: Overlap) -> list[object]:
    alike = overlap.agreement
    counts = [overlap.both, overlap.first, overlap.second, overlap.none]
    return [name, *counts, None if alike is None else 100 * alike, overlap.kappa.value]


def differences(study: StudyData) -> pd.DataFrame:
    """List where only one of two coders gave a code, by text, for the coders to sit down with.

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    pandas.DataFrame
        Source, From–to, Characters, Code, Given by, Other coder; without the words. A source names
        its case, so this is for those who code; `disagreements` is for everybody.
    """
    both, rows = double_coding(study), []
    if both is not None:
        coders, lengths, segments = both
        marks = _marks(coders, segments)
        for each in stretches_apart(segments, lengths, coders, list(study.codebook.codes)):
            other = marks[each.code][1 - coders.index(each.coder)]
            kind = "other bounds" if each.source in other else "code not given"
            label = study.codebook.codes[each.code].label
            where = f"{each.start}–{each.end}"
            rows.append([each.source, where, each.end - each.start, label, each.coder, kind])
    heads = ["Source", "From–to", "Characters", "Code", "Given by", "Other coder"]
    return pd.DataFrame(rows, columns=heads)


def disagreements(study: StudyData) -> Table:
    """List where only one of two coders gave a code, without the words.

    Returns
    -------
    Table
        Question, case, stretch, code, coder; answers in which the other coder used the code
        elsewhere are told apart from those without it. Cases are numbered for this table alone,
        in an order that follows from what it shows (P30).
    """
    data = differences(study)
    sources = [study.sources[name] for name in data.pop("Source")]
    data.insert(0, "Question", [each.question for each in sources])
    data.insert(1, "Case", [each.case for each in sources])
    order = ["Question", "Code", "From–to", "Given by", "Other coder"]
    data = data.sort_values(order, kind="stable", ignore_index=True)
    numbers = {case: str(n) for n, case in enumerate(dict.fromkeys(data["Case"]), 1)}
    data["Case"] = data["Case"].map(numbers)
    title = "Where two coders differ"
    notes = (_PLACES, _OTHER)
    return Table(title, data, len(data), "stretches", SOURCE, notes=notes, headers=2)


def numbers(study: StudyData) -> dict[str, int | float | None]:
    """Return the figures of agreement that prose and results use.

    Returns
    -------
    dict of str to number
        ``doubly_coded_sessions``, ``doubly_coded_answers``, ``agreement_percent``, ``kappa``,
        ``kappa_low``, ``kappa_high`` (95 %, sessions drawn again), ``ac1``, ``alpha`` over all
        codes by answer, ``kappa_characters``; None if undefined.
    """
    both = double_coding(study)
    if both is None:
        return {"doubly_coded_sessions": 0, "doubly_coded_answers": 0, **dict.fromkeys(_FIGURES)}
    coders, lengths, segments = both
    marks, units = _marks(coders, segments), len(lengths)
    rows = [
        [sum(part) for part in zip(*each, strict=True)]
        for each in _sessions(_by_session(study, marks, lengths))
    ]
    alike, kappa, ac1, alpha = _coefficients([sum(part) for part in zip(*rows, strict=True)])
    sure = intervals(rows).kappa
    overlap = total_overlap(compare(segments, lengths, coders, list(study.codebook.codes)))
    found = (alike, kappa, sure.low, sure.high, ac1, alpha, overlap.kappa.value)
    values = [None if each is None else rounded(each, 4) for each in found]
    sessions = {study.sources[name].session for name in lengths}
    return {
        "doubly_coded_sessions": len(sessions),
        "doubly_coded_answers": units,
        **dict(zip(_FIGURES, values, strict=True)),
    }
