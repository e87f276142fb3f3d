"""Checks a protocol against itself: ids that exist, clauses that are covered, plans that add up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from toolkit.guide.study.declarations import put_off
from toolkit.guide.study.model import Study
from toolkit.guide.study.parts import days_of
from toolkit.guide.topic.model import wording
from toolkit.guide.yaml.ledger import Ledger

Path = tuple[Any, ...]

PROTOCOL_CLAUSES = tuple(f"P{number:02d}" for number in range(1, 46))

_NUMBER_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def check_protocol(study: Study, ledger: Ledger) -> None:
    """Check everything that a protocol says about itself."""
    for rule in _RULES:
        rule(study, ledger)


def _ids(study: Study, ledger: Ledger) -> None:
    """Check that an id names one thing of its kind."""
    include, exclude = study.eligibility.include, study.eligibility.exclude
    kinds: list[list[tuple[str, Path]]] = [
        [(each.role, ("roles", i)) for i, each in enumerate(study.roles)],
        [(each.strand, ("strands", i)) for i, each in enumerate(study.strands)],
        [(each.strand, ("withdrawal", i)) for i, each in enumerate(study.withdrawal)],
        [(each.use, ("uses", i)) for i, each in enumerate(study.uses)],
        [(each.disposition, ("dispositions", i)) for i, each in enumerate(study.dispositions)],
        [(each.clause, ("clauses", i)) for i, each in enumerate(study.clauses)],
        [(each.figure, ("published", "figures", i)) for i, each in _figures(study)],
        [(each.claim, ("published", "claims", i)) for i, each in enumerate(study.published.claims)],
        [
            *((each.rule, ("eligibility", "include", i)) for i, each in enumerate(include)),
            *((each.rule, ("eligibility", "exclude", i)) for i, each in enumerate(exclude)),
        ],
    ]
    for places in kinds:
        ledger.twice(places)


def _figures(study: Study) -> Iterable[tuple[int, Any]]:
    return enumerate(study.published.figures)


def _references(study: Study, ledger: Ledger) -> None:
    """Check that roles and strands exist wherever they are referred to."""
    roles = [each.role for each in study.roles]
    strands = [each.strand for each in study.strands]
    named: list[tuple[Path, str, str]] = []
    for i, strand in enumerate(study.strands):
        named += [(("strands", i, "roles", k), "role", r) for k, r in enumerate(strand.roles)]
    for i, rule in enumerate(study.withdrawal):
        named.append((("withdrawal", i, "strand"), "strand", rule.strand))
    if study.sampling:
        named.append((("sampling", "strand"), "strand", study.sampling.strand))
    if study.second_listening:
        named.append((("second_listening", "strand"), "strand", study.second_listening.strand))
        named.append((("second_listening", "role"), "role", study.second_listening.role))
    for path, kind, name in named:
        known = roles if kind == "role" else strands
        if name not in known:
            ledger.unknown(path, kind, name, known)


def _clauses(study: Study, ledger: Ledger) -> None:
    """Check that every clause of the protocol is listed, and that a waived one says why."""
    listed = [each.clause for each in study.clauses]
    missing = [each for each in PROTOCOL_CLAUSES if each not in listed]
    if missing:
        ledger.say("STUDY-013", ("clauses",), missing=", ".join(missing))
    for i, clause in enumerate(study.clauses):
        path: Path = ("clauses", i)
        if clause.clause not in PROTOCOL_CLAUSES:
            ledger.say("STUDY-014", path, id=clause.clause)
        if clause.force == "waived" and clause.why is None:
            ledger.say(
                "STUDY-015", path, problem="it is waived, but has no 'why'", suggestion="add 'why'"
            )
        if clause.force != "waived" and clause.why is not None:
            problem = f"'why' in a clause that is {clause.force}"
            suggestion = "remove it, or write 'force: waived'"
            ledger.say("STUDY-015", (*path, "why"), problem=problem, suggestion=suggestion)
    if not missing:
        forces = [each.force for each in study.clauses]
        counts = ", ".join(f"{forces.count(f)} {f}" for f in ("hard", "soft", "waived"))
        ledger.holds(("clauses",), f"{len(PROTOCOL_CLAUSES)} clauses are covered: {counts}")


def _clauses_cited(study: Study, ledger: Ledger) -> None:
    """Check that every clause that is cited exists."""
    for path, clause in cited_clauses(ledger.document.data):
        if path[0] not in ("clauses", "facts") and clause not in PROTOCOL_CLAUSES:
            ledger.say("STUDY-014", path, id=clause)


def cited_clauses(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Find every clause that plain values of a file cite, with the path of each."""
    if isinstance(data, dict):
        for key, value in data.items():
            here = (*path, key)
            if key in ("clause", "protocol") and isinstance(value, str):
                yield here, value
            elif key == "clauses" and isinstance(value, list):
                yield from (((*here, i), each) for i, each in enumerate(value) if type(each) is str)
            yield from cited_clauses(value, here)
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from cited_clauses(value, (*path, i))


