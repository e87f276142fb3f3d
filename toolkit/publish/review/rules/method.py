"""Clauses on guides, coding, keeping and publishing."""

from __future__ import annotations

from toolkit.analysis.tables import coders
from toolkit.guide import compile_guide, prove
from toolkit.publish.review.clauses import Ruling, decides, share, undecided
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import counted
from toolkit.publish.review.stores import databases, keyrings_apart

RUN = "run.html"
LAST_RUN = "run.html#the-last-run"
KEPT = "run.html#where-the-data-are-kept"
COMPETENCE = "coreq.html#competence-by-role"


@decides("P01")
def methods_come_from_records(records: Records) -> Ruling:
    """The last run of the notebooks came to its end on these data and recorded its figures."""
    if records.run is None:
        return undecided("The notebooks were not run yet.", RUN)
    states = [each["state"] for each in records.run["notebooks"]]
    same = records.run["inputs"]["data"]["snapshot"] == records.inputs.snapshot
    found = share(states.count("done"), len(states), "notebooks recorded their figures", LAST_RUN)
    ending = "The data are the same." if same else "The data have changed since."
    return Ruling(found.state if same else "not met", f"{found.said} {ending}", LAST_RUN)


@decides("P14")
def second_listener_compares(records: Records) -> Ruling:
    """Sessions coded by a second coder against the number planned, with their agreement."""
    plan, found = records.study.protocol.second_listening, coders.numbers(records.study)
    count, href = int(found["doubly_coded_sessions"] or 0), "coding.html#agreement-of-two-coders"
    if not count or plan is None:
        return undecided("No session is coded by two coders yet.", href)
    planned = plan.sessions.from_ <= count <= plan.sessions.to
    said = (
        f"{count} sessions coded by two, {plan.sessions.from_:g} to {plan.sessions.to:g} planned; "
        "agreement is computed. How the sessions were chosen has no record."
    )
    return Ruling("met" if planned else "not met", said, href)


@decides("P17")
def every_path_ends(records: Records) -> Ruling:
    """Every path through each guide in use is followed and comes to an ending."""
    proofs = [prove(compile_guide(each)) for each in records.inputs.guides]
    paths = sum(each.paths for each in proofs)
    found = share(
        sum(each.every_path_ends for each in proofs),
        len(proofs),
        "guides always end",
        "guides.html",
    )
    counted = f"{paths:,}" if all(each.complete for each in proofs) else f"more than {paths:,}"
    return Ruling(found.state, f"{found.said} {counted} paths in all.", found.href)


@decides("P18")
def forum_time_adds_up(records: Records) -> Ruling:
    """Questions and opening add up to the planned length, in the protocol and in the guide."""
    good = of = 0
    for strand in records.study.protocol.strands:
        plan = strand.schedule
        if plan is not None:
            total = plan.questions * plan.minutes_each + plan.opening_minutes
            guide = next(
                g
                for n, g in records.study.guides.items()
                if records.study.strand_of[n] == strand.strand
            )
            budget = sum(each.minutes or 0 for each in guide.sections)
            of += 1
            good += strand.minutes.from_ == strand.minutes.to == total == budget
    one = "schedule adds up in protocol and guide"
    return share(good, of, "schedules add up in protocol and guide", "guides.html", one=one)


@decides("P21")
def researchers_are_competent(records: Records) -> Ruling:
    """Competence that the protocol states for the roles that need it."""
    roles = [each for each in records.study.protocol.roles if each.clause == "P21"]
    good = sum(bool(each.competence) for each in roles)
    return share(good, len(roles), "roles have their competence stated in the protocol", COMPETENCE)


@decides("P30")
def nobody_can_be_identified(records: Records) -> Ruling:
    """What the gate found when names, and words that nobody signed off, were looked for."""
    gate, href = (records.run or {}).get("gate"), "deviations.html#outputs-held-back-or-released"
    if not gate or not gate["names"]["looked_for"]:
        return undecided("Names were not looked for in the last run.", href)
    if not gate.get("words", {}).get("looked_for"):
        return undecided("Words that nobody signed off were not looked for in the last run.", href)
    held, released = len(gate["held_back"]), len(gate["released"])
    back, out = counted(held, "output"), released or "none"
    said = f"{back} held back, {out} released all the same."
    return Ruling("not met" if released else "met", said, href)


@decides("P31")
def links_are_kept_elsewhere(records: Records) -> Ruling:
    """Identities and research have folders and keyrings of their own."""
    home = records.inputs.home
    apart = keyrings_apart(home)
    there = [home.research_keyring, home.identity_keyring]
    if not all(each.exists() for each in there):
        return undecided("There is no identity store beside the research store.", KEPT)
    said = "Two stores, each in a folder and under a keyring of its own."
    return Ruling("met" if apart else "not met", said, KEPT)


@decides("P32")
def files_are_encrypted(records: Records) -> Ruling:
    """No file of the stores is a readable database."""
    counts = databases(records.inputs.home).values()
    sealed, files = (sum(each) for each in zip(*counts, strict=True))
    return share(sealed, files, "database files are encrypted", KEPT)


@decides("P36")
def other_uses_have_consent(records: Records) -> Ruling:
    """Consent for each use of people's words, and the quotations that were published."""
    uses = {each.clause for each in records.form.clauses if each.kind == "use"}
    asked = sum(uses <= each.clauses.keys() for each in records.consents.values())
    of = len(records.consents)
    href = "consent.html#consent-by-point-of-the-form"
    printed = len(records.study.quoted)
    if not printed:
        said = f"{asked} of {of} consents answer every use; no quotation is published."
        return undecided(said, href)
    said = f"consents answer every use; {printed} quotations are signed off for the report"
    return share(asked, of, said, href)


@decides("P45")
def own_part_is_looked_at(records: Records) -> Ruling:
    """Dated entries in the reflexivity log."""
    count, href = len(records.of("reflexivity")), "reflexivity.html"
    if not count:
        return undecided("No entry in the log yet.", href)
    return Ruling("met", f"{count} dated entries in the log.", href)
