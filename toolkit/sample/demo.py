"""The store of the sample study, made once and used until one of its inputs changes.

It is encrypted like any other, under a passphrase that is no secret: `SAMPLE`.
"""

from __future__ import annotations

import hashlib
import shutil
from itertools import groupby
from pathlib import Path

from toolkit.errors import SampleError
from toolkit.guide import load_study
from toolkit.sample.load import load_sample
from toolkit.sample.reading import read_sample
from toolkit.store import About, MemoryStore
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities

_STAMP = "inputs.sha256"
_CODE = Path(__file__).parent.parent
_ROOMS = ("guide", "store", "fieldwork", "capture", "sources", "coding", "analysis", "sample")


def prepare_demo(study_dir: str | Path, folder: str | Path) -> Home:
    """Make the fictional store of a sample study, or use the one that is there.

    Parameters
    ----------
    study_dir : str or Path
        Folder of the study, with ``sample/`` in it.
    folder : str or Path
        Where the data go. They are made anew whenever the study's files or the code that loads
        them have changed.

    Raises
    ------
    SampleError
        The sample has faults, or the folder holds something else.
    """
    study_dir, folder = Path(study_dir), Path(folder)
    wanted = _hash_of_inputs(study_dir)
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return find_home(folder)
    if folder.exists() and not stamp.is_file() and any(folder.iterdir()):
        raise SampleError.of("SAMPLE-013", place=f"folder {folder.name}")
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _load(study_dir, fresh)
    (fresh / _STAMP).write_text(wanted, encoding="ascii")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return find_home(folder)


def _load(study_dir: Path, folder: Path) -> None:
    """Load in memory, where every fault shows, and write the whole journal down only then."""
    study = load_study(study_dir).study
    people = read_sample(study_dir / "sample").recruitment.content.people
    about = About(study, True, min(each.invited for each in people.values()))
    home = make_home(folder, about, SAMPLE, sample=True).home
    rehearsed = MemoryStore(about)
    identity = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    try:
        load_sample(study_dir, rehearsed, identity)
    finally:
        identity.close()
    store = home.open_research(Keyring.unlock(home.research_keyring, SAMPLE))
    try:
        for _, events in groupby(rehearsed.read(), key=lambda event: event.session):
            store.append(list(events))
    finally:
        store.close()


def _hash_of_inputs(study_dir: Path) -> str:
    """Hash the study's files and the code that loads them."""
    sums = hashlib.sha256()
    code = [path for room in _ROOMS for path in (_CODE / room).rglob("*.py")]
    for base, paths in ((study_dir, study_dir.rglob("*.yaml")), (_CODE, code)):
        for path in sorted(paths):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            sums.update(f"{path.relative_to(base).as_posix()} {content}\n".encode())
    return sums.hexdigest()
