"""The verb ``toolkit worker``: run notebooks for a team's cluster."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, keyring_of, passphrase_options


@click.command()
@click.argument("scheduler")
@DATA
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many to run at a time.",
)
@passphrase_options
def worker(
    scheduler: str,
    data: Path | None,
    jobs: int,
    passphrase: SecretSource,
) -> None:
    """Run notebooks for a Dask scheduler on the study unlocked here, until Ctrl+C.

    Whoever can reach the scheduler can read the study's data: give it your team's own certificates.

    \b
    Example:
      toolkit worker tls://scheduler.example.org:8786 --jobs 4
    """
    from toolkit.publish.engine.light_imports import load_nbformat

    load_nbformat()
    from toolkit.publish.team.dask_client import refuse_open_channel
    from toolkit.publish.team.dask_worker import serve

    refuse_open_channel(scheduler)
    home = find_data(data)
    keyring = keyring_of(home, passphrase)
    click.echo(f"{home.study} is open here; working for {scheduler}. Ctrl-C ends it.")
    serve(scheduler, home, keyring, jobs=jobs)
