"""Clauses on how sessions are held and written up."""

from __future__ import annotations

from toolkit.analysis.tables import quality
from toolkit.fieldwork.limits import local_day
from toolkit.publish.review.clauses import Ruling, decides, share
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import counted

FIELDWORK = "fieldwork.html"
NOTES = "fieldwork.html#paradata"
HELD = "fieldwork.html#who-held-the-sessions"
LENGTHS = "fieldwork.html#lengths-against-plan"


@decides("P07")
def recording_is_a_choice(records: Records) -> Ruling:
    """No session is recorded unless everybody in it agreed to recording on the consent form."""
    good = of = 0
    recorded = records.study.frames.sessions.set_index("session")["recorded"].to_dict()
    for held in records.sessions:
        state, yes = held.state, recorded.get(held.state.session)
        if yes is True:
            people = [each for each in state.seats if each not in state.withdrawn] or [state.case]
            agreed = [
                records.consents[each].recording for each in people if each in records.consents
            ]
            of += 1
            good += len(agreed) == len(people) and all(agreed)
    return share(good, of, "recorded sessions have everybody's consent to it", "consent.html")


@decides("P08")
def unrecorded_calls_are_written_up(records: Records) -> Ruling:
    """Every complete session that was not recorded has a write-up."""
    done = records.study.complete_sessions
    silent = done[~done["recorded"].fillna(value=True).astype(bool)]
    written = int(silent["written_up"].fillna(value=False).sum())
    return share(written, len(silent), "unrecorded sessions are written up", NOTES)


@decides("P12")
def interviews_keep_to_their_length(records: Records) -> Ruling:
    """Minutes of complete interviews, set against the plan; what is outside has a deviation."""
    study, within, of = records.study, 0, 0
    for strand in study.protocol.strands:
        if strand.kind == "interview":
            minutes = quality.complete_sessions(study, strand.strand)["minutes"]
            within += len(minutes) - sum(quality.plan_of(study, strand.strand).outside(minutes))
            of += len(minutes)
    told = int((study.frames.deviations["clause"] == "P12").sum())
    found = share(within, of, "interviews are within plan", LENGTHS)
    return Ruling(
        found.state, f"{found.said} {counted(told, 'deviation')} recorded with a reason.", LENGTHS
    )


@decides("P13")
def sessions_are_written_up(records: Records) -> Ruling:
    """Every complete interview has notes and emerging themes written after it."""
    kinds = {each.strand: each.kind for each in records.study.protocol.strands}
    done = records.study.complete_sessions
    done = done[done["strand"].map(kinds) == "interview"]
    written = int(done["written_up"].fillna(value=False).sum())
    return share(written, len(done), "complete interviews are written up", NOTES)


@decides("P43")
def no_third_interview_on_a_day(records: Records) -> Ruling:
    """Interviews begun by each researcher on each local day, those not kept included."""
    limits = records.study.protocol.limits
    days: dict[tuple[str, object], int] = {}
    for begun in records.begun.values():
        if (begun.new_value or {}).get("mode") == "interview":
            key = (begun.user, local_day(begun.start, limits.timezone))
            days[key] = days.get(key, 0) + 1
    kept = sum(count <= limits.interviews_per_researcher_per_day for count in days.values())
    return share(kept, len(days), "days of a researcher keep to the limit", HELD)
