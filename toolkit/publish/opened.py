"""The study as a notebook reads it: opened by the notebook itself, or once for all of a run.

The process that notebooks are forked from opens the study before the first of them, so that a run
over many cases reads the journal once, and every notebook sees the same data. What is opened
stands in memory only, and goes with the run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import RunError, ToolkitError

if TYPE_CHECKING:
    from toolkit.analysis.study_data import StudyData

TOLD = "TOOLKIT_TOLD"
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A study, and which data it was opened on.

    Attributes
    ----------
    snapshot : str
        Digest of the journal; empty where nobody asked for it.
    study : StudyData
        Protocol, guides and tidy frames.
    """

    snapshot: str
    study: StudyData


_AHEAD: dict[tuple[str, str], Opened] = {}


def told() -> Told | None:
    """Give what the run told this process; None outside of a run."""
    file = os.environ.get(TOLD)
    return json.loads(Path(file).read_text(encoding="utf-8")) if file else None


def open_ahead() -> None:
    """Open the study that this process was told of, for every notebook that it becomes.

    What cannot be opened is left to the notebooks, which say why.
    """
    given = told()
    if given and given["data"]:
        with suppress(ToolkitError):
            _AHEAD[_places(given)] = _open(given)


def fingerprints_ahead(snapshot: str) -> dict[str, str]:
    """Give the fingerprints of the study that was opened ahead; empty where none was.

    Parameters
    ----------
    snapshot : str
        Digest of the data that they are asked of; of other data nothing is given.
    """
    from toolkit.publish.fingerprints import fingerprints

    found = _AHEAD.get(_places(told() or {"study": "", "data": ""}))
    return fingerprints(found.study) if found and found.snapshot == snapshot else {}


def opened(given: Told) -> StudyData:
    """Give the study that a notebook was told of.

    Parameters
    ----------
    given : mapping
        Folders ``study`` and ``data``; ``keys``, where the run shares them; ``snapshot``, the
        digest of the data that the run is about.

    Raises
    ------
    RunError
        The data are others than those the run is about (RUN-050).
    StudyError, GuideError, StoreError
        The study or its data cannot be read.
    """
    found = _AHEAD.get(_places(given)) or _open(given)
    if given.get("snapshot", found.snapshot) != found.snapshot:
        raise RunError.of("RUN-050", place=f"study {found.study.protocol.study}")
    return found.study


def _open(given: Told) -> Opened:
    """Open the study, reading only."""
    from toolkit.analysis.frames import open_study
    from toolkit.publish.inputs import snapshot_of
    from toolkit.store.home import find_home
    from toolkit.store.unlocked import unlock

    home = find_home(Path(given["data"]))
    at = Path(given["keys"]) if "keys" in given else None
    store = home.open_research(unlock(home, at=at))
    try:
        head = store.head()
        events = list(store.read())
        snapshot = snapshot_of(store.about, events) if "snapshot" in given else ""
        study = open_study(store, Path(given["study"]), events)
        # Somebody may have written in between: then it is not the data that the digest is of.
        return Opened(snapshot if store.head() == head else "", study)
    finally:
        store.close()


def _places(given: Told) -> tuple[str, str]:
    return given["study"], given["data"]
