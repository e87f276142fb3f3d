"""The verb ``lab``: JupyterLab for a study, with the pages of calls and forums in its notebooks."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, passphrase_options, unlock_for_the_day
from toolkit.cli.talks.rehearsal import run_server


@click.command()
@click.option(
    "--study", type=FILE, help="Folder with the study's files [default: in topic_guides]."
)
@DATA
@click.option(
    "--user", default="researcher-1", show_default=True, help="Who works here: role and number."
)
@click.option(
    "--browser/--no-browser", default=True, help="Open the page, or only print its address."
)
@passphrase_options
def lab(
    study: Path | None,
    data: Path | None,
    user: str,
    browser: bool,
    passphrase: SecretSource,
) -> int:
    """Open JupyterLab at the study's interview notebook; Ctrl+C here ends it.

    The study is unlocked for a working day, unless it is unlocked already. The Lab
    listens on this machine only. Notebooks for interviews and forums are in notebooks/capture;
    where there are none yet, they are put there.

    \b
    Example:
      toolkit lab
    """
    from toolkit.capture.service.launch import capture_notebooks, lab_server

    home = find_data(data)
    unlock_for_the_day(home, passphrase)
    here = Path.cwd()
    command = lab_server(
        capture_notebooks(here)[0],
        root=here,
        study=study or Path("topic_guides") / home.study,
        data=home.folder,
        user=user,
        browser=browser,
    )
    return run_server(command)
