"""Exact counts that are never published, for checks against the printed report."""

from __future__ import annotations

from toolkit.analysis import StudyData


def role_counts(study: StudyData) -> dict[str, dict[str, int]]:
    """Return exact counts of participants by strand and role, for checks that are not published.

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    dict of str to dict
        Strand to role to count. Small counts identify people: never show or record them.
    """
    groups = study.frames.participants.groupby(["strand", "role"], sort=True).size()
    found: dict[str, dict[str, int]] = {}
    for strand, role, count in groups.reset_index(name="count").itertuples(index=False):
        found.setdefault(strand, {})[role] = count
    return found
