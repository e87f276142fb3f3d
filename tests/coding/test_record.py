"""Coding enters the journal and comes back; a fault records nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from toolkit.capture import ScriptedClock
from toolkit.coding import CodingDesk, Quote, Segment, fitting, read_memos, read_segments
from toolkit.errors import CodingError
from toolkit.guide import load_codebook
from toolkit.sources import Source
from toolkit.store import About, MemoryStore

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
TEXT = "We waited and waited. Nobody rang us back."


@pytest.fixture
def store():
    return MemoryStore(About("parents-and-social-care", True, 0))


@pytest.fixture
def desk(store):
    sources = {"K01/q3": Source("K01/q3", TEXT, case="K01", session="K01")}
    codebook = load_codebook(STUDY / "codebook.yaml")
    return CodingDesk(store, sources, codebook, "coder-1", ScriptedClock(date(2019, 5, 2), "10:00"))


def test_a_quotation_with_two_codes_is_two_segments_in_the_journal(desk, store):
    given = desk.code_quote("K01/q3", "Nobody rang us back", ["no-reply", "coped-alone"])
    assert given == [
        Segment("K01/q3", 22, 41, "no-reply", "coder-1"),
        Segment("K01/q3", 22, 41, "coped-alone", "coder-1"),
    ]
    assert set(read_segments(store.read())) == set(given)


def test_the_journal_holds_offsets_and_hash_and_never_the_words(desk, store):
    desk.code_quote("K01/q3", "Nobody rang us back", ["no-reply"])
    (event,) = store.read()
    assert event.new_value["text"] == desk.sources["K01/q3"].hash
    assert (event.case, event.session, event.user) == ("K01", "coding:coder-1", "coder-1")
    assert "Nobody" not in str(event)


def test_coding_the_same_twice_is_one_segment(desk, store):
    for _ in range(2):
        desk.code_stretch("K01/q3", 0, 9, ["delay"])
    assert len(read_segments(store.read())) == 1


def test_a_segment_can_be_taken_back_and_given_again(desk, store):
    (segment,) = desk.code_stretch("K01/q3", 0, 9, ["delay"])
    desk.take_back(segment)
    assert read_segments(store.read()) == {}
    desk.code_stretch("K01/q3", 0, 9, ["delay"])
    assert list(read_segments(store.read())) == [segment]
    assert len(list(store.read())) == 3


def test_faults_of_a_batch_are_told_in_one_go_and_nothing_is_recorded(desk, store):
    quotes = [
        Quote("K01/q3", "Nobody rang us back", ("no-reply",)),
        Quote("K01/q3", "waited", ("delay",)),
        Quote("K09/q3", "words", ("delay",)),
        Quote("K01/q3", "We waited", ("delai",)),
        Quote("K01/q3", "We waited", ()),
    ]
    with pytest.raises(CodingError) as caught:
        desk.code_quotes(quotes)
    codes = [finding.code for finding in caught.value.findings]
    assert codes == ["CODING-003", "CODING-005", "CODING-001", "CODING-007"]
    assert "delay" in caught.value.findings[2].remedy
    assert list(store.read()) == []


def test_memos_come_back_in_order(desk, store):
    desk.write_memo("delay", "Weeks, not days.")
    desk.write_memo("K01/q3", "Compare with K02.")
    memos = read_memos(store.read())
    assert [(memo.about, memo.coder) for memo in memos] == [
        ("delay", "coder-1"),
        ("K01/q3", "coder-1"),
    ]


@pytest.mark.parametrize(("about", "text", "code"), [("delai", "x", "001"), ("delay", " ", "008")])
def test_a_memo_on_nothing_or_without_words_is_refused(desk, about, text, code):
    with pytest.raises(CodingError, match=f"CODING-{code}"):
        desk.write_memo(about, text)


def test_segments_on_a_text_that_changed_or_went_do_not_fit(desk, store):
    desk.code_stretch("K01/q3", 0, 9, ["delay"])
    segments = read_segments(store.read())
    assert fitting(segments, desk.sources) == list(segments)
    assert fitting(segments, {"K01/q3": Source("K01/q3", TEXT + " Ever.")}) == []
    assert fitting(segments, {}) == []


def test_two_coders_do_not_touch_each_other(desk, store):
    second = CodingDesk(store, desk.sources, desk.codebook, "coder-2", desk.clock)
    desk.code_stretch("K01/q3", 0, 9, ["delay"])
    second.code_stretch("K01/q3", 0, 9, ["delay"])
    second.take_back(Segment("K01/q3", 0, 9, "delay", "coder-2"))
    assert [segment.coder for segment in read_segments(store.read())] == ["coder-1"]


def spoken_by_two(desk):
    texts = [
        Source("K02/q3", "Nobody told me where my papers were.", "K02", participant="K02"),
        Source("F1/q2/1", "It was the second time for us all", "F1", participant="F1-A"),
    ]
    return replace(desk, sources={**desk.sources, **{each.id: each for each in texts}})


def test_a_memo_belongs_to_everybody_whom_it_names_or_quotes(desk, store):
    """P26: it has to go with each of them."""
    desk = spoken_by_two(desk)
    desk.write_memo("delay", "Weeks, not days.")
    desk.write_memo("delay", "As K01 has it: told me where my papers were")
    desk.write_memo("F1/q2/1", "Compare with K02.")
    assert [each.case for each in store.read()] == ["", "K01+K02", "F1-A+K02"]


def test_coding_of_a_turn_belongs_to_who_spoke_and_not_to_the_forum(desk, store):
    """P27."""
    desk = spoken_by_two(desk)
    (segment,) = desk.code_quote("F1/q2/1", "second time", ["delay"])
    desk.take_back(segment)
    assert [each.case for each in store.read()] == ["F1-A", "F1-A"]


def test_coding_of_a_text_that_is_gone_cannot_be_taken_back(desk, store):
    with pytest.raises(CodingError, match="CODING-005"):
        desk.take_back(Segment("K09/q3", 0, 1, "delay", "coder-1"))
    assert list(store.read()) == []
