"""The whole demonstration as a newcomer does it: a clean clone, an empty environment, make."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from toolkit.guide.yaml.source import read_yaml

ROOT = Path(__file__).parents[1]
BARE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SIDE = "run.side.json"


def make(clone: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "demo"],
        cwd=clone,
        env={"HOME": str(home), "PATH": BARE},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != SIDE
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Give a fresh clone after its first ``make demo``, the home folder, and what was said."""
    home = tmp_path_factory.mktemp("home")
    clone = tmp_path_factory.mktemp("new") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    done = make(clone, home)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return clone, home, done.stdout


def test_the_last_line_says_where_the_index_page_is(first: tuple[Path, Path, str]) -> None:
    clone, _, said = first
    page = Path(said.strip().splitlines()[-1].rpartition(": ")[2])
    assert page.is_absolute()
    assert page == clone / "outputs" / "parents-and-social-care" / "index.html"
    assert "fictional" in page.read_text(encoding="utf-8").lower()


def test_it_says_what_was_checked_and_that_everything_is_fictional(
    first: tuple[Path, Path, str],
) -> None:
    said = first[2]
    assert "20 paths, every one comes to an ending" in said
    assert "12 warnings, 20 confirmations" in said
    assert "fictional" in said
    assert "6 of 6 notebooks done" in said


def test_a_second_demo_gives_the_same_bytes_and_leaves_the_clone_clean(
    first: tuple[Path, Path, str],
) -> None:
    clone, home, _ = first
    outputs = clone / "outputs" / "parents-and-social-care"
    before = hashes(outputs)
    assert len(before) > 10
    assert make(clone, home).returncode == 0
    assert hashes(outputs) == before
    status = ["git", "-C", str(clone), "status", "--porcelain"]
    assert subprocess.run(status, capture_output=True, text=True, check=True).stdout == ""


def test_no_name_and_no_path_of_the_machine_is_in_any_output(
    first: tuple[Path, Path, str],
) -> None:
    clone, home, _ = first
    outputs = clone / "outputs" / "parents-and-social-care"
    sample = clone / "topic_guides" / "parents-and-social-care" / "sample" / "recruitment.yaml"
    people = read_yaml(sample).data["support_list"]
    names = {part.strip() for each in people for part in each["name"].split(",")}
    assert len(names) > 95
    for file in outputs.rglob("*"):
        if file.is_file() and file.name != SIDE:
            content = file.read_bytes().decode("utf-8", "replace")
            told = [name for name in names if re.search(rf"\b{name}\b", content)]
            assert not told, f"{file.name} names {len(told)} people of the list"
            assert str(clone) not in content
            assert str(home) not in content


def test_the_manifest_names_every_output_by_its_hash(first: tuple[Path, Path, str]) -> None:
    outputs = first[0] / "outputs" / "parents-and-social-care"
    manifest = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    held = hashes(outputs)
    del held["run.json"]
    assert manifest["outputs"] == held
