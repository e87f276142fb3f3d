"""A cluster of real processes on the loopback: Dask's own scheduler, and workers of the toolkit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_SECONDS = 60
# Dask's settings by environment: nothing asks the network anything, and nothing is logged beside.
QUIET = {"DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h"}


class Cluster:
    """A scheduler and workers; `close` ends each by its own process id.

    Parameters
    ----------
    folder : Path
        For what they say, one file each.
    data : Path
        Folder of the study's data, as the workers find them.
    workers : int
        How many (count).
    words : sequence of str
        Further words of each worker's command.
    protocol : str
        ``tls``, where certificates are in the environment.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        workers: int = 2,
        words: tuple[str, ...] = (),
        protocol: str = "tcp",
    ):
        self.folder, self._started = folder, []
        told = folder / "scheduler.json"
        self._start(
            "scheduler", "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
            "--port", "0", "--no-dashboard", "--scheduler-file", str(told),
            "--protocol", protocol,
        )  # fmt: skip
        self.address = self._until(lambda: json.loads(told.read_text())["address"])
        for number in range(workers):
            command = ("-m", "toolkit", "worker", self.address, "--data", str(data), *words)
            self._start(f"worker-{number}", *command)
        self._until(lambda: len(self.workers()) == workers or 1 / 0)

    def workers(self) -> list[str]:
        """Give the addresses of the workers that there are."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return list(client.scheduler_info(n_workers=-1)["workers"])

    def said(self) -> bytes:
        """Give all that any of them wrote to a terminal or a log."""
        return b"".join(each.read_bytes() for each in sorted(self.folder.glob("*.log")))

    def kill_worker(self, number: int) -> None:
        """Kill one worker as a machine does that loses its power."""
        self._started[1 + number].kill()

    def close(self) -> None:
        """End them all."""
        for each in reversed(self._started):
            each.send_signal(signal.SIGINT)
        for each in self._started:
            try:
                each.wait(timeout=10)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()

    def _start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **QUIET},
                cwd=self.folder,
            )
        self._started.append(process)

    def _until(self, look):
        """Look again until it is there."""
        last = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return look()
            except (OSError, ValueError, KeyError, ZeroDivisionError):
                assert time.monotonic() < last, self.said().decode()[-2000:]
                time.sleep(0.1)
