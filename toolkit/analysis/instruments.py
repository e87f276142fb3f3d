"""What has come in so far, and which topic guide was used for it."""

from __future__ import annotations

import pandas as pd

from toolkit.analysis.answers import numbers as answer_numbers
from toolkit.analysis.recruitment import numbers as recruitment_numbers
from toolkit.analysis.results import Prose, say
from toolkit.analysis.study_data import StudyData
from toolkit.analysis.table import NO_SUPPRESSION, Table
from toolkit.guide import wording


def guides_used(study: StudyData) -> Table:
    """Give the topic guides of the study with the versions that sessions were held with (P16).

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    Table
        One row for each version of a guide: its hash, the sessions held with it (count), and the
        days of the first and the last one. A guide that is not used yet has a row too.
    """
    frame = study.frames.sessions
    rows: list[list[object]] = []
    for guide in study.guides.values():
        title = wording(guide.title, guide.languages[0])
        held = frame[frame["guide"] == guide.guide]
        groups = held.groupby(["guide_version", "guide_hash"], sort=True)["started"]
        for (version, digest), started in groups:
            days = [f"{when:%d %B %Y}".lstrip("0") for when in (started.min(), started.max())]
            rows.append([title, version, str(digest)[:12], len(started), *days])
        if held.empty:
            rows.append([title, guide.version, guide.hash[:12], 0, None, None])
    heads = ["Topic guide", "Version", "Hash", "Sessions", "First", "Last"]
    data = pd.DataFrame(rows, columns=heads, dtype=object)
    title = "Topic guides and the sessions held with them"
    base = int(frame["guide"].isin(list(study.guides)).sum())
    notes = ("A version that differs in its hash asked something else, or asked it otherwise.",)
    source = "guide, version and hash that the journal holds for each session"
    return Table(title, data, base, "sessions", source, NO_SUPPRESSION, notes)


def state(study: StudyData) -> Prose:
    """Say in a sentence what has come in so far.

    Parameters
    ----------
    study : StudyData
        The study.

    Returns
    -------
    Prose
        People, interviews, forums, answers and turns (counts); or that there is nothing yet.
    """
    if study.frames.sessions.empty:
        return say("No sessions yet. The notebooks run all the same and have nothing to count.")
    return say(
        "So far {participants} people took part: {interviewed} in interviews and "
        "{forum_participants} in {forums} forums. They gave {answers} answers, and took {turns} "
        "turns in the forums.",
        **recruitment_numbers(study),
        **answer_numbers(study),
    )
