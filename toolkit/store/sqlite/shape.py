"""What an encrypted file consists of besides its rows, compared with what the toolkit makes.

A trigger of somebody else would change what is written, a table would carry something along, and
a setting could make a later version misread the file: none of that shows in the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sqlcipher3 import dbapi2

from toolkit.store.journal.database import Database

_MADE = re.compile(r"CREATE (\w+) (\w+)")
# What stands in the header of a file and stays there, with what it is in a file of ours.
_SETTINGS = {
    "user_version": "0",
    "application_id": "0",
    "auto_vacuum": "0",
    "page_size": "4096",
    "encoding": "UTF-8",
}


def altered(file: Database, statements: Sequence[str]) -> list[str]:
    """Return what is not as the toolkit made it, in short words; empty where all is.

    Parameters
    ----------
    file : Database
        The open file.
    statements : sequence of str
        What makes its tables, indexes and triggers.
    """
    return [*_parts(file, statements), *_settings(file)]


def _parts(file: Database, statements: Sequence[str]) -> Iterator[str]:
    made = (_MADE.match(each) for each in statements)
    wanted = {
        (each[1].lower(), each[2]): _plain(text)
        for each, text in zip(made, statements, strict=True)
        if each
    }
    found = {}
    for kind, name, text in file.run("SELECT type, name, sql FROM sqlite_master"):
        # An index that SQLite makes for a key has no words of its own: the table's say it.
        if text is not None or kind != "index":
            found[kind, name] = _plain(text)
    for kind, name in sorted(wanted.keys() | found.keys(), key=str):
        if (kind, name) not in found:
            yield f"the {kind} {name} is missing"
        elif (kind, name) not in wanted:
            yield f"the {kind} {name!a} is not the toolkit's"
        elif wanted[kind, name] != found[kind, name]:
            yield f"the {kind} {name} is another than the toolkit makes"


def _settings(file: Database) -> Iterator[str]:
    wanted = {**_SETTINGS, "default_cache_size": _usual_cache()}
    for name, usual in wanted.items():
        rows = file.run(f"PRAGMA {name}")
        if rows and str(rows[0][0]) != usual:
            yield f"the setting {name} was changed"


@cache
def _usual_cache() -> str:
    """Return the size that this build of SQLite takes where a file says nothing of it."""
    empty = dbapi2.connect(":memory:")
    try:
        return str(empty.execute("PRAGMA default_cache_size").fetchone()[0])
    finally:
        empty.close()


def _plain(text: object) -> str:
    return " ".join(str(text).split())
