"""A real Jupyter server with the capture service, that can be killed, frozen and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.capture.service.conftest import Place, environment

TOKEN = "token-of-a-test-and-of-nothing-else"
# What `toolkit.publish.engine.light_imports` leaves out: most of what a server does before it
# listens.
_LIGHTER = """import runpy, sys
sys.modules["rfc3987_syntax"] = None
runpy.run_module({!r}, run_name="__main__", alter_sys=True)
"""
_PATIENCE = 120.0  # seconds that a busy machine may need to start a server


class Server:
    """A Jupyter server on a port of its own, on this machine only.

    Parameters
    ----------
    place : Place
        The study that it captures for.
    folder : Path
        Where it keeps its settings and its log.
    options : dict of str to str
        More settings, by their names.
    """

    def __init__(self, place: Place, folder: Path, options: dict[str, str] | None = None) -> None:
        self.place = place
        self.folder = folder
        self.options = options or {}
        self.log = folder / "server.log"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again; wait until it answers."""
        self._settle()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                env=environment(self.folder),
                cwd=self.folder,
            )
        self._wait()

    def command(self) -> list[str]:
        """The program and its arguments."""
        settings = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.folder,
            "IdentityProvider.token": TOKEN,
            "CaptureService.study": self.place.protocol,
            "CaptureService.data": self.place.data,
        }
        program = [*lighter("jupyter_server"), "--no-browser", "--allow-root"]
        return program + [f"--{name}={value}" for name, value in (settings | self.options).items()]

    def kill(self) -> None:
        """End it as a power cut would: no goodbye."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Stop it in its tracks; connections stay open and nothing is answered."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def _settle(self) -> None:
        """Leave out the extensions that are not looked at here: they take most of the time."""
        self.folder.mkdir(exist_ok=True)
        others = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim")
        told = {"ServerApp": {"jpserver_extensions": dict.fromkeys(others, False)}}
        settings = Path(environment(self.folder)["JUPYTER_CONFIG_DIR"])
        settings.mkdir(exist_ok=True)
        (settings / "jupyter_server_config.json").write_text(json.dumps(told), encoding="utf-8")

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.address}/api", timeout=1):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        raise AssertionError(self.log.read_text(encoding="utf-8", errors="replace")[-3000:])


def lighter(module: str) -> list[str]:
    """Python and what it is told to run a module, without what takes seconds and is never used."""
    return [sys.executable, "-c", _LIGHTER.format(module)]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
