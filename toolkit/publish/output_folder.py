"""Writing what is published: each file whole or not at all, and nothing left over from before."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from toolkit.errors import RunError

MANIFEST = "run.json"
SIDE_FILE = "run.side.json"
_BEGUN = ".run.begun.json"


def as_json(value: Mapping[str, object]) -> bytes:
    """Return JSON values as the bytes of a file: sorted keys, two spaces, UTF-8, one line end."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def check_writable(outputs: Path) -> None:
    """Make the folder of outputs if it is missing, and refuse one that cannot be written to.

    Raises
    ------
    RunError
        RUN-017, before anything has started.
    """
    probe = outputs / f".writable.{os.getpid()}"
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _cannot_write(error) from None


def _cannot_write(error: OSError) -> RunError:
    kind = error.strerror or "it cannot be written to"
    return RunError.of("RUN-017", place="outputs folder", what=kind)


def write_outputs(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files of a run and take away what an earlier run wrote and this one did not.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the study below ``outputs/``; made where it is missing. Files that no run wrote
        are left alone.
    files : mapping of str to bytes
        Place in the folder, with ``/`` between its parts, to content. The manifest is written
        last: where it is, everything that it lists is, and nothing of an earlier run. What a run
        is about to write is noted first, so that one that is cut short leaves nothing behind.

    Raises
    ------
    RunError
        RUN-017, the folder cannot be written to.
    """
    try:
        earlier = _listed(folder, MANIFEST) | _listed(folder, _BEGUN)
        begun = as_json({"outputs": dict.fromkeys(earlier | set(files), "")})
        _write(folder / _BEGUN, begun)
        for place in sorted(set(files) - {MANIFEST}):
            _write(folder / PurePosixPath(place), files[place])
        for place in sorted(earlier - set(files)):
            (folder / PurePosixPath(place)).unlink(missing_ok=True)
        _write(folder / MANIFEST, files[MANIFEST])
        (folder / _BEGUN).unlink()
    except OSError as error:
        raise _cannot_write(error) from None
    return [folder / PurePosixPath(place) for place in files]


def _listed(folder: Path, name: str) -> set[str]:
    """Return the places that an earlier run wrote to, or was about to when it was cut short."""
    try:
        outputs = json.loads((folder / name).read_text(encoding="utf-8"))["outputs"]
        places = {str(place) for place in outputs}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {each for each in places if ".." not in each.split("/") and not each.startswith("/")}


def _write(file: Path, content: bytes) -> None:
    """Put a file in place in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_bytes(content)
    os.replace(partial, file)
