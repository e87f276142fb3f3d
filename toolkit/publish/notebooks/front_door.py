"""What a cell uses of the front door, name by name: ``import toolkit`` loads them lazily.

A notebook rests on the modules behind the names that it uses, and on no others: that is why a
changed table does not run every notebook again. An import alone does not say which these are, so
the dotted names in the code are followed to the modules that they come from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


def names_used(trees: Iterable[ast.AST], package: str) -> set[str]:
    """Return the dotted names of a package that code uses: ``toolkit.tables.themes.by_strand``.

    Parameters
    ----------
    package : str
        Name of the package. It counts as imported, since another cell may do that.

    Returns
    -------
    set of str
        Names that are imported, and every chain of attributes that begins at one. A chain ends
        with ``.*``, as an import of everything does: what stands below its last name may be used.
    """
    nodes = [node for tree in trees for node in ast.walk(tree)]
    bound, found = {package: package}, set[str]()
    for node in nodes:
        for name, stands_for, imported in bound_by(node, package):
            bound[name] = stands_for
            found |= imported
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        chain = _chain(node) if id(node) not in inner else []
        if chain and chain[0] in bound:
            found.add(".".join([bound[chain[0]], *chain[1:], "*"]))
    return found


def bound_by(node: ast.AST, package: str) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each name that an import of a package binds, what it stands for, and what it imports.

    Names that something else took since are still followed: what is looked for is an oversight,
    not a trick.

    Parameters
    ----------
    node : ast.AST
        Anything but an import binds nothing.

    Yields
    ------
    tuple of (str, str, set of str)
        Name in the code, dotted name, dotted names of all that is imported.
    """
    if isinstance(node, ast.Import):
        for each in node.names:
            if each.name.partition(".")[0] == package:
                yield each.asname or package, each.name if each.asname else package, {each.name}
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        if node.module.partition(".")[0] == package:
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield each.asname or each.name, whole, {node.module, whole}


class FrontDoor:
    """The names that a package and its rooms offer lazily.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the package.
    """

    def __init__(self, root: Path) -> None:
        self._package = root.name
        self._offered = _table(root / "__init__.py", "OFFERED")
        rooms = {each for name, each in self._offered.items() if each.endswith(f".{name}")}
        self._subjects = {
            each: _table(root.joinpath(*each.split(".")[1:], "__init__.py"), "SUBJECTS")
            for each in sorted(rooms)
        }

    def behind(self, name: str) -> Iterator[str]:
        """Yield the names of modules that lie behind a dotted name."""
        package, _, rest = name.partition(".")
        first, _, more = rest.partition(".")
        if package != self._package or (first not in self._offered and first != "*"):
            yield name
            return
        for each in self._offered if first == "*" else [first]:
            module = self._offered[each]
            yield module
            named = more.partition(".")[0]
            for subject in self._subjects.get(module, ()):
                if subject == named or "*" in (first, named):
                    yield f"{module}.{subject}"


def _chain(node: ast.AST) -> list[str]:
    """Return the parts of ``a.b.c``; empty for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _chain(node.value)):
        return [*before, node.attr]
    return []


def _table(file: Path, name: str) -> Mapping[str, str]:
    """Read a table of names from the source of a package; empty if it has none."""
    if not file.is_file():
        return {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            names = [each.id for each in node.targets if isinstance(each, ast.Name)]
            if name in names:
                value = ast.literal_eval(node.value)
                return value if isinstance(value, dict) else dict.fromkeys(value, "")
    return {}
