"""The check of a guide: every fault with its line and place, all in one go, nothing on good ones.

``broken/`` holds guides that are broken in one way each (and some in several); ``.expected``
beside each is what the check says of it, word for word. ``good/`` uses the whole format.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from toolkit.errors import catalogue
from toolkit.guide import check_guide, compile_guide, evaluate, load_guide
from toolkit.guide.topic.model import Guide
from toolkit.guide.yaml.text_file import SIZE_LIMIT
from toolkit.guide.yaml.validate import reachable

HERE = Path(__file__).parents[1]
BROKEN = sorted(path.with_suffix(".yaml") for path in (HERE / "broken").rglob("*.expected"))
# What is no text has no lines.
TEXTS = [
    path for path in BROKEN if path.read_bytes()[:1] not in (b"", b"<", b"P", b"\x89", b"\xff")
]
GOOD = sorted(path for path in (HERE / "good").glob("*.yaml") if path.stem != "study")
# Said where there is no guide file at all, or of answers and not of guides.
ELSEWHERE = {"YAML-001", "YAML-002", "YAML-003", "GUIDE-050"} | {f"GUIDE-06{n}" for n in range(5)}


def said(path: Path) -> list[str]:
    return [str(each).replace(str(path), path.name) for each in check_guide(path)]


def expected(path: Path) -> list[str]:
    return path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()


# Broken guides ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BROKEN, ids=lambda each: each.stem)
def test_every_fault_is_told_word_for_word(path: Path) -> None:
    assert said(path) == expected(path) != []


def test_there_are_many_ways_to_break_a_guide() -> None:
    every = {path for path in (HERE / "broken").rglob("*.yaml") if path.stem != "study"}
    assert every == set(BROKEN)
    assert len(BROKEN) >= 60


def test_every_message_about_guides_is_said_of_some_broken_one() -> None:
    told = {line.split()[0] for path in BROKEN for line in expected(path)}
    rooms = ("YAML-", "FORMAT-", "GUIDE-")
    assert told == {code for code in catalogue() if code.startswith(rooms)} - ELSEWHERE


@pytest.mark.parametrize("path", BROKEN, ids=lambda each: each.stem)
def test_findings_stand_in_the_order_of_the_file_and_on_lines_of_it(path: Path) -> None:
    found = [each.line for each in check_guide(path)]
    last = path.read_bytes().count(b"\n") + 1
    assert found == sorted(found)
    assert all(1 <= line <= last for line in found)


@pytest.mark.parametrize("path", TEXTS, ids=lambda each: each.stem)
def test_lines_above_move_what_is_found_and_change_nothing_else(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    moved = tmp_path / path.name
    before = [(each.code, each.line, each.place) for each in check_guide(path)]
    moved.write_bytes(b"# one\n\n# three\n" + raw)
    if (path.parent / "study.yaml").exists():
        (tmp_path / "study.yaml").write_bytes((path.parent / "study.yaml").read_bytes())
    after = [(each.code, each.line, each.place) for each in check_guide(moved)]
    whole = {"FORMAT-002", "FORMAT-003", "YAML-011"}  # may be told of the whole file
    for one, two in zip(before, after, strict=True):
        shift = 0 if one[1] == two[1] == 1 and one[0] in whole else 3
        assert two == (one[0], one[1] + shift, one[2])


def test_a_folder_instead_of_a_guide_is_told(tmp_path: Path) -> None:
    (only,) = said(tmp_path)
    name = tmp_path.name
    assert only == (
        f"YAML-001 {name} path: this is a folder; a YAML file is needed; "
        f"name the file itself, for example {name}/guide.yaml"
    )


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# much\n" * (SIZE_LIMIT // 7 + 1))
    (only,) = said(path)
    assert only == (
        "YAML-003 large.yaml:1 file: the file is larger than 4,194,304 bytes; "
        "files up to that size are read; split it, or check that it is the right file"
    )


def test_a_protocol_that_cannot_be_read_is_not_held_against_the_guide(tmp_path: Path) -> None:
    path = tmp_path / "guide.yaml"
    text = (HERE / "broken" / "beside-a-protocol" / "facts-that-are-not-there.yaml").read_text()
    path.write_text(text, encoding="utf-8")
    assert said(path) == []
    (tmp_path / "study.yaml").write_text("facts: [\n", encoding="utf-8")
    assert said(path) == []
    (tmp_path / "study.yaml").write_text("study: one\n", encoding="utf-8")
    assert len(said(path)) == 3


# Good guides --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GOOD, ids=lambda each: each.stem)
def test_nothing_is_said_of_a_good_guide(path: Path) -> None:
    assert said(path) == []


def parts(value: Any) -> list[BaseModel]:
    """Every model in a model, itself included."""
    if isinstance(value, BaseModel):
        inner = (getattr(value, name) for name in type(value).model_fields)
        return [value, *(part for each in inner for part in parts(each))]
    if isinstance(value, tuple | list):
        return [part for each in value for part in parts(each)]
    return []


def test_the_good_guides_use_every_key_of_the_format() -> None:
    used: dict[type[BaseModel], set[str]] = {model: set() for model in reachable(Guide)}
    for part in (part for path in GOOD for part in parts(load_guide(path))):
        used[type(part)] |= part.model_fields_set
    unused = {
        model.__name__: model.model_fields.keys() - keys
        for model, keys in used.items()
        if model.model_fields.keys() != keys
    }
    assert unused == {}


def test_the_good_guides_use_every_type_and_mode() -> None:
    guides = [load_guide(path) for path in GOOD]
    types = {part.type for guide in guides for part in parts(guide) if hasattr(part, "type")}
    everything = "text single multiple scale number date duration yes-no tick"
    assert types == set(everything.split())
    assert {guide.mode for guide in guides} == {"interview", "forum", "survey"}


# Laws ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "guide.yaml"


def spoiled(text: str, chance: Random) -> str:
    """The text with a few lines left out, doubled, swapped, indented or with a sign changed."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at : at + chance.randint(1, 3)]
                lines = lines or [""]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * chance.choice((1, 2, 4)) + lines[at]
            case _:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = (
                    lines[at][:cut] + chance.choice(":,{}[]'\"# -=1é\t") + lines[at][cut + 1 :]
                )
    return "\n".join(lines)


@settings(max_examples=150)
@given(st.sampled_from(GOOD[1:]), st.integers(0, 10**9))
def test_whatever_is_done_to_a_guide_is_told_or_does_no_harm(
    scratch: Path, path: Path, seed: int
) -> None:
    text = spoiled(path.read_text(encoding="utf-8"), Random(seed))
    scratch.write_text(text, encoding="utf-8", newline="")
    found = check_guide(scratch)
    assert [each.line for each in found] == sorted(each.line for each in found)
    if not found:
        assert evaluate(compile_guide(load_guide(scratch)), {}).ending
