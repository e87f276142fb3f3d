"""A command that serves pages until it is ended, started as somebody does in a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.capture.service.conftest import environment


@dataclass
class Serving:
    """A command that is running.

    Attributes
    ----------
    process : subprocess.Popen
        It leads a group of its own: the command and the server that it started, and nobody else.
    log : Path
        What it says.
    """

    process: subprocess.Popen[bytes]
    log: Path

    def address(self, pattern: str) -> re.Match[str]:
        """Wait until it says an address, and give it."""
        for _ in range(900):
            found = re.search(pattern, self.log.read_text(encoding="utf-8"))
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(encoding="utf-8")[-2000:])

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to all of its group."""
        os.killpg(self.process.pid, which)


@contextmanager
def serving(
    folder: Path,
    words: Sequence[object],
    *,
    without: Sequence[str] = (),
    program: Sequence[object] = (Path(sys.executable).with_name("toolkit"),),
    **more: str,
) -> Iterator[Serving]:
    """Run ``toolkit`` in a folder, and end it afterwards with whatever it started.

    Parameters
    ----------
    folder : Path
        It works there, and everything that it writes down for itself goes there.
    words : sequence
        Verb and options.
    without : sequence of str
        Extensions of Jupyter that it is to do without.
    program : sequence
        How ``toolkit`` is started.
    **more : str
        More of its environment.
    """
    options = environment(folder) | more
    settings = Path(options["JUPYTER_CONFIG_DIR"])
    settings.mkdir()
    told = {"ServerApp": {"jpserver_extensions": dict.fromkeys(without, False)}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(told))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*program, *map(str, words)],
            stdout=log,
            stderr=log,
            env=options,
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield Serving(process, folder / "log")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def fetched(address: str) -> bytes:
    """Give what is served there; Jupyter says the address a moment before it listens."""
    # Python asks the system for a name, and not every system knows those below localhost.
    parts = urlsplit(address)
    here = parts._replace(netloc=f"127.0.0.1:{parts.port}")
    asked = urllib.request.Request(here.geturl(), headers={"Host": parts.netloc})
    for _ in range(600):
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError:
            raise  # it listens, and refuses
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("nobody listens there")
