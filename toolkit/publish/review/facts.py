"""What the reporting checklists are filled with: each a number or words, by name, from records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

import toolkit
from toolkit.analysis.present.markup import listed
from toolkit.analysis.tables import coders, quality, recruitment, themes
from toolkit.analysis.tables.crossing import withheld_roles
from toolkit.coding.saturation import Saturation, saturation
from toolkit.guide.study.declarations import statements
from toolkit.guide.topic.model import Guide
from toolkit.publish.notebooks.inputs import environment
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import counted

Fact = str | int | float | None


def facts_of(records: Records) -> dict[str, Fact]:
    """Return every fact that a checklist may name.

    Returns
    -------
    dict of str to str, int, float or None
        None, 0 and empty text stand for something without records.
    """
    study = records.study
    counted: dict[str, Fact] = {}
    for numbers in (recruitment.numbers, themes.numbers, quality.numbers, coders.numbers):
        counted |= numbers(study)
    facts = {**counted, **_of_people(records), **_of_design(records), **_of_the_rest(records)}
    return {**facts, **declared(records)}


def declared(records: Records) -> dict[str, str]:
    """Return what the protocol declares, each by its name and ``declared_`` before it.

    Returns
    -------
    dict of str to str
        Empty if nothing is declared; so are made-up declarations of a study that is not.
    """
    told = records.study.protocol.declarations
    mark = "Declared (fictional)" if told.fictional else "Declared"
    made = told.made if records.inputs.fictional or not told.fictional else {}
    return {f"declared_{n}": f"{mark}: {made[n]}" if n in made else "" for n in statements()}


def saturation_of(records: Records) -> Saturation | None:
    """Return after how many interviews hardly anything new was said; None if nothing is coded."""
    new = new_codes(records)
    return saturation([count for _, count in new]) if new else None


def new_codes(records: Records) -> list[tuple[str, int]]:
    """Return for each interview, in the order held, how many codes appear for the first time."""
    study = records.study
    coded = themes.first_coding(study)
    kinds = {each.strand: each.kind for each in study.protocol.strands}
    rows = coded[coded["strand"].map(kinds) == "interview"]
    order = study.frames.sessions.sort_values(["started", "session"])["session"]
    codes = rows.groupby("session")["code"].agg(set).to_dict()
    seen: set[str] = set()
    found = []
    for session in order:
        if session in codes:
            found.append((str(session), len(codes[session] - seen)))
            seen |= codes[session]
    return found


def _of_people(records: Records) -> dict[str, Fact]:
    """Return who did the research, and who was in it."""
    roles = records.study.protocol.roles
    able = [each for each in roles if each.competence]
    frames = records.study.frames
    held = frames.sessions["user"].dropna().unique()
    cases = records.study.complete_sessions["case"].value_counts()
    return {
        "held_by": listed(sorted(map(str, held))),
        "credentials": "; ".join(f"{each.title}: {each.competence[0].lower()}" for each in able),
        "occupations": "; ".join(f"{each.title}" for each in able),
        "competences": sum(len(each.competence) for each in able),
        "competent_roles": len(able),
        "role_stated": _of(records.steps("P11")),
        "study_explained": _of(records.steps("P01")),
        "reflexivity": len(records.of("reflexivity")),
        "roles_named": _roles_named(records),
        "repeated_said": "None" if cases.empty or cases.max() == 1 else str(int((cases > 1).sum())),
        "pilot_said": declared(records)["declared_pilot"] or "A pilot is not declared.",
        "approval_said": declared(records)["declared_approval"] or "Approval is not declared.",
        "consents": len(records.consents),
        "form_version": records.form.version,
    }


def _roles_named(records: Records) -> str:
    """Name the roles of participants, those that few people have as others (P30)."""
    roles = set(records.study.frames.participants["role"].dropna())
    few = withheld_roles(records.study) & roles
    return listed([*sorted(roles - few), *(["others"] if few else [])])


def _of_design(records: Records) -> dict[str, Fact]:
    """Return how people were selected and met."""
    study, draw = records.study, records.study.sampling.draw
    drawn = study.frames.recruitment[study.frames.recruitment["drawn"]]
    started = study.frames.sessions["started"].dropna()
    return {
        "title": study.protocol.title,
        "question": study.protocol.question.text,
        "interval": draw.interval if draw else None,
        "order": draw.order if draw else None,
        "start": draw.start if draw else None,
        "invited": len(records.of("invite")),
        "attempts": len(study.frames.attempts),
        "not_interviewed": _counted(~drawn["took_part"]),
        "settings": "; ".join(f"{each.title} ({each.by})" for each in study.protocol.strands),
        "guides": len(records.inputs.guides),
        "guide_versions": counted(len(_distinct(records.guides)), "version"),
        "first_day": "" if started.empty else _day(started.min()),
        "last_day": "" if started.empty else _day(started.max()),
    }


def _of_the_rest(records: Records) -> dict[str, Fact]:
    """Return how data were collected, kept and coded."""
    sessions, done = records.study.frames.sessions, records.study.complete_sessions
    found = saturation_of(records)
    versions: Mapping[str, str] = environment()
    return {
        "complete": len(done),
        "recorded": _counted(done["recorded"].fillna(value=False)),
        "deviated": str(len(records.study.frames.deviations)) if len(sessions) else "",
        "saturation": _saturated(found),
        "codebook_source": records.study.codebook.source,
        "toolkit": toolkit.__version__,
        "python": versions["python"],
        "events": records.inputs.events,
        "quotations": len(records.study.quoted),
    }


def _day(moment: pd.Timestamp) -> str:
    """Return a day as people write it: ``5 February 2019``."""
    return f"{moment.day} {moment:%B %Y}"


def _saturated(found: Saturation | None) -> str:
    """Return in words when hardly anything new was said; empty if nothing is coded."""
    if found is None:
        return ""
    said = found.in_words()
    return f"{said[0].upper()}{said[1:]}" if found.reached is None else f"Saturation {said}"


def _of(steps: tuple[int, int]) -> str:
    """Return confirmed steps in words; empty if nobody came to one."""
    return f"{steps[0]} of {steps[1]}" if steps[1] else ""


def _counted(marks: pd.Series) -> str:
    """Return a count, none included, in words; empty if there is nothing to count among."""
    return str(int(marks.sum())) if len(marks) else ""


def _distinct(guides: Sequence[Guide]) -> set[tuple[str, str]]:
    """Return the versions that differ."""
    return {(each.guide, each.hash) for each in guides}
