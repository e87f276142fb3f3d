"""The table of ``docs/rap.md`` says what is true: no row claims too much, and none too little."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROW = re.compile(
    r"^\| ([a-z-]+) \| (minimum|silver|gold) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE
)
ROWS = ROW.findall((ROOT / "docs" / "rap.md").read_text(encoding="utf-8"))


def read(place: str) -> str:
    return (ROOT / place).read_text(encoding="utf-8")


def has_function(place: str, name: str) -> bool:
    return f"def {name}" in read(place)


def locked() -> bool:
    """Every dependency of the project is pinned, with its hash."""
    pins = set(re.findall(r"(?m)^([a-z0-9-]+)==", read("requirements.lock")))
    wanted = [re.split(r"[\[><=]", each)[0] for each in PROJECT["project"]["dependencies"]]
    return {re.sub(r"[._]", "-", each.lower()) for each in wanted} <= pins


def notebooks_without_outputs() -> bool:
    files = sorted((ROOT / "notebooks").glob("*.ipynb"))
    cells = [each for file in files for each in json.loads(file.read_text())["cells"]]
    return bool(cells) and not any(each.get("outputs") for each in cells)


def watches() -> bool:
    from toolkit.cli import toolkit

    return "--watch" in {name for each in toolkit.commands["run"].params for name in each.opts}


def steps_in_readme() -> bool:
    return all(each in read("README.md") for each in ("make demo", "make test", "toolkit run"))


def tidy() -> bool:
    from toolkit.analysis.data.schema import KEYS, SCHEMA

    return all(set(KEYS[frame]) <= SCHEMA[frame].keys() for frame in SCHEMA)


CHECKS: dict[str, Callable[[], bool]] = {
    "code-makes-it": notebooks_without_outputs,
    "version-control": lambda: "## [Unreleased]" in read("CHANGELOG.md"),
    "readme": steps_in_readme,
    "no-manual-step": lambda: "toolkit demo" in read("Makefile"),
    "open-licence": lambda: PROJECT["project"]["license"] == "MIT" and "MIT" in read("LICENSE"),
    "user-guide": lambda: len(read("docs/guide-format.md")) > 1000,
    "docstrings": lambda: has_function(
        "tests/test_house_style.py",
        "test_every_module_class_function_and_method_says_what_it_is",
    ),
    "layout": lambda: PROJECT["tool"]["importlinter"]["contracts"][0]["exhaustive"],
    "functions": lambda: "ast.FunctionDef" in read("tests/notebooks/test_style.py"),
    "standards": lambda: "E" in PROJECT["tool"]["ruff"]["lint"]["select"],
    "tests": lambda: len(list((ROOT / "tests").rglob("test_*.py"))) > 50,
    "dependencies": locked,
    "run-log": lambda: 'MANIFEST = "run.json"' in read("toolkit/publish/output_folder.py"),
    "tidy-data": tidy,
    "parameters": lambda: has_function(
        "toolkit/publish/notebooks/parameters.py", "settle_parameters"
    ),
    "package": lambda: "hatchling" in PROJECT["build-system"]["build-backend"],
    "one-command": lambda: "make" in read(".ci/run"),
    "same-bytes": lambda: has_function(
        "tests/publish/run/test_run.py", "test_two_runs_in_two_folders_give_the_same_bytes"
    ),
    "changes": lambda: "Keep a Changelog" in read("CHANGELOG.md"),
    "triggered": watches,
}


def test_the_table_has_rows_of_every_level() -> None:
    assert {level for _, level, *_ in ROWS} == {"minimum", "silver", "gold"}
    assert len({name for name, *_ in ROWS}) == len(ROWS) >= 20


@pytest.mark.parametrize(("name", "state"), [(row[0], row[3]) for row in ROWS])
def test_a_row_says_what_is_true(name: str, state: str) -> None:
    if state == "people answer":
        assert name not in CHECKS
    else:
        assert state == ("yes" if CHECKS[name]() else "not yet")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_leads_to_what_is_there(row: tuple[str, ...]) -> None:
    places = re.findall(r"`([^`]+)`", row[4])
    files = [each for each in places if "/" in each or "." in each]
    assert [each for each in files if not (ROOT / each).exists()] == []
    assert places or row[3] != "yes" or row[4]


def test_no_check_is_left_without_a_row() -> None:
    assert set(CHECKS) <= {name for name, *_ in ROWS}
