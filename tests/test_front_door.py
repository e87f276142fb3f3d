"""``import toolkit``: cheap, about ten names, each with an example that runs."""

from __future__ import annotations

import ast
import doctest
import inspect
import shutil
from pathlib import Path
from types import ModuleType

import pytest

import toolkit

HOW = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture
def project(second_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the second study's project, as the working folder."""
    copy = shutil.copytree(second_project, tmp_path / "project")
    monkeypatch.chdir(copy)
    monkeypatch.delenv("TOOLKIT_TOLD", raising=False)
    return copy


def examples_of(thing: object, name: str) -> list[doctest.DocTest]:
    found = doctest.DocTestFinder(recurse=False).find(thing, name)
    return [each for each in found if each.examples]


@pytest.mark.parametrize("name", ["toolkit", *toolkit.OFFERED])
def test_each_name_has_an_example_that_runs(name: str, project: Path) -> None:
    thing = toolkit if name == "toolkit" else getattr(toolkit, name)
    (example,) = examples_of(thing, name)
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=HOW).run(example, out=said.append)
    assert (failed, tried > 1) == (0, True), "".join(said)


@pytest.mark.parametrize("name", toolkit.OFFERED)
def test_each_function_is_documented_as_numpydoc_asks(name: str) -> None:
    thing = getattr(toolkit, name)
    text = inspect.getdoc(thing) or ""
    assert text.splitlines()[0].endswith(".")
    if not isinstance(thing, ModuleType):
        assert [each for each in ("Parameters", "Returns", "Examples") if each not in text] == []


def test_names_complete_by_tab_and_the_stub_knows_them_all() -> None:
    assert sorted(toolkit.__all__) == sorted(toolkit.OFFERED)
    assert set(toolkit.OFFERED) <= set(dir(toolkit))
    stub = ast.parse(Path(toolkit.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [each for each in stub.body if isinstance(each, ast.ImportFrom)]
    told = {name.name: each.module for each in imports for name in each.names}
    del told["Final"]
    own = {name: (module, f"{module}.{name}") for name, module in told.items()}
    assert own.keys() == toolkit.OFFERED.keys()
    assert [name for name in own if toolkit.OFFERED[name] not in own[name]] == []


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'opne_study'; it offers .*open_study"):
        _ = toolkit.opne_study


def test_run_says_which_study_was_meant(project: Path) -> None:
    with pytest.raises(toolkit.errors.RunError, match=r"RUN-018 .*did you mean my-study"):
        toolkit.run("my-stduy")
