"""A fingerprint of everything that a notebook can be handed, source by source.

The key of a notebook rests on the fingerprints of what it reads: a new attempt to reach somebody
changes that of the attempts and no other. What a notebook is handed of one case or strand has one
of its own. They are worked out once for each state of the journal and kept; where the process that
notebooks are forked from has the study open, it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast

from toolkit.errors import RunError
from toolkit.publish.notebooks.code import code_hash
from toolkit.publish.notebooks.hashes import hash_of, hash_of_json
from toolkit.publish.notebooks.inputs import Inputs, snapshot_of
from toolkit.publish.notebooks.packages import installed
from toolkit.publish.notebooks.readable import share_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.analysis.data.shares import Shares
    from toolkit.analysis.data.study_data import StudyData
    from toolkit.sources import Source
    from toolkit.store.keys.keyring import Keyring

_KEPT = "data "
Shared = Mapping[str, Sequence[str]]
"""``strands`` or ``cases`` to what is handed in shares (`Graph.shares`)."""


def fingerprints(study: StudyData) -> dict[str, str]:
    """Return the fingerprint of each source of a study: of what it says, wherever it is stored.

    Returns
    -------
    dict of str to str
        Name as in ``reads`` to SHA-256 (hex); and ``fictional``, which every footer says.
    """
    frames = study.frames
    found = {each.name: _of_frame(getattr(frames, each.name)) for each in fields(frames)}
    found["recruitment"] = _of([found["recruitment"], asdict(study.sampling)])
    found["sources"] = _of_sources(study.sources)
    found["quotations"] = _of([asdict(each) for each in study.quoted])
    found["fictional"] = _of(study.fictional)
    return found


def fingerprints_of_shares(shares: Mapping[str, Shares], shared: Shared) -> dict[str, str]:
    """Return the fingerprint of what each case or strand has of each source.

    Parameters
    ----------
    shares : mapping of str to Shares
        For ``strands`` and ``cases``.
    shared : mapping of str to sequence of str
        What is handed in shares of each of the two.

    Returns
    -------
    dict of str to str
        ``answers of case K01`` to SHA-256 (hex): of the rows alone, and of nothing that they
        share a frame with. Guides are files of the study and have none.
    """
    return {
        share_of(source, over, item): digest
        for over, sources in shared.items()
        for source in sources
        if source != "guides"
        for item, digest in _by_item(shares[over], source)
    }


def known_fingerprints(
    inputs: Inputs, memo: MutableMapping[str, object], shared: Shared
) -> dict[str, str]:
    """Return the fingerprints that were worked out for these inputs before; empty if none were.

    Parameters
    ----------
    shared : mapping of str to sequence of str
        What is handed in shares.
    """
    found = memo.get(_mark(inputs, shared), {})
    return cast(dict[str, str], found) if isinstance(found, dict) else {}


def keep_fingerprints(
    inputs: Inputs, found: Mapping[str, str], memo: MutableMapping[str, object], shared: Shared
) -> None:
    """Keep fingerprints, and none of other data.

    Parameters
    ----------
    found : mapping of str to str
        From `fingerprints` and `fingerprints_of_shares`.
    shared : mapping of str to sequence of str
        What is handed in shares.
    """
    for old in [each for each in memo if each.startswith(_KEPT)]:
        del memo[old]
    memo[_mark(inputs, shared)] = dict(found)


def work_out(inputs: Inputs, keyring: Keyring, shared: Shared) -> dict[str, str]:
    """Open the study here and give its fingerprints.

    Parameters
    ----------
    shared : mapping of str to sequence of str
        What is handed in shares.

    Raises
    ------
    RunError
        Somebody wrote to the journal since the inputs were read (RUN-050).
    SourceError
        A session was held with a guide that the study does not have (SOURCE-001).
    """
    from toolkit.analysis.frames import open_study
    from toolkit.analysis.data.shares import Shares

    store = inputs.home.open_research(keyring)
    try:
        events = list(store.read())
        study = open_study(store, inputs.folder, events)
        if snapshot_of(store.about, events) != inputs.snapshot:
            raise RunError.of("RUN-050", place=f"study {inputs.study.study}")
    finally:
        store.close()
    shares = {over: Shares(study, over) for over in shared}
    return fingerprints(study) | fingerprints_of_shares(shares, shared)


def _mark(inputs: Inputs, shared: Shared) -> str:
    """Return what fingerprints are kept under: the data, and all that makes frames of them."""
    guides = set(inputs.guide_files.values())
    files = inputs.files_of(protocol=True, guides=guides, codebook=True)
    with_what = {"code": code_hash(), "packages": installed(), "shared": shared}
    return _KEPT + hash_of_json({"data": inputs.snapshot, "files": files, **with_what})


def _by_item(shares: Shares, source: str) -> Iterator[tuple[str, str]]:
    """Yield each case or strand with the fingerprint of what it has of one source."""
    if source == "sources":
        yield from ((item, _of_sources(shares.sources(item))) for item in shares.items)
        return
    if shares.counts(source):
        yield from ((item, _of_frame(shares.frame(source, item))) for item in shares.items)
        return
    columns = _columns(shares.whole(source))
    for item in shares.items:
        rows = shares.rows(source, item).tolist()
        # That of the frame with these rows alone, which nobody has to make for it.
        yield item, _of([[*about, [values[n] for n in rows]] for *about, values in columns])


def _of_sources(sources: Mapping[str, Source]) -> str:
    """Return the fingerprint of texts."""
    return _of({name: asdict(each) for name, each in sources.items()})


def _of_frame(frame: pd.DataFrame) -> str:
    """Return the fingerprint of a frame: its columns in order, with their types and values."""
    return _of(_columns(frame))


def _columns(frame: pd.DataFrame) -> list[list[Any]]:
    """Return name, type and values of each column."""
    return [[name, str(frame[name].dtype), _values(frame[name])] for name in frame.columns]


def _values(column: pd.Series[Any]) -> list[object]:
    """Return the values of a column as JSON knows them; moments as numbers."""
    if column.dtype.kind == "M":
        return list(column.astype("int64").tolist())
    plain = column.astype(object)
    return list(plain.where(column.notna(), None).tolist())


def _of(value: object) -> str:
    """Hash a value that JSON knows; a float by all of its digits."""
    return hash_of(json.dumps(value, sort_keys=True).encode("ascii"))
