"""A Jupyter server for one call or forum, or a JupyterLab for a study, on this machine only."""

from __future__ import annotations

import secrets
import shutil
import sys
from pathlib import Path
from typing import Literal

import toolkit


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
    """Return the command line of a server that shows a call or a forum.

    Parameters
    ----------
    study, data : Path
        Folder of the protocol; folder of the data, which has to be unlocked while it runs.
    browser : bool
        Whether it opens the page in a browser; else it prints the address.

    Returns
    -------
    list of str
        Program and arguments. Jupyter makes up a token, and hands it to the browser in a file
        that only its owner can read.
    """
    host = _own_host()
    own = _served(study, data, user, browser) | {
        "ServerApp.default_url": f"/toolkit/{page}/{session}",
        "ServerApp.local_hostnames": host,
        "OwnServer.own_host": host,
        "OwnServer.title": f"The page of {page} {session} is served on this machine, at",
        "CaptureService.host": host,
        "CaptureService.with_page_key": True,
    }
    if guide is not None:
        own["CaptureService.guide"] = guide.resolve()
    # -P: what lies in the working folder is no module of ours.
    return [sys.executable, "-P", "-m", "toolkit.capture.service.server", *_options(own)]


def lab_server(
    notebook: Path, *, root: Path, study: Path, data: Path, user: str, browser: bool = True
) -> list[str]:
    """Return the command line of a JupyterLab that opens a notebook of a study.

    Parameters
    ----------
    notebook : Path
        The notebook, in the folder ``root`` or below it.

    Returns
    -------
    list of str
        Program and arguments. Nothing but this machine is asked for anything: no news, no newer
        versions, no extensions from elsewhere.
    """
    place = notebook.resolve().relative_to(root.resolve()).as_posix()
    host = _own_host()
    own = _served(study, data, user, browser) | {
        "ServerApp.local_hostnames": host,
        "ServerApp.max_body_size": 64 * 1024 * 1024,  # a notebook is saved whole
        "ServerApp.root_dir": root.resolve(),
        "OwnServer.own_host": host,
        "OwnServer.title": "JupyterLab is served on this machine, at",
        "CaptureService.host": host,
        "LabApp.default_url": f"/lab/tree/{place}",
        "LabApp.app_settings_dir": Path(__file__).parent / "lab",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    return [sys.executable, "-P", "-m", "toolkit.capture.service.lab_server", *_options(own)]


def capture_notebooks(here: Path) -> list[Path]:
    """Return the notebooks for calls and forums; add them if there are none.

    Parameters
    ----------
    here : Path
        The working folder; they are in its folder ``notebooks/capture``.
    """
    folder = here / "notebooks" / "capture"
    if not any(folder.glob("*.ipynb")):
        package = Path(toolkit.__file__).parent  # installed, or in a checkout
        roots = (package / "_shipped", package.parent)
        found = next(root for root in roots if (root / "notebooks" / "capture").is_dir())
        for notebook in (found / "notebooks" / "capture").glob("*.ipynb"):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook, folder / notebook.name)
    return sorted(folder.glob("*.ipynb"))


def _own_host() -> str:
    """Return a host name that no other server has: cookies are kept by host, not by port."""
    return f"{secrets.token_hex(8)}.localhost"


def _served(study: Path, data: Path, user: str, browser: bool) -> dict[str, object]:
    """Return the settings of every server that the toolkit starts."""
    return {
        "ServerApp.ip": "127.0.0.1",
        # Who works as root, in a container say, gets a page too: only this machine is answered.
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": browser,
        "CaptureService.study": study.resolve(),
        "CaptureService.data": data.resolve(),
        "CaptureService.user": user,
    }


def _options(settings: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in settings.items()]
