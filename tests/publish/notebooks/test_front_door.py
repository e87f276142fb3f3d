"""What a notebook uses of the front door is followed to the code behind it, name by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import toolkit
from toolkit.publish.notebooks.front_door import names_used
from toolkit.publish.notebooks.imports import Source, parsed

PACKAGE = Path(toolkit.__file__).parent


def reached(*cells):
    return {place.removeprefix("toolkit/") for place in Source(PACKAGE).reach(cells).files}


@pytest.mark.parametrize(
    "cells",
    [
        ["from toolkit import tables", "tables.themes.by_strand(study)"],
        ["import toolkit", "toolkit.tables.themes.by_strand(study)"],
        ["import toolkit as t\nt.tables.themes.by_strand(study)"],
        ["from toolkit import tables as counted", "show(counted.themes.by_strand)"],
        ["if True:\n    from toolkit import tables\n    tables.themes.numbers(study)"],
    ],
)
def test_subject_of_the_tables_is_reached_and_others_are_not(cells):
    found = reached(*cells)
    assert "analysis/tables/themes.py" in found
    assert not {"analysis/tables/recruitment.py", "analysis/figures.py"} & found


@pytest.mark.parametrize(
    "cells",
    [
        ["import toolkit", "t = toolkit.tables"],
        ["from toolkit import tables", "getattr(tables, 'themes')"],
        ["from toolkit import *", "tables.themes.numbers(study)"],
        ["import toolkit", "vars(toolkit)"],
    ],
)
def test_what_is_used_as_a_whole_is_reached_as_a_whole(cells):
    subjects = {f"analysis/tables/{each}.py" for each in ("themes", "recruitment", "quality")}
    assert subjects <= reached(*cells)


def test_each_name_reaches_the_module_that_it_comes_from():
    for name, module in toolkit.OFFERED.items():
        place = module.removeprefix("toolkit.").replace(".", "/")
        found = reached(f"from toolkit import {name}")
        assert {f"{place}.py", f"{place}/__init__.py"} & found, name


def test_name_of_a_notebook_s_own_is_no_name_of_the_package():
    assert names_used([parsed("import pandas\npandas.tables.themes")], "toolkit") == set()
