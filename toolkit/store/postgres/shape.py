"""What a database on a server consists of besides its rows, compared with what the toolkit makes.

Tables, triggers, functions, rules, who owns what and may do what, and settings that hold for a
role: whoever administers the server can change each of them, and none shows in the rows.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from toolkit.store.journal.database import Database
from toolkit.store.postgres.server import Part

_LONGEST = 160  # letters of what is said of one thing
# Two stores are in the database of identities.
_SCHEMAS = {"research": ("research",), "identity": ("audit", "identity")}


def altered(database: Database, part: Part) -> list[str]:
    """Return what is not as the toolkit made it, in short words; empty where all is.

    Parameters
    ----------
    database : Database
        An open connection, whose search path is the schema of the store.
    part : Part
        The store.
    """
    found = {str(row[0]) for row in database.run(_filled(_text("shape.sql"), part, quoted=True))}
    wanted = set(_wanted(part))
    missing = [f"there is no {each}" for each in sorted(wanted - found)]
    strange = [f"the toolkit made no {each}" for each in sorted(found - wanted)]
    return [ascii(each)[1:-1][:_LONGEST] for each in (*missing, *strange)]


def _wanted(part: Part) -> list[str]:
    told = tomllib.loads(_text("shape.toml"))
    lines = told["each"] + told["together" if part.reader == part.writer else "apart"]
    beside = _SCHEMAS["research" if part.holds == "research" else "identity"]
    return [*(_filled(each, part) for each in lines), *(f"schema {each}" for each in beside)]


def _filled(text: str, part: Part, *, quoted: bool = False) -> str:
    for name in ("schema", "owner", "reader", "writer"):
        value = str(getattr(part, name))
        text = text.replace(f"{{{name}}}", value.replace("'", "''") if quoted else value)
    return text


@cache
def _text(name: str) -> str:
    return files("toolkit.store.postgres").joinpath(name).read_text(encoding="ascii")