def _strands(study: Study, ledger: Ledger) -> None:
    """Check each strand's size, minutes and rule of withdrawal."""
    ruled = {each.strand for each in study.withdrawal}
    for i, strand in enumerate(study.strands):
        path = ("strands", i)
        if strand.kind == "forum" and strand.size is None:
            suggestion = "add 'size: {from: 4, to: 8}' with your own numbers"
            ledger.say("STUDY-018", path, problem="the forum has no size", suggestion=suggestion)
        if strand.kind == "interview" and strand.size is not None:
            problem, suggestion = "an interview with a size", "remove 'size'"
            ledger.say("STUDY-018", (*path, "size"), problem=problem, suggestion=suggestion)
        if strand.strand not in ruled:
            ledger.say("STUDY-019", path, strand=strand.strand)
        _schedule(strand, path, ledger)


def _schedule(strand: Any, path: Path, ledger: Ledger) -> None:
    if strand.schedule is None:
        return
    plan, total = strand.minutes, strand.schedule.minutes
    at = (*path, "schedule")
    if total in plan:
        ledger.holds(at, f"{strand.schedule} = {total} minutes (clause P18)")
    else:
        ledger.say("STUDY-016", at, schedule=str(strand.schedule), sum=total, planned=str(plan))


def _windows(study: Study, ledger: Ledger) -> None:
    """Check that support, fieldwork, report and destruction follow one another."""
    steps = _steps(study)
    good = True
    for one, other in pairwise(steps):
        if other.latest_begin <= one.earliest_end:
            good = False
            ledger.say(
                "STUDY-017",
                other.path,
                later=other.name,
                later_when=other.when,
                earlier=one.name,
                earlier_when=one.when,
            )
    if good:
        ledger.holds(("windows",), ", then ".join(f"{each.name} {each.when}" for each in steps))


class _Step(NamedTuple):
    """A stretch of a study; "in 2019" leaves open when, so its ends are the kindest ones."""

    name: str
    when: str
    latest_begin: date
    earliest_end: date
    path: Path


def _steps(study: Study) -> list[_Step]:
    windows, retention = study.windows, study.retention
    steps = []
    for name, period in (("support", windows.support), ("fieldwork", windows.fieldwork)):
        if period:
            at = ("windows", name)
            steps.append(_Step(name, str(period), period.first, period.last, at))
    first, last = days_of(windows.report)
    steps.append(_Step("report", windows.report, last, first, ("windows", "report")))
    if retention.destroy_by:
        first, last = days_of(retention.destroy_by)
        at = ("retention", "destroy_by")
        steps.append(_Step("destruction", retention.destroy_by, last, first, at))
    return steps


def _capacity(study: Study, ledger: Ledger) -> None:
    """Check that the interviews fit into the fieldwork, at the limit for each day."""
    limit = study.limits.interviews_per_researcher_per_day
    window = study.windows.fieldwork
    days = (window.last - window.first) // timedelta(days=1) + 1
    for i, strand in enumerate(study.strands):
        if strand.kind != "interview":
            continue
        path, room = ("strands", i, "sessions"), days * limit
        if strand.sessions > room:
            ledger.say("STUDY-021", path, sessions=strand.sessions, days=days, limit=limit)
        else:
            shown = f"{strand.sessions} interviews in {days} days at {limit} a day: room for {room}"
            ledger.holds(path, f"{shown} (clause P43)")


