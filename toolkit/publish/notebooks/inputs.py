"""What goes into a run: the study's files, its data, the code and the packages, with hashes."""

from __future__ import annotations

import platform
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from toolkit.errors import RunError, StoreError
from toolkit.guide import Guide, load_guide, load_study
from toolkit.guide.study.model import Study
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.sources import by_session, held_sessions
from toolkit.store import About, Event, Store
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.journal.sealing import content_of, genesis, seal

# Whatever can change a byte of an output when its version changes.
_PACKAGES = (
    "ipykernel ipython jinja2 matplotlib mistune nbclient nbconvert nbformat nh3 numpy pandas"
    " papermill pydantic pygments ruamel.yaml"
).split()


@dataclass(frozen=True, slots=True)
class Inputs:
    """A study and its data, read and checked.

    Attributes
    ----------
    folder : pathlib.Path
        Folder of the study's files.
    home : Home
        Where its data are.
    study : Study
        The protocol.
    guides : tuple of Guide
        The topic guides, in the order of the strands.
    fictional : bool
        True if the store says that its data are fictional.
    events : int
        Records in the journal (count).
    snapshot : str
        Changes when any record does; the same for the same records, wherever they are stored.
    cases : mapping of str to frozenset of str
        Pseudonyms of the cases with a session that is over and kept, where they were asked for,
        and the ids of the guides that they were asked by.
    files : mapping of str to str
        Files of the study and their SHA-256 (hex).
    """

    folder: Path
    home: Home
    study: Study
    guides: tuple[Guide, ...]
    fictional: bool
    events: int
    snapshot: str
    cases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def files_of(
        self, *, protocol: bool, guides: Collection[str], codebook: bool
    ) -> dict[str, str]:
        """Return the files of the study that a notebook reads, with their SHA-256."""
        names = ["study.yaml", self.study.consent] if protocol else []
        names += [file for file, guide in self.guide_files.items() if guide in guides]
        names += [self.study.codebook] if codebook else []
        return {name: self.files[name] for name in sorted({*names})}

    @property
    def guide_files(self) -> dict[str, str]:
        """File of each topic guide to its id."""
        files = dict.fromkeys(each.guide for each in self.study.strands)
        return {file: guide.id for file, guide in zip(files, self.guides, strict=True)}

    def to_json(self) -> dict[str, object]:
        """Return what the manifest says of the inputs; no path of this machine is in it."""
        return {
            "study": self.study.study,
            "fictional": self.fictional,
            "protocol": {"version": self.study.version, "hash": self.study.hash},
            "guides": [
                {"guide": each.guide, "version": each.version, "hash": each.hash}
                for each in self.guides
            ],
            "files": {name: self.files[name] for name in sorted(self.files)},
            "data": {"events": self.events, "snapshot": self.snapshot},
        }


def read_inputs(folder: Path, home: Home, keyring: Keyring, *, with_cases: bool = False) -> Inputs:
    """Read the study's files and verify its journal.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of ``study.yaml`` and of the files that it names.
    with_cases : bool
        Whether the cases are asked for, which means to go through all sessions.

    Returns
    -------
    Inputs
        All read; nothing was written.

    Raises
    ------
    RunError
        RUN-016, the folder is not there; RUN-019, the data are of another study.
    StudyError, GuideError, StoreError
        A file of the study has faults, or the journal is not as it was written.
    """
    if not folder.is_dir():
        raise RunError.of("RUN-016", place=f"folder {folder.name}")
    study = load_study(folder)
    if home.study != study.study:
        raise RunError.of("RUN-019", place=f"study {study.study}", data=home.study)
    names = dict.fromkeys(each.guide for each in study.strands)
    guides = tuple(load_guide(folder / name) for name in names)
    store = home.open_research(keyring)
    try:
        digest = Digest(store.about)
        faults = store.verify(digest.take)
        if faults:
            raise StoreError(faults)
        cases = _cases(store, guides) if with_cases else {}
    finally:
        store.close()
    files = {each.name: hash_of(each.read_bytes()) for each in folder.glob("*.yaml")}
    counted = (digest.events, digest.snapshot)
    return Inputs(folder, home, study, guides, home.fictional, *counted, cases, files)


class Digest:
    """A digest of what the records of a journal say, taken one by one.

    The seals of an encrypted journal come out differently each time; this digest does not.

    Parameters
    ----------
    about : About
        The study.

    Attributes
    ----------
    events : int
        Records that were taken (count).
    snapshot : str
        The digest so far (SHA-256, hex).
    """

    def __init__(self, about: About) -> None:
        self.events, self.snapshot = 0, genesis(about)

    def take(self, event: Event) -> None:
        """Apply the next record."""
        self.events += 1
        self.snapshot = seal(self.snapshot, content_of(event, event.seq))


def snapshot_of(about: About, events: Iterable[Event]) -> str:
    """Return the digest of what records say."""
    digest = Digest(about)
    for event in events:
        digest.take(event)
    return digest.snapshot


def _cases(store: Store, guides: tuple[Guide, ...]) -> dict[str, frozenset[str]]:
    """Return the cases with a session that is over and kept, sorted, and their guides."""
    found: dict[str, set[str]] = {}
    for each in held_sessions(by_session(store.read()), {each.guide: each for each in guides}):
        found.setdefault(each.state.case, set()).add(each.guide.id)
    return {case: frozenset(found[case]) for case in sorted(found)}


def environment() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape an output."""
    versions = {"python": platform.python_version()}
    return versions | {name: metadata.version(name) for name in _PACKAGES}
