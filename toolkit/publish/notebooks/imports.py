"""What code rests on: the source of the toolkit that it imports, directly or not, and libraries.

Imports are read from the source, lazy ones too, without running anything. Whoever imports a
module also runs the packages that it lies in. What stands under ``if TYPE_CHECKING`` is read by a
type checker only. A data file belongs to the modules of its package that name it or its folder.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from toolkit.publish.notebooks.front_door import FrontDoor, names_used
from toolkit.publish.notebooks.hashes import hash_of

Memo = MutableMapping[str, object]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a piece of code rests on.

    Attributes
    ----------
    files : mapping of str to str
        Place below the folder of the package, and SHA-256, of each file of the toolkit.
    libraries : frozenset of str
        Top-level modules of others.
    """

    files: dict[str, str]
    libraries: frozenset[str]


@dataclass(frozen=True)
class Source:
    """The source of a package.

    Attributes
    ----------
    root : pathlib.Path
        Folder of the package; its name is the package's name.
    memo : mutable mapping
        Imports of a file by the file's hash, so that what was read once is not read again.
    """

    root: Path
    memo: Memo = field(default_factory=dict)

    def reach(self, code: Iterable[str], modules: Iterable[str] = ()) -> Reach:
        """Return what code rests on.

        Parameters
        ----------
        code : iterable of str
            Source of cells; what is no Python is passed over.
        modules : iterable of str
            Modules of the package that it rests on besides.
        """
        todo, libraries = {*modules, self.root.name}, set[str]()
        cells = [parsed(each) for each in code]
        for each in cells:
            self._sort(_imports(each), todo, libraries)
        # What is only imported lazily is loaded by the names that are used of it.
        for name in names_used(cells, self.root.name):
            self._sort(self._front_door.behind(name), todo, libraries)
        seen: set[str] = set()
        while todo:
            module = todo.pop()
            if module not in seen:
                seen.add(module)
                self._sort(self._names(module), todo, libraries)
        files = {place for each in seen for place in (self._file[each], *self._data(each))}
        return Reach({place: self._hash(place) for place in sorted(files)}, frozenset(libraries))

    def _sort(self, names: Iterable[str], todo: set[str], libraries: set[str]) -> None:
        """Sort imported names into modules of the package and libraries of others."""
        for name in names:
            first = name.partition(".")[0]
            if first != self.root.name:
                libraries.add(first)
            else:
                todo |= {each for each in _itself_and_above(name) if each in self._file}

    @cached_property
    def _front_door(self) -> FrontDoor:
        return FrontDoor(self.root)

    @cached_property
    def _file(self) -> dict[str, str]:
        """Module to place of its file."""
        places = (each.relative_to(self.root.parent) for each in self.root.rglob("*.py"))
        return {
            ".".join(place.with_suffix("").parts).removesuffix(".__init__"): place.as_posix()
            for place in places
        }

    @cached_property
    def _beside(self) -> dict[str, list[Path]]:
        """Package to its data files, relative to the folder of the package."""
        found: dict[str, list[Path]] = {}
        for file in sorted(self.root.rglob("*")):
            if file.suffix in {".py", ".pyc"} or not file.is_file():
                continue
            owner = next(each for each in file.parents if (each / "__init__.py").exists())
            package = ".".join(owner.relative_to(self.root.parent).parts)
            found.setdefault(package, []).append(file.relative_to(owner))
        return found

    def _data(self, module: str) -> Iterator[str]:
        """Yield the places of the data files that a module names."""
        package = module if self._file[module].endswith("__init__.py") else _above(module)
        beside = self._beside.get(package, [])
        named = set(self._known(module, "texts", _texts)) if beside else set()
        for file in beside:
            if file.parts[0] in named or file.name in named:
                yield f"{package.replace('.', '/')}/{file.as_posix()}"

    def _names(self, module: str) -> list[str]:
        """Return the names that a module imports."""
        return self._known(module, "imports", _imports)

    def _known(self, module: str, what: str, find: Callable[[ast.AST], Iterator[str]]) -> list[str]:
        """Return what a module's source contains; cached until the source changes."""
        place = self._file[module]
        mark = f"{what} {self._hash(place)}"
        if mark not in self.memo:
            self.memo[mark] = sorted(set(find(self._tree(place))))
        known = self.memo[mark]
        assert isinstance(known, list)
        return known

    def _tree(self, place: str) -> ast.AST:
        if place not in self._trees:
            source = (self.root.parent / place).read_text(encoding="utf-8")
            self._trees[place] = ast.parse(source)
        return self._trees[place]

    @cached_property
    def _trees(self) -> dict[str, ast.AST]:
        return {}

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {}

    def _hash(self, place: str) -> str:
        """Hash a file, once."""
        if place not in self._hashes:
            self._hashes[place] = hash_of((self.root.parent / place).read_bytes())
        return self._hashes[place]


def parsed(code: str) -> ast.AST:
    """Parse the code of a cell without the lines that only IPython reads.

    Parameters
    ----------
    code : str
        What is no Python comes back as an empty module.
    """
    lines = ("pass" if each[:1] in ("%", "!", "?") else each for each in code.splitlines())
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module([], [])


def _above(module: str) -> str:
    """Return the package that a module lies in."""
    return module.rpartition(".")[0]


def _itself_and_above(name: str) -> Iterator[str]:
    """Yield a dotted name and everything that it lies in."""
    while name:
        yield name
        name = _above(name)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that code imports; of ``from a import b`` both a and a.b."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements but those that only a type checker reads."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        if not (isinstance(node, ast.If) and _for_types_only(node.test)):
            # Only statements hold statements, and whatever holds some has them in such a list.
            for name in ("body", "orelse", "handlers", "finalbody", "cases"):
                todo += getattr(node, name, None) or []


def _for_types_only(test: ast.expr) -> bool:
    """Return whether a condition is ``TYPE_CHECKING``."""
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts in code that are short enough to name a file or folder."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and 0 < len(value) <= 40 and " " not in value:
            yield value
