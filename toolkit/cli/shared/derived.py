"""Where something lies that was made from a study's data and is no page for readers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring


def derived_from(home: Home, keyring: Keyring | None, outputs: Path) -> list[Path]:
    """Return files and folders that go when a study is destroyed.

    Parameters
    ----------
    home : Home
        The study's home.
    keyring : Keyring or None
        The unlocked research keyring; without it nobody knows what was exported.
    outputs : pathlib.Path
        Folder below which runs have written.
    """
    from toolkit.fieldwork.exports import exported
    from toolkit.publish.provenance.stale import kept_by_runs

    found = [*kept_by_runs(outputs, home.study), *_rehearsed(home.study)]
    if keyring is not None:
        with closing(home.open_research(keyring)) as store:
            found += [each.path for each in exported(store.read())]
    return found


def _rehearsed(study: str) -> Iterator[Path]:
    """Yield what killed rehearsals of a study have left in the temporary folder."""
    from toolkit.store.home import REHEARSAL_MARK

    for mark in Path(tempfile.gettempdir()).glob(f"toolkit-rehearsal-*/**/{REHEARSAL_MARK}"):
        try:
            told = json.loads(mark.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(told, dict) and told.get("study") == study:
            yield mark.parent
