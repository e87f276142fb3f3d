"""Answers by question: counts with their bases, and each kind of missing answer separately."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.table import Table, Tables
from toolkit.analysis.tables.asked import KINDS, SOURCE, asked_items, asked_of
from toolkit.analysis.tables.closed_tables import CLOSED
from toolkit.errors import AnalysisError
from toolkit.guide.topic.model import Probe, wording
from toolkit.rounding import median, percent


def closed(study: StudyData, guide: str, ref: str) -> Table:
    """Return the table of one closed question or probe.

    Parameters
    ----------
    ref : str
        ``q2``, ``q2.asked``.

    Returns
    -------
    Table
        Choices, yes/no and scales: count and percent of those who answered (several choices
        may add up to more than 100). Numbers and durations: n, median and quartiles. Dates: by
        year. Who did not answer is told in the notes, by kind.

    Raises
    ------
    AnalysisError
        There is no such guide or question, or it is not closed (ANALYSIS-004).
    """
    asked = asked_of(study, guide, ref)
    if asked.item.type not in CLOSED:
        raise AnalysisError.of(
            "ANALYSIS-004",
            place=f"question {ref}",
            type=asked.item.type,
            rule="this table counts closed answers",
            remedy="use answers.opened for texts and answers.probes for ticks",
        )
    return CLOSED[asked.item.type](asked)


def all_closed(study: StudyData, guide: str) -> Tables:
    """Return the tables of every closed question and probe of a guide, in its order.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    refs = [ref for ref, item in asked_items(study, guide).items() if item.type in CLOSED]
    return Tables(tuple(closed(study, guide, ref) for ref in refs), "No closed question.")


def opened(study: StudyData, guide: str) -> Table:
    """Return for each open question how many answered it (forums: by turns) and in how many words.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    rows = []
    for ref, item in asked_items(study, guide).items():
        if item.type == "text":
            asked = asked_of(study, guide, ref)
            words = asked.words()
            row = [ref, study.wording(guide, ref), asked.open, len(words), median(words)]
            rows.append([*row, words.min(), words.max()])
    names = ["Ref", "Question", "Asked of", "Answered", "Median words", "Fewest", "Most"]
    data = pd.DataFrame(rows, columns=names)
    formats = {"Fewest": ".0f", "Most": ".0f"}
    return _guide_table(study, guide, "Open questions", data, formats)


def missing(study: StudyData, guide: str) -> Table:
    """Return for every question and probe how many answered, and how many did not and why.

    Returns
    -------
    Table
        Asked of = answered + don't know + refused + not asked + skipped + not reached.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    rows = []
    for ref in asked_items(study, guide):
        asked = asked_of(study, guide, ref)
        answered = len(asked.answered) + len(asked.talk)
        rows.append([ref, asked.open, answered, *asked.without().values(), asked.parked])
    kinds = [*KINDS.values(), "Not reached"]
    data = pd.DataFrame(rows, columns=["Ref", "Asked of", "Answered", *kinds, "Parked"])
    note = (
        "Asked of: routing came to the question. Not reached: routing came to it, and the session "
        "holds nothing on it. Skipped is said of probes. Parked: answered on a branch that later "
        "closed; kept, never counted. At a forum, an open question is answered by turns."
    )
    return _guide_table(study, guide, "Answers and missing answers by question", data, {}, (note,))


