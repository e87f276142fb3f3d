"""The verb ``call``: hold a telephone interview in the browser, or rehearse one."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.opening import DATA, find_data, keyring_of, passphrase_options
from toolkit.cli.protocol import GUIDES
from toolkit.cli.saying import FILE

if TYPE_CHECKING:
    from toolkit.store.home import Home

_REHEARSED = "R01"


@click.command()
@click.argument("pseudonym", required=False)
@click.option("--study", type=FILE, help=f"Folder of the protocol; else {GUIDES}/STUDY.")
@DATA
@click.option(
    "--user", default="researcher-1", show_default=True, help="Who holds it, by role and number."
)
@click.option("--browser/--no-browser", default=True, help="Open it, or print its address.")
@click.option("--rehearse", is_flag=True, help="Invent it all, in a store that goes at the end.")
@click.option("--guide", type=FILE, help="Another guide than the protocol's, to rehearse it.")
@passphrase_options
def call(
    pseudonym: str | None,
    study: Path | None,
    data: Path | None,
    user: str,
    browser: bool,
    rehearse: bool,
    guide: Path | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> int:
    """Hold the call with a participant, or go on with it; Ctrl+C here ends the server.

    The study is unlocked for the hours of a working day, unless it is unlocked already.

    \b
    Example:
      toolkit call P07
      toolkit call --rehearse
    """
    from toolkit.capture.service.launch import call_server
    from toolkit.errors import UsageError

    if rehearse and data is not None:
        raise UsageError.of("USAGE-020", place="--data")
    if rehearse:
        return _rehearse(pseudonym or _REHEARSED, study, guide, browser)
    if guide is not None:
        raise UsageError.of("USAGE-021", place="--guide")
    if pseudonym is None:
        raise UsageError.of("USAGE-022", place="call")
    home = find_data(data)
    _unlock(home, passphrase_file, passphrase_fd)
    folder = study or GUIDES / home.study
    command = call_server(pseudonym, study=folder, data=home.folder, user=user, browser=browser)
    return _run(command)


def _unlock(home: Home, passphrase_file: Path | None, passphrase_fd: int | None) -> None:
    """Unlock a study for the hours of a working day, unless it is unlocked already."""
    from toolkit.store.keeper import keep_unlocked, kept

    if not home.sample and kept(home) is None:
        keep_unlocked(home, keyring_of(home, passphrase_file, passphrase_fd), hours=8)


def _rehearse(pseudonym: str, study: Path | None, guide: Path | None, browser: bool) -> int:
    """Serve a call in a store that is made for it, and is gone with its key afterwards."""
    from toolkit.capture.rehearsing import make_ready
    from toolkit.capture.service.launch import call_server
    from toolkit.guide import load_study
    from toolkit.store.rehearsal import REHEARSER
    from toolkit.store.unlocked import KeyServer, socket_of

    protocol = study or _only_study()
    read = load_study(protocol)
    with tempfile.TemporaryDirectory(prefix="toolkit-rehearsal-") as temporary:
        folder = Path(temporary) / "rehearsal"
        home, keyring = make_ready(folder, read, protocol, [pseudonym])
        command = call_server(
            pseudonym, study=protocol, data=folder, user=REHEARSER, browser=browser, guide=guide
        )
        click.echo("Rehearsal: nothing here is real, and it is gone when this ends (Ctrl+C).")
        with KeyServer(socket_of(home), keyring):
            return _run(command)


def _only_study() -> Path:
    """Give the only folder of a study's files below the working folder."""
    from toolkit.errors import UsageError

    found = sorted(each.parent for each in GUIDES.glob("*/study.yaml"))
    if len(found) != 1:
        choices = ", ".join(map(str, found)) or "none"
        raise UsageError.of("USAGE-023", place="--study", found=choices)
    return found[0]


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command line
    except KeyboardInterrupt:
        return 0
