"""From files to guides: a good one is loaded, a faulty one raises everything at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import GuideError
from toolkit.guide import check_guide, load_guide

HERE = Path(__file__).parents[1]
GOOD = HERE / "good" / "waiting-for-services.yaml"


def test_a_good_guide_is_loaded_by_path_or_by_name() -> None:
    guide = load_guide(GOOD)
    assert guide == load_guide(str(GOOD))
    assert (guide.id, guide.version, guide.mode) == ("waiting-for-services", "2.0.1", "survey")


@pytest.mark.parametrize("name", ["several-faults-of-sense", "several-faults-of-shape", "tab"])
def test_a_faulty_guide_raises_every_fault_that_the_check_finds(name: str) -> None:
    path = HERE / "broken" / f"{name}.yaml"
    with pytest.raises(GuideError) as caught:
        load_guide(path)
    assert set(caught.value.findings) == set(check_guide(path))
    assert str(path) in str(caught.value)


def test_a_warning_stops_nobody(tmp_path: Path) -> None:
    text = (HERE / "good" / "too-many-paths-to-count.yaml").read_text(encoding="utf-8")
    path = tmp_path / "guide.yaml"
    path.write_text(text.replace("languages: [en]", "languages: [en, cy]"), encoding="utf-8")
    assert {each.severity for each in check_guide(path)} == {"warning"}
    assert load_guide(path).id == "broken"


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_what_is_not_there_raises_a_guide_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(GuideError, match="YAML-00"):
        load_guide(tmp_path / name)


def test_the_facts_of_the_protocol_beside_it_are_known_to_a_guide(tmp_path: Path) -> None:
    path = tmp_path / "guide.yaml"
    path.write_bytes(GOOD.read_bytes())
    (tmp_path / "study.yaml").write_text("facts: {report_date: spring}\n", encoding="utf-8")
    with pytest.raises(GuideError, match="GUIDE-038"):
        load_guide(path)
    (tmp_path / "study.yaml").write_text("facts: {support_line: a line}\n", encoding="utf-8")
    assert load_guide(path).id == "waiting-for-services"


def test_what_stands_in_comments_and_how_it_is_laid_out_does_not_change_the_hash(
    tmp_path: Path,
) -> None:
    path = tmp_path / "guide.yaml"
    path.write_text(f"# Changed.\n{GOOD.read_text(encoding='utf-8')}\n\n# End.\n", encoding="utf-8")
    assert load_guide(path).hash == load_guide(GOOD).hash