def _draw(study: Study, ledger: Ledger) -> None:
    """Check that the draw gives enough people to interview."""
    rule = study.sampling
    planned = {each.strand: each.sessions for each in study.strands}
    if rule is None or rule.strand not in planned:
        return
    starts = [rule.start] if rule.start else range(1, rule.interval + 1)
    least, sessions = min(rule.drawn(start) for start in starts), planned[rule.strand]
    if least < sessions:
        ledger.say("STUDY-025", ("sampling",), draw=str(rule), least=least, sessions=sessions)
    else:
        ledger.holds(
            ("sampling",), f"{rule}: {least} or more, for {sessions} sessions (clause P24)"
        )


def _second_listening(study: Study, ledger: Ledger) -> None:
    again = study.second_listening
    planned = {each.strand: each.sessions for each in study.strands}
    if again is None or again.strand not in planned:
        return
    sessions, path = planned[again.strand], ("second_listening", "sessions")
    if again.sessions.to > sessions:
        ledger.say("STUDY-020", path, wanted=again.sessions.to, sessions=sessions)
    else:
        ledger.holds(path, f"{again.sessions} of {sessions} are listened to again (clause P14)")


def _withdrawal_fact(study: Study, ledger: Ledger) -> None:
    """Check that guides tell people the protocol's own time for withdrawal."""
    said = study.facts.get("withdrawal_weeks")
    granted = {each.weeks_after for each in study.withdrawal if each.weeks_after}
    if said is None or len(granted) != 1:
        return
    weeks = granted.pop()
    forms = {str(weeks), *_NUMBER_WORDS[weeks : weeks + 1]}
    text = wording(said)
    path = ("facts", "withdrawal_weeks")
    if forms & set(re.findall(r"\w+", text.lower())):
        ledger.holds(path, f"'{text}' is the protocol's {weeks} weeks (clause P26)")
    else:
        ledger.say("STUDY-022", path, said=text, weeks=weeks)


def _disclosure(study: Study, ledger: Ledger) -> None:
    rule = study.disclosure
    if rule.minimum_cell > rule.identifying_below:
        ledger.say(
            "STUDY-023",
            ("disclosure", "minimum_cell"),
            minimum=rule.minimum_cell,
            below=rule.identifying_below,
        )


def _retention(study: Study, ledger: Ledger) -> None:
    """Check that the years of retention lead to the date of destruction."""
    rule, report = study.retention, study.windows.report
    if rule.destroy_by is None:
        return
    years, path = rule.years_after_publication, ("retention", "destroy_by")
    said = {"years": _years(years), "report": report, "destroy_by": rule.destroy_by}
    from_, to = days_of(report)
    first, last = _publication(rule.destroy_by, years)
    if max(first, from_) > min(last, to):
        computed = _span_of_months(_shift(from_, years), _shift(to, years))
        ledger.say("STUDY-058", path, computed=computed, **said)
    elif first <= from_ and to <= last:
        shown = f"{_years(years)} after a report of {report} is {rule.destroy_by}"
        ledger.holds(path, f"{shown} (clause P38)")
    else:
        fits = _span_of_months(max(first, from_), min(last, to))
        ledger.say("STUDY-057", path, fits=fits, **said)


def _declarations(study: Study, ledger: Ledger) -> None:
    """Check that every declaration says something."""
    for name, text in put_off(study.declarations):
        ledger.say("STUDY-026", ("declarations", name), name=name, text=text)


def _publication(destroy_by: str, years: int) -> tuple[date, date]:
    """Return the first and last day of publication that lead to this date of destruction."""
    first, last = days_of(destroy_by)
    latest = _shift(last, -years)
    if _shift(latest + timedelta(days=1), years) == last:
        latest += timedelta(days=1)  # 29 February comes to 28 February, as the day before does
    return _shift(first, -years), latest


def _shift(day: date, years: int) -> date:
    """Return the same day some years on; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _span_of_months(first: date, last: date) -> str:
    """Return ``November 2019`` if both days lie in one month, else both months."""
    one, other = (f"{_MONTHS[day.month - 1]} {day.year}" for day in (first, last))
    return one if one == other else f"{one} to {other}"


def _years(count: int) -> str:
    return "one year" if count == 1 else f"{count} years"


_RULES = (
    *(_ids, _references, _clauses, _clauses_cited, _strands, _windows, _capacity, _draw),
    *(_second_listening, _withdrawal_fact, _disclosure, _retention, _declarations),
)
