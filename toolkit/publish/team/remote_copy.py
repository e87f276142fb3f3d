"""A copy of what a run published, wherever fsspec can write: object stores, servers, shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.errors import RunError
from toolkit.publish.output_folder import MANIFEST


def copy_outputs(files: Mapping[str, bytes], url: str) -> None:
    """Copy the files of a run to an address, once all of them have passed the gate.

    What an earlier run put there and this one did not is taken away. The manifest is taken away
    first and written last: where it is, everything that it lists is.

    Parameters
    ----------
    url : str
        Folder in fsspec's words: ``s3://bucket/study``, ``sftp://host/folder``, a local path.

    Raises
    ------
    RunError
        It cannot be written to, or what writes to such places is not installed (RUN-055).
    """
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(url)
        _copy(system, root.rstrip("/"), files)
    except (OSError, ValueError, ImportError) as error:
        kind = type(error).__name__
        raise RunError.of("RUN-055", place="--copy-to", kind=kind) from None


def _copy(system: Any, root: str, files: Mapping[str, bytes]) -> None:
    """Write and take away."""
    manifest = f"{root}/{MANIFEST}"
    earlier = _listed(system, manifest)
    if earlier:
        system.rm_file(manifest)
    for place in sorted(set(files) - {MANIFEST}):
        system.makedirs(f"{root}/{place}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{root}/{place}", files[place])
    for place in sorted(earlier - set(files)):
        if system.exists(f"{root}/{place}"):
            system.rm_file(f"{root}/{place}")
    system.pipe_file(manifest, files[MANIFEST])


def _listed(system: Any, manifest: str) -> set[str]:
    """Return the places that an earlier run put something to."""
    try:
        places = set(json.loads(system.cat_file(manifest))["outputs"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    return {each for each in places if ".." not in each.split("/") and not each.startswith("/")}
