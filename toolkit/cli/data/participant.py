"""The noun ``participant``: letting somebody withdraw, and who is waiting for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.protocol import STUDY, USER, protocol_of
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import (
    DATA,
    find_data,
    keyring_of,
    open_to_write,
    opened_store,
    passphrase_options,
)

if TYPE_CHECKING:
    from toolkit.fieldwork.destruction import Withdrawn
    from toolkit.fieldwork.withdrawal import Standing
    from toolkit.publish.provenance.stale import StalePage

_LEFT_TO_DO = """\
Destroy every other copy of the keyrings: with one, an older copy of the data opens again.
Run the notebooks again, and destroy copies of these pages that were passed on or published.
Destroy what was kept outside of the toolkit: recordings, paper, exports, mails.
""".splitlines()


@click.group()
def participant() -> None:
    """Record a withdrawal, and see who is still waiting to be deleted.

    \b
    Example:
      toolkit participant withdraw K07
    """


@participant.command("withdraw")
@click.argument("pseudonym")
@DATA
@STUDY
@click.option(
    "--outputs", type=FILE, default="outputs", show_default=True, help="Outputs folder of the runs."
)
@USER
@click.option(
    "--reason", type=click.Choice(["withdrawal", "retention"]), default="withdrawal", help="Why."
)
@click.option(
    "--asked",
    default="",
    help="Local day or time when they asked, such as 2019-03-01 [default: now].",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@passphrase_options
@AS_JSON
def participant_withdraw(
    pseudonym: str,
    data: Path | None,
    folder: Path | None,
    outputs: Path,
    user: str,
    reason: Any,
    asked: str,
    yes: bool,
    passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Destroy a participant's words and identity, if the protocol allows it (clause P26).

    Their keys are destroyed, so that no copy of the data can be opened either. Only the fact that
    somebody withdrew remains. Pages made from their words are listed.

    \b
    Example:
      toolkit participant withdraw K07 --asked 2019-03-01
    """
    from toolkit.fieldwork.destruction import carry_out
    from toolkit.fieldwork.exports import exported
    from toolkit.fieldwork.withdrawal import Request, may_go, standing_of
    from toolkit.publish.provenance.stale import drop_kept, stale_pages
    from toolkit.store.lifecycle.destruction import remove_file

    home, now = find_data(data), time.time_ns() // 1_000_000
    study = protocol_of(folder, home)
    request = Request(user, now, _moment(asked, study.limits.timezone, now), reason)
    keyring = keyring_of(home, passphrase)
    with closing(open_to_write(home, keyring)) as store:
        standing = standing_of(store.read(), study, pseudonym)
        moment = may_go(standing, study, request)
        stale = stale_pages(outputs, store, pseudonym)
        _confirm(standing, stale, yes, as_json)
        pages = [each.to_json() for each in stale]
        plain = exported(store.read(), pseudonym)
        drop_kept(outputs, study.study)
        told = (home, store, study, standing, request)
        done = carry_out(*told, keyring=keyring, outputs=pages)
        for each in plain:
            remove_file(each.path)
    if as_json:
        gone = [each.name for each in plain]
        told_all = {"moment": moment, **_told(standing, done), "exports": gone, "stale": pages}
        dump({**told_all, "to_do": _LEFT_TO_DO})
    else:
        _say(done, stale, len(plain))


@participant.command("leaving")
@DATA
@STUDY
@passphrase_options
@AS_JSON
def participant_leaving(
    data: Path | None,
    folder: Path | None,
    passphrase: SecretSource,
    as_json: bool,
) -> int:
    """List participants who stopped, want everything deleted, and are not deleted yet (clause P29).

    The exit code is 1 if there is anybody.

    \b
    Example:
      toolkit participant leaving
    """
    from toolkit.fieldwork.local_time import local_said
    from toolkit.fieldwork.withdrawal import left_for_good

    home = find_data(data)
    zone = protocol_of(folder, home).limits.timezone
    with opened_store(home, passphrase) as store:
        found = {case: local_said(at, zone) for case, at in left_for_good(store).items()}
    if as_json:
        dump(found)
    for case, at in found.items() if not as_json else ():
        click.echo(f"{case:8} left {at}. Delete it: toolkit participant withdraw {case}")
    if not found and not as_json:
        click.echo("Nobody is waiting for what they said to be deleted.")
    return 1 if found else 0


def _moment(asked: str, timezone: str, now: int) -> int:
    """Return a local day (its beginning) or moment in milliseconds since 1970-01-01 UTC."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from toolkit.errors import UsageError

    if not asked:
        return now
    try:
        local = datetime.fromisoformat(asked).replace(tzinfo=ZoneInfo(timezone))
    except ValueError:
        raise UsageError.of("USAGE-015", place="--asked") from None
    at = round(local.timestamp() * 1000)
    if at > now:
        raise UsageError.of("USAGE-015", place="--asked")
    return at


def _confirm(standing: Standing, stale: Sequence[StalePage], yes: bool, quiet: bool) -> None:
    """Print what is about to happen, and ask for confirmation."""
    from toolkit.errors import UsageError

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError.of("USAGE-016", place="participant withdraw")
    until = f" until {standing.until.isoformat()}" if standing.until else ""
    told = f"{standing.case} ({standing.strand}) may withdraw{until}. {len(stale)} pages are stale."
    click.echo(told, err=quiet)
    question = f"Destroy everything of {standing.case}? It cannot be undone"
    click.confirm(question, abort=True, err=quiet)


def _told(standing: Standing, done: Withdrawn) -> dict[str, Any]:
    return {
        "case": done.case,
        "strand": standing.strand,
        "until": standing.until.isoformat() if standing.until else None,
        "events": done.events,
        "together": list(done.together),
    }


def _say(done: Withdrawn, stale: Sequence[StalePage], plain: int) -> None:
    click.echo(f"{done.case} has withdrawn: {done.events} events are destroyed, in every copy.")
    if plain:
        click.echo(f"Exported files that were destroyed as well: {plain}")
    click.echo(f"Pages that have to be made again: {len(stale)}")
    for each in stale:
        doubt = "" if each.held == "held" else "  (perhaps: it was made from other data)"
        click.echo(f"  {each.hash[:12]}  {each.page}{doubt}")
    click.echo("What is left to do:")
    for number, line in enumerate(_LEFT_TO_DO, 1):
        click.echo(f"  {number}. {line}")
