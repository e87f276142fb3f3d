"""Tables that cross the role of participants, and the roles that none of them prints (clause P30).

Tables that are safe one by one can give each other away: a number that one hides may be printed in
another, or follow from the two. So one decision is taken for all of them: which roles are never
printed by themselves. See `toolkit.analysis.disclosure.withheld_together`.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import HIDDEN, Count, Mark, withheld_together
from toolkit.analysis.tables.coders import first_coding

Level = Literal["code", "theme"]


def people_by_role(study: StudyData) -> pd.DataFrame:
    """Count participants by strand and role.

    Returns
    -------
    pandas.DataFrame
        Index: strands; columns: roles, sorted; int. Small counts: never show it as it is.
    """
    people = study.frames.participants
    return pd.crosstab(people["strand"], people["role"])


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


def withheld_roles(study: StudyData, level: Level = "theme") -> frozenset[str]:
    """Return the roles that no table of the study prints by themselves.

    Parameters
    ----------
    level : {"code", "theme"}
        The finest level at which roles are crossed with what people said.

    Returns
    -------
    frozenset of str
        None if no number is small; else two or more, or the only one.
    """
    frames = [people_by_role(study), by_role(study, "theme")]
    if level == "code":
        frames.append(by_role(study, "code"))
    rows = [[int(n) for n in row] for frame in frames for row in frame.to_numpy().tolist()]
    roles = [str(each) for each in frames[0].columns]
    return frozenset(roles[place] for place in withheld_together(rows, minimum=study.minimum))


def shown_counts(counts: pd.Series, hidden: frozenset[str]) -> list[Count]:
    """Return the counts of one row as they may be printed."""
    return [Mark(HIDDEN) if role in hidden else int(n) for role, n in counts.items()]
