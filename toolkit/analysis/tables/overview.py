"""What has come in so far, in a sentence."""

from __future__ import annotations

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.present.results import Prose, say
from toolkit.analysis.tables.answers import numbers as answer_numbers
from toolkit.analysis.tables.recruitment import numbers as recruitment_numbers


def state(study: StudyData) -> Prose:
    """Return a sentence on the data collected so far.

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
