"""What goes into a run: the study's files, its data, the code and the packages, with hashes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from toolkit.errors import RunError
from toolkit.guide import Guide, load_guide, load_study
from toolkit.guide.study import Study
from toolkit.store import PlainStore

# Whatever can change a byte of an output when its version changes.
_PACKAGES = (
    "bleach ipykernel ipython jinja2 matplotlib mistune nbclient nbconvert nbformat numpy pandas"
    " papermill pydantic pygments ruamel.yaml"
).split()


@dataclass(frozen=True, slots=True)
class Inputs:
    """A study and its data, read and checked.

    Attributes
    ----------
    folder, data : pathlib.Path
        Folder of the study's files; folder of its store.
    study : Study
        The protocol.
    guides : tuple of Guide
        The topic guides, in the order of the strands.
    fictional : bool
        True where the store says that its data are fictional.
    events : int
        Records in the journal (count).
    snapshot : str
        Last seal of the journal's chain: changes when any record does.
    """

    folder: Path
    data: Path
    study: Study
    guides: tuple[Guide, ...]
    fictional: bool
    events: int
    snapshot: str

    def to_json(self) -> dict[str, object]:
        """Give what the manifest says of the inputs; no path of this machine is in it."""
        return {
            "study": self.study.study,
            "fictional": self.fictional,
            "protocol": {"version": self.study.version, "hash": self.study.hash},
            "guides": [
                {"guide": each.guide, "version": each.version, "hash": each.hash}
                for each in self.guides
            ],
            "files": {
                file.name: hash_of(file.read_bytes()) for file in sorted(self.folder.glob("*.yaml"))
            },
            "data": {"events": self.events, "snapshot": self.snapshot},
        }


def read_inputs(folder: Path, data: Path) -> Inputs:
    """Read the study's files and verify its journal.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of ``study.yaml`` and of the files that it names.
    data : pathlib.Path
        Folder of the store.

    Returns
    -------
    Inputs
        All read; nothing was written.

    Raises
    ------
    RunError
        RUN-016, one of the folders is not there.
    StudyError, GuideError, StoreError
        A file of the study has faults, or the journal's chain is broken.
    """
    for place, each, holds in (("study", folder, "study.yaml"), ("data", data, "a store")):
        if not each.is_dir():
            raise RunError.of("RUN-016", place=f"{place} folder", what=place, holds=holds)
    study = load_study(folder)
    guides = dict.fromkeys(strand.guide for strand in study.strands)
    store = PlainStore(data)
    try:
        fictional, events, seal = store.about.fictional, 0, ""
        for event in store.read():
            events, seal = events + 1, event.chain
    finally:
        store.close()
    return Inputs(
        folder=folder,
        data=data,
        study=study,
        guides=tuple(load_guide(folder / name) for name in guides),
        fictional=fictional,
        events=events,
        snapshot=seal,
    )


def environment() -> dict[str, str]:
    """Give the versions of Python and of the packages that shape an output."""
    versions = {"python": platform.python_version()}
    return versions | {name: metadata.version(name) for name in _PACKAGES}


def hash_of(content: bytes) -> str:
    """Give the SHA-256 of bytes (64 hex digits)."""
    return hashlib.sha256(content).hexdigest()


def canonical(value: Mapping[str, object]) -> bytes:
    """Give JSON values as bytes: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
