"""P07: recordings are encrypted, refused without consent, and drafts of them say that they are."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.capture.conftest import Desk
from toolkit.capture import Session
from toolkit.capture.recordings.recordings import Recording, add_recording, recordings_in
from toolkit.capture.recordings.transcription import _samples as sound_of
from toolkit.capture.recordings.transcription import as_vtt, transcribe
from toolkit.capture.session import ending, steps
from toolkit.errors import CaptureError, StoreError
from toolkit.guide import Answer

BY = {"user": "researcher-1", "at": 1}


def sound(seconds: float = 0.1) -> bytes:
    """Silence, as the recorders of the models want it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\x00\x00" * round(16_000 * seconds))
    return out.getvalue()


@pytest.fixture
def call(desk: Desk) -> Session:
    """A call in which recording was agreed to, in the form and by word."""
    made = desk.call()
    steps.confirm(made, "hello")
    steps.answer(made, "agreed", Answer("yes"))
    return made


def add(desk: Desk, content: bytes = b"", offset: float = 0.0) -> Recording:
    stream = io.BytesIO(content or sound())
    return add_recording(desk.store, desk.guides["small"], "K01", stream, offset=offset, **BY)


def refused(code: str, act: object) -> None:
    with pytest.raises((CaptureError, StoreError), match=code):
        act()


def test_a_recording_comes_back_byte_for_byte_with_its_offset(desk: Desk, call: Session) -> None:
    found = add(desk, offset=-2.5)
    assert (found.name, found.format, found.offset) == ("K01-audio-1", "wav", -2.5)
    assert b"".join(desk.store.attachment(found.name)) == sound()
    assert recordings_in(desk.store.read()) == [found]


def test_it_may_come_during_the_call_and_after_it_and_takes_no_time(
    desk: Desk, call: Session
) -> None:
    add(desk)
    call.refresh()
    steps.answer(call, "helped", Answer("yes"))
    ending.stop(call, keep=True)
    before = call.state.minutes
    desk.minutes(60)
    add(desk)
    call.refresh()
    assert call.state.audio == ("K01-audio-1", "K01-audio-2")
    assert call.state.minutes == before


@pytest.mark.parametrize("said", [Answer("no"), Answer(missing="refused"), None])
def test_without_a_yes_in_the_call_there_is_none(desk: Desk, said: Answer | None) -> None:
    made = desk.call()
    steps.confirm(made, "hello")
    if said is not None:
        steps.answer(made, "agreed", said)
    refused("CAPTURE-018", lambda: add(desk))
    assert recordings_in(desk.store.read()) == []


def test_without_a_yes_in_the_form_there_is_none(desk: Desk) -> None:
    made = desk.call(recording=False)
    steps.confirm(made, "hello")
    steps.answer(made, "agreed", Answer("yes"))
    refused("CAPTURE-018", lambda: add(desk))


def test_nothing_is_added_to_what_is_to_be_deleted(desk: Desk, call: Session) -> None:
    """P29."""
    ending.stop(call, keep=False)
    refused("CAPTURE-024", lambda: add(desk))


def test_of_a_session_that_has_not_begun_there_is_none(desk: Desk) -> None:
    desk.consent("K01")
    refused("CAPTURE-004", lambda: add(desk))


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"ID3\x04" + bytes(12), "mp3"),
        (b"\xff\xfb" + bytes(14), "mp3"),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"OggS" + bytes(12), "ogg"),
        (b"fLaC" + bytes(12), "flac"),
        (b"\x30\x26\xb2\x75" + bytes(12), "wma"),
        (b"#!AMR\n" + bytes(9), "amr"),
    ],
)
def test_sound_is_known_by_how_it_begins(
    desk: Desk, call: Session, head: bytes, wanted: str
) -> None:
    assert add(desk, head).format == wanted


@pytest.mark.parametrize("content", [b"%PDF-1.7 a letter", b"RIFF\x00\x00\x00\x00AVI ", b"x"])
def test_what_is_no_sound_is_refused_and_not_kept(
    desk: Desk, call: Session, content: bytes
) -> None:
    refused("CAPTURE-060", lambda: add(desk, content))
    assert "attachment" not in desk.kinds("K01")


def test_it_goes_with_whoever_withdraws(desk: Desk, call: Session) -> None:
    """P26."""
    found = add(desk)
    desk.store.withdraw("K01", user="researcher-1", at=2)
    refused("STORE-094", lambda: list(desk.store.attachment(found.name)))


def whole(folder: Path) -> Path:
    """A folder that has all files of a model, and nothing in them."""
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes(b"{}")
    return folder


def draft(desk: Desk, model: Path, name: str = "K01-audio-1") -> Recording:
    return transcribe(desk.store, desk.guides["small"], name, model, **BY)


@pytest.mark.parametrize("left_out", ["model.bin", "config.json", "tokenizer.json", "vocabulary"])
def test_a_model_that_is_not_whole_is_refused_before_anything_is_fetched(
    desk: Desk, call: Session, tmp_path: Path, left_out: str
) -> None:
    add(desk)
    for each in whole(tmp_path).glob(f"{left_out}*"):
        each.unlink()
    with pytest.raises(CaptureError, match="CAPTURE-064") as caught:
        draft(desk, tmp_path)
    assert left_out in str(caught.value)
    assert "faster_whisper" not in sys.modules


def test_without_the_extra_it_is_said_how_to_install_it(
    desk: Desk, call: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk)
    # Here it may be installed or not: this is what an import finds where it is not.
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    refused("CAPTURE-063", lambda: draft(desk, whole(tmp_path)))
    assert "av" not in sys.modules


def test_a_draft_is_made_of_a_recording_only(desk: Desk, call: Session, tmp_path: Path) -> None:
    add(desk)
    refused("CAPTURE-062", lambda: draft(desk, whole(tmp_path), "K01-audio-2"))


def test_what_telephones_record_is_read_or_it_is_said_what_is_missing(tmp_path: Path) -> None:
    """The list of contents of such a file stands at its end."""
    program = shutil.which("ffmpeg")
    if program is None:
        refused(
            "CAPTURE-066.*ffmpeg is not installed",
            lambda: sound_of(b"anything", "m4a", "K01-audio-1"),
        )
        return
    file = tmp_path / "long.m4a"
    noise = ["-f", "lavfi", "-i", "anoisesrc=duration=200:sample_rate=44100", "-ac", "2"]
    subprocess.run([program, "-v", "error", *noise, str(file)], check=True)
    samples = sound_of(file.read_bytes(), "m4a", "K01-audio-1")
    assert abs(len(samples) - 200 * 16_000) < 16_000
    assert 0.01 < float(abs(samples).max()) <= 1.0
    refused(
        "CAPTURE-066.*ffmpeg cannot read it", lambda: sound_of(b"no sound", "m4a", "K01-audio-1")
    )


def test_a_draft_says_in_its_own_text_that_it_is_one() -> None:
    text = as_vtt([(0.0, 1.25, "Good morning."), (3661.5, 3662.0, "Goodbye.")])
    assert text.splitlines() == [
        "WEBVTT",
        "",
        "NOTE Draft, made by a machine. Nobody has checked it.",
        "",
        "00:00:00.000 --> 00:00:01.250",
        "Good morning.",
        "",
        "01:01:01.500 --> 01:01:02.000",
        "Goodbye.",
    ]
