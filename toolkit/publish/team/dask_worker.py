"""A worker of a team's cluster: it unlocks the study by itself, and runs notebooks for others.

``toolkit worker`` takes the passphrase on the machine of the worker, or finds the study unlocked
there; the keys stay in its memory. What it is sent is code to run on the study: who reaches the
scheduler can read the data, and has to be as trusted as who has the passphrase.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbformat import from_dict

from toolkit.errors import Finding, RunError, finding
from toolkit.publish.engine.execution import Task, execute
from toolkit.publish.engine.executor import Errand, Place, Station
from toolkit.publish.notebooks.code import code_hash
from toolkit.publish.notebooks.normalise import normalise
from toolkit.publish.notebooks.packages import installed
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

_POSTS: list[Post] = []


class Post:
    """Where a worker executes notebooks, with its own keys and its own way to the data.

    Parameters
    ----------
    home : Home
        Where the study's data are, as this machine finds them.
    keyring : Keyring
        The unlocked research keyring.
    folder : pathlib.Path
        A temporary folder.
    """

    def __init__(self, home: Home, keyring: Keyring, folder: Path) -> None:
        self._home, self._keyring, self._folder = home, keyring, folder
        self._lock, self._stations = threading.Lock(), dict[str, Station]()
        self._running: dict[str, list[Task]] = {}

    def carry_out(self, assignment: str, errand: str) -> dict[str, Any]:
        """Run one notebook.

        Parameters
        ----------
        assignment, errand : str
            What all notebooks of the run share, and what this one is told: JSON.

        Returns
        -------
        dict
            ``notebook``, cleaned of the paths of this machine; ``fault``; ``seconds``.
        """
        told, own = json.loads(assignment), Errand(**json.loads(errand))
        fault = self._unlike(told, own)
        if fault is not None:
            return {"notebook": None, "fault": fault.to_json(), "seconds": 0.0}
        with self._lock:
            station = self._station(told)
            source = from_dict(told["notebooks"][own.name.partition(".")[0]])
            task = station.task(own, source)
            self._running[told["mark"]].append(task)
        came = execute(task, station.workplace, engine=station.engine)
        normalise(came.notebook, fault=came.fault, hidden=station.hidden({}), about={})
        said = came.fault.to_json() if came.fault else None
        return {"notebook": came.notebook, "fault": said, "seconds": came.seconds}

    def let_go(self, mark: str) -> None:
        """End the rest of a run, and keep nothing of the study for it."""
        with self._lock:
            for task in self._running.pop(mark, ()):
                if (end := task.end) is not None:
                    end()
            if mark in self._stations:
                self._stations.pop(mark).close()

    def close(self) -> None:
        """Release everything."""
        for mark in list(self._stations):
            self.let_go(mark)

    def _station(self, told: Mapping[str, Any]) -> Station:
        """Return the station of a run, which opens the study once for all its notebooks."""
        mark = told["mark"]
        if mark not in self._stations:
            folder = self._folder / mark
            folder.mkdir(mode=0o700)
            for name, text in told["files"].items():
                (folder / Path(name).name).write_text(text, encoding="utf-8")
            place = Place(folder, self._home, self._keyring)
            station = Station(place, shared=told["shared"])
            station.start(told["snapshot"])
            self._stations[mark], self._running[mark] = station, []
        return self._stations[mark]

    def _unlike(self, told: Mapping[str, Any], own: Errand) -> Finding | None:
        """Return what differs here from where the run was started; None if nothing does."""
        what = "the study" if told["study"] != self._home.study else ""
        what = what or ("the toolkit" if told["code"] != code_hash() else "")
        have = installed()
        others = [name for name, version in told["packages"].items() if have.get(name) != version]
        what = what or ", ".join(others[:3])
        if not what:
            return None
        file = f"{own.name.partition('.')[0]}.ipynb"
        return finding("RUN-054", place="worker", file=file, what=what)


def carry_out(assignment: str, errand: str) -> str:
    """Run one notebook on this worker; return its outcome as JSON.

    Raises
    ------
    RunError
        This process is no worker of the toolkit (RUN-053).
    """
    if not _POSTS:
        raise RunError.of("RUN-053", place="worker")
    return json.dumps(_POSTS[0].carry_out(assignment, errand))


def let_go(mark: str) -> None:
    """End this worker's part of a run, and keep nothing of the study for it."""
    for each in _POSTS:
        each.let_go(mark)


def room_of(study: str) -> str:
    """Return the name under which workers offer room for notebooks of a study."""
    return f"toolkit-{study}"


def serve(scheduler: str, home: Home, keyring: Keyring, *, jobs: int) -> None:
    """Work for a scheduler until it goes away or this process is interrupted.

    Parameters
    ----------
    jobs : int
        Notebooks that run at the same time (count).

    Raises
    ------
    RunError
        No scheduler answers (RUN-052).
    """
    import dask

    # Dask would write what notebooks show to a disk when memory runs short.
    memory = dict.fromkeys(("target", "spill", "pause", "terminate"), False)
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        post = Post(home, keyring, Path(folder))
        _POSTS.append(post)
        try:
            with dask.config.set({"distributed.worker.memory": memory}):
                asyncio.run(_serve(scheduler, home.study, jobs, folder))
        except (OSError, TimeoutError):
            raise RunError.of("RUN-052", place="scheduler", study=home.study) from None
        finally:
            _POSTS.remove(post)
            post.close()


async def _serve(scheduler: str, study: str, jobs: int, folder: str) -> None:
    """Run a Dask worker without its status pages, which would show what is sent."""
    from distributed import Worker

    local = "127.0.0.1" if urlsplit(scheduler).scheme == "tcp" else None
    worker = Worker(
        scheduler,
        nthreads=jobs,
        resources={room_of(study): jobs},
        local_directory=folder,
        host=local,
        dashboard=False,
        death_timeout=20,
    )
    with suppress(asyncio.CancelledError):
        async with worker:
            await worker.finished()
