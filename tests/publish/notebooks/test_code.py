"""The version of the code is that of its bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import toolkit
from toolkit.publish.notebooks.code import code_version

SAY = "from toolkit.publish.notebooks.code import code_version; print(code_version())"


def said_by(folder):
    done = subprocess.run(
        [sys.executable, "-c", SAY], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_version_names_the_start_of_the_hash_of_the_source():
    assert re.fullmatch(r"\d+\.\d+\.\d+ \([0-9a-f]{8}\)", code_version())


def test_one_changed_line_is_another_version_and_a_copy_is_not(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(Path(toolkit.__file__).parent, tmp_path / "toolkit", ignore=ignore)
    first = said_by(tmp_path)
    (copy / "__pycache__").mkdir(exist_ok=True)
    assert said_by(tmp_path) == first
    with (copy / "errors.py").open("a") as file:
        file.write("# one more line\n")
    assert said_by(tmp_path) != first
