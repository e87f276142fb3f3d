"""Clauses on who is asked, who agrees, and who may go."""

from __future__ import annotations

from toolkit.fieldwork.draw import Draw, draw
from toolkit.publish.review.clauses import Ruling, decides, share, undecided
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import counted

CONSENT = "consent.html#consent-by-point-of-the-form"
SAMPLING = "sampling.html"
NEEDS = "sampling.html#needs-that-were-met"
GONE = "consent.html#withdrawals"


@decides("P06")
def support_after_the_call(records: Records) -> Ruling:
    """Referrals to the support team, made with the participant's agreement."""
    asked = [
        str(row.value)
        for guide in records.study.guides.values()
        for ref, item in guide.index.items()
        if getattr(item, "clause", None) == "P06"
        for row in records.study.answers_to(guide.id, ref).itertuples()
    ]
    return undecided(
        f"{len(asked)} people were asked whether they want it; referrals have no record."
    )


@decides("P22")
def needs_are_met(records: Records) -> Ruling:
    """Adjustments that people asked for, and whether each was made."""
    asked = [each.new_value for each in records.of("adjustment")]
    met = sum(each.get("met") is True for each in asked)
    return share(met, len(asked), "adjustments asked for were made", NEEDS)


@decides("P23")
def only_eligible_people_are_drawn(records: Records) -> Ruling:
    """Everybody on the list is in the frame or left out by a rule; nobody else was approached."""
    known = records.study.sampling
    if known.supported is None or known.frame is None:
        return undecided("No list is recorded yet.", SAMPLING)
    whole = known.frame + sum(known.excluded.values()) == known.supported
    dealt = {who for each in records.of("draw") for who in each.new_value["dealt"]}
    outside = {each.case for each in records.of("invite")} - dealt
    said = (
        f"{known.supported} on the list, {sum(known.excluded.values())} left out by a rule, "
        f"{known.frame} in the frame; {len(outside) or 'nobody'} invited without having been drawn."
    )
    good = whole and not outside
    return Ruling("met" if good else "not met", said, "sampling.html#left-out-of-the-frame")


@decides("P24")
def draw_can_be_repeated(records: Records) -> Ruling:
    """The draw done again from its recorded start and interval gives the same places."""
    record, plan = records.study.sampling.draw, records.study.protocol.sampling
    href = "sampling.html#the-draw-done-again"
    if record is None:
        return undecided("No draw is recorded yet.", href)
    again = replayed(record)
    as_planned = plan is None or (plan.order, plan.interval) == (record.order, record.interval)
    same = sum(a == b for a, b in zip(record.positions, again, strict=False))
    good = record.positions == again and as_planned
    said = f"{same} of {len(again)} places come out the same, at the interval of the protocol."
    return Ruling("met" if good else "not met", said, href)


def replayed(record: Draw) -> tuple[int, ...]:
    """Return the places of a draw done again, over a frame of numbers in place of people.

    Parameters
    ----------
    record : Draw
        The record; its hash is for those who hold the list, which the pack never sees.
    """
    frame = [f"{number:09d}" for number in range(record.frame_size)]
    return draw(frame, start=record.start, interval=record.interval, order=record.order).positions


@decides("P25")
def consent_comes_first(records: Records) -> Ruling:
    """Everybody in a session has a consent on record, from before it began, with no required no."""
    required = {each.clause for each in records.form.clauses if each.answer == "required"}
    first = {each.case: each.seq for each in reversed(records.of("consent"))}
    good = of = 0
    for begun in records.begun.values():
        for person in (begun.new_value or {}).get("seats") or [begun.case]:
            given = records.consents.get(person)
            of += 1
            if given is not None and first[person] < begun.seq:
                good += all(given.clauses[each] for each in required & given.clauses.keys())
    return share(good, of, "people in sessions agreed before it began", CONSENT)


def _gone(records: Records, *, late: bool) -> int:
    """Count withdrawals on record of strands that know one afterwards (or do not)."""
    strands = {
        each.strand for each in records.study.protocol.withdrawal if late == (each.weeks_after > 0)
    }
    told = [each.new_value or {} for each in records.of("withdrawal")]
    return sum(each.get("strand") in strands for each in told)


@decides("P26")
def interviews_can_be_withdrawn(records: Records) -> Ruling:
    """Withdrawals carried out, each by its local date; a late one is refused by the toolkit."""
    count = _gone(records, late=True)
    good, of = records.steps("P26")
    told = f"The deadline was told and confirmed in {good} of {of} calls."
    if not count:
        return undecided(f"Nobody has asked to withdraw. {told}", GONE)
    return Ruling(
        "met", f"{counted(count, 'withdrawal')} carried out within the rule. {told}", GONE
    )


@decides("P27")
def forums_can_be_left(records: Records) -> Ruling:
    """Withdrawals before and during a forum; a later one is refused by the toolkit."""
    count = _gone(records, late=False) + records.kinds.get("seat-withdrawn", 0)
    good, of = records.steps("P27")
    told = f"The rule was told and confirmed at {good} of {of} forums."
    if not count:
        return undecided(f"Nobody has asked to withdraw. {told}", GONE)
    return Ruling("met", f"{counted(count, 'record')} of leaving within the rule. {told}", GONE)


@decides("P39")
def copies_and_news_are_sent(records: Records) -> Ruling:
    """Contact tasks by what people prefer, each done or not."""
    wishes = sum(
        len(records.study.answers_to(guide.id, ref))
        for guide in records.study.guides.values()
        for ref, item in guide.index.items()
        if getattr(item, "clause", None) == "P39"
    )
    return undecided(f"{wishes} wishes for a copy are recorded; what was sent has no record.")
