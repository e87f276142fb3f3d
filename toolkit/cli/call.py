"""The verb ``call``: hold a telephone interview in the browser."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from toolkit.cli.opening import DATA, find_data, keyring_of, passphrase_options
from toolkit.cli.saying import FILE


@click.command()
@click.argument("pseudonym")
@click.option("--study", type=FILE, help="Folder of the protocol; else topic_guides/STUDY.")
@DATA
@click.option(
    "--user", default="researcher-1", show_default=True, help="Who holds it, by role and number."
)
@click.option("--browser/--no-browser", default=True, help="Open it, or print its address.")
@passphrase_options
def call(
    pseudonym: str,
    study: Path | None,
    data: Path | None,
    user: str,
    browser: bool,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> int:
    """Hold the call with a participant, or go on with it; Ctrl+C here ends the server.

    The study is unlocked for the hours of a working day, unless it is unlocked already.

    \b
    Example:
      toolkit call P07
    """
    from toolkit.capture.service.launch import call_server
    from toolkit.store.keeper import keep_unlocked, kept

    home = find_data(data)
    if not home.sample and kept(home) is None:
        keep_unlocked(home, keyring_of(home, passphrase_file, passphrase_fd), hours=8)
    folder = study or Path("topic_guides") / home.study
    command = call_server(pseudonym, study=folder, data=home.folder, user=user, browser=browser)
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command line
    except KeyboardInterrupt:
        return 0
