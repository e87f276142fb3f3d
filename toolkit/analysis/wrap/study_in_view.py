"""The study that a notebook has open: its rule and its roles hold for what is wrapped there."""

from __future__ import annotations

from contextlib import suppress
from weakref import WeakSet

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import suppression_rule
from toolkit.analysis.tables.crossing import Crossed, decide
from toolkit.errors import RunError

# What P30 says of a study that sets no other number; it holds while no study is open.
_USUAL_MINIMUM = 3
_ALL_TABLES: frozenset[Crossed] = frozenset({"people", "theme", "strand", "code"})
_OPEN: WeakSet[StudyData] = WeakSet()


def remember(study: StudyData) -> StudyData:
    """Keep in mind that a notebook has opened a study, as long as it has it.

    Parameters
    ----------
    study : StudyData
        As the notebook is handed it.
    """
    _OPEN.add(study)
    return study


def minimum_in_view() -> int:
    """Return the smallest count of people that is printed; the strictest where several are open."""
    return max((each.minimum for each in _OPEN), default=_USUAL_MINIMUM)


def rule_in_view() -> str:
    """Return the suppression rule in words, for the foot of a table."""
    return suppression_rule(minimum_in_view())


def roles_in_view() -> frozenset[str]:
    """Return the roles of participants; none for a notebook that is not handed the participants."""
    return _of_participants("role")


def roles_withheld(crossed: bool) -> frozenset[str]:
    """Return the roles that a table does not print by themselves (clause P30).

    Parameters
    ----------
    crossed : bool
        Whether roles stand beside anything else. Then it is all of them, unless the toolkit
        breaks each of its own tables down by role: what it withholds follows from no other.

    Raises
    ------
    RunError
        A notebook that shows roles does not declare what this rests on: participants, segments
        and codebook (RUN-023).
    """
    found: set[str] = set()
    for study in _OPEN:
        decision = decide(study)
        whole = decision.shown >= (_ALL_TABLES if crossed else {"people"})
        found |= decision.withheld if whole else _of_participants("role")
    return frozenset(found)


def pseudonyms_in_view() -> frozenset[str]:
    """Return the pseudonyms of those who took part; none where the notebook is handed nobody."""
    return _of_participants("participant")


def _of_participants(column: str) -> frozenset[str]:
    found: set[str] = set()
    for study in _OPEN:
        with suppress(RunError):
            found |= {str(each) for each in study.frames.participants[column].dropna()}
    return frozenset(found)
