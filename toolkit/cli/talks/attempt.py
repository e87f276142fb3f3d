"""The nouns ``attempt`` and ``booking``: what was tried before a call, and when it is to be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, dump
from toolkit.cli.shared.protocol import USER, Chosen, study_options

if TYPE_CHECKING:
    from toolkit.fieldwork.attempts import Booked, Contact
    from toolkit.fieldwork.recruitment import Recruitment

_RESULTS = (
    *("no-answer", "engaged", "voicemail", "wrong-number", "wrong-time"),
    *("call-back-requested", "appointment-made", "refused"),
)
_WHEN = click.option(
    "--when", default="", help="Local time of the call-back or appointment: '2019-03-05 18:00'."
)
_CHOSEN = click.option(
    "--chosen-by",
    type=click.Choice(["participant", "researcher"]),
    default="participant",
    show_default=True,
    help="Who chose the time (clause P28).",
)
_RESEARCHER = click.option(
    "--researcher", default="", help="Who will hold the call [default: the user]."
)


@click.group()
def attempt() -> None:
    """Record attempts to reach somebody.

    \b
    Example:
      toolkit attempt add K07 no-answer
    """


@attempt.command("add")
@click.argument("pseudonym")
@click.argument("outcome", type=click.Choice(_RESULTS))
@_WHEN
@_CHOSEN
@_RESEARCHER
@click.option("--at", default="", help="Local time of the attempt [default: now].")
@click.option("--reason", default="", help="Why you tried again after the protocol's last attempt.")
@study_options
@USER
@AS_JSON
def attempt_add(
    pseudonym: str,
    outcome: str,
    when: str,
    chosen_by: Any,
    researcher: str,
    at: str,
    reason: str,
    chosen: Chosen,
    user: str,
    as_json: bool,
) -> None:
    """Record the outcome of an attempt; an appointment is booked at the same time.

    A call-back or an appointment needs a time (--when). A researcher's third interview on one day
    is refused (clause P43), and nothing is recorded then.

    \b
    Example:
      toolkit attempt add K07 call-back-requested --when "2019-03-05 18:00"
    """
    from toolkit.fieldwork.contact import Tried, record_attempt

    tried = Tried(outcome, when, chosen_by, reason)
    with _desk(chosen, user) as desk:
        moment = _moment(at, desk)
        found = record_attempt(desk, pseudonym, tried, at=moment, researcher=researcher)
    _say(pseudonym, found, desk, as_json)


@attempt.command("list")
@click.argument("pseudonym")
@study_options
@USER
@AS_JSON
def attempt_list(pseudonym: str, chosen: Chosen, user: str, as_json: bool) -> None:
    """Show the attempts to reach somebody, and their appointment.

    \b
    Example:
      toolkit attempt list K07
    """
    from toolkit.fieldwork.contact import read_contact

    with _desk(chosen, user) as desk:
        found = read_contact(desk, pseudonym)
    _say(pseudonym, found, desk, as_json)


@click.group()
def booking() -> None:
    """Book interviews, and list what is booked.

    \b
    Example:
      toolkit booking list
    """


@booking.command("add")
@click.argument("pseudonym")
@click.argument("when")
@_CHOSEN
@_RESEARCHER
@study_options
@USER
@AS_JSON
def booking_add(
    pseudonym: str,
    when: str,
    chosen_by: Any,
    researcher: str,
    chosen: Chosen,
    user: str,
    as_json: bool,
) -> None:
    """Book a call at a local time, or move it to another time.

    A researcher's third interview on one day is refused (clause P43).

    \b
    Example:
      toolkit booking add K07 "2019-03-05 18:00" --chosen-by researcher
    """
    from toolkit.errors import FieldworkError
    from toolkit.fieldwork.contact import read_contact
    from toolkit.fieldwork.local_time import local_moment

    with _desk(chosen, user) as desk:
        place, now = f"participant {pseudonym}", _moment("", desk)
        start = local_moment(when, desk.limits.timezone, place)
        if start <= now:
            raise FieldworkError.of("FIELD-036", place=place)
        desk.book(pseudonym, start, chosen_by, researcher or desk.user, at=now)
        found = read_contact(desk, pseudonym)
    _say(pseudonym, found, desk, as_json)


@booking.command("list")
@study_options
@USER
@AS_JSON
def booking_list(chosen: Chosen, user: str, as_json: bool) -> None:
    """List the coming appointments in order of time.

    \b
    Example:
      toolkit booking list
    """
    from toolkit.fieldwork.local_time import local_said

    with _desk(chosen, user) as desk:
        zone, found = desk.limits.timezone, desk.coming(_moment("", desk))
    if as_json:
        dump([_booked(each, zone) for each in found])
        return
    for each in found:
        click.echo(f"{local_said(each.start, zone):28} {each.case:8} {each.researcher}")
    if not found:
        click.echo("No appointments are to come.")


@contextmanager
def _desk(chosen: Chosen, user: str) -> Iterator[Recruitment]:
    """Open what writes the records of recruitment."""
    from toolkit.fieldwork.recruitment import Recruitment

    with chosen.opened() as (store, study):
        yield Recruitment(store, study.limits, user)


def _moment(at: str, desk: Recruitment) -> int:
    from toolkit.fieldwork.local_time import local_moment

    if at:
        return local_moment(at, desk.limits.timezone, "--at")
    return time.time_ns() // 1_000_000


def _say(pseudonym: str, found: Contact, desk: Recruitment, as_json: bool) -> None:
    from toolkit.fieldwork.local_time import local_said

    zone, most = desk.limits.timezone, desk.limits.unanswered_attempts
    if as_json:
        attempts = [
            {"number": e.number, "at": local_said(e.at, zone), "outcome": e.outcome}
            | ({"call_back": local_said(e.call_back, zone)} if e.call_back else {})
            for e in found.attempts
        ]
        booked = _booked(found.booked, zone) if found.booked else None
        dump({"case": pseudonym, "attempts": attempts, "booked": booked})
        return
    for each in found.attempts:
        back = f" {local_said(each.call_back, zone)}" if each.call_back else ""
        click.echo(f"{each.number:3}  {local_said(each.at, zone):28} {each.label}{back}")
    if not found.attempts:
        click.echo(f"{pseudonym}: no attempts are recorded.")
    if found.booked:
        held_by = found.booked.researcher
        click.echo(f"Appointment: {local_said(found.booked.start, zone)}, with {held_by}")
    if most is not None and found.unanswered >= most:
        click.echo(f"{found.unanswered} in a row reached nobody; the protocol sees no further one.")


def _booked(booked: Booked, zone: str) -> dict[str, Any]:
    from toolkit.fieldwork.local_time import local_said

    told = {"case": booked.case, "start": local_said(booked.start, zone)}
    return told | {"researcher": booked.researcher, "chosen_by": booked.chosen_by}
