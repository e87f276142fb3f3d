"""Which packages of others shape an output, and in which version."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from typing import Any, cast

from toolkit.publish.notebooks.imports import Memo

# What runs cells and makes outputs of them, whatever the cells import.
_RUNNERS = ("ipykernel", "nbclient")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def packages_behind(libraries: Iterable[str], memo: Memo) -> dict[str, str]:
    """Return the packages that top-level modules come from, and all that these require.

    Parameters
    ----------
    libraries : iterable of str
        Top-level modules, as code imports them; those of Python itself may be among them.
    memo : mutable mapping
        Keeps what is installed here, so that it is looked up once.

    Returns
    -------
    dict of str to str
        Package to version, and ``python``; a package that is not installed is left out.
    """
    known = _known(memo)
    todo = [name for each in libraries for name in _providers(each, known)]
    todo += _RUNNERS
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in _versions() and name not in found:
            found.add(name)
            todo += _required(name, known)
    versions = _versions()
    return {"python": platform.python_version()} | {name: versions[name] for name in sorted(found)}


def installed() -> dict[str, str]:
    """Return every package that is installed here with its version, and ``python``."""
    return {"python": platform.python_version()} | _versions()


def _known(memo: Memo) -> dict[str, list[str]]:
    """Return what is known of the packages that are installed now; it is added to."""
    mark = "packages " + " ".join(sorted(f"{name}-{it}" for name, it in _versions().items()))
    if mark not in memo:
        for old in [each for each in memo if each.startswith("packages ")]:
            del memo[old]
        memo[mark] = {}
    known: dict[str, list[str]] = cast(Any, memo[mark])
    return known


def _providers(module: str, known: dict[str, list[str]]) -> list[str]:
    """Return the packages that a top-level module comes from; none for one of Python itself."""
    mark = f"module {module}"
    if mark not in known:
        names: list[str] = []
        if module not in sys.stdlib_module_names:
            own = _plain(module)
            # Most are called as their package is; to look through all of them takes long.
            names = [own] if own in _versions() else list(_providing(module))
        known[mark] = sorted({_plain(each) for each in names})
    return known[mark]


def _providing(module: str) -> Iterator[str]:
    """Yield the packages that say or show that they hold a module.

    As `importlib.metadata.packages_distributions` finds them, which looks through every file of
    every package: here the texts that list them are searched for one name.
    """
    shown = (f"{module}/", f"{module}.py,")
    for each in metadata.distributions():
        said = each.read_text("top_level.txt")
        lines = [] if said else (each.read_text("RECORD") or "").splitlines()
        files = (line for line in lines if line.startswith(shown))
        if module in (said or "").split() or any(".py," in line for line in files):
            yield each.metadata["Name"]


@cache
def _versions() -> dict[str, str]:
    """Return every package that is installed, with its version."""
    return dict(_listed())


def _listed() -> Iterator[tuple[str, str]]:
    """Yield name and version from the names of the packages' folders, which is quick."""
    for each in metadata.distributions():
        folder = getattr(each, "_path", None)
        stem = str(getattr(folder, "stem", ""))
        name, _, version = stem.partition("-")
        if not version:
            name, version = each.metadata["Name"], each.version
        yield _plain(name), version.partition("-")[0]


def _required(name: str, known: dict[str, list[str]]) -> list[str]:
    """Return what a package requires without its extras."""
    mark = f"needs {name}"
    if mark not in known:
        try:
            wanted = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            wanted = []
        plain = [each for each in wanted if "extra ==" not in each]
        known[mark] = sorted({_plain(found[0]) for each in plain if (found := _NAME.match(each))})
    return known[mark]


def _plain(name: str) -> str:
    """Return a package's name in the one form in which all spellings are equal."""
    return re.sub(r"[-_.]+", "-", name).lower()
