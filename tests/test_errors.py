"""Errors say where, what was found, which rule and what to do; one tree, one catalogue."""

from __future__ import annotations

import inspect
import json

import pytest

from toolkit import errors
from toolkit.errors import ConflictError, Finding, StoreError, ToolkitError, catalogue, finding

EXCEPTIONS = [
    each
    for each in vars(errors).values()
    if inspect.isclass(each) and issubclass(each, BaseException)
]


def a_finding(**changes: object) -> Finding:
    parts: dict[str, object] = {
        "code": "GUIDE-003",
        "file": "parent-forum.yaml",
        "line": 41,
        "place": "question q4",
        "found": "route goes to 'q11'",
        "rule": "a route goes to what exists",
        "remedy": "choose q5",
    }
    return Finding(**(parts | changes))


def test_a_finding_reads_code_place_found_rule_remedy_on_one_line() -> None:
    assert str(a_finding()) == (
        "GUIDE-003 parent-forum.yaml:41 question q4: "
        "route goes to 'q11'; a route goes to what exists; choose q5"
    )


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({"line": 0}, "GUIDE-003 parent-forum.yaml question q4: "),
        ({"file": ""}, "GUIDE-003 question q4: "),
        ({"file": "", "place": ""}, "GUIDE-003: "),
    ],
)
def test_what_a_finding_does_not_know_leaves_no_gap(changes: dict[str, object], head: str) -> None:
    assert str(a_finding(**changes)).startswith(head + "route")


def test_a_finding_survives_json_whole() -> None:
    told = json.loads(json.dumps(a_finding().to_json()))
    assert Finding(**told) == a_finding()


def test_a_finding_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        a_finding().line = 1


def test_every_exception_hangs_in_the_one_tree_and_is_drawn_in_it() -> None:
    tree = errors.__doc__ or ""
    for each in EXCEPTIONS:
        assert issubclass(each, ToolkitError)
        assert each.__name__ in tree


def test_a_conflict_is_a_refusal_of_the_store() -> None:
    assert issubclass(ConflictError, StoreError)


def test_an_error_carries_all_its_findings_and_prints_one_line_each() -> None:
    error = ToolkitError(iter([a_finding(), a_finding(line=42)]))
    assert [each.line for each in error.findings] == [41, 42]
    assert str(error).splitlines() == [str(each) for each in error.findings]


def test_raising_by_code_gives_the_class_that_was_asked_and_the_catalogue_s_words() -> None:
    code, entry = next((c, e) for c, e in catalogue().items() if "{" not in "".join(e.values()))
    error = StoreError.of(code, place="here", file="journal", line=3)
    assert type(error) is StoreError
    only = error.findings[0]
    assert (only.code, only.place, only.file, only.line) == (code, "here", "journal", 3)
    assert (only.found, only.rule, only.remedy) == (entry["found"], entry["rule"], entry["do"])


def test_the_templates_are_filled_with_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"found": "{n} calls", "rule": "{n} is too many", "do": "rest", "severity": "warning"}
    monkeypatch.setattr(errors, "catalogue", lambda: {"FIELD-999": entry})
    told = finding("FIELD-999", place="researcher-1", n=3)
    assert (told.found, told.rule, told.severity) == ("3 calls", "3 is too many", "warning")
    with pytest.raises(KeyError, match="n"):
        finding("FIELD-999", place="researcher-1")


def test_an_unknown_code_is_a_mistake_of_ours_and_stays_a_key_error() -> None:
    with pytest.raises(KeyError, match="NONE-000"):
        finding("NONE-000", place="nowhere")


def test_a_severity_is_an_error_unless_the_catalogue_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = {"found": "f", "rule": "r", "do": "d"}
    monkeypatch.setattr(
        errors, "catalogue", lambda: {"A-1": plain, "A-2": plain | {"severity": "note"}}
    )
    assert [finding(code, place="").severity for code in ("A-1", "A-2")] == ["error", "note"]