def probes(study: StudyData, guide: str) -> Table:
    """Return for each probe in how many sessions it was used.

    Returns
    -------
    Table
        Used: ticked or answered. Percent of the sessions in which it was open.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    rows = []
    for ref, item in asked_items(study, guide).items():
        if isinstance(item, Probe):
            asked = asked_of(study, guide, ref)
            used, skipped = len(asked.answered), asked.without()["Skipped"]
            kind = "tick" if item.type == "tick" else "answer"
            rows.append(
                [ref, study.wording(guide, ref), kind, asked.open, used, percent(used, asked.open)]
            )
            rows[-1] += [skipped]
    names = ["Ref", "Probe", "Kind", "Open", "Used", "Percent used", "Skipped"]
    return _guide_table(study, guide, "Use of probes", pd.DataFrame(rows, columns=names), {})


def across(study: StudyData, refs: Mapping[str, str], *, value: str, title: str) -> Table:
    """Combine the answers to one question that was asked in several strands.

    Parameters
    ----------
    refs : mapping of str to str
        Guide to ref: ``{"telephone-interview": "q5.better-protected", ...}``.
    value : str
        The answer that is counted: ``yes``.

    Returns
    -------
    Table
        One row a strand and one for all, with count, participants as base, and percent.
        The base is everybody who took part, whether or not they answered.

    Raises
    ------
    AnalysisError
        There is no such guide or question.
    """
    frame, strands = study.frames.participants, [study.strand_of[guide] for guide in refs]
    rows: list[list[object]] = []
    everybody: set[str] = set()
    for (guide, ref), strand in zip(refs.items(), strands, strict=True):
        answered = asked_of(study, guide, ref).answered
        said = set(answered.loc[answered["value"] == value, "participant"].dropna())
        rows.append([study.strand_title(strand), ref, len(said), study.people(strand)])
        everybody |= said
    base = int(frame.loc[frame["strand"].isin(strands), "participant"].nunique())
    rows.append(["All", "", len(everybody), base])
    data = pd.DataFrame(rows, columns=["Strand", "Question", value.capitalize(), "Participants"])
    counts = data[value.capitalize()], data["Participants"]
    data["Percent"] = [percent(count, n) for count, n in zip(*counts, strict=True)]
    notes = ("Whoever gave no answer to the question is in the base.",)
    return Table(title, data, base, "participants", SOURCE, notes=notes)


def numbers(study: StudyData) -> dict[str, int]:
    """Return the counts of answers that prose and results use.

    Returns
    -------
    dict of str to int
        ``answers``, ``parked_answers``, ``open_answers``, ``open_words``, ``dont_know``,
        ``refused``, ``not_asked``, ``turns``.
    """
    rows = study.frames.answers
    counted = rows[rows["status"] == "counted"]
    texts = counted[(counted["type"] == "text") & counted["value"].notna()]
    kinds = counted["missing"].value_counts()
    return {
        "answers": int(counted["value"].notna().sum()),
        "parked_answers": len(rows) - len(counted),
        "open_answers": len(texts),
        "open_words": int(texts["words"].sum() + study.frames.turns["words"].sum()),
        "dont_know": int(kinds.get("dont-know", 0)),
        "refused": int(kinds.get("refused", 0)),
        "not_asked": int(kinds.get("not-asked", 0)),
        "turns": len(study.frames.turns),
    }


def _guide_table(
    study: StudyData,
    guide: str,
    title: str,
    data: pd.DataFrame,
    formats: Mapping[str, str],
    notes: tuple[str, ...] = (),
) -> Table:
    """Return a table with one row for each question of a guide."""
    base, of = _base(study, guide)
    named = f"{title}: {wording(study.guide(guide).title, study.guide(guide).languages[0])}"
    return Table(named, data, base, of, SOURCE, notes=notes, formats=formats)


def _base(study: StudyData, guide: str) -> tuple[int, str]:
    """Return what a question of a guide can be asked of at most: no row is above its base.

    A session; at a forum whose questions are for each participant, a person; where questions are
    asked again for each of something, a round.
    """
    coverage, sessions = study.frames.coverage, study.frames.sessions
    held = sessions[(sessions["guide"] == guide) & sessions["took_part"]]
    count, asked = len(held), coverage.loc[coverage["guide"] == guide, "open"].max()
    items = asked_items(study, guide).values()
    if any(each.each_participant for each in items):
        people = study.frames.participants
        mine = people[people["session"].isin(held["session"])]
        seats, of = len(mine), f"participants at {count} sessions"
    else:
        seats, of = count, "sessions held"
    if pd.notna(asked) and asked > seats:
        return int(asked), f"rounds of what is asked again, in {count} sessions"
    return seats, of
