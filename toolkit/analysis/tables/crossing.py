"""Tables that cross the role of participants, and the roles that none of them prints (clause P30).

Tables that are safe one by one can give each other away: a number that one hides may be printed in
another, or follow from the two. So one decision is taken for all of them: which roles are never
printed by themselves, and which tables are broken down by role at all. A table is where the roles
that have to be withheld for its sake, and for that of those before it, are not all of them. See
`toolkit.analysis.disclosure.withheld_together`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import HIDDEN, Count, Mark, withheld_together
from toolkit.analysis.tables.coders import first_coding

Level = Literal["code", "theme"]
Crossed = Literal["people", "theme", "strand", "code"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is printed of the role of participants, in all tables of a study together.

    Attributes
    ----------
    withheld : frozenset of str
        Roles that no table prints by themselves.
    shown : frozenset of str
        Tables that are broken down by role: ``people``, ``theme``, ``strand``, ``code``.
    minimum : int
        Smallest count that is printed.
    people : int
        Participants with a role (count).
    """

    withheld: frozenset[str]
    shown: frozenset[Crossed]
    minimum: int
    people: int


def people_by_role(study: StudyData) -> pd.DataFrame:
    """Count participants by strand and role.

    Returns
    -------
    pandas.DataFrame
        Index: strands; columns: roles, sorted; int. Small counts: never show it as it is.
    """
    people = study.frames.participants.drop_duplicates(["participant", "strand"])
    return pd.crosstab(people["strand"], people["role"])


def everybody_by_role(study: StudyData) -> pd.Series:
    """Count participants by role, each once.

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    pandas.Series
        Index: roles, sorted; int. Small counts: never show it as it is.
    """
    people = study.frames.participants.drop_duplicates("participant")
    return people["role"].value_counts().sort_index().astype("int64")


def by_role(study: StudyData, level: Level) -> pd.DataFrame:
    """Count the distinct participants with each theme or code, by role.

    Returns
    -------
    pandas.DataFrame
        Index: themes or codes in the codebook's order; columns: roles, sorted; int. Small
        counts: never show it as it is.
    """
    people = study.frames.participants.drop_duplicates("participant").set_index("participant")
    said = first_coding(study)[["participant", level]].drop_duplicates()
    said = said.assign(role=said["participant"].map(people["role"]))
    roles = sorted(people["role"].dropna().unique())
    book = study.codebook
    names = [each.theme for each in book.themes] if level == "theme" else list(book.codes)
    counts = pd.crosstab(said[level], said["role"])
    return counts.reindex(index=names, columns=roles, fill_value=0).astype("int64")


def decide(study: StudyData) -> Decision:
    """Decide which roles are withheld, and which tables are broken down by role (P30).

    Parameters
    ----------
    study : StudyData
        The study.
    """
    everybody, minimum = everybody_by_role(study), study.minimum
    roles = [str(each) for each in everybody.index]
    frames: dict[Crossed, pd.DataFrame] = {
        "people": everybody.to_frame().T,
        "theme": by_role(study, "theme"),
        "strand": people_by_role(study).reindex(columns=roles, fill_value=0),
        "code": by_role(study, "code"),
    }
    rows: list[list[int]] = []
    withheld: frozenset[int] = frozenset()
    shown: set[Crossed] = set()
    for name, frame in frames.items():
        mine = [[int(n) for n in row] for row in frame.to_numpy().tolist()]
        # Of few people in all nothing is told by role: their number is printed beside it anyway.
        whole = name in ("people", "strand")
        told = [row for row in mine if whole or sum(row) >= minimum]
        if whole:
            scopes = [None] if name == "people" else list(frame.index)
            told += [
                _room_left(row, _totals(study, scope), minimum)
                for row, scope in zip(mine, scopes, strict=True)
            ]
        more = [*rows, *told]
        found = withheld_together(more, minimum=minimum, known=(1,))
        if len(found) < len(roles):
            rows, withheld, shown = more, found, {*shown, name}
        elif name == "people":
            withheld = found
            break
    names = frozenset(roles[place] for place in withheld)
    return Decision(names, frozenset(shown), minimum, int(everybody.sum()))


def _totals(study: StudyData, strand: str | None) -> set[int]:
    """Return what is printed of how many people: who said each theme or code, and the strands."""
    said = first_coding(study)
    mine = said if strand is None else said[said["strand"] == strand]
    levels = ("theme", "code")
    totals = {int(n) for level in levels for n in mine.groupby(level)["participant"].nunique()}
    strands = study.protocol.strands if strand is None else ()
    return totals | {study.people(each.strand) for each in strands}


def _room_left(row: list[int], totals: Iterable[int], minimum: int) -> list[int]:
    """Return the people of a row by role, none where a total would leave too little room.

    Of 10 people 8 said something: of 3 grandmothers it was at least 1, since 7 others are too few.
    """
    people = sum(row)
    return [
        0 if any(_narrow(count, total, people, minimum) for total in totals) else count
        for count in row
    ]


def _narrow(count: int, total: int, people: int, minimum: int) -> bool:
    """Return whether few of a role are known to be among so many of all people."""
    least, most = max(0, total - (people - count)), min(count, total)
    return 0 < least < minimum and most - least < minimum


def withheld_roles(study: StudyData) -> frozenset[str]:
    """Return the roles that no table of the study prints by themselves.

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    frozenset of str
        None if no number is small; else two or more, or the only one.
    """
    return decide(study).withheld


def shown_counts(counts: pd.Series, decision: Decision, table: Crossed) -> list[Count]:
    """Return the counts of one row as they may be printed.

    Parameters
    ----------
    counts : pandas.Series of int
        By role.
    decision : Decision
        From `decide`.
    table : {"people", "theme", "strand", "code"}
        The table that the row is in.
    """
    told = table in decision.shown and int(counts.sum()) >= decision.minimum
    # Of what everybody said the numbers by role are those of everybody; where there is one role,
    # its number is the total; and of what nobody said all are none.
    same = int(counts.sum()) == decision.people or len(counts) == 1
    told = told or (same and "people" in decision.shown)
    if not counts.sum():
        return [0] * len(counts)
    return [
        int(n) if told and role not in decision.withheld else Mark(HIDDEN)
        for role, n in counts.items()
    ]
