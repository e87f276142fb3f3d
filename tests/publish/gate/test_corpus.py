"""What the gate misses, and what it holds back for nothing, on a corpus of tries (P30, P35)."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.publish.gate import corpus


@pytest.fixture(scope="session")
def outputs(tmp_path_factory):
    """Cells of the corpus, run for real."""
    # A socket's name is short, so the folder has to be.
    return corpus.wrong_outputs(tmp_path_factory.mktemp("o"))


def test_every_way_to_write_a_name_is_found_and_nothing_else():
    missed, false, ways, others = corpus.wrong_names()
    assert (missed, false) == ([], [])
    assert ways >= 300
    assert others >= 100


def test_a_name_is_found_in_every_kind_of_file_and_what_cannot_be_read_is_held_back():
    missed, false, ways, _ = corpus.wrong_files()
    assert (missed, false) == ([], [])
    assert ways >= 100


def test_words_that_nobody_signed_off_are_found_however_they_are_cut():
    missed, false, ways, others = corpus.wrong_words()
    assert (missed, false) == ([], [])
    assert ways + others >= 100


def test_what_the_toolkit_did_not_make_is_held_back_and_a_look_alike_too(outputs):
    missed, false, ways, _ = outputs
    assert (missed, false) == ([], [])
    assert ways >= 50


def test_the_documentation_says_how_many_were_tried(outputs):
    """The table in docs/security.md; `python -m tests.publish.gate.corpus` prints it."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- the gate's corpus -->\n(.*?)\n<!--", page, re.DOTALL)
    assert table is not None
    assert table[1].strip() == corpus.table(outputs)
