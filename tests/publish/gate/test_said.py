"""Words that nobody signed off: which texts are looked for, and what is exempt (P35)."""

from __future__ import annotations

import time

import pytest

from tests.publish.gate.corpus import codebook_of
from toolkit.publish.gate.said import said_by_participants, said_in, texts_said, wording_of
from toolkit.store import NewEvent
from toolkit.store.event import Event

SAID = "Nobody had told me that the meeting was on a Wednesday."
OURS = wording_of(["Who told you?"])


def events(*new):
    return [
        Event(**{n: getattr(each, n) for n in NewEvent.__dataclass_fields__}, seq=k, chain="")
        for k, each in enumerate(new)
    ]


def answer(text, **more):
    return NewEvent("answer", new_value={"value": text}, session="K01", case="K01", start=1, **more)


def test_what_was_typed_first_and_corrected_later_is_looked_for_too():
    texts = texts_said(events(answer(SAID), answer("Another answer altogether, much later on.")))
    assert said_in(texts, OURS).found_in("so the meeting was on a Wednesday")


@pytest.mark.parametrize(
    "new",
    [
        NewEvent("note", new_value={"text": SAID}, session="K01", start=1),
        NewEvent("turn", new_value={"text": SAID}, session="F1", case="F1-A", start=1),
        NewEvent("write-up", new_value={"text": SAID}, session="K01", start=1),
        NewEvent("memo", new_value={"text": SAID}, session="coding:c1", start=1),
        NewEvent("answer", new_value=[{"deep": [SAID]}], session="K01", start=1),
    ],
)
def test_notes_turns_and_memos_are_looked_for(new):
    assert said_in(texts_said(events(new)), OURS).found_in(SAID)


def test_reasons_of_deviations_are_printed_by_a_rule_of_their_own():
    told = NewEvent("deviation", new_value={"what": SAID}, session="K01", start=1)
    assert texts_said(events(told)) == []


def test_a_quotation_that_was_signed_off_goes_out_and_the_next_word_does_not():
    said = said_in([SAID], OURS, ["Nobody had told me that the meeting"])
    assert said.found_in("Nobody had told me that the meeting") == 0
    assert said.found_in("Nobody had told me that the meeting was") == 1


@pytest.mark.parametrize(("invented", "held"), [(False, True), (True, False)])
def test_a_label_in_somebody_s_words_is_no_exemption_unless_it_is_marked(invented, held):
    """P35: a code in vivo is a quotation; its words are not the study's own."""
    text = "It was a gossamer tightrope of favours."
    code = {"label": "Gossamer tightrope", "definition": "Favours.", "invented": invented}
    said = said_in([text], wording_of(["Who told you?"], codebook_of([code])))
    assert bool(said.found_in("A gossamer tightrope, as it were")) is held


def test_invented_wording_is_no_cover_for_six_words_of_a_source():
    code = {"label": SAID, "definition": "A day.", "invented": True}
    assert said_in([SAID], wording_of([""], codebook_of([code]))).found_in(SAID)


def test_nothing_is_found_where_nothing_was_said():
    assert said_in([], OURS).found_in(SAID) == 0
    assert said_in([SAID], OURS).found_in("") == 0


def test_ten_thousand_texts_are_looked_for_in_seconds():
    words = [f"{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in ("ton", "ler", "mis", "der")]
    texts = [
        " ".join(words[(7 * n + k * k + k * n) % len(words)] for k in range(100))
        for n in range(10_000)
    ]
    begun = time.process_time()
    said = said_in(texts, OURS)
    assert said.found_in(f"and then {texts[4_321]} and so on")
    assert said.found_in("what was never said by anybody here") == 0
    # About three seconds of processor time; a table that is looked through in turn takes minutes.
    assert time.process_time() - begun < 60


def test_the_worked_study_s_own_pages_say_nobody_s_words(sample_home, study, sample_run):
    from toolkit.store.lifecycle.unlocked import unlock

    store = sample_home.open_research(unlock(sample_home))
    said = said_by_participants(study, store.read())
    store.close()
    assert said.count > 300
    page = (sample_run / "05-report.html").read_text()
    assert said.found_in(page) == 0
    assert said.found_in(f"{page} I was that nervous I'd written on my hand what to say")
