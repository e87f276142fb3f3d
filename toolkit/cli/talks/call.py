"""The verb ``call``: hold a telephone interview in the browser, or rehearse one."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.protocol import GUIDES
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, passphrase_options, unlock_for_the_day
from toolkit.cli.talks.rehearsal import (
    GUIDE,
    REHEARSE,
    refuse_mixture,
    rehearse_session,
    run_server,
)

_REHEARSED = "R01"


@click.command()
@click.argument("pseudonym", required=False)
@click.option("--study", type=FILE, help=f"Folder of the protocol; else {GUIDES}/STUDY.")
@DATA
@click.option(
    "--user", default="researcher-1", show_default=True, help="Who holds the call: role and number."
)
@click.option(
    "--browser/--no-browser", default=True, help="Open the page, or only print its address."
)
@REHEARSE
@GUIDE
@passphrase_options
def call(
    pseudonym: str | None,
    study: Path | None,
    data: Path | None,
    user: str,
    browser: bool,
    rehearse: bool,
    guide: Path | None,
    passphrase: SecretSource,
) -> int:
    """Hold the call with a participant, or continue it; Ctrl+C here ends the server.

    The study is unlocked for a working day, unless it is unlocked already.

    \b
    Example:
      toolkit call K07
      toolkit call --rehearse
    """
    from toolkit.capture.service.launch import call_server
    from toolkit.errors import UsageError

    refuse_mixture(rehearse, data, guide)
    if rehearse:
        who = pseudonym or _REHEARSED
        return rehearse_session(
            who, [who], kind="interview", study=study, guide=guide, browser=browser
        )
    if pseudonym is None:
        raise UsageError.of("USAGE-022", place="call")
    home = find_data(data)
    unlock_for_the_day(home, passphrase)
    folder = study or GUIDES / home.study
    command = call_server(pseudonym, study=folder, data=home.folder, user=user, browser=browser)
    return run_server(command)
