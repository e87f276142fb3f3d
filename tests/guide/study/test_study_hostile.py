"""Whatever stands in a study's files, the check answers with findings and never falls over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.guide import check_study
from toolkit.guide.yaml.source import read_yaml

WORKED = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**9)
    | st.floats(0, 1e6)
    | st.sampled_from(["", "all", "P01", "P99", "2019-04", "99%", "forum", "a/b", ".", "n" * 300])
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "kind", "claim", "clause", "x"]), inner)
    ),
    max_leaves=5,
)


def paths_of(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(data, dict | list):
        inside = list(data.items() if isinstance(data, dict) else enumerate(data))
    below = [each for key, value in inside for each in paths_of(value, (*path, key))]
    return [path, *below] if path else below


FILES = ["study.yaml", "codebook.yaml", "consent.yaml", "parent-forum.yaml"]
CONTENT = {name: read_yaml(WORKED / name).data for name in FILES}
PLACES = [(name, path) for name in FILES for path in paths_of(CONTENT[name])]
# Half of the changes go to the protocol, which the other files would crowd out otherwise.
places = st.sampled_from([each for each in PLACES if each[0] == "study.yaml"]) | st.sampled_from(
    PLACES
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile") / "study"
    shutil.copytree(WORKED, made, ignore=shutil.ignore_patterns("sample"))
    return made


@settings(max_examples=60)
@given(place=places, value=plain, drop=st.booleans())
def test_any_value_anywhere_is_answered_with_findings(
    folder: Path, place: tuple[str, tuple[Any, ...]], value: Any, drop: bool
) -> None:
    name, path = place
    data = json.loads(json.dumps(CONTENT[name]))
    here = data
    for step in path[:-1]:
        here = here[step]
    if drop:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    (folder / name).write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    try:
        report = check_study(folder)
    finally:
        shutil.copy(WORKED / name, folder / name)
    json.dumps(report.to_json())
    assert len(report.lines()) == len(report.findings) + len(report.confirmations) + 1
    assert all(each.line >= 0 and each.file for each in report.findings)


@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00\\ud800", "a\\0b", "\\x00"])
def test_an_escape_for_nul_or_half_a_sign_is_a_finding(tmp_path: Path, escape: str) -> None:
    (tmp_path / "study.yaml").write_text(f'study: one\ntitle: "{escape}"\n', encoding="utf-8")
    found = check_study(tmp_path).findings
    assert ("YAML-013", 2) in [(each.code, each.line) for each in found]
