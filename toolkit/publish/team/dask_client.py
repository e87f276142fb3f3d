"""A run's notebooks handed to the workers of a Dask scheduler; the bytes are those of one machine.

What goes out is what may be read in git anyway: notebooks, the study's files, parameters; and a
digest of the data. No key and no data goes out: a worker has unlocked the study by itself (see
`toolkit.publish.team.dask_worker`). What notebooks show comes back over the cluster's channel,
which therefore is TLS, or does not leave this machine.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from nbformat import NotebookNode, from_dict

from toolkit.errors import Finding, RunError, finding
from toolkit.publish.engine.execution import Executed
from toolkit.publish.engine.executor import Errand
from toolkit.publish.notebooks.code import code_hash
from toolkit.publish.notebooks.hashes import as_json
from toolkit.publish.notebooks.inputs import Inputs
from toolkit.publish.plan.plan import Plan
from toolkit.publish.team.dask_worker import carry_out, let_go, room_of

_PATIENCE_SECONDS = 10


class Crew:
    """The workers of a cluster that have unlocked the study of a run.

    Parameters
    ----------
    scheduler : str
        Its address: ``tls://host:port``, or ``tcp://127.0.0.1:port`` on this machine.
    assignment : dict
        From `assignment_of`.
    errands : mapping of str to Errand
        One for each notebook that runs.

    Raises
    ------
    RunError
        The address leads off this machine without TLS (RUN-051).
    """

    def __init__(
        self, scheduler: str, assignment: dict[str, Any], errands: Mapping[str, Errand]
    ) -> None:
        refuse_open_channel(scheduler)
        self._scheduler, self._errands = scheduler, errands
        self._study, self._sources = assignment["study"], assignment["notebooks"]
        self._mark = secrets.token_hex(8)
        self._text = as_json({**assignment, "mark": self._mark})
        self._futures: list[Future[str]] = []

    def __enter__(self) -> Self:
        from distributed import Client

        try:
            self._client: Any = Client(
                self._scheduler, timeout=_PATIENCE_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError):
            raise RunError.of("RUN-052", place="scheduler", study=self._study) from None
        room = room_of(self._study)
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        if not any(each["resources"].get(room) for each in workers):
            self._client.close()
            raise RunError.of("RUN-052", place="scheduler", study=self._study)
        self._executor = self._client.get_executor(resources={room: 1}, pure=False)
        # A result and not scattered data: where its worker is lost, it is made again.
        self._assignment = self._client.submit(str, self._text, pure=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            for each in self._futures:
                each.cancel()
        self._futures.clear()
        with suppress(OSError, TimeoutError):
            self._client.run(let_go, self._mark, on_error="ignore")
        self._executor.shutdown(wait=False)
        self._client.close()

    def submit(self, name: str) -> Future[str]:
        """Submit a notebook, which starts when a worker is free."""
        errand = json.dumps(asdict(self._errands[name]))
        future: Future[str] = self._executor.submit(carry_out, self._assignment, errand)
        self._futures.append(future)
        return future

    def came(self, name: str, future: Future[str]) -> Executed:
        """Return the outcome of a notebook; a lost worker is a finding."""
        from distributed.scheduler import KilledWorker

        try:
            told = json.loads(future.result())
        except (CancelledError, KilledWorker, OSError, TimeoutError):
            told = {"fault": _lost(name).to_json(), "notebook": None, "seconds": 0.0}
        fault = Finding(**told["fault"]) if told["fault"] else None
        source = self._sources[name.partition(".")[0]]
        notebook: NotebookNode = from_dict(told["notebook"] or source)
        return Executed(notebook, fault, told["seconds"])


def assignment_of(
    plan: Plan, inputs: Inputs, sources: Mapping[str, NotebookNode]
) -> dict[str, Any]:
    """Return what all notebooks of a run share, to be sent to each worker once.

    Returns
    -------
    dict
        Plain JSON values; no key, no data, no path of this machine.
    """
    files = {each.name: each.read_text("utf-8") for each in inputs.folder.glob("*.yaml")}
    packages: dict[str, str] = {}
    for part in plan.parts.values():
        packages |= part.key.packages
    return {
        "study": inputs.study.study,
        "run": plan.run,
        "snapshot": inputs.snapshot,
        "code": code_hash(),
        "packages": packages,
        "shared": plan.graph.shares,
        "files": dict(sorted(files.items())),
        "notebooks": dict(sources),
    }


def refuse_open_channel(address: str) -> None:
    """Refuse a way to a scheduler on which others could read what notebooks show.

    Parameters
    ----------
    address : str
        ``tls://host:port``, or ``tcp://127.0.0.1:port``.

    Raises
    ------
    RunError
        It is neither TLS nor the loopback (RUN-051).
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    with suppress(ValueError):
        if parts.scheme == "tls" and host:
            return
        if parts.scheme == "tcp" and ipaddress.ip_address(host).is_loopback:
            return
    raise RunError.of("RUN-051", place="scheduler")


def _lost(name: str) -> Finding:
    """Return the finding for a notebook that no worker returned."""
    return finding("RUN-053", place="worker", file=f"{name.partition('.')[0]}.ipynb")
