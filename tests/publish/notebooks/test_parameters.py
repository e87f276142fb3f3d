"""A wrong parameter stops before anything starts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import RunError
from toolkit.publish.notebooks.parameters import declared_parameters, settle_parameters

CELL = """\
study = "parents"  # which study: name of its folder
smallest_cell = 5  # counts below this are not printed: people
share = 0.5  # proportion, 0 to 1
with_codes = True  # whether codes are shown
strands = ["interview", "forum"]  # which strands
"""
DECLARED = declared_parameters(CELL, "01-sample")


def settled(**values):
    return settle_parameters(DECLARED, values).get("01-sample", {})


def test_literal_gives_the_type_and_comment_the_meaning():
    kinds = {each.name: each.kind for each in DECLARED}
    assert kinds["smallest_cell"] == "a whole number"
    assert kinds["with_codes"] == "true or false"
    assert DECLARED[1].meaning == "counts below this are not printed: people"


def test_what_nobody_sets_keeps_its_default():
    assert settled() == {}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("smallest_cell", "7", 7),
        ("share", "0.25", 0.25),
        ("share", "1", 1.0),
        ("with_codes", "no", False),
        ("with_codes", "TRUE", True),
        ("strands", "forum, interview", ["forum", "interview"]),
        ("study", "7", "7"),
    ],
)
def test_text_of_a_command_line_is_read_as_the_declared_type(name, text, value):
    assert settled(**{name: text}) == {name: value}


def test_unknown_parameter_names_the_nearest_known_one():
    with pytest.raises(RunError) as caught:
        settled(smallest_cel=3)
    assert caught.value.findings[0].code == "RUN-001"
    assert "did you mean smallest_cell?" in str(caught.value)


def test_name_that_is_near_to_none_is_told_what_there_is():
    with pytest.raises(RunError, match="The parameters are: share, smallest_cell, strands") as caught:
        settled(xyzzy=3)
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smallest_cell", "five"),
        ("smallest_cell", 5.0),
        ("smallest_cell", True),
        ("share", "NaN"),
        ("share", float("inf")),
        ("with_codes", 1),
        ("strands", [1]),
        ("study", 3),
        ("study", "two\nlines"),
        ("study", None),
    ],
)
def test_ill_typed_parameter_is_refused_with_the_declared_meaning(name, value):
    with pytest.raises(RunError) as caught:
        settled(**{name: value})
    assert caught.value.findings[0].code == "RUN-002"
    assert next(each.meaning for each in DECLARED if each.name == name) in str(caught.value)


def test_all_wrong_parameters_are_told_in_one_go():
    with pytest.raises(RunError) as caught:
        settled(smallest_cell="x", share="y", nothing=1)
    assert sorted(each.code for each in caught.value.findings) == ["RUN-001", "RUN-002", "RUN-002"]


@given(st.text())
def test_no_text_ever_becomes_a_value_of_another_type(text):
    try:
        value = settled(smallest_cell=text)["smallest_cell"]
    except RunError:
        return
    assert type(value) is int


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("x = 1", "has no comment"),
        ("x = len('a')  # length", "not written out as a literal"),
        ("x = {1: 2}  # pairs", "cannot have a value of this type"),
        ("import os  # for paths", "other than name = value"),
        ("x = [1, 2]  # numbers", "cannot have a value of this type"),
        ("x = (", "not Python"),
    ],
)
def test_parameters_cell_holds_commented_literals_only(source, what):
    with pytest.raises(RunError, match="RUN-003") as caught:
        declared_parameters(source, "01-sample")
    assert what in str(caught.value)
