"""Which pages were made from data that held somebody who withdraws (clause P26).

A run records how many events it saw and a digest of what they said. The digest is a chain, so that
the journal can be asked at which of its events it had that value: what the run saw is what came
before. Where no place fits, the run saw other data, and its pages count as stale too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from toolkit.errors import RunError
from toolkit.fieldwork.withdrawal import belongs_to
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.output_folder import MANIFEST
from toolkit.store import Store
from toolkit.store.journal.sealing import content_of, genesis, seal

Held = Literal["held", "in doubt"]
# Pages that are made from the study's files and not from its data.
_NO_DATA = "guides/"
_KEPT = ".cache"
_ASKED = "asked"  # what commands have said, of whichever study


@dataclass(frozen=True, slots=True)
class StalePage:
    """An output that has to be made anew, and its copies destroyed.

    Attributes
    ----------
    run : str
        Id of the run that made it.
    page : str
        Its place below the folder of outputs.
    hash : str
        SHA-256 (hex) of the file, by which copies of it can be told.
    held : {"held", "in doubt"}
        Whether its data held the person, or nobody can tell.
    """

    run: str
    page: str
    hash: str
    held: Held

    def to_json(self) -> dict[str, str]:
        """Return it as JSON values."""
        return {"run": self.run, "page": self.page, "hash": self.hash, "held": self.held}


@dataclass(frozen=True, slots=True)
class _Run:
    """What a manifest says of its run."""

    folder: Path
    run: str
    study: str
    events: int
    snapshot: str
    places: tuple[str, ...]


def stale_pages(outputs: Path, store: Store, case: str) -> list[StalePage]:
    """List the outputs that a withdrawal makes stale; ask before it is carried out.

    Parameters
    ----------
    outputs : pathlib.Path
        Folder below which runs have written, in any depth; it need not be there.

    Returns
    -------
    list of StalePage
        Files that are there, sorted by place. Runs of other studies are passed over.

    Raises
    ------
    RunError
        A manifest cannot be read (RUN-030): what it stands for would be missed.
    """
    runs = [_read(outputs, file) for file in sorted(outputs.rglob(MANIFEST))]
    mine = [each for each in runs if each.study == store.about.study]
    held = _held(store, case, {(each.events, each.snapshot) for each in mine})
    stale = ((run, held.get((run.events, run.snapshot), "in doubt")) for run in mine)
    return [page for run, how in stale if how is not None for page in _pages(outputs, run, how)]


def drop_kept(outputs: Path, study: str) -> bool:
    """Delete what runs of a study have kept to be quicker next time: notebooks as they came out.

    Raises
    ------
    RunError
        A file cannot be deleted (RUN-031).
    """
    kept = kept_by_runs(outputs, study)
    try:
        for each in kept:
            shutil.rmtree(each)
    except OSError as fault:
        kind = (fault.strerror or "the disk failed").lower()
        raise RunError.of("RUN-031", place="outputs", what=kind) from None
    return bool(kept)


def kept_by_runs(outputs: Path, study: str) -> list[Path]:
    """Return the folders in which runs of a study have kept something to be quicker next time.

    Parameters
    ----------
    outputs, study
        As in `drop_kept`.
    """
    places = (outputs / _KEPT / each for each in (study, _ASKED))
    return [each for each in places if each.is_dir()]


def _held(
    store: Store, case: str, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], Held | None]:
    """Return for each state of the journal that a run saw whether it held the case; None for no."""
    counts = {events for events, _ in wanted}
    found: dict[tuple[int, str], Held | None] = {}
    digest, there = genesis(store.about), False
    for number, event in enumerate(store.read() if wanted else (), 1):
        digest = seal(digest, content_of(event, event.seq))
        there = there or belongs_to(case, event.case)
        if number in counts:
            found[number, digest] = "held" if there else None
    if (0, genesis(store.about)) in wanted:
        found[0, genesis(store.about)] = None
    return found


def _pages(outputs: Path, run: _Run, held: Held) -> Iterator[StalePage]:
    """Yield the pages of a run that exist; the manifest counts, as it holds results."""
    for place in sorted((*run.places, MANIFEST)):
        file = run.folder / PurePosixPath(place)
        inside = ".." not in PurePosixPath(place).parts and not place.startswith("/")
        if inside and not place.startswith(_NO_DATA) and file.is_file():
            page = file.relative_to(outputs).as_posix()
            yield StalePage(run.run, page, hash_of(file.read_bytes()), held)


def _read(outputs: Path, manifest: Path) -> _Run:
    """Read what a manifest says.

    Raises
    ------
    RunError
        It cannot be read, or says something else than a run writes (RUN-030).
    """
    try:
        told = json.loads(manifest.read_bytes())
        inputs, places = told["inputs"], tuple(map(str, told["outputs"]))
        data = inputs["data"]
        seen = (int(data["events"]), str(data["snapshot"]))
        run = _Run(manifest.parent, str(told["run"]), str(inputs["study"]), *seen, places)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        file = manifest.relative_to(outputs).as_posix()
        raise RunError.of("RUN-030", place="outputs", file=file) from None
    return run
