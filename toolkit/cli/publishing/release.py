"""The verb ``toolkit release``: publish an output although the gate holds it back (clause P30)."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import click

from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import (
    DATA,
    find_data,
    keyring_of,
    open_to_write,
    passphrase_options,
)


@click.command()
@click.argument("digest", metavar="HASH")
@click.option("--user", required=True, help="Who answers for it: role and number, such as lead-1.")
@click.option("--reason", required=True, help="Why; the review pack shows it, so name nobody.")
@DATA
@passphrase_options
def release(
    digest: str,
    user: str,
    reason: str,
    data: Path | None,
    passphrase: SecretSource,
) -> None:
    """Release one withheld output; HASH is its hash in held-back.json.

    HASH is that of a page, of one cell's output, or of a picture that you have looked at. It is a
    deviation with a name to it, and holds for this content only. The next run publishes it.

    \b
    Example:
      toolkit release 3f8a... --user lead-1 --reason "the name is that of the council"
    """
    from toolkit.publish.gate.releases import record_release

    home = find_data(data)
    with closing(open_to_write(home, keyring_of(home, passphrase))) as store:
        at = time.time_ns() // 1_000_000
        record_release(store, digest, user=user, reason=reason, at=at)
    click.echo(f"Released by {user}: a deviation from P30, which the review pack lists.")
