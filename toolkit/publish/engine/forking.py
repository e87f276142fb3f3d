"""Asking the preloaded process for a notebook, and hearing from the one that it became."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from toolkit.publish.engine.environment import Workplace

Message = dict[str, Any]
_START_SECONDS = 60
# On macOS a process that has loaded much cannot fork safely.
CAN_FORK = sys.platform.startswith("linux") and hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
_STARTING = Lock()


class Preloaded:
    """A process with everything loaded, which forks when it is asked.

    Parameters
    ----------
    folder : pathlib.Path
        For its socket; short.
    working_folder : pathlib.Path
        Where it runs.
    environment : mapping of str to str
        Of every notebook of the run.
    """

    def __init__(self, folder: Path, working_folder: Path, environment: Mapping[str, str]) -> None:
        self._place = str(folder / "f")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._place)
            listener.listen(64)
            self._process = subprocess.Popen(  # noqa: S603 - our own module, in our own Python
                [sys.executable, "-m", "toolkit.publish.engine.preloaded", str(listener.fileno())],
                env=dict(environment),
                cwd=working_folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    def ask(self, request: Message) -> Forked:
        """Return the process that a request makes.

        Parameters
        ----------
        request : dict
            ``environment`` and ``folder``, and ``notebook`` or ``kernel``.

        Raises
        ------
        OSError
            It is not there, or did not answer.
        """
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(self._place)
            return Forked(connection, request)
        except BaseException:
            connection.close()
            raise

    def open(self, told: Mapping[str, str]) -> None:
        """Ask it to open a study before its next task."""
        assert self._process.stdin is not None
        # Where it is not there any more, whoever asks next is told so.
        with suppress(OSError):
            self._process.stdin.write(json.dumps(told).encode("ascii") + b"\n")
            self._process.stdin.flush()

    def retire(self) -> None:
        """Ask it and all its notebooks to end, without waiting."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """End it and all its notebooks."""
        self.retire()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def preloaded_of(workplace: Workplace) -> Preloaded:
    """Return the preloaded process of a run, started on first use."""
    with _STARTING:
        if workplace.preloaded is None:
            workplace.preloaded = Preloaded(
                workplace.folder, workplace.working_folder, workplace.environment(workplace.told)
            )
        assert isinstance(workplace.preloaded, Preloaded)
        return workplace.preloaded


class Forked:
    """A process that the preloaded one became; has what matters of `subprocess.Popen`.

    Parameters
    ----------
    connection : socket.socket
        To it; it ends when the process does.
    request : dict
        What it will be.

    Attributes
    ----------
    pid : int
        Number of the process.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, request: Message) -> None:
        self._connection, self._buffer, self._over = connection, b"", False
        connection.sendall(json.dumps(request).encode("ascii") + b"\n")
        self.pid: int = next(self.messages(_START_SECONDS))["pid"]

    def messages(self, seconds: float) -> Iterator[Message]:
        """Yield what it says until it ends.

        Parameters
        ----------
        seconds : float
            Longest time between two messages, in seconds.

        Raises
        ------
        TimeoutError
            It said nothing for too long.
        """
        deadline = time.monotonic() + seconds
        while True:
            while b"\n" in self._buffer:
                line, _, self._buffer = self._buffer.partition(b"\n")
                yield json.loads(line)
                deadline = time.monotonic() + seconds
            self._connection.settimeout(max(0.01, deadline - time.monotonic()))
            received = self._connection.recv(1 << 20)
            if not received:
                self._over = True
                return
            self._buffer += received

    def poll(self) -> int | None:
        """Return whether it has ended: None while it runs."""
        if not self._over and select.select([self._connection], [], [], 0)[0]:
            self._over = not self._connection.recv(1, socket.MSG_PEEK)
        return 0 if self._over else None

    def wait(self) -> int:
        """Wait until it has ended."""
        while self.poll() is None:
            select.select([self._connection], [], [])
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End it and close the connection."""
        with suppress(OSError):
            self.kill()
        self._connection.close()
