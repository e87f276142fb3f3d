"""The stages from the list to the interview, as table and diagram show them."""

from __future__ import annotations

from toolkit.analysis.data.study_data import StudyData

LEAVING, JOINING = "→ ", "← "
"""What stands before those who leave a stage, and before those who come to it from elsewhere."""


def stages(study: StudyData) -> list[tuple[str, int | None]]:
    """Return the stages from the list to the interview with their counts, for table and diagram.

    Returns
    -------
    list of (str, int or None)
        In order; those who leave a stage, or join it, are marked by an arrow. Each stage is the
        one before it less those who left and with those who joined. None if there is no record.
    """
    known, people = study.sampling, study.frames.recruitment
    found: list[tuple[str, int | None]] = [("On the list of people supported", known.supported)]
    found += [(f"{LEAVING}{reason}", count) for reason, count in excluded(study).items()]
    if known.supported is not None and known.frame is not None:
        lost = known.supported - sum(known.excluded.values()) - known.frame
        found += [(f"{LEAVING}No reason on record", lost)] if lost else []
    found.append(("In the frame", known.frame))
    if known.draw is not None:
        drawn = len(known.draw.positions)
        waiting = int((people["drawn"] & ~people["approached"]).sum())
        others = int((~people["drawn"]).sum())
        found += [(f"{LEAVING}Not drawn", known.draw.frame_size - drawn), ("Drawn", drawn)]
        found += [(f"{LEAVING}Not approached yet", waiting)] if waiting else []
        found += [(f"{JOINING}Approached without having been drawn", others)] if others else []
    return [*found, ("Approached", approached(study)), *_outcomes(study)]


def _outcomes(study: StudyData) -> list[tuple[str, int | None]]:
    """Return the outcomes of those who were approached, and last of all who took part."""
    people = study.frames.recruitment[study.frames.recruitment["approached"]]
    left = people.loc[~people["took_part"], "disposition"]
    counts = left.value_counts()
    order = [name for name in study.known_dispositions if name in counts.index]
    strange = sorted(set(counts.index) - set(order))
    found: list[tuple[str, int | None]] = [
        (f"{LEAVING}{outcome_label(study, name)}", int(counts[name])) for name in order + strange
    ]
    pending = int(left.isna().sum())
    found += [(f"{LEAVING}No outcome yet", pending)] if pending else []
    partly = int((people["took_part"] & people["disposition"].ne("complete")).sum())
    said = f"Interviewed, {partly} of them in part" if partly else "Interviewed"
    return [*found, (said, int(people["took_part"].sum()))]


def approached(study: StudyData) -> int:
    """Count everybody who was invited, called, or came to a session, drawn or not."""
    return int(study.frames.recruitment["approached"].sum())


def excluded(study: StudyData) -> dict[str, int]:
    """Count exclusions by the reason that the protocol gives for the rule."""
    eligibility = study.protocol.eligibility
    reasons = {each.rule: each.reason for each in (*eligibility.include, *eligibility.exclude)}
    return {reasons.get(rule, rule): n for rule, n in study.sampling.excluded.items()}


def outcome_label(study: StudyData, name: str) -> str:
    """Return a disposition in words; an unknown one as it is, with blanks for hyphens."""
    known = study.known_dispositions.get(name)
    return known.label if known else name.replace("-", " ").capitalize()
