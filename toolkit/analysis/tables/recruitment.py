"""From the list to the interview: who was listed, who was drawn, and the outcomes."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import HIDDEN, Count, Mark
from toolkit.analysis.present.table import Table, Tables
from toolkit.analysis.tables.crossing import people_by_role, withheld_roles
from toolkit.analysis.tables.outcome_rates import RATES, rate_counts
from toolkit.analysis.tables.stages import approached, excluded, outcome_label, stages
from toolkit.rounding import percent, rounded

SOURCE = "records of recruitment and of sessions"
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
    groups = known.groupby(["aapor", "disposition"], sort=True).size()
    rows = [
        [outcome_label(name), code, count]
        for code, name, count in groups.reset_index(name="count").itertuples(index=False)
    ]
    data = pd.DataFrame(rows, columns=["Outcome", "AAPOR code", "People"])
    data["Percent"] = [percent(int(n), len(people)) for n in data["People"]]
    notes = (f"Codes: {PUBLISHED}.",)
    return Table("What came of those drawn", data, len(people), "people drawn", SOURCE, notes=notes)


def rates(study: StudyData) -> Table:
    """Return response, cooperation, refusal and contact rates with their formulas.

    Returns
    -------
    Table
        One row a rate, in percent; those not eligible are left out of every rate.
    """
    counts = rate_counts(study.frames.recruitment["disposition"])
    rows = [[each.name, each.label, each.formula, each.percent(counts)] for each in RATES]
    data = pd.DataFrame(rows, columns=["Rate", "What it is", "Formula", "Percent"])
    base = sum(counts.values())
    letters = ", ".join(f"{letter} = {count}" for letter, count in counts.items())
    note = (
        f"{letters}. I complete, P partial, R refused, NC not reached, O other, U unknown whether "
        f"eligible. Formulas: {PUBLISHED}."
    )
    title = "Outcome rates"
    return Table(title, data, base, "people drawn and eligible", SOURCE, notes=(note,), headers=2)


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
    data["Outcome"] = data["Outcome"].map(outcome_label)
    return Table("Contact attempts", data, len(tried), "attempts", "records of contact attempts")


def roles(study: StudyData) -> Table:
    """Return participants by role and strand, with small cells suppressed (clause P30).

    Returns
    -------
    Table
        One row a role, one column a strand. Numbers of participants by strand are public.
    """
    counts, hidden = people_by_role(study), withheld_roles(study)
    strands = [study.strand_title(str(strand)) for strand in counts.index]
    rows: list[list[str | Count]] = [
        [str(role).capitalize(), *(Mark(HIDDEN) if role in hidden else int(n) for n in line)]
        for role, line in ((role, [*counts[role], counts[role].sum()]) for role in counts.columns)
        if not (hidden and len(counts.columns) < 2)
    ]
    people = len(study.frames.participants)
    rows.append(["All", *(int(each) for each in counts.sum(axis=1)), people])
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
        ("Pseudonyms dealt", len(study.frames.recruitment), len(drawn)),
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
    done = int((drawn["disposition"] == "complete").sum())
    counts = rate_counts(drawn["disposition"])
    response = RATES[0].percent(counts)
    return {
        "listed": known.supported,
        "excluded": sum(known.excluded.values()),
        "frame": known.frame,
        "drawn": len(drawn),
        "approached": approached(study),
        "interviewed": int((kinds == "interview").sum()),
        "forum_participants": int((kinds == "forum").sum()),
        "participants": len(people),
        "forums": int((sessions["strand"].map(strands) == "forum").sum()),
        "response_rate": None if math.isnan(response) else rounded(response, 1),
        "yield_of_drawn": rounded(percent(done, len(drawn)), 1) if len(drawn) else None,
    }
