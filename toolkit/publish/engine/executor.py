"""Where notebooks of one study are executed: its folders, its keys at a socket, the study open."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nbformat import NotebookNode

import toolkit
from toolkit.publish.engine.early_start import new_room, room_begun
from toolkit.publish.engine.execution import COMPAT, Task, usual_engine
from toolkit.publish.engine.forking import preloaded_of
from toolkit.publish.notebooks.notebook_study import hand_over
from toolkit.publish.notebooks.parameters import Value
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.unlocked import KeyServer

_OPENING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Where a study's files and data are, and what opens these.

    Attributes
    ----------
    study : pathlib.Path
        Folder of the study's files.
    home : Home
        Where its data are.
    keyring : Keyring
        The unlocked research keyring, whose keys notebooks are given at a socket.
    """

    study: Path
    home: Home
    keyring: Keyring


@dataclass(frozen=True, slots=True)
class Errand:
    """What one notebook is given.

    Attributes
    ----------
    name : str
        Its name; where it fans out, with the strand or case behind a dot.
    parameters : mapping of str to value
        What is set for it.
    reads : tuple of str
        What it may read.
    snapshot : str
        Digest of the data that it reads; empty if it reads none.
    run, code : str
        What it shows as id of the run and as version of the code behind it.
    cell_seconds : int
        Longest time that one cell may take, in seconds.
    share : tuple of (str, str, tuple of str) or None
        ``strands`` or ``cases``, which one, and what it is handed of that one only.
    """

    name: str
    parameters: Mapping[str, Value]
    reads: tuple[str, ...]
    snapshot: str
    run: str
    code: str
    cell_seconds: int
    share: tuple[str, str, Sequence[str]] | None = None


class Station:
    """Where notebooks are executed; its temporary folders are there until it is closed.

    Parameters
    ----------
    place : Place
        The study.
    engine : str
        Name of an engine; the quickest that works here where it is empty.
    shared : mapping of str to sequence of str, optional
        ``strands`` or ``cases`` to what notebooks are handed in shares of these.
    """

    def __init__(
        self,
        place: Place,
        engine: str = "",
        shared: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.place, self.engine, self._shared = place, engine or usual_engine(), shared or {}
        self._room, self._keys = room_begun() or new_room(), ExitStack()
        self.workplace = self._room.workplace
        self._started = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what is running, stop sharing keys, and delete the folders."""
        self.retire()
        self._room.close()

    def retire(self) -> None:
        """Stop sharing keys, and end the process that notebooks are forked from."""
        self._keys.close()
        if self.workplace.preloaded is not None:
            self.workplace.preloaded.retire()

    def start(self, snapshot: str | None = None) -> None:
        """Make the folders, load what notebooks need, and open the study where any reads data.

        Parameters
        ----------
        snapshot : str, optional
            Anything but None says that notebooks read data; the digest is worked out there.
        """
        if self._started:
            return
        self._started = True
        self.workplace.prepare()
        self._keys.enter_context(KeyServer(self.workplace.keys, self.place.keyring))
        if self.engine != COMPAT:
            preloaded = preloaded_of(self.workplace)
            if snapshot is not None:
                self.workplace.told = self._hand_over(
                    "ahead", snapshot=snapshot, shared=self._shared
                )
                preloaded.open(self.workplace.told)

    def fingerprints(self, snapshot: str) -> dict[str, str]:
        """Ask the process that has the study open for its fingerprints; empty if it has not."""
        if self.engine == COMPAT:
            return {}
        self.start(snapshot)
        request = {
            "environment": self.workplace.environment(self.workplace.told),
            "folder": str(self.workplace.working_folder),
            "fingerprints": {"snapshot": snapshot, "shared": self._shared},
        }
        ask = preloaded_of(self.workplace).ask
        with suppress(OSError, StopIteration), closing(ask(request)) as forked:
            return dict(next(forked.messages(_OPENING_SECONDS))["fingerprints"])
        return {}

    def task(self, errand: Errand, source: NotebookNode) -> Task:
        """Return a notebook with everything that it is given."""
        told = self._hand_over(
            errand.name,
            reads=errand.reads,
            run=errand.run,
            code=errand.code,
            snapshot=errand.snapshot or None,
            share=errand.share,
        )
        environment = self.workplace.environment(told)
        return Task(errand.name, source, errand.parameters, environment, errand.cell_seconds)

    def hidden(self, named: Mapping[Path, str]) -> dict[str, str]:
        """Return the paths of this machine that no output may show, and their replacements.

        Parameters
        ----------
        named : mapping of pathlib.Path to str
            Paths that only the caller knows, with what stands for them.
        """
        own = {
            self.workplace.folder: "<run>",
            self.place.home.folder: "<data>",
            self.place.study: "<study>",
            **named,
            Path(sys.prefix): "<python>",
            Path(sys.base_prefix): "<python>",
            Path(toolkit.__file__).parents[1]: "<toolkit>",
            Path.home(): "<home>",
        }
        resolved = {path.resolve(): label for path, label in own.items()}
        return {str(path): label for path, label in resolved.items() if len(path.parts) > 1}

    def _hand_over(
        self,
        name: str,
        *,
        snapshot: str | None = None,
        run: str = "",
        code: str = "",
        **limits: object,
    ) -> dict[str, str]:
        return hand_over(
            self.workplace.folder / f"{name}.told.json",
            study=self.place.study,
            data=self.place.home.folder if snapshot is not None else None,
            keys=self.workplace.keys,
            run=run,
            code=code,
            snapshot=snapshot,
            **limits,
        )
