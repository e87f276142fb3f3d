"""A Jupyter server of its own for one call or forum, on this machine only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal


def call_server(
    session: str,
    *,
    study: Path,
    data: Path,
    user: str,
    browser: bool = True,
    guide: Path | None = None,
    page: Literal["call", "forum"] = "call",
) -> list[str]:
    """Give the command line of a server that shows a call or a forum.

    Parameters
    ----------
    session : str
        Pseudonym of the participant, or id of the forum.
    study, data : Path
        Folder of the protocol; folder of the data, which has to be unlocked while it runs.
    user : str
        Who holds the call: role and number.
    browser : bool
        Whether it opens the page in a browser; else it prints the address.
    guide : Path, optional
        Another guide than the protocol's, to rehearse it.
    page : {"call", "forum"}
        Which page.

    Returns
    -------
    list of str
        Program and arguments. Jupyter makes up a token, and hands it to the browser in a file
        that only its owner can read.
    """
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.open_browser": browser,
        "ServerApp.default_url": f"/toolkit/{page}/{session}",
        "CaptureService.study": study.resolve(),
        "CaptureService.data": data.resolve(),
        "CaptureService.user": user,
    }
    if guide is not None:
        settings["CaptureService.guide"] = guide.resolve()
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "jupyter_server", *options]
