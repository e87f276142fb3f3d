"""The verb ``forum``: hold a forum in the browser on two screens, or rehearse one."""

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

_REHEARSED = "RF"


@click.command()
@click.argument("forum_id", metavar="FORUM", required=False)
@click.option(
    "--study", type=FILE, help="Folder with the study's files [default: in topic_guides]."
)
@DATA
@click.option(
    "--browser/--no-browser", default=True, help="Open the page, or only print its address."
)
@REHEARSE
@GUIDE
@passphrase_options
def forum(
    forum_id: str | None,
    study: Path | None,
    data: Path | None,
    browser: bool,
    rehearse: bool,
    guide: Path | None,
    passphrase: SecretSource,
) -> int:
    """Hold a forum, or continue it; Ctrl+C here ends the server.

    Facilitator and note taker each open the page on their own screen and say which is theirs.
    Before the forum begins, the page asks who is there, by role and number.

    \b
    Example:
      toolkit forum F1
      toolkit forum --rehearse
    """
    from toolkit.capture.service.launch import call_server
    from toolkit.errors import UsageError

    refuse_mixture(rehearse, data, guide)
    if rehearse:
        name = forum_id or _REHEARSED
        seats = [f"{name}-{letter}" for letter in "ABCDE"]
        return rehearse_session(
            name, seats, kind="forum", study=study, guide=guide, browser=browser
        )
    if forum_id is None:
        raise UsageError.of("USAGE-025", place="forum")
    home = find_data(data)
    unlock_for_the_day(home, passphrase)
    folder = study or GUIDES / home.study
    command = call_server(
        forum_id,
        study=folder,
        data=home.folder,
        user="facilitator-1",
        browser=browser,
        page="forum",
    )
    return run_server(command)
