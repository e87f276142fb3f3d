"""Where a study's data are kept, as far as files can show it: in which stores, and sealed."""

from __future__ import annotations

from pathlib import Path

from toolkit.store.home import Home

_PLAIN = b"SQLite format 3\x00"


def databases(home: Home) -> dict[str, tuple[int, int]]:
    """Count the database files of each store.

    Returns
    -------
    dict of str to (int, int)
        ``research`` and ``identity`` to files that are not readable databases, and all files.
    """
    found = {}
    for name, folder in (("research", home.research), ("identity", home.identity)):
        files = list(folder.rglob("*.db"))
        found[name] = sum(_head(each) != _PLAIN for each in files), len(files)
    return found


def keyrings_apart(home: Home) -> bool:
    """Return whether each of the two stores has a folder and a keyring of its own."""
    return home.research != home.identity and home.research_keyring != home.identity_keyring


def _head(file: Path) -> bytes:
    """Return the first bytes of a file, which show whether it is a readable database."""
    with file.open("rb") as opened:
        return opened.read(len(_PLAIN))
