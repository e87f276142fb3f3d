"""What the rooms offer to each other and to notebooks changes only on purpose.

The names stand in ``public_api.toml``: a change there is a change for people who use the toolkit.
"""

from __future__ import annotations

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import toolkit

PACKAGE = Path(toolkit.__file__).parent
PINNED = tomllib.loads(Path(__file__).with_name("public_api.toml").read_text(encoding="utf-8"))


def source_of(module: str) -> Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def offered(module: str) -> set[str]:
    """Names in ``__all__``; without one, functions and classes without underscore."""
    loaded = import_module(module)
    if hasattr(loaded, "__all__"):
        return set(loaded.__all__)
    body = ast.parse(source_of(module).read_text(encoding="utf-8")).body
    named = [each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    return {each.name for each in named if not each.name.startswith("_")}


def test_every_room_is_pinned() -> None:
    rooms = {f"toolkit.{each.parent.name}" for each in PACKAGE.glob("*/__init__.py")}
    assert sorted(rooms - PINNED.keys()) == []


@pytest.mark.parametrize("module", PINNED)
def test_a_room_offers_exactly_what_is_pinned(module: str) -> None:
    assert sorted(offered(module)) == sorted(PINNED[module])


@pytest.mark.parametrize("module", PINNED)
def test_every_name_that_is_offered_is_there(module: str) -> None:
    loaded = import_module(module)
    assert [each for each in PINNED[module] if not hasattr(loaded, each)] == []


@pytest.mark.parametrize("module", PINNED)
def test_the_pinned_names_are_sorted_so_that_changes_are_easy_to_read(module: str) -> None:
    assert PINNED[module] == sorted(PINNED[module])
    assert list(PINNED) == sorted(PINNED)
