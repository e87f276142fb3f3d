"""The page on the guide format shows guides that are good, and uses the whole format."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.guide import check_guide
from toolkit.guide.topic.condition import parse_condition
from toolkit.guide.topic.model import Asked, Choice, Group, Guide, Question, Repeat, Script, Section

PAGE = (Path(__file__).parents[3] / "docs" / "guide-format.md").read_text(encoding="utf-8")
GUIDES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("text", GUIDES, ids=["smallest", "all"])
def test_every_guide_on_the_page_is_good(text: str, tmp_path: Path) -> None:
    path = tmp_path / "guide.yaml"
    path.write_text(text, encoding="utf-8")
    assert [str(each) for each in check_guide(path)] == []


@pytest.mark.parametrize("model", [Guide, Section, Group, Repeat, Script, Question, Choice, Asked])
def test_every_key_of_the_format_is_on_the_page(model: type) -> None:
    names = {field.alias or name for name, field in model.model_fields.items()}
    # "hard" and "max" stand in the text; what nobody explains would be missed here.
    assert {name for name in names if not re.search(rf"\b{name}\b", PAGE)} <= {"min"}


def test_every_condition_of_the_table_can_be_read() -> None:
    table = PAGE.split("## Conditions")[1].split("## Where")[0]
    written = [cell.split("|")[1] for cell in table.splitlines() if cell.startswith("| `")]
    found = [text for cell in written for text in re.findall(r"`([^`]+)`", cell)]
    whole = [text for text in found if not text.startswith(("is", "and", "or", "not", "("))]
    assert len(whole) >= 12
    for text in whole:
        parse_condition(text)
