"""Wordings: what they take up, in which languages, and never an identity (P31)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.guide.strategies import Data, build
from toolkit.guide.topic.check import check_document
from toolkit.guide.topic.wordings import fill
from toolkit.guide.yaml.source import Document

FACTS = frozenset({"support_line", "report_date"})


def faults_of(text: Any, *, facts: frozenset[str] | None = FACTS, **changes: Any) -> list[str]:
    """The codes that a text in the third question brings."""
    own = {"probe": "own", "text": "?", "type": "yes-no", "each_participant": True}
    inner = {"question": "inner", "text": "?"}
    items: list[Data] = [
        {"question": "q1", "text": "?", "probes": [{"probe": "who", "text": "?", "type": "text"}]},
        {"question": "q2", "text": "?", "probes": [own, {"probe": "tick", "text": "?"}]},
        {"question": "name", "text": "?"},
        {"script": "words", "text": "."},
        {"group": "again", "repeat": {"max": 2}, "items": [inner]},
        {"question": "q3", "text": text},
        {"question": "q4", "text": "?"},
    ]
    data: Data = {
        "guide": "g",
        "title": "T",
        "version": "1",
        "source": "s",
        "languages": ["en"],
        "mode": "forum",
        "sections": [{"section": "one", "title": "One", "items": items}],
        "endings": [{"ending": "end", "disposition": "end", "text": "Bye", "default": True}],
        **changes,
    }
    document = Document("guide.yaml", data)
    assert check_document(document, facts) == build(data)
    return [each.code for each in document.findings]


@pytest.mark.parametrize(
    "text",
    [
        "After {q1}, what then?",
        "After {q1.who|somebody}, what then?",
        "After { q1.who | somebody }, what then?",
        "You can ring {protocol.support_line}.",
        "A brace is {{ and }}.",
        "Both: {{{q1}}}.",
        "{q1}{q2}",
    ],
)
def test_earlier_answers_and_facts_are_taken_up(text: str) -> None:
    assert faults_of(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "GUIDE-032"),
        (" \n", "GUIDE-032"),
        ("{q9}", "GUIDE-035"),
        ("{words}", "GUIDE-035"),
        ("{again}", "GUIDE-035"),
        ("{q2.tick}", "GUIDE-035"),
        ("{q2.own}", "GUIDE-035"),
        ("{inner}", "GUIDE-035"),
        ("{one}", "GUIDE-035"),
        ("{q3}", "GUIDE-036"),
        ("{q4}", "GUIDE-036"),
        ("{name}", "GUIDE-037"),
        ("{surname}", "GUIDE-037"),
        ("{participant.first_name}", "GUIDE-037"),
        ("{child.age}", "GUIDE-037"),
        ("{identity.phone|none}", "GUIDE-037"),
        ("{protocol.suport_line}", "GUIDE-038"),
        ("{", "GUIDE-039"),
        ("}", "GUIDE-039"),
        ("{}", "GUIDE-039"),
        ("{q1", "GUIDE-039"),
        ("{q1}}", "GUIDE-039"),
        ("{What?}", "GUIDE-039"),
        ("{q1 {q2}}", "GUIDE-039"),
    ],
)
def test_what_cannot_be_taken_up_is_told(text: str, code: str) -> None:
    assert faults_of(text) == [code]


def test_every_piece_of_a_wording_is_looked_at() -> None:
    assert faults_of("{q9} {q4} {name} {") == ["GUIDE-035", "GUIDE-036", "GUIDE-037", "GUIDE-039"]


def test_without_a_protocol_at_hand_its_facts_are_taken_on_trust() -> None:
    assert faults_of("{protocol.whatever}", facts=None) == []
    assert faults_of("{protocol.whatever}", facts=frozenset()) == ["GUIDE-038"]


def test_inside_a_round_the_answers_of_the_round_are_taken_up() -> None:
    inner = [{"question": "x", "text": "?"}, {"question": "y", "text": "After {x}?"}]
    group = {"group": "again", "repeat": {"max": 2, "label": "Round"}, "items": inner}
    sections = [{"section": "one", "title": "One", "items": [group]}]
    assert faults_of("unused", sections=sections) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ({"en": "Why?", "cy": "Pam?"}, []),
        ("Why?", ["GUIDE-044"]),
        ({"cy": "Pam?"}, ["GUIDE-033"]),
        ({"en": "Why?", "cy": "Pam?", "fr": "Pourquoi ?"}, ["GUIDE-034"]),
        ({"en": "Why?", "cy": " "}, ["GUIDE-032"]),
        ({"en": "Why {q4}?", "cy": "Pam {q9}?"}, ["GUIDE-036", "GUIDE-035"]),
        ({}, ["GUIDE-033", "GUIDE-044"]),
    ],
)
def test_what_participants_hear_is_there_in_every_language(text: Any, codes: list[str]) -> None:
    two = {"en": "Hello", "cy": "Helo"}
    items = [{"question": "q1", "text": text, "instruction": "Wait."}]
    items += [{"question": "q4", "text": two}]
    changes: Data = {
        "languages": ["en", "cy"],
        "title": two,
        "sections": [{"section": "one", "title": two, "items": items}],
        "endings": [{"ending": "end", "disposition": "end", "text": two, "default": True}],
    }
    assert faults_of("unused", **changes) == codes


def test_a_message_takes_up_the_answer_it_is_about_but_none_that_is_given_later() -> None:
    probe = {"probe": "p", "text": "?", "type": "number"}
    late = {"question": "late", "text": "?"}

    def saying(message: str) -> list[str]:
        checks = [{"soft": "x > 1", "message": message}]
        item = {"question": "x", "text": "?", "type": "number", "probes": [probe], "checks": checks}
        sections = [{"section": "one", "title": "One", "items": [item, late]}]
        return faults_of("unused", sections=sections)

    assert saying("You said {x}, and {x.p}.") == []
    assert saying("You said {late}.") == ["GUIDE-036"]


# Filling ------------------------------------------------------------------------------------


def answer(ref: str, fallback: str) -> str:
    return {"q1": "the school"}.get(ref, fallback)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("After {q1}?", "After the school?"),
        ("After {q1|somebody}?", "After the school?"),
        ("After { q2 | some body }?", "After some body?"),
        ("After {q2}?", "After ?"),
        ("{{q1}}", "{q1}"),
        ("{{{q1}}}", "{the school}"),
        ("{{ {q1} }}", "{ the school }"),
        ("no piece", "no piece"),
    ],
)
def test_pieces_are_put_in(text: str, filled: str) -> None:
    assert fill(text, answer) == filled


@given(st.text())
def test_what_is_put_in_is_never_read_again(said: str) -> None:
    assert fill("{q1}", lambda ref, fallback: said) == said
    assert fill(said.replace("{", "{{").replace("}", "}}"), answer) == said
