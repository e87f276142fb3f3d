"""Clauses on care for those who take part: what they are told, and what is done for them."""

from __future__ import annotations

from toolkit.publish.review.clauses import Ruling, decides, share, undecided
from toolkit.publish.review.records import Records

FIELDWORK = "fieldwork.html"
WELLBEING = "fieldwork.html#wellbeing-and-safeguarding"


@decides("P02")
def concern_is_passed_on(records: Records) -> Ruling:
    """Concerns that are flagged in a session, and when the officer took each of them up."""
    taken = sum(each.acknowledged is not None for each in records.concerns)
    by = "taken up by the officer or the deputy"
    one, what = f"concern flagged was {by}", f"concerns flagged were {by}"
    return share(taken, len(records.concerns), what, WELLBEING, one=one)


@decides("P03")
def complaints_route_is_given(records: Records) -> Ruling:
    """Evidence that the route was sent in writing beforehand, and a register of complaints."""
    good, of = records.steps("P03")
    return undecided(
        f"Said and confirmed in {good} of {of} calls; sending in writing has no record.", FIELDWORK
    )


@decides("P04")
def support_line_is_given(records: Records) -> Ruling:
    """Script steps on the support line, confirmed with their time in each session."""
    return share(*records.steps("P04"), "sessions have every step on it confirmed", FIELDWORK)


@decides("P11")
def role_is_stated(records: Records) -> Ruling:
    """The script step that states the role, confirmed in each session."""
    return share(*records.steps("P11"), "sessions have the step confirmed", FIELDWORK)


@decides("P28")
def participants_pick_the_time(records: Records) -> Ruling:
    """Who chose the time, recorded with each booking."""
    booked = [each.new_value for each in records.of("booking")]
    own = sum(each.get("chosen_by") == "participant" for each in booked)
    return share(own, len(booked), "bookings are at a time that the participant chose", FIELDWORK)


@decides("P29")
def wellbeing_comes_first(records: Records) -> Ruling:
    """Pauses for distress and how they ended; sessions stopped, with what was to be kept."""
    pauses = [p for held in records.sessions for p in held.state.pauses if p.kind == "distress"]
    ended = sum(each.end is not None for each in pauses)
    how = "ended by going on or stopping"
    one = f"pause for distress was {how}"
    return share(ended, len(pauses), f"pauses for distress were {how}", WELLBEING, one=one)


@decides("P40")
def thanks_are_said(records: Records) -> Ruling:
    """The script step with thanks at the end, confirmed in each session that came to it."""
    return share(*records.steps("P40"), "sessions have the step confirmed", FIELDWORK)
