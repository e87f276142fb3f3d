"""Tags, notes that find their question, languages, what is written after the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL, STUDY, Desk
from toolkit.capture import Session, replay
from toolkit.capture.session import afterwards, ending, entering, marking, steps
from toolkit.capture.session.private import PrivateWords
from toolkit.coding import read_segments
from toolkit.errors import CaptureError
from toolkit.guide import Answer, Guide, check_guide, load_guide
from toolkit.guide.study.codebook import load_codebook
from toolkit.sources import held_sessions
from toolkit.sources.reading import by_session
from toolkit.store.keys.passphrase import Secret

WELSH = SMALL.replace("languages: [en]", "languages: [en, cy]").replace(
    "text: Did anybody help?", "text: {en: Did anybody help?, cy: A wnaeth rhywun helpu?}"
)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(CaptureError, match=f"^{code}"):
        yield


@pytest.fixture
def call(desk: Desk) -> Session:
    """A call whose opening is said, with the codebook and a seal at hand."""
    made = desk.call()
    made.codebook = load_codebook(STUDY / "codebook.yaml")
    made.private = PrivateWords(Secret(b"k" * 32), "K01", "researcher-1")
    steps.confirm(made, "hello")
    steps.answer(made, "agreed", Answer("yes"))
    return made


@pytest.fixture
def over(call: Session) -> Session:
    """The same, finished."""
    steps.answer(call, "helped", Answer(missing="refused"))
    ending.finish(call)
    return call


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    file = tmp_path_factory.mktemp("guides") / "small.yaml"
    file.write_text(WELSH, encoding="utf-8")
    return load_guide(file)


def first_code(call: Session) -> str:
    return next(iter(call.codebook.codes)) if call.codebook else ""


def again(call: Session, desk: Desk) -> Session:
    """The same session as somebody else reads it from the journal."""
    events = desk.store.read(session="K01")
    state = replay(call.course.guide, call.course.program, events)
    assert state == call.state
    return call


# Notes ----------------------------------------------------------------------------------------


def test_a_note_finds_its_question_later_and_can_go_back(call: Session, desk: Desk) -> None:
    steps.note(call, "the line is bad")
    steps.note(call, "she means the school", called="window.4")
    first, second = call.state.notes
    marking.assign(call, second.id, "helped")
    marking.assign(call, first.id, "wish")
    marking.assign(call, first.id)
    assert [(n.ref, n.text) for n in again(call, desk).state.notes] == [
        ("", "the line is bad"),
        ("helped", "she means the school"),
    ]
    moved = [e for e in desk.store.read(session="K01") if e.event == "assign"]
    assert moved[-1].old_value == {"note": first.id, "ref": "wish"}


def test_a_note_that_found_its_question_answers_a_soft_check(call: Session) -> None:
    steps.answer(call, "helped", Answer("no"))
    steps.confirm(call, "careful")
    steps.answer(call, "waited", Answer(30))
    steps.note(call, "they mean months")
    marking.assign(call, call.state.notes[0].id, "waited")
    steps.confirm(call, "bye")
    ending.finish(call)
    assert not any("soft check" in each.what for each in call.state.deviations)


def test_what_is_assigned_or_tagged_is_there(call: Session) -> None:
    with refused("CAPTURE-045"):
        marking.assign(call, "window.9", "wish")
    with refused("CAPTURE-010"):
        steps.note(call, "words")
        marking.assign(call, call.state.notes[0].id, "nothing")
    with refused("CAPTURE-045"):
        marking.tag(call, first_code(call), note="window.9")


# Live tags ------------------------------------------------------------------------------------


def test_a_live_tag_is_laid_on_an_answer_or_a_note_and_taken_away(
    call: Session, desk: Desk
) -> None:
    code, other = list(call.codebook.codes)[:2] if call.codebook else []
    steps.note(call, "a long silence", called="n1")
    marking.tag(call, code, "wish")
    marking.tag(call, other, note="n1")
    marking.tag(call, other, "wish")
    marking.untag(call, code, "wish")
    tags = again(call, desk).state.tags
    assert [(t.code, t.ref, t.note) for t in tags] == [(other, "", "n1"), (other, "wish", "")]


def test_a_live_tag_is_no_coding_decision(over: Session, desk: Desk) -> None:
    """Nothing that is coded, read as a text or counted knows of it."""
    code = first_code(over)
    guides = {"small": over.course.guide}
    held = list(held_sessions(by_session(desk.store.read()), guides))
    before = [list(each.sources()) for each in held]
    marking.tag(over, code, "wish")
    events = list(desk.store.read())
    assert read_segments(events) == {}
    assert [list(each.sources()) for each in held_sessions(by_session(events), guides)] == before
    assert over.state.tags[0].code == code


@pytest.mark.parametrize(
    ("code", "ref", "note", "message"),
    [
        ("unheard-of", "wish", "", "CAPTURE-044"),
        ("KNOWN", "", "", "CAPTURE-046"),
        ("KNOWN", "wish", "n1", "CAPTURE-046"),
        ("KNOWN", "nothing", "", "CAPTURE-010"),
    ],
)
def test_a_tag_is_a_code_on_one_thing(
    call: Session, code: str, ref: str, note: str, message: str
) -> None:
    steps.note(call, "words", called="n1")
    with refused(message):
        marking.tag(call, first_code(call) if code == "KNOWN" else code, ref, note)


def test_without_a_codebook_there_are_no_tags(call: Session) -> None:
    call.codebook = None
    with refused("CAPTURE-044"):
        marking.tag(call, "partner", "wish")


@pytest.mark.parametrize("keep", [True, False])
def test_notes_and_tags_can_be_sorted_after_the_end_unless_all_is_to_be_deleted(
    call: Session, keep: bool
) -> None:
    """P29."""
    code = first_code(call)
    steps.note(call, "words", called="n1")
    ending.stop(call, keep=keep)
    if keep:
        marking.assign(call, "n1", "wish")
        marking.tag(call, code, note="n1")
        assert (call.state.notes[0].ref, len(call.state.tags)) == ("wish", 1)
        return
    for step in (
        lambda: marking.assign(call, "n1", "wish"),
        lambda: marking.tag(call, code, note="n1"),
        lambda: afterwards.themes(call, "words"),
        lambda: afterwards.keep_private(call, "words"),
        lambda: entering.draft(call, "#write-up", "words"),
    ):
        with refused("CAPTURE-024"):
            step()


# Answers taken back ---------------------------------------------------------------------------


def test_an_answer_is_taken_back_and_the_journal_keeps_it(call: Session, desk: Desk) -> None:
    steps.answer(call, "helped", Answer("yes"))
    steps.take_back(call, "helped")
    assert "helped" not in again(call, desk).state.answers
    assert "helped" in call.to_do
    *_, last = desk.store.read(session="K01")
    assert (last.old_value, last.new_value) == ({"value": "yes"}, None)


# Languages ------------------------------------------------------------------------------------


def test_a_guide_that_is_translated_in_part_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(WELSH, encoding="utf-8")
    found = check_guide(file)
    assert {(each.code, each.severity) for each in found} == {("GUIDE-044", "warning")}


def test_the_language_changes_during_a_call_and_is_kept_with_each_question(
    desk: Desk, bilingual: Guide
) -> None:
    desk.guides = {**desk.guides, "small": bilingual}
    call = desk.call()
    steps.confirm(call, "hello")
    steps.visit(call, "agreed")
    steps.answer(call, "agreed", Answer("yes"))
    steps.visit(call, "helped")
    marking.speak(call, "cy")
    steps.answer(call, "helped", Answer("yes"))
    steps.visit(call, "wish")
    marking.speak(call, "en")
    steps.answer(call, "helped.how", Answer("quickly"))
    state = again(call, desk).state
    assert state.language == "en"
    assert state.languages == {
        "agreed": "en", "helped": "cy", "wish": "en", "helped.how": "en"
    }  # fmt: skip
    assert state.answers["helped"] == Answer("yes")
    shown = [e.new_value for e in desk.store.read(session="K01") if e.event == "visit"]
    assert shown == [{"language": "en"}, {"language": "en"}, {"language": "en"}]
    marking.speak(call, "cy")
    steps.visit(call, "helped")
    *_, last = desk.store.read(session="K01")
    assert last.new_value == {"language": "cy"}


def test_a_language_that_the_guide_does_not_speak_is_refused(call: Session) -> None:
    with refused("CAPTURE-007"):
        marking.speak(call, "fr")


# After the end --------------------------------------------------------------------------------


def test_a_correction_keeps_both_values_and_its_reason(over: Session, desk: Desk) -> None:
    afterwards.edit(over, "agreed", Answer("no"), "misheard")
    afterwards.edit(over, "wish", Answer("a call back"), "from the recording")
    first, second = again(over, desk).state.corrections
    assert (first.ref, first.before, first.after) == ("agreed", Answer("yes"), Answer("no"))
    assert (second.before, second.reason) == (None, "from the recording")


def test_themes_are_kept_apart_from_the_write_up(over: Session) -> None:
    """P13."""
    afterwards.write_up(over, "She was tired.")
    afterwards.themes(over, "not being heard")
    afterwards.themes(over, "not being heard\nwaiting")
    assert (over.state.write_up, over.state.themes) == (
        "She was tired.",
        "not being heard\nwaiting",
    )


def test_before_the_end_there_are_no_themes_and_nothing_private(call: Session) -> None:
    for step in (afterwards.themes, afterwards.keep_private):
        with refused("CAPTURE-021"):
            step(call, "words")


def test_what_is_typed_after_the_end_is_kept_from_the_first_keystroke_on(over: Session) -> None:
    entering.draft(over, "wish#edit", "a call")
    entering.draft(over, "wish#reason", "the rec")
    entering.draft(over, "#themes", "wait")
    assert over.state.drafts == {"wish#edit": "a call", "wish#reason": "the rec", "#themes": "wait"}
    afterwards.edit(over, "wish", Answer("a call back"), "the recording")
    assert over.state.drafts == {"#themes": "wait"}
    for field in ("#edit", "wish#themes", "#private", "wish#private"):
        with refused("CAPTURE-040"):
            entering.draft(over, field, "words")


def test_private_words_are_read_by_their_writer_only(over: Session, desk: Desk) -> None:
    """P42: they are no data."""
    canary = "grünfink \U0001f600"
    for text in (canary, f"{canary} and more", f"{canary} and mo", f"{canary} and more still"):
        afterwards.keep_private(over, text)
    assert afterwards.private_text(over) == f"{canary} and more still"
    events = [e for e in desk.store.read(session="K01") if e.event == "private"]
    assert len(events) == 4
    everything = json.dumps([e.new_value for e in desk.store.read()], ensure_ascii=False)
    assert "nfink" not in everything
    assert "nfink" not in repr(over.state)
    sealed = [e.new_value["sealed"] for e in events]
    own = PrivateWords(Secret(b"k" * 32), "K01", "researcher-1")
    assert own.text(sealed[:2]) == f"{canary} and more"
    assert own.text(sealed) == f"{canary} and more still"
    for key, session, user in (
        (b"x" * 32, "K01", "researcher-1"),
        (b"k" * 32, "K02", "researcher-1"),
        (b"k" * 32, "K01", "researcher-2"),
    ):
        assert PrivateWords(Secret(key), session, user).text(sealed) == ""


def test_without_a_seal_nothing_private_is_written(over: Session) -> None:
    over.private = None
    with refused("CAPTURE-047"):
        afterwards.keep_private(over, "words")
    assert afterwards.private_text(over) == ""
