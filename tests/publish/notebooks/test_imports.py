"""What a notebook rests on is read from its imports, and theirs, and no further."""

from __future__ import annotations

import pytest

from toolkit.publish.notebooks.imports import Source

FILES = {
    "__init__.py": "",
    "base.py": "import json",
    "room/__init__.py": "from pack.room.first import one",
    "room/first.py": "def one():\n    from pack.base import two",
    "room/second.py": "import pandas.api\nFOLDER = 'forms'",
    "room/third.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pack.alone",
    "room/forms/a.txt": "form",
    "room/other/b.txt": "not named",
    "alone.py": "",
}


@pytest.fixture
def root(tmp_path):
    for place, text in FILES.items():
        file = tmp_path / "pack" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "pack"


def reached(root, *code):
    return [each.removeprefix("pack/") for each in Source(root).reach(code).files]


def test_import_reaches_what_it_imports_lazily_and_the_packages_above(root):
    expected = ["__init__.py", "base.py", "room/__init__.py", "room/first.py"]
    assert reached(root, "from pack.room import first") == expected


def test_module_that_is_imported_as_a_name_is_reached(root):
    assert "room/second.py" in reached(root, "from pack.room import second")
    assert "room/second.py" not in reached(root, "from pack.room import first")


def test_data_is_reached_by_the_module_that_names_its_folder(root):
    found = reached(root, "import pack.room.second")
    assert "room/forms/a.txt" in found
    assert "room/other/b.txt" not in found
    assert "room/forms/a.txt" not in reached(root, "import pack.room.first")


def test_what_only_a_type_checker_imports_is_not_reached(root):
    assert "alone.py" not in reached(root, "import pack.room.third")


def test_libraries_of_cells_and_of_the_package_are_named(root):
    reach = Source(root).reach(["import numpy as np", "import pack.room.second"])
    assert {"numpy", "pandas"} <= reach.libraries
    assert "matplotlib" not in reach.libraries


@pytest.mark.parametrize(
    "cell", ["%matplotlib inline\nimport pack.alone", "!ls\nimport pack.alone"]
)
def test_lines_for_ipython_hide_nothing(root, cell):
    assert "alone.py" in reached(root, cell)


def test_cell_that_is_no_python_is_passed_over(root):
    assert reached(root, "this is (no Python") == ["__init__.py"]


def test_changed_file_has_another_hash_and_new_imports_though_the_rest_is_remembered(root):
    memo = {}
    before = Source(root, memo).reach(["import pack.room.first"]).files
    (root / "room" / "first.py").write_text("import pack.alone")
    after = Source(root, memo).reach(["import pack.room.first"]).files
    assert set(after) - set(before) == {"pack/alone.py"}
    assert after["pack/__init__.py"] == before["pack/__init__.py"]
    assert after["pack/room/first.py"] != before["pack/room/first.py"]
