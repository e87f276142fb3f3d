"""How a command rehearses a call or a forum: in a store that is made for it and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.protocol import GUIDES

_PATIENCE = 10  # seconds for a server to put away what it has
REHEARSE = click.option(
    "--rehearse", is_flag=True, help="Practise with invented data, which are deleted at the end."
)
GUIDE = click.option(
    "--guide", type=FILE, help="Rehearse with this guide instead of the protocol's."
)


def refuse_mixture(rehearse: bool, data: Path | None, guide: Path | None) -> None:
    """Refuse options of a rehearsal and of a real session together.

    Raises
    ------
    UsageError
        A rehearsal on data of a study (USAGE-020), or another guide without one (USAGE-021).
    """
    from toolkit.errors import UsageError

    if rehearse and data is not None:
        raise UsageError.of("USAGE-020", place="--data")
    if guide is not None and not rehearse:
        raise UsageError.of("USAGE-021", place="--guide")


def rehearse_session(
    session: str,
    people: Sequence[str],
    *,
    kind: Literal["interview", "forum"],
    study: Path | None,
    guide: Path | None,
    browser: bool,
) -> int:
    """Serve a rehearsal until Ctrl+C, then delete its store and key.

    Parameters
    ----------
    session, people : str, sequence of str
        Id of the session, and made-up pseudonyms of those who take part.
    study, guide : pathlib.Path or None
        Folder of the protocol, or None for the only one; another guide.
    """
    from toolkit.capture.rehearsal.preparation import make_ready
    from toolkit.capture.service.launch import call_server
    from toolkit.guide import load_study
    from toolkit.store.lifecycle.rehearsal import REHEARSER
    from toolkit.store.lifecycle.unlocked import KeyServer, socket_of

    protocol = study or _only_study()
    read = load_study(protocol)
    with _folder("toolkit-rehearsal-") as temporary:
        folder = Path(temporary) / "rehearsal"
        home, keyring = make_ready(folder, read, protocol, people, kind)
        command = call_server(
            session,
            study=protocol,
            data=folder,
            user=REHEARSER,
            browser=browser,
            guide=guide,
            page="forum" if kind == "forum" else "call",
        )
        click.echo("Rehearsal: nothing here is real, and it is gone when this ends (Ctrl+C).")
        with KeyServer(socket_of(home), keyring):
            return run_server(command, Path(temporary))


def run_server(command: list[str], rehearsal: Path | None = None) -> int:
    """Run a server until it ends or Ctrl+C; return its exit code.

    It reads no settings of the user's Jupyter and needs no home folder. A command that is killed
    takes its server along: the server sees its input closed, ends, and removes what it kept.
    """
    with _folder("toolkit-server-") as own:
        private = rehearsal or Path(own)
        told = [f"--OwnServer.private_folder={private}", "--OwnServer.watch_parent=stdin"]
        with subprocess.Popen(  # noqa: S603 - our own command line
            [*command, *told], env=_environment(Path(own)), stdin=subprocess.PIPE
        ) as server:
            try:
                return server.wait()
            except KeyboardInterrupt:
                # A second one must not cut short what is put away from here on.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                server.terminate()
                try:
                    server.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    server.kill()
    return 0


def _folder(prefix: str) -> tempfile.TemporaryDirectory[str]:
    """Yield a folder that is deleted afterwards, by the command or by the server."""
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)


def _environment(own: Path) -> dict[str, str]:
    """Return the environment of a server that knows its own settings only."""
    passed = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PYTHONPATH", "PYTHONSTARTUP"))
    }
    parts = ("config", "data", "runtime", "lab-settings", "lab-workspaces", "ipython")
    folders = {part: own / part for part in parts}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    return passed | {
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["lab-settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(folders["lab-workspaces"]),
        "IPYTHONDIR": str(folders["ipython"]),
        "PYTHONSAFEPATH": "1",
    }


def _only_study() -> Path:
    """Return the only folder of a study's files below the working folder."""
    from toolkit.errors import UsageError

    found = sorted(each.parent for each in GUIDES.glob("*/study.yaml"))
    if len(found) != 1:
        choices = ", ".join(map(str, found)) or "none"
        raise UsageError.of("USAGE-023", place="--study", found=choices)
    return found[0]
