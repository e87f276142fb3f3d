"""The catalogue of messages and the code agree: nothing is missing, nothing is left over."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.errors import catalogue

ROOT = Path(__file__).parent.parent
MESSAGES = sorted((ROOT / "toolkit" / "messages").glob("*.toml"))
CODE_SHAPE = re.compile(r"[A-Z]+-\d{3}")
# What `finding` itself takes; everything else fills a template.
OWN = {"place", "file", "line", "code"}


def entries() -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in MESSAGES:
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield path.stem, code, entry


ENTRIES = list(entries())


def placeholders(entry: dict[str, str]) -> set[str]:
    texts = (entry[part] for part in ("found", "rule", "do"))
    named = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    return {re.split(r"[.\[]", each)[0] for each in named}


def code_trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "toolkit").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def codes_said() -> dict[str, str]:
    """Every code that stands in the package's code as a word of its own, and where."""
    rooms = {code.partition("-")[0] for _, code, _ in ENTRIES}
    return {
        node.value: f"{place}:{node.lineno}"
        for place, tree in code_trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CODE_SHAPE.fullmatch(node.value) and node.value.partition("-")[0] in rooms
    }


def direct_calls() -> Iterator[tuple[str, str, set[str]]]:
    """Calls ``finding("CODE", ...)`` and ``Error.of("CODE", ...)``: where, code, values given."""
    for place, tree in code_trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[0]
            spread = any(each.arg is None for each in node.keywords)
            if name in {"finding", "of"} and isinstance(first, ast.Constant) and not spread:
                given = {each.arg or "" for each in node.keywords}
                yield f"{place}:{node.lineno}", str(first.value), given - OWN


def test_every_room_speaks_only_under_its_own_prefix() -> None:
    prefixes: dict[str, set[str]] = {}
    for room, code, _ in ENTRIES:
        assert CODE_SHAPE.fullmatch(code), code
        prefixes.setdefault(code.partition("-")[0], set()).add(room)
    assert {prefix: rooms for prefix, rooms in prefixes.items() if len(rooms) > 1} == {}


def test_no_code_means_two_things() -> None:
    assert [c for c, n in Counter(code for _, code, _ in ENTRIES).items() if n > 1] == []
    assert set(catalogue()) == {code for _, code, _ in ENTRIES}


@pytest.mark.parametrize(("room", "code", "entry"), ENTRIES, ids=[each[1] for each in ENTRIES])
def test_a_message_says_what_was_found_which_rule_and_what_to_do(
    room: str, code: str, entry: dict[str, str]
) -> None:
    assert entry.keys() - {"severity"} == {"found", "rule", "do"}
    assert entry.get("severity", "error") in {"error", "warning", "note"}
    for part in ("found", "rule", "do"):
        text = entry[part]
        assert text.strip() == text != ""
        assert not text.endswith((".", ";")), "messages are joined with semicolons"
        assert "\n" not in text
        assert list(string.Formatter().parse(text))


def test_every_code_that_is_said_is_in_the_catalogue_and_the_other_way_round() -> None:
    known = {code for _, code, _ in ENTRIES}
    said = codes_said()
    assert {code: place for code, place in said.items() if code not in known} == {}
    assert sorted(known - set(said)) == []


def test_every_call_gives_what_its_message_asks_for_and_nothing_else() -> None:
    asked = {code: placeholders(entry) for _, code, entry in ENTRIES}
    wrong = {
        place: {"missing": asked[code] - given, "unused": given - asked[code]}
        for place, code, given in direct_calls()
        if code in asked and asked[code] != given
    }
    assert wrong == {}


def test_a_message_never_asks_for_an_answer_or_a_person() -> None:
    never = {
        "answer",
        "answers",
        "name_of_person",
        "person",
        "phone",
        "telephone",
        "email",
        "words",
    }
    asked = {code: placeholders(entry) & never for _, code, entry in ENTRIES}
    assert {code: names for code, names in asked.items() if names} == {}


def test_a_clause_is_shown_as_one_so_that_nobody_takes_it_for_a_participant() -> None:
    """``(clause P26)``; lists of clauses say so once: ``P01 to P45`` in a rule about clauses."""
    bare = [
        f"{code}: {text}"
        for _, code, entry in ENTRIES
        for text in entry.values()
        for cited in re.finditer(r"P\d\d", text)
        if "clause" not in text[: cited.start()].lower() and "P01 to P45" not in text
    ]
    assert bare == []
