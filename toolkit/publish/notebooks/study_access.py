"""The study as a notebook reads it: opened by the notebook itself, or once for all of a run.

The process that notebooks are forked from opens the study before the first of them, so that a run
over many cases reads the journal once, and every notebook sees the same data. What is opened
stands in memory only, and goes with the run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import RunError, ToolkitError

if TYPE_CHECKING:
    from toolkit.analysis.data.shares import Shares
    from toolkit.analysis.data.study_data import StudyData

TOLD = "TOOLKIT_TOLD"
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A study, and which data it was opened on.

    Attributes
    ----------
    snapshot : str
        Digest of the journal; empty if nobody asked for it.
    study : StudyData
        Protocol, guides and tidy frames.
    shares : dict of str to Shares
        What each of the ``strands`` or ``cases`` has of it, where a notebook fans out over them.
    """

    snapshot: str
    study: StudyData
    shares: dict[str, Shares] = field(default_factory=dict)


_AHEAD: dict[tuple[str, str], Opened] = {}


def told() -> Told | None:
    """Return what the run gave this process; None outside a run."""
    file = os.environ.get(TOLD)
    return json.loads(Path(file).read_text(encoding="utf-8")) if file else None


def open_ahead() -> None:
    """Open this process's study, for every notebook forked from it.

    What cannot be opened is left to the notebooks, which say why.
    """
    given = told()
    if given and given["data"]:
        with suppress(ToolkitError):
            found = _AHEAD[_places(given)] = _open(given)
            # Sorted here once, and not by every notebook for itself.
            for over, names in given.get("shared", {}).items():
                _shares(found, over).sort(names)


def fingerprints_ahead(snapshot: str, shared: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the fingerprints of the study that was opened ahead; empty if none was.

    Parameters
    ----------
    snapshot : str
        Digest of the data that they are asked of; of other data nothing is given.
    shared : mapping of str to sequence of str
        What is handed in shares.
    """
    from toolkit.publish.notebooks.fingerprints import fingerprints, fingerprints_of_shares

    found = _AHEAD.get(_places(told() or {"study": "", "data": ""}))
    if found is None or found.snapshot != snapshot:
        return {}
    shares = {over: _shares(found, over) for over in shared}
    return fingerprints(found.study) | fingerprints_of_shares(shares, shared)


def opened(given: Told) -> StudyData:
    """Return a notebook's study, or its own strand or case of it.

    Parameters
    ----------
    given : mapping
        Folders ``study`` and ``data``; ``keys``, where the run shares them; ``snapshot``, the
        digest of the data that the run is about; ``share``, what it is handed of which one of the
        ``strands`` or ``cases``.

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
    if "share" not in given:
        return found.study
    over, item, names = given["share"]
    return _shares(found, over).study(item, names)


def _shares(found: Opened, over: str) -> Shares:
    """Return what each of the strands or cases has."""
    from toolkit.analysis.data.shares import Shares

    return found.shares.setdefault(over, Shares(found.study, over))


def _open(given: Told) -> Opened:
    """Open the study, reading only."""
    from toolkit.analysis.frames import open_study
    from toolkit.publish.notebooks.inputs import snapshot_of
    from toolkit.store.home import find_home
    from toolkit.store.lifecycle.unlocked import unlock

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
