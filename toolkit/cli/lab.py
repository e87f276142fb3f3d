"""The verb ``lab``: JupyterLab for a study, with the pages of calls and forums in its notebooks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from toolkit.cli.opening import DATA, find_data, keyring_of, passphrase_options
from toolkit.cli.saying import FILE


@click.command()
@click.option("--study", type=FILE, help="Folder of the protocol; else topic_guides/STUDY.")
@DATA
@click.option(
    "--user", default="researcher-1", show_default=True, help="Who works, by role and number."
)
@click.option("--browser/--no-browser", default=True, help="Open it, or print its address.")
@passphrase_options
def lab(
    study: Path | None,
    data: Path | None,
    user: str,
    browser: bool,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> int:
    """Open JupyterLab for a study at its interview notebook; Ctrl+C here ends it.

    The study is unlocked for the hours of a working day, unless it is unlocked already. The Lab
    listens on this machine only. Notebooks for interviews and forums are in notebooks/capture;
    where there are none yet, they are put there.

    \b
    Example:
      toolkit lab
    """
    from toolkit.capture.service.launch import capture_notebooks, lab_server
    from toolkit.store.keeper import keep_unlocked, kept

    home = find_data(data)
    if not home.sample and kept(home) is None:
        keep_unlocked(home, keyring_of(home, passphrase_file, passphrase_fd), hours=8)
    here = Path.cwd()
    command = lab_server(
        capture_notebooks(here)[0],
        root=here,
        study=study or Path("topic_guides") / home.study,
        data=home.folder,
        user=user,
        browser=browser,
    )
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command line
    except KeyboardInterrupt:
        return 0
