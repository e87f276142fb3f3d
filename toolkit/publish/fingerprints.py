"""A fingerprint of everything that a notebook can be handed, source by source.

The key of a notebook rests on the fingerprints of what it reads: a new attempt to reach somebody
changes that of the attempts and no other. They are worked out once for each state of the journal
and kept; where the process that notebooks are forked from has the study open, it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast

from toolkit.errors import RunError
from toolkit.publish.code import code_hash
from toolkit.publish.hashes import canonical, hash_of
from toolkit.publish.inputs import Inputs, snapshot_of
from toolkit.publish.packages import installed

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.analysis.study_data import StudyData
    from toolkit.store.keyring import Keyring

_KEPT = "data "


def fingerprints(study: StudyData) -> dict[str, str]:
    """Give the fingerprint of each source of a study: of what it says, wherever it is stored.

    Parameters
    ----------
    study : StudyData
        The whole study.

    Returns
    -------
    dict of str to str
        Name as in ``reads`` to SHA-256 (hex); and ``fictional``, which every footer says.
    """
    frames = study.frames
    found = {each.name: _of_frame(getattr(frames, each.name)) for each in fields(frames)}
    found["recruitment"] = _of([found["recruitment"], asdict(study.recruitment)])
    found["sources"] = _of({name: asdict(each) for name, each in study.sources.items()})
    found["quotations"] = _of([asdict(each) for each in study.quoted])
    found["fictional"] = _of(study.fictional)
    return found


def known_fingerprints(inputs: Inputs, memo: MutableMapping[str, object]) -> dict[str, str]:
    """Give the fingerprints that were worked out for these inputs before; empty if none were.

    Parameters
    ----------
    inputs : Inputs
        The study and its data.
    memo : mutable mapping
        From `keep_fingerprints`.
    """
    found = memo.get(_mark(inputs), {})
    return cast(dict[str, str], found) if isinstance(found, dict) else {}


def keep_fingerprints(
    inputs: Inputs, found: Mapping[str, str], memo: MutableMapping[str, object]
) -> None:
    """Keep fingerprints, and none of other data.

    Parameters
    ----------
    inputs : Inputs
        The study and its data.
    found : mapping of str to str
        From `fingerprints`.
    memo : mutable mapping
        Where to keep them.
    """
    for old in [each for each in memo if each.startswith(_KEPT)]:
        del memo[old]
    memo[_mark(inputs)] = dict(found)


def work_out(inputs: Inputs, keyring: Keyring) -> dict[str, str]:
    """Open the study here and give its fingerprints.

    Parameters
    ----------
    inputs : Inputs
        The study and its data.
    keyring : Keyring
        The unlocked research keyring.

    Raises
    ------
    RunError
        Somebody wrote to the journal since the inputs were read (RUN-050).
    SourceError
        A session was held with a guide that the study does not have (SOURCE-001).
    """
    from toolkit.analysis.frames import open_study

    store = inputs.home.open_research(keyring)
    try:
        events = list(store.read())
        study = open_study(store, inputs.folder, events)
        if snapshot_of(store.about, events) != inputs.snapshot:
            raise RunError.of("RUN-050", place=f"study {inputs.study.study}")
    finally:
        store.close()
    return fingerprints(study)


def _mark(inputs: Inputs) -> str:
    """Give what fingerprints are kept under: the data, and all that makes frames of them."""
    files = inputs.files_of(protocol=True, all_guides=True, codebook=True)
    with_what = {"code": code_hash(), "packages": installed()}
    return _KEPT + hash_of(canonical({"data": inputs.snapshot, "files": files, **with_what}))


def _of_frame(frame: pd.DataFrame) -> str:
    """Give the fingerprint of a frame: its columns in order, with their types and values."""
    return _of([[name, str(frame[name].dtype), _values(frame[name])] for name in frame.columns])


def _values(column: pd.Series[Any]) -> list[object]:
    """Give the values of a column as JSON knows them; moments as numbers."""
    if column.dtype.kind == "M":
        return list(column.astype("int64").tolist())
    plain = column.astype(object)
    return list(plain.where(column.notna(), None).tolist())


def _of(value: object) -> str:
    """Hash a value that JSON knows; a float by all of its digits."""
    return hash_of(json.dumps(value, sort_keys=True).encode("ascii"))
