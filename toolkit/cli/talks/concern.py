"""The nouns ``concern`` and ``duty``: who takes up a safeguarding concern (clause P02)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, dump
from toolkit.cli.shared.protocol import USER, Chosen, study_options

if TYPE_CHECKING:
    from toolkit.fieldwork.concern import Concern
    from toolkit.guide.study.model import Study

_EVERY = 3  # seconds between two looks at the journal


@click.group()
def concern() -> None:
    """Safeguarding concerns: how urgent, of which kind, and who has to take them up.

    \b
    Example:
      toolkit concern list
    """


@concern.command("list")
@click.option("--all", "every", is_flag=True, help="Include those that were taken up.")
@click.option(
    "--watch", is_flag=True, help="Keep watching, and ring the terminal bell for each new one."
)
@study_options
@AS_JSON
def concern_list(every: bool, watch: bool, chosen: Chosen, as_json: bool) -> None:
    """List the concerns that nobody has taken up yet, and who has to; notes are not shown.

    \b
    Example:
      toolkit concern list --watch
    """
    from toolkit.fieldwork.concern import Lookout

    with chosen.opened() as (store, study):
        lookout = Lookout(store, study)
        told: set[tuple[str, str]] = set()
        while True:
            found = [e for e in lookout.look() if every or e.acknowledged is None]
            now = _now()
            if as_json:
                dump([_told(each, study, now) for each in found])
                return
            for each in found:
                if (each.id, each.state(now)) not in told:
                    told.add((each.id, each.state(now)))
                    click.echo(("\a" if watch else "") + _line(each, study, now))
            if not watch:
                if not found:
                    click.echo("No concern is open.")
                return
            time.sleep(_EVERY)


@concern.command("acknowledge")
@click.argument("concern", metavar="CONCERN")
@click.option("--user", required=True, help="Your role and number, as officer or deputy.")
@study_options
def concern_acknowledge(concern: str, user: str, chosen: Chosen) -> None:
    """Record that you, as officer or deputy, have taken up a concern; its clock stops.

    Whoever raised it sees this on the call page. Ask them what it is about, or read the note.

    \b
    Example:
      toolkit concern acknowledge K07-1 --user safeguarding-officer-1
    """
    from toolkit.fieldwork.concern import acknowledge

    with chosen.opened() as (store, study):
        found = acknowledge(store, study, concern, user=user, at=_now())
        click.echo(_line(found, study, _now()))


@concern.command("note")
@click.argument("concern", metavar="CONCERN")
@click.option("--user", required=True, help="Your role and number, as officer or deputy.")
@study_options
def concern_note(concern: str, user: str, chosen: Chosen) -> None:
    """Show the officer or deputy the note with a concern; the journal records who read it.

    \b
    Example:
      toolkit concern note K07-1 --user safeguarding-officer-1
    """
    from toolkit.fieldwork.concern import read_note

    with chosen.opened() as (store, study):
        note = read_note(store, study, concern, user=user, at=_now())
        click.echo(note or "No note was left. Ask whoever flagged it.")


@click.group()
def duty() -> None:
    """The rota: who takes up concerns, and when.

    \b
    Example:
      toolkit duty list
    """


@duty.command("add")
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--officer", required=True, help="Who is told first: safeguarding-officer-1.")
@click.option(
    "--deputy", required=True, help="Who is told if the officer does not take it up in time."
)
@USER
@study_options
def duty_add(start: str, end: str, officer: str, deputy: str, user: str, chosen: Chosen) -> None:
    """Enter who is on duty from one local time to another; a later entry replaces an earlier one.

    \b
    Example:
      toolkit duty add "2019-03-04 09:00" "2019-03-04 17:00" \\
          --officer safeguarding-officer-1 --deputy deputy-safeguarding-officer-1
    """
    from toolkit.fieldwork.duty import Duty, enter_duty
    from toolkit.fieldwork.local_time import local_moment

    with chosen.opened() as (store, study):
        zone = study.limits.timezone
        times = [local_moment(each, zone, "rota") for each in (start, end)]
        entry = Duty(officer, deputy, *times)
        enter_duty(store, study, entry, user=user, at=_now())
    click.echo(f"On duty: {officer}, then {deputy}.")


@duty.command("list")
@study_options
def duty_list(chosen: Chosen) -> None:
    """Show the rota from now on, and who is on duty now.

    \b
    Example:
      toolkit duty list
    """
    from toolkit.fieldwork.consent import FIELDWORK
    from toolkit.fieldwork.duty import duties_in, duty_at
    from toolkit.fieldwork.local_time import local_said

    with chosen.opened() as (store, study):
        duties, now, zone = duties_in(store.read(session=FIELDWORK)), _now(), study.limits.timezone
    for each in duties:
        if each.start is not None and each.end is not None and each.end > now:
            span = f"{local_said(each.start, zone)} to {local_said(each.end, zone)}"
            click.echo(f"{span}: {each.officer}, then {each.deputy}")
    found = duty_at(duties, study, now)
    named = "" if found.on_rota else " (the rota names nobody for now)"
    click.echo(f"Now: {found.officer}, then {found.deputy}{named}")


def _line(concern: Concern, study: Study, now: int) -> str:
    from toolkit.fieldwork.local_time import local_said

    told, zone = _told(concern, study, now), study.limits.timezone
    start = f"{concern.id}  {concern.said}; flagged {told['raised']}"
    if concern.acknowledged is not None:
        return f"{start}; acknowledged {local_said(concern.acknowledged, zone)} by {concern.by}"
    falls = local_said(concern.falls, zone)
    if told["state"] == "with-deputy":
        return f"{start}; fallen to {concern.duty.deputy}, {falls}"
    return f"{start}; with {concern.duty.officer}, falls to {concern.duty.deputy} {falls}"


def _told(concern: Concern, study: Study, now: int) -> dict[str, Any]:
    from toolkit.fieldwork.local_time import local_said

    zone, taken = study.limits.timezone, concern.acknowledged
    return {
        "concern": concern.id,
        "raised": local_said(concern.raised, zone),
        "urgency": concern.urgency,
        "kind": concern.kind,
        "note": concern.noted,
        "state": concern.state(now),
        "officer": concern.duty.officer,
        "deputy": concern.duty.deputy,
        "falls": local_said(concern.falls, zone),
        "acknowledged": None if taken is None else local_said(taken, zone),
        "by": concern.by,
    }


def _now() -> int:
    return time.time_ns() // 1_000_000
