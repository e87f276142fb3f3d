"""What the engines touch that other packages do not promise: the whole list, and that it is there.

`make matrix` runs this on the oldest and the newest versions that pyproject.toml allows.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path

import papermill  # noqa: F401 - loads our engines itself, and cannot be loaded by them
import pytest

import toolkit
from toolkit.publish.engine.in_process import _HandedOver, _Kernel, _Shell
from toolkit.publish.engine.light_imports import load_kernel, load_nbformat

ROOT = Path(toolkit.__file__).parent
ENGINE = ROOT / "publish" / "engine"
OTHERS = ("ipykernel", "IPython", "papermill", "nbclient", "nbconvert", "jupyter_client")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
# Overridden in the engine, and explained there.
OVERRIDDEN = {("_Kernel", "_execute_sleep")}


def imported(tree: ast.Module) -> set[str]:
    """Which of the other packages a module imports, at its head or within a function."""
    found = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return found & set(OTHERS)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def defined(tree: ast.Module) -> set[str]:
    """Private names that a module makes itself: of itself, of its classes, of their instances."""
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    names |= {
        each.name for each in ast.walk(tree) if isinstance(each, (ast.FunctionDef, ast.ClassDef))
    }
    names |= {
        each.attr
        for each in ast.walk(tree)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    }
    return {each for each in names if is_private(each)}


def foreign_private_names(path: Path) -> list[str]:
    """Private names that a module reads or overrides of the packages that it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not imported(tree):
        return []
    read = {
        each.attr
        for each in ast.walk(tree)
        if isinstance(each, ast.Attribute)
        and is_private(each.attr)
        and ast.unparse(each) != "os._exit"
    }
    read |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OTHERS)
        for alias in node.names
        if is_private(alias.name)
    }
    found = sorted(read - defined(tree))
    return found + [name for _, name in overridden(path, tree)]


def overridden(path: Path, tree: ast.Module) -> set[tuple[str, str]]:
    """Private names that classes of a module override of classes of the other packages."""
    dotted = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    module = importlib.import_module(dotted.removesuffix(".__init__"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            own = getattr(module, node.name)
            theirs = [each for each in own.__mro__ if each.__module__.startswith(OTHERS)]
            made = {each.name for each in node.body if isinstance(each, FUNCTION)}
            made |= {
                target.id
                for each in node.body
                if isinstance(each, ast.Assign)
                for target in each.targets
                if isinstance(target, ast.Name)
            }
            found |= {
                (node.name, name)
                for name in made
                if is_private(name) and any(name in vars(each) for each in theirs)
            }
    return found


def test_only_the_room_of_the_engines_touches_private_parts() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted(ROOT.rglob("*.py"))
        if ENGINE not in path.parents and (names := foreign_private_names(path))
    }
    assert found == {}


def test_the_list_of_what_the_engines_override_is_whole() -> None:
    found = set()
    for path in sorted(ENGINE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if imported(tree):
            found |= overridden(path, tree)
            assert not [
                name for name in foreign_private_names(path) if name not in {n for _, n in found}
            ], path.name
    assert found == OVERRIDDEN


@pytest.mark.parametrize(
    ("method", "taken"),
    [
        ("set_parent", ([], {}, "shell")),
        ("execute_request", (None, [], {})),
    ],
)
def test_a_kernel_is_asked_by_the_calls_that_its_sockets_make(method: str, taken: tuple) -> None:
    inspect.signature(getattr(_Kernel, method)).bind(None, *taken)


def test_what_is_overridden_is_still_there_with_the_same_shape() -> None:
    kernel, shell, session = (each.__mro__[1] for each in (_Kernel, _Shell, _HandedOver))
    assert kernel._execute_sleep == 0.0005 or kernel._execute_sleep.default_value == 0.0005
    assert "gui" in inspect.signature(shell.enable_gui).parameters
    theirs, ours = (inspect.signature(each.send).parameters for each in (session, _HandedOver))
    assert list(theirs) == list(ours)


@pytest.mark.parametrize("hidden", ["debugpy", "soupsieve", "fqdn"])
def test_a_package_that_was_hidden_is_to_be_had_afterwards(hidden: str) -> None:
    load_nbformat()
    load_kernel()
    assert hidden not in {name for name, module in sys.modules.items() if module is None}
