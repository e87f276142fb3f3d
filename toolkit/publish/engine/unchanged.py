"""The same run again when nothing was touched: answered in a twentieth of a second.

After a good run the command notes what it was asked, and size and times of every file that went in
and came out. Asked the same again, it looks at these and at nothing else. Any doubt, and it runs as
always, which looks at contents. It loads almost nothing: loading click alone would take longer.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence

_FORMAT = "toolkit-asked/1"
_NOT_OURS = ("__pycache__", "node_modules")

Look = dict[str, list[int]]


def answer_again(words: Sequence[str]) -> str | None:
    """Return what to say where nothing was touched since the same was asked before.

    Parameters
    ----------
    words : sequence of str
        Of the command line, ``run`` first.

    Returns
    -------
    str or None
        None if it has to be looked at more closely.
    """
    try:
        with open(_place(words), encoding="utf-8") as file:
            noted = json.load(file)
        same = (
            noted["asked"] == _asked(words)
            and all(_look(root) == seen for root, seen in noted["inputs"].items())
            and noted["outputs"] == {place: _stat(place) for place in noted["outputs"]}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return str(noted["says"]) if same else None


def look_at(roots: Sequence[str | os.PathLike[str]]) -> dict[str, Look]:
    """Return size and times of all files in folders, before a run reads them.

    Parameters
    ----------
    roots : sequence of path
        The folders that a run reads; that of the toolkit is added.
    """
    code = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    return {root: _look(root) for root in map(os.path.abspath, [*roots, code])}


def remember(
    words: Sequence[str],
    inputs: Mapping[str, Look],
    outputs: Sequence[str | os.PathLike[str]],
    says: str,
) -> None:
    """Note what was asked and what it rests on.

    Parameters
    ----------
    words : sequence of str
        Of the command line, ``run`` first.
    says : str
        What to say when the same is asked and nothing was touched.
    """
    noted = {
        "asked": _asked(words),
        "inputs": inputs,
        "outputs": {place: _stat(place) for place in map(os.path.abspath, outputs)},
        "says": says,
    }
    place = _place(words)
    os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
    part = f"{place}.{os.getpid()}"
    with open(part, "w", encoding="utf-8", opener=_for_oneself) as file:
        json.dump(noted, file)
    os.replace(part, place)


def _asked(words: Sequence[str]) -> dict[str, object]:
    """Return what was asked, where, and with which Python and which packages."""
    folders = [each for each in sys.path if os.path.isdir(each)]
    return {
        "format": _FORMAT,
        "words": list(words),
        "folder": os.getcwd(),
        "python": sys.version,
        "packages": {each: os.stat(each).st_mtime_ns for each in folders},
    }


def _place(words: Sequence[str]) -> str:
    """Return the file in which the answer to these words is noted."""
    outputs = "outputs"
    for number, word in enumerate(words):
        if word == "--outputs" and number + 1 < len(words):
            outputs = words[number + 1]
        elif word.startswith("--outputs="):
            outputs = word.partition("=")[2]
    # Words that share a number take each other's place: the words themselves are compared.
    name = zlib.crc32("\0".join(words).encode("utf-8", "surrogateescape"))
    return os.path.join(outputs, ".cache", "asked", f"{name:08x}.json")


def _look(root: str) -> Look:
    """Return size and times of all files in a folder except hidden ones."""
    return dict(_files(root, ""))


def _files(root: str, inside: str) -> Iterator[tuple[str, list[int]]]:
    with os.scandir(os.path.join(root, inside)) as entries:
        for each in entries:
            # Readers of a database touch its shared memory.
            if each.name.startswith(".") or each.name in _NOT_OURS or each.name.endswith("-shm"):
                continue
            place = os.path.join(inside, each.name)
            if each.is_dir():
                yield from _files(root, place)
            else:
                told = each.stat()
                yield place, [told.st_size, told.st_mtime_ns, told.st_ctime_ns]


def _stat(place: str) -> list[int]:
    """Return size and times of one file."""
    told = os.stat(place)
    return [told.st_size, told.st_mtime_ns, told.st_ctime_ns]


def _for_oneself(place: str, flags: int) -> int:
    """Open a file that only the person who runs can read."""
    return os.open(place, flags, 0o600)
