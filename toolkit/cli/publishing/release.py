"""The verb ``toolkit release``: publish an output although the gate holds it back (clause P30)."""

from __future__ import annotations

import time
from pathlib import Path

import click

from toolkit.cli.shared.study_home import DATA, find_data, keyring_of, passphrase_options


@click.command()
@click.argument("digest", metavar="HASH")
@click.option("--user", required=True, help="Who answers for it: role and number, as lead-1.")
@click.option("--reason", required=True, help="Why; it stands in the review pack. Name nobody.")
@DATA
@passphrase_options
def release(
    digest: str,
    user: str,
    reason: str,
    data: Path | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Release one output that the gate holds back; HASH is that of held-back.json.

    It is a deviation from P30 with a name to it, and holds for these bytes only. The next run
    with --user publishes the output.

    \b
    Example:
      toolkit release 3f8a... --user lead-1 --reason "the name is that of the council"
    """
    from toolkit.publish.gate.gate import record_release

    home = find_data(data)
    store = home.open_research(keyring_of(home, passphrase_file, passphrase_fd))
    try:
        at = time.time_ns() // 1_000_000
        record_release(store, digest, user=user, reason=reason, at=at)
    finally:
        store.close()
    click.echo(f"Released by {user}: a deviation from P30, which the review pack lists.")
