"""The stages from the list to the interview, as table and diagram show them."""

from __future__ import annotations

from toolkit.analysis.data.study_data import StudyData
from toolkit.fieldwork import DISPOSITIONS


def stages(study: StudyData) -> list[tuple[str, int | None]]:
    """Return the stages from the list to the interview with their counts, for table and diagram.

    Returns
    -------
    list of (str, int or None)
        In order; those who leave a stage are marked by an arrow. None if there is no record.
    """
    known, people = study.sampling, study.frames.recruitment
    found: list[tuple[str, int | None]] = [("On the list of people supported", known.supported)]
    found += [(f"→ {reason}", count) for reason, count in excluded(study).items()]
    found.append(("In the frame", known.frame))
    if known.draw is not None:
        drawn = len(known.draw.positions)
        found += [("→ Not drawn", known.draw.frame_size - drawn), ("Drawn", drawn)]
    found.append(("Approached", approached(study)))
    counts = people["disposition"].value_counts()
    order = [name for name in DISPOSITIONS if name in counts.index and name != "complete"]
    found += [(f"→ {outcome_label(name)}", int(counts[name])) for name in order]
    pending = int(people["disposition"].isna().sum())
    found += [("→ No outcome yet", pending)] if pending else []
    return [*found, ("Interviewed", int((people["disposition"] == "complete").sum()))]


def approached(study: StudyData) -> int:
    """Count those drawn whom somebody has tried to reach; who has withdrawn was reached."""
    people = study.frames.recruitment
    tried = people["participant"].isin(study.frames.attempts["participant"])
    return int((tried | people["disposition"].eq("withdrawn").fillna(value=False)).sum())


def excluded(study: StudyData) -> dict[str, int]:
    """Count exclusions by the reason that the protocol gives for the rule."""
    eligibility = study.protocol.eligibility
    reasons = {each.rule: each.reason for each in (*eligibility.include, *eligibility.exclude)}
    return {reasons.get(rule, rule): n for rule, n in study.sampling.excluded.items()}


def outcome_label(name: str) -> str:
    """Return a disposition in words; an unknown one as it is, with blanks for hyphens."""
    known = DISPOSITIONS.get(name)
    return known.label if known else name.replace("-", " ").capitalize()
