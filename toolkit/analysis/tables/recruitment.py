"""From the list to the interview: who was listed, who was drawn, and the outcomes."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.analysis.data.recruitment_rows import UNSCREENED
from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import Count
from toolkit.analysis.present.table import Table, Tables
from toolkit.analysis.tables.crossing import decide, everybody_by_role, people_by_role, shown_counts
from toolkit.analysis.tables.outcome_rates import RATES, rate_counts, share_eligible
from toolkit.analysis.tables.stages import approached, excluded, outcome_label, stages
from toolkit.rounding import percent, printed, rounded

SOURCE = "records of recruitment and of sessions"
_ELIGIBLE = {True: "yes", False: "no"}
PUBLISHED = "American Association for Public Opinion Research, Standard Definitions, 9th ed. 2016"


def flow(study: StudyData) -> Table:
    """Return the flow of people from the list to the interview.

    Returns
    -------
    Table
        Stages in order, with those who leave them.
    """
    data = pd.DataFrame(stages(study), columns=["Stage", "People"])
    title = "From the list to the interview"
    base = study.sampling.supported or 0
    return Table(title, data.astype({"People": "Int64"}), base, "people on the list", SOURCE)


def exclusions(study: StudyData) -> Table:
    """Return the people left out of the frame, by reason (clause P23)."""
    rows = list(excluded(study).items())
    data = pd.DataFrame(rows, columns=["Reason", "People"])
    base = sum(study.sampling.excluded.values())
    return Table("Left out of the frame", data, base, "people left out", "eligibility check")


def outcomes(study: StudyData) -> Table:
    """Return the final disposition of everybody drawn.

    Returns
    -------
    Table
        Disposition, AAPOR code, count, percent.
    """
    people = study.frames.recruitment
    known = people.fillna({"disposition": "no-outcome-yet", "aapor": "–"})
    known["eligible"] = known["eligible"].map(_ELIGIBLE).fillna("unknown")
    groups = known.groupby(["aapor", "disposition", "eligible"], sort=True).size()
    rows = [
        [outcome_label(study, name), code, sure, count]
        for code, name, sure, count in groups.reset_index(name="count").itertuples(index=False)
    ]
    data = pd.DataFrame(rows, columns=["Outcome", "AAPOR code", "Eligible", "People"])
    data["Percent"] = [percent(int(n), len(people)) for n in data["People"]]
    note = (
        f"Codes: {PUBLISHED}. {UNSCREENED}: never screened, so that nobody knows whether eligible."
    )
    of = _people_of(people)
    return Table("What came of those drawn", data, len(people), of, SOURCE, notes=(note,))


def rates(study: StudyData) -> Table:
    """Return response, cooperation, refusal and contact rates with their formulas.

    Returns
    -------
    Table
        One row a rate, in percent; those not eligible are left out of every rate.
    """
    people = study.frames.recruitment
    counts = _rate_counts(study)
    alike = rate_counts(people["disposition"], known=study.known_dispositions)
    e = share_eligible(people["eligible"])
    rows = [
        [each.name, each.label, each.formula, each.percent(counts, e), each.percent(alike)]
        for each in RATES
    ]
    heads = ["Rate", "What it is", "Formula", "Percent", "Percent, all eligible"]
    data = pd.DataFrame(rows, columns=heads)
    base, known = sum(counts.values()), people["eligible"].fillna(value=True)
    letters = ", ".join(f"{letter} = {count}" for letter, count in counts.items())
    formulas = (
        f"{letters}. I complete, P partial, R refused, NC not reached, O other, U unknown whether "
        f"eligible. Formulas: {PUBLISHED}."
    )
    unknown = (
        "U are those whom nobody could screen, whatever came of them; "
        f"e = {printed(float(e), '.3f')}, the share found eligible among those screened. The last "
        "column takes all of U as eligible and counts them by what came of them."
    )
    of = f"{_people_of(people)}, less {int((~known).sum())} found not eligible"
    return Table("Outcome rates", data, base, of, SOURCE, notes=(formulas, unknown), headers=2)


def attempts(study: StudyData) -> Table:
    """Return contact attempts by outcome.

    Returns
    -------
    Table
        Outcome, attempts, people; the base is attempts.
    """
    tried = study.frames.attempts
    groups = tried.groupby("outcome", sort=True)["participant"].agg(["size", "nunique"])
    data = groups.reset_index().set_axis(["Outcome", "Attempts", "People"], axis=1)
    data["Outcome"] = [outcome_label(study, str(name)) for name in data["Outcome"]]
    of = f"attempts to reach {tried['participant'].nunique()} people"
    return Table("Contact attempts", data, len(tried), of, "records of contact attempts")


def roles(study: StudyData) -> Table:
    """Return participants by role and strand, with small cells suppressed (clause P30).

    Returns
    -------
    Table
        One row a role, one column a strand. Numbers of participants by strand are public; roles
        have rows only where the numbers of all strands together may be told.
    """
    counts, everybody, decision = people_by_role(study), everybody_by_role(study), decide(study)
    strands = [study.strand_title(str(strand)) for strand in counts.index]
    alone = dict(zip(everybody.index, shown_counts(everybody, decision, "people"), strict=True))
    apart = [
        dict(zip(counts.columns, shown_counts(row, decision, "strand"), strict=True))
        for _, row in counts.iterrows()
    ]
    rows: list[list[str | Count]] = [
        [str(role).capitalize(), *(each[role] for each in apart), alone[role]]
        for role in counts.columns
        if "people" in decision.shown or len(counts.columns) > 1
    ]
    people = study.people()
    rows.append(["All", *(study.people(str(strand)) for strand in counts.index), people])
    data = pd.DataFrame(rows, columns=["Role", *strands, "All"], dtype=object)
    title = "Participants by role and strand"
    return Table(title, data, people, "participants", SOURCE, rule=study.rule)


def draw_replay(study: StudyData) -> Tables:
    """Repeat the systematic draw from its record, and compare it with the record (clause P24).

    Returns
    -------
    Tables
        What was recorded, computed again, and whether it is the same; none without a draw.
    """
    record = study.sampling.draw
    if record is None:
        return Tables((), "No draw is recorded.")
    drawn = tuple(range(record.start, record.frame_size + 1, record.interval))
    alike = sum(one == two for one, two in zip(record.positions, drawn, strict=False))
    rows = [
        ("People in the frame", study.sampling.frame, record.frame_size),
        ("People drawn", len(record.positions), len(drawn)),
        ("First position", min(record.positions, default=None), min(drawn, default=None)),
        ("Last position", max(record.positions, default=None), max(drawn, default=None)),
        ("Positions that are the same", len(record.positions), alike),
        ("Pseudonyms dealt", int(study.frames.recruitment["drawn"].sum()), len(drawn)),
    ]
    data = pd.DataFrame(rows, columns=["What", "Recorded", "Computed again"]).astype(
        {"Recorded": "Int64", "Computed again": "Int64"}
    )
    data["Same"] = [recorded == again for _, recorded, again in rows]
    note = (
        f"Order: {record.order}. Start {record.start}, every {record.interval}. "
        f"Hash of the frame: {record.frame_hash[:16]}."
    )
    title, base = "The draw done again", record.frame_size
    return Tables((Table(title, data, base, "people in the frame", SOURCE, notes=(note,)),))


def numbers(study: StudyData) -> dict[str, int | float | None]:
    """Return the counts of recruitment that prose and results use.

    Returns
    -------
    dict of str to number
        ``listed``, ``excluded``, ``frame``, ``drawn``, ``approached``, ``interviewed``,
        ``forum_participants``, ``participants``, ``forums``, ``response_rate`` (percent, RR1),
        ``yield_of_drawn`` (percent). None if there is no record. Counts by role are
        not among them: small ones would identify people.
    """
    known, people = study.sampling, study.frames.participants
    sessions, drawn = study.frames.sessions, study.frames.recruitment
    strands = {each.strand: each.kind for each in study.protocol.strands}
    kinds = people["strand"].map(strands)
    own = drawn[drawn["drawn"]]
    response, done = RATES[0].percent(_rate_counts(study)), int(own["took_part"].sum())
    return {
        "listed": known.supported,
        "excluded": sum(known.excluded.values()),
        "frame": known.frame,
        "drawn": len(own) if known.draw else None,
        "approached": approached(study),
        "interviewed": int(people.loc[kinds == "interview", "participant"].nunique()),
        "forum_participants": int(people.loc[kinds == "forum", "participant"].nunique()),
        "participants": study.people(),
        "forums": int((sessions["took_part"] & (sessions["strand"].map(strands) == "forum")).sum()),
        "response_rate": None if math.isnan(response) else rounded(response, 1),
        "yield_of_drawn": rounded(percent(done, len(own)), 1) if len(own) else None,
    }


def _rate_counts(study: StudyData) -> dict[str, int]:
    """Return the letters of the formulas, by what is known of everybody drawn or approached."""
    people = study.frames.recruitment
    return rate_counts(people["disposition"], people["eligible"], study.known_dispositions)


def _people_of(people: pd.DataFrame) -> str:
    """Return who the rows of recruitment are."""
    return "people drawn" if people["drawn"].all() else "people drawn or approached"
