"""Tags, notes that find their question, languages, what is written after the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL, STUDY, Desk
from toolkit.capture import Session, replay
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
    made.private = PrivateWords(Secret(b"k" * 32), "P01", "researcher-1")
    made.confirm("hello")
    made.answer("agreed", Answer("yes"))
    return made


@pytest.fixture
def over(call: Session) -> Session:
    """The same, finished."""
    call.answer("helped", Answer(missing="refused"))
    call.finish()
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
    events = desk.store.read(session="P01")
    state = replay(call.course.guide, call.course.program, events)
    assert state == call.state
    return call


# Notes ----------------------------------------------------------------------------------------


def test_a_note_finds_its_question_later_and_can_go_back(call: Session, desk: Desk) -> None:
    call.note("the line is bad")
    call.note("she means the school", called="window.4")
    first, second = call.state.notes
    call.assign(second.id, "helped")
    call.assign(first.id, "wish")
    call.assign(first.id)
    assert [(n.ref, n.text) for n in again(call, desk).state.notes] == [
        ("", "the line is bad"),
        ("helped", "she means the school"),
    ]
    moved = [e for e in desk.store.read(session="P01") if e.event == "assign"]
    assert moved[-1].old_value == {"note": first.id, "ref": "wish"}


def test_a_note_that_found_its_question_answers_a_soft_check(call: Session) -> None:
    call.answer("helped", Answer("no"))
    call.confirm("careful")
    call.answer("waited", Answer(30))
    call.note("they mean months")
    call.assign(call.state.notes[0].id, "waited")
    call.confirm("bye")
    call.finish()
    assert not any("soft check" in each.what for each in call.state.deviations)


def test_what_is_assigned_or_tagged_is_there(call: Session) -> None:
    with refused("CAPTURE-045"):
        call.assign("window.9", "wish")
    with refused("CAPTURE-010"):
        call.note("words")
        call.assign(call.state.notes[0].id, "nothing")
    with refused("CAPTURE-045"):
        call.tag(first_code(call), note="window.9")


# Live tags ------------------------------------------------------------------------------------


def test_a_live_tag_is_laid_on_an_answer_or_a_note_and_taken_away(
    call: Session, desk: Desk
) -> None:
    code, other = list(call.codebook.codes)[:2] if call.codebook else []
    call.note("a long silence", called="n1")
    call.tag(code, "wish")
    call.tag(other, note="n1")
    call.tag(other, "wish")
    call.untag(code, "wish")
    tags = again(call, desk).state.tags
    assert [(t.code, t.ref, t.note) for t in tags] == [(other, "", "n1"), (other, "wish", "")]


def test_a_live_tag_is_no_coding_decision(over: Session, desk: Desk) -> None:
    """Nothing that is coded, read as a text or counted knows of it."""
    code = first_code(over)
    guides = {"small": over.course.guide}
    held = list(held_sessions(by_session(desk.store.read()), guides))
    before = [list(each.sources()) for each in held]
    over.tag(code, "wish")
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
    call.note("words", called="n1")
    with refused(message):
        call.tag(first_code(call) if code == "KNOWN" else code, ref, note)


def test_without_a_codebook_there_are_no_tags(call: Session) -> None:
    call.codebook = None
    with refused("CAPTURE-044"):
        call.tag("partner", "wish")


@pytest.mark.parametrize("keep", [True, False])
def test_notes_and_tags_can_be_sorted_after_the_end_unless_all_is_to_be_deleted(
    call: Session, keep: bool
) -> None:
    """P29."""
    code = first_code(call)
    call.note("words", called="n1")
    call.stop(keep=keep)
    if keep:
        call.assign("n1", "wish")
        call.tag(code, note="n1")
        assert (call.state.notes[0].ref, len(call.state.tags)) == ("wish", 1)
        return
    for step in (
        lambda: call.assign("n1", "wish"),
        lambda: call.tag(code, note="n1"),
        lambda: call.themes("words"),
        lambda: call.keep_private("words"),
        lambda: call.draft("#write-up", "words"),
    ):
        with refused("CAPTURE-024"):
            step()


# Answers taken back ---------------------------------------------------------------------------


def test_an_answer_is_taken_back_and_the_journal_keeps_it(call: Session, desk: Desk) -> None:
    call.answer("helped", Answer("yes"))
    call.take_back("helped")
    assert "helped" not in again(call, desk).state.answers
    assert "helped" in call.to_do
    *_, last = desk.store.read(session="P01")
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
    call.confirm("hello")
    call.visit("agreed")
    call.answer("agreed", Answer("yes"))
    call.visit("helped")
    call.speak("cy")
    call.answer("helped", Answer("yes"))
    call.visit("wish")
    call.speak("en")
    call.answer("helped.how", Answer("quickly"))
    state = again(call, desk).state
    assert state.language == "en"
    assert state.languages == {
        "agreed": "en", "helped": "cy", "wish": "en", "helped.how": "en"
    }  # fmt: skip
    assert state.answers["helped"] == Answer("yes")
    shown = [e.new_value for e in desk.store.read(session="P01") if e.event == "visit"]
    assert shown == [{"language": "en"}, {"language": "en"}, {"language": "en"}]
    call.speak("cy")
    call.visit("helped")
    *_, last = desk.store.read(session="P01")
    assert last.new_value == {"language": "cy"}


def test_a_language_that_the_guide_does_not_speak_is_refused(call: Session) -> None:
    with refused("CAPTURE-007"):
        call.speak("fr")


# After the end --------------------------------------------------------------------------------


def test_a_correction_keeps_both_values_and_its_reason(over: Session, desk: Desk) -> None:
    over.edit("agreed", Answer("no"), "misheard")
    over.edit("wish", Answer("a call back"), "from the recording")
    first, second = again(over, desk).state.corrections
    assert (first.ref, first.before, first.after) == ("agreed", Answer("yes"), Answer("no"))
    assert (second.before, second.reason) == (None, "from the recording")


def test_themes_are_kept_apart_from_the_write_up(over: Session) -> None:
    """P13."""
    over.write_up("She was tired.")
    over.themes("not being heard")
    over.themes("not being heard\nwaiting")
    assert (over.state.write_up, over.state.themes) == (
        "She was tired.",
        "not being heard\nwaiting",
    )


def test_before_the_end_there_are_no_themes_and_nothing_private(call: Session) -> None:
    for step in (call.themes, call.keep_private):
        with refused("CAPTURE-021"):
            step("words")


def test_what_is_typed_after_the_end_is_kept_from_the_first_keystroke_on(over: Session) -> None:
    over.draft("wish#edit", "a call")
    over.draft("wish#reason", "the rec")
    over.draft("#themes", "wait")
    assert over.state.drafts == {"wish#edit": "a call", "wish#reason": "the rec", "#themes": "wait"}
    over.edit("wish", Answer("a call back"), "the recording")
    assert over.state.drafts == {"#themes": "wait"}
    for field in ("#edit", "wish#themes", "#private", "wish#private"):
        with refused("CAPTURE-040"):
            over.draft(field, "words")


def test_private_words_are_read_by_their_writer_only(over: Session, desk: Desk) -> None:
    """P42: they are no data."""
    canary = "grünfink \U0001f600"
    for text in (canary, f"{canary} and more", f"{canary} and mo", f"{canary} and more still"):
        over.keep_private(text)
    assert over.private_text() == f"{canary} and more still"
    events = [e for e in desk.store.read(session="P01") if e.event == "private"]
    assert len(events) == 4
    everything = json.dumps([e.new_value for e in desk.store.read()], ensure_ascii=False)
    assert "nfink" not in everything
    assert "nfink" not in repr(over.state)
    sealed = [e.new_value["sealed"] for e in events]
    own = PrivateWords(Secret(b"k" * 32), "P01", "researcher-1")
    assert own.text(sealed[:2]) == f"{canary} and more"
    assert own.text(sealed) == f"{canary} and more still"
    for key, session, user in (
        (b"x" * 32, "P01", "researcher-1"),
        (b"k" * 32, "P02", "researcher-1"),
        (b"k" * 32, "P01", "researcher-2"),
    ):
        assert PrivateWords(Secret(key), session, user).text(sealed) == ""


def test_without_a_seal_nothing_private_is_written(over: Session) -> None:
    over.private = None
    with refused("CAPTURE-047"):
        over.keep_private("words")
    assert over.private_text() == ""
