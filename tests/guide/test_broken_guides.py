"""More than fifty broken guides, each with every line that the check says of it, word for word."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from toolkit.guide import check_guide
from toolkit.guide.yaml_source import read_yaml

BOOK: dict[str, Any] = read_yaml(Path(__file__).parent / "broken_guides.yaml").data
CASES: list[dict[str, Any]] = BOOK["cases"]


def said(path: Path) -> list[str]:
    return [str(each).replace(str(path), path.name) for each in check_guide(path)]


def test_the_guide_that_is_broken_is_good_and_is_broken_in_forty_ways_or_more(
    tmp_path: Path,
) -> None:
    path = tmp_path / "guide.yaml"
    path.write_text(BOOK["base"], encoding="utf-8")
    assert said(path) == []
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["broken"])
def test_every_fault_is_said_with_its_line(case: dict[str, Any], tmp_path: Path) -> None:
    assert case["old"] in BOOK["base"]
    path = tmp_path / "guide.yaml"
    path.write_text(BOOK["base"].replace(case["old"], case["new"], 1), encoding="utf-8")
    assert case["says"]
    assert said(path) == case["says"]


def test_a_folder_is_not_a_guide(tmp_path: Path) -> None:
    (found,) = said(tmp_path)
    assert found.startswith("YAML-001")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "YAML-011", 1),
        (b"PK\x03\x04 and so on", "YAML-005", 1),
        (b"\x89PNG\r\n\x1a\n", "YAML-005", 1),
        (b"%PDF-1.7", "YAML-005", 1),
        (b"guide: a\ntitle: \0", "YAML-005", 2),
        ("guide: a\ntitle: Ärger".encode("latin-1"), "YAML-004", 2),
        ("guide: a".encode("utf-16"), "YAML-004", 1),
    ],
)
def test_what_is_no_text_is_told_from_a_guide(
    content: bytes, code: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "guide.yaml"
    path.write_bytes(content)
    found = check_guide(path)[0]
    assert (found.code, found.line) == (code, line)


def test_an_archive_and_a_file_too_large_are_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "guide.zip", "w") as archive:
        archive.writestr("guide.yaml", BOOK["base"])
    (tmp_path / "large.yaml").write_text("# much\n" * 700_000, encoding="utf-8")
    assert said(tmp_path / "guide.zip")[0].startswith("YAML-005")
    assert said(tmp_path / "large.yaml")[0].startswith("YAML-003")
