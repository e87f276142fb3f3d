"""Clauses on forums: who is there, how many, and by which guidance."""

from __future__ import annotations

from toolkit.publish.review.clauses import Ruling, decides, share, undecided
from toolkit.publish.review.records import Records

FIELDWORK = "fieldwork.html"
USED = "guides.html#which-session-used-which"
ROLES = "fieldwork.html#roles-at-forums"


def _roles_filled(records: Records, clause: str) -> tuple[int, int]:
    """Count forums in which all roles that serve a clause are filled by different people."""
    wanted = [each.role for each in records.study.protocol.roles if each.clause == clause]
    forums = [each.state for each in records.sessions if each.state.mode == "forum"]
    filled = [{each.roles.get(role, "") for role in wanted} - {""} for each in forums]
    return sum(len(each) == len(wanted) for each in filled), len(forums)


@decides("P09")
def forum_has_its_roles(records: Records) -> Ruling:
    """At every forum facilitator and note taker are recorded, and are not the same account."""
    return share(*_roles_filled(records, "P09"), "forums have both roles filled", ROLES)


@decides("P10")
def forum_has_a_support_worker(records: Records) -> Ruling:
    """At every forum the role of the support worker is recorded as filled."""
    return share(*_roles_filled(records, "P10"), "forums have a support worker", ROLES)


@decides("P15")
def forums_are_of_their_size(records: Records) -> Ruling:
    """Forums held and planned, and the people at each compared with the planned size."""
    study, good, held, planned = records.study, 0, 0, 0
    sizes = study.frames.participants.groupby("session").size()
    of_strand = study.frames.sessions.set_index("session")["strand"].to_dict()
    for strand in study.protocol.strands:
        if strand.kind == "forum" and strand.size is not None:
            span = strand.size
            mine = [int(n) for session, n in sizes.items() if of_strand[session] == strand.strand]
            good += sum(span.from_ <= each <= span.to for each in mine)
            held, planned = held + len(mine), planned + strand.sessions
    if not held:
        return undecided(f"None of {planned} planned forums yet.", FIELDWORK)
    state = share(good, held, "forums").state if held == planned else "not met"
    return Ruling(
        state, f"{held} of {planned} planned forums held, {good} of planned size.", FIELDWORK
    )


@decides("P16")
def forums_share_their_guidance(records: Records) -> Ruling:
    """The hash of the guide is the same at every forum."""
    hashes = [each.hash for each in records.sessions if each.state.mode == "forum"]
    same = hashes.count(hashes[0]) if hashes else 0
    return share(same, len(hashes), "forums had the same guide, by its hash", USED)
