"""The noun ``audit``: what happened to a case, and whether the journal is as it was written."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.output import AS_JSON, dump, say_findings
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import (
    DATA,
    find_data,
    keyring_of,
    opened_store,
    passphrase_options,
)


@click.group()
def audit() -> None:
    """Show who did what, when and why, and check that nobody changed the record.

    \b
    Example:
      toolkit audit verify
      toolkit audit show K07
    """


@audit.command("show")
@click.argument("case", default="")
@click.option("--values", is_flag=True, help="Show what was said too, not only that something was.")
@DATA
@passphrase_options
@AS_JSON
def audit_show(
    case: str,
    values: bool,
    data: Path | None,
    passphrase: SecretSource,
    as_json: bool,
) -> int:
    """Show the events of one case in order, or those of the study as a whole.

    For a forum, the events of its seats are included.

    \b
    Example:
      toolkit audit show K07
    """
    from toolkit.store.lifecycle.audit_trail import as_line, as_record

    home = find_data(data)
    with opened_store(home, passphrase) as store:
        seen = {each.seq: each for each in store.read(case=case)}
        if case:
            seen |= {each.seq: each for each in store.read(session=case)}
        events = [seen[seq] for seq in sorted(seen)]
    if as_json:
        dump([as_record(each, values=values) for each in events])
    else:
        for each in events:
            click.echo(as_line(each, values=values))
        number = "1 event" if len(events) == 1 else f"{len(events):,} events"
        click.echo(number if events else f"There is nothing about {case!a}.")
    return 0 if events else 1


@audit.command("verify")
@click.option(
    "--noted",
    metavar="NUMBER:SEAL",
    default="",
    help="Number and seal that you wrote down earlier.",
)
@DATA
@passphrase_options
@AS_JSON
def audit_verify(
    noted: str,
    data: Path | None,
    passphrase: SecretSource,
    as_json: bool,
) -> int:
    """Check that no event was changed, removed or moved, and say where one was.

    The newest event that was seen is noted beside the keyring, so that a journal that was set back
    to an older state is found on this machine. For others note the number and the seal that this
    prints, and give them with --noted later. It reads from a read-only medium as well.

    \b
    Example:
      toolkit audit verify --json
    """
    from contextlib import closing

    from toolkit.store.lifecycle.audit_trail import missing_head, noted_head
    from toolkit.store.lifecycle.overview import all_findings, open_to_verify

    earlier = noted_head(noted)
    home = find_data(data)
    with closing(open_to_verify(home, keyring_of(home, passphrase))) as store:
        findings, head = all_findings(store)
        findings += missing_head(store, earlier)
    if as_json:
        told = [each.to_json() for each in findings]
        dump({"events": head.seq, "last_seal": head.chain, "findings": told})
    else:
        say_findings(findings)
        if not findings:
            click.echo(f"The chain is whole; last event {head.seq}:{head.chain}")
    return 1 if findings else 0
