"""The packages behind an output: those that are imported, what they require, what runs cells."""

from __future__ import annotations

from importlib import metadata

from toolkit.publish.notebooks.packages import packages_behind


def test_package_is_named_with_its_version_and_all_that_it_requires():
    found = packages_behind({"pandas"}, {})
    assert found["pandas"] == metadata.version("pandas")
    assert found["numpy"] == metadata.version("numpy")


def test_what_runs_cells_is_always_there_and_tools_of_developers_never():
    found = packages_behind(set(), {})
    assert {"python", "ipykernel", "ipython", "nbclient"} <= set(found)
    assert {"pandas", "pytest", "ruff", "jupyterlab"}.isdisjoint(found)


def test_module_that_goes_by_another_name_than_its_package_is_found():
    assert "pyyaml" in packages_behind({"yaml"}, {})


def test_modules_of_python_itself_belong_to_no_package():
    assert packages_behind({"json", "re"}, {}) == packages_behind(set(), {})


def test_what_was_looked_up_is_remembered_until_something_else_is_installed():
    memo = {}
    packages_behind({"pandas"}, memo)
    (mark,) = memo
    known = {each: [] for each in memo[mark]}
    memo[mark] = known | {"module pandas": ["numpy"]}
    found = packages_behind({"pandas"}, memo)
    assert "numpy" in found
    assert "pandas" not in found
    memo["packages of yesterday"] = memo.pop(mark)
    assert "pandas" in packages_behind({"pandas"}, memo)
    assert "packages of yesterday" not in memo
