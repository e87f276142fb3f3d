"""The page on the quality of fieldwork and its paradata."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.analysis import figures
from toolkit.analysis.tables import quality
from toolkit.analysis.tables.stages import outcome_label
from toolkit.guide.topic.model import wording
from toolkit.publish.review.kinds import KINDS
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, counted


class Fieldwork(Section):
    """How calls and forums were held: by whom, for how long, and how the time was shared out.

    What the journal says of the work itself (its paradata) is counted by kind.
    """

    order, name, short = 50, "fieldwork", "Fieldwork"
    title = "Fieldwork and paradata"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield holders, lengths, times, roles, wellbeing and paradata."""
        study = records.study
        yield Part("Who held the sessions", (_held(records),))
        yield Part("Lengths against plan", (quality.durations(study), figures.durations(study)))
        for guide in study.guides.values():
            title = f"Minutes by question: {wording(guide.title, guide.languages[0])}"
            yield Part(title, (quality.timings(study, guide.guide),))
        yield Part("Roles at forums", (_roles(records),))
        yield Part("Wellbeing and safeguarding", tuple(_wellbeing(records)))
        yield Part("Paradata", (_paradata(records),))


def _held(records: Records) -> Listing:
    """Count sessions and cases by who held them and how they ended."""
    ended = records.study.frames.sessions.fillna({"disposition": "under way"})
    groups = ended.groupby(["user", "strand", "disposition"], sort=True)["case"]
    counts = groups.agg(["size", "nunique"]).reset_index()
    rows = [
        (
            user,
            records.study.strand_title(strand),
            outcome_label(records.study, disposition),
            sessions,
            cases,
        )
        for user, strand, disposition, sessions, cases in counts.itertuples(index=False)
    ]
    heads = ("Held by", "Strand", "Outcome", "Sessions", "Cases")
    return Listing(
        "Sessions by who held them", heads, rows, f"{counted(len(ended), 'session')} kept."
    )


def _roles(records: Records) -> Piece:
    """List who filled which role at each forum: role accounts, never names."""
    forums = [each.state for each in records.sessions if each.state.mode == "forum"]
    titles = {each.role: each.title for each in records.study.protocol.roles}
    rows = [
        (str(number), titles.get(role, role), filled)
        for number, state in enumerate(forums, 1)
        for role, filled in sorted(state.roles.items())
    ]
    if not rows:
        return Missing("No roles at forums are recorded (clauses P09, P10).")
    return Listing(
        "Roles at forums",
        ("Forum", "Role", "Filled by"),
        rows,
        f"{counted(len(forums), 'forum')}; roles are accounts, never names.",
    )


def _wellbeing(records: Records) -> Iterator[Piece]:
    """Count pauses, stops and concerns; who they were of is not shown."""
    pauses = [pause for held in records.sessions for pause in held.state.pauses]
    taken = sum(each.acknowledged is not None for each in records.concerns)
    rows = [
        ("Pauses for distress (clause P29)", sum(each.kind == "distress" for each in pauses)),
        ("Other pauses", sum(each.kind != "distress" for each in pauses)),
        ("Sessions stopped by the participant (clause P29)", records.kinds.get("stop", 0)),
        ("Concerns flagged (clause P02)", len(records.concerns)),
        ("Concerns taken up by officer or deputy (clause P02)", taken),
    ]
    yield Listing(
        "Counts over all sessions",
        ("What", "Count"),
        rows,
        f"{counted(len(records.begun), 'session')} begun.",
    )
    yield Missing(
        "Referrals to support and supervision are not recorded yet (clauses P06, P42). Only "
        "toolkit concern acknowledge records when a concern was taken up (clause P02)."
    )


def _paradata(records: Records) -> Listing:
    """Count the journal's events by kind: what was done, and how often it was changed."""
    rows = [(kind, KINDS.get(kind, ""), n) for kind, n in sorted(records.kinds.items())]
    base = f"{counted(records.inputs.events, 'record')} in the journal."
    heads = ("Kind", "What it holds", "Records")
    return Listing("Records of the journal by kind", heads, rows, base)
