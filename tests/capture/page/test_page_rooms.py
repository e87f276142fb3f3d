"""The page's modules stand in rooms that can be seen in one look, and import in one direction."""

from __future__ import annotations

import re
from pathlib import Path

import toolkit

PAGE = Path(toolkit.__file__).parent / "capture" / "page"
# A room imports from itself and from the rooms before it.
ROOMS = ["words", "core", "elements", "views", "keyboard", "write-up", "call", "forum", "notebook"]
LIMIT = 15
# What a module imports when it is loaded, and what only once it is wanted.
IMPORTED = re.compile(
    r'^(?:import|export) .*?from "([^"]+)";$|\bimport\("([^"]+)"\)', re.MULTILINE | re.DOTALL
)


def modules() -> dict[str, str]:
    """Text of each module, by its place in the page."""
    found = {
        each.relative_to(PAGE).as_posix(): each.read_text(encoding="utf-8")
        for each in PAGE.rglob("*.js")
    }
    assert len(found) > len(ROOMS)
    return found


def imported_by(module: str, text: str) -> set[str]:
    """Places of the modules that a module imports."""
    names = {first or second for first, second in IMPORTED.findall(text)}
    return {
        (PAGE / module).parent.joinpath(name).resolve().relative_to(PAGE.resolve()).as_posix()
        for name in names
    }


def room_of(module: str) -> str:
    return module.rpartition("/")[0]


def test_every_module_stands_in_a_room_that_can_be_seen_in_one_look() -> None:
    found = [room_of(module) for module in modules()]
    assert set(found) == set(ROOMS)
    assert {room: found.count(room) for room in ROOMS if found.count(room) > LIMIT} == {}


def test_a_room_imports_from_the_rooms_before_it() -> None:
    found = modules()
    wrong = [
        (module, other)
        for module, text in found.items()
        for other in imported_by(module, text)
        if other not in found or ROOMS.index(room_of(other)) > ROOMS.index(room_of(module))
    ]
    assert wrong == []


def test_no_module_leads_back_to_itself() -> None:
    left = {module: imported_by(module, text) for module, text in modules().items()}
    while free := [module for module, needs in left.items() if not needs & left.keys()]:
        for module in free:
            del left[module]
    assert left == {}, "these import each other in a circle"


def test_nothing_is_imported_and_not_used() -> None:
    unused = []
    for module, text in modules().items():
        for names, rest in re.findall(r"^import \{([^}]*)\} from (.*)$", text, re.MULTILINE):
            body = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
            for name in names.split(","):
                own = name.split(" as ")[-1].strip()
                if own and not re.search(rf"\b{re.escape(own)}\b", body):
                    unused.append((module, own, rest))
    assert unused == []
