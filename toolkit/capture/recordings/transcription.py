"""A draft transcript of a recording, made on this machine by faster-whisper (extra ``transcribe``).

The model is a folder that somebody has put there; nothing is ever fetched. Sound and words are in
memory only, and in the store under the key of their case.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from toolkit.capture.recordings.recordings import (
    AUDIO,
    TRANSCRIPT,
    Recording,
    agreed,
    noted,
    recordings_in,
)
from toolkit.errors import CaptureError
from toolkit.guide import Guide
from toolkit.store.journal.interface import Store

_RATE = 16_000  # samples a second that the models hear
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_WORDS = ("vocabulary.json", "vocabulary.txt")
_DRAFT = "NOTE Draft, made by a machine. Nobody has checked it."


def transcribe(
    store: Store,
    guide: Guide,
    name: str,
    model: Path,
    *,
    user: str,
    at: int,
    language: str = "",
) -> Recording:
    """Make a draft transcript of a recording, as an encrypted attachment that says so.

    Parameters
    ----------
    name : str
        The recording: ``K07-audio-1``.
    model : pathlib.Path
        Folder of a Whisper model in the form of CTranslate2.
    language : str
        What is spoken, ``en``; that of the session where none is given.

    Raises
    ------
    CaptureError
        There is no such recording (CAPTURE-062); the extra is not installed (CAPTURE-063); the
        model is not whole or cannot be read (CAPTURE-064, CAPTURE-065); the sound cannot be read
        (CAPTURE-066); recording was not agreed to (CAPTURE-018, P07).
    """
    sound = _recording(store, name)
    fold = agreed(store, guide, sound.session)
    whole_model(model)
    speech = _library().WhisperModel
    samples = _samples(b"".join(store.attachment(name)), sound.format, name)
    heard = _heard(speech, model, samples, language or fold.marks.language[:2])
    text = io.BytesIO(as_vtt(heard).encode())
    event = store.attach(fold.case, sound.session, text, kind=TRANSCRIPT, user=user, at=at)
    which = hashlib.sha256((model / "config.json").read_bytes()).hexdigest()
    value = {"reference": event.node, "of": name, "draft": True, "model": which}
    store.append([noted(fold, TRANSCRIPT, value, user=user, at=at)])
    told = (event.new_value["bytes"], event.new_value["sha256"])
    return Recording(event.node, sound.session, *told, "vtt", sound.offset, name, True)


def whole_model(model: Path) -> None:
    """Refuse an incomplete model folder: the library would fetch what is missing.

    Raises
    ------
    CaptureError
        A file is missing (CAPTURE-064).
    """
    missing = [each for each in _NEEDED if not (model / each).is_file()]
    if not any((model / each).is_file() for each in _WORDS):
        missing.append(" or ".join(_WORDS))
    if missing:
        raise CaptureError.of("CAPTURE-064", place="--model", missing=", ".join(missing))


def as_vtt(heard: Iterable[tuple[float, float, str]]) -> str:
    """Return what was heard as WebVTT that says that it is a draft.

    Parameters
    ----------
    heard : iterable of (float, float, str)
        From when until when, in seconds, and the words.
    """
    cues = [f"{_time(start)} --> {_time(end)}\n{words}\n" for start, end, words in heard]
    return "\n".join(["WEBVTT", "", _DRAFT, "", *cues])


def _recording(store: Store, name: str) -> Recording:
    for each in recordings_in(store.read()):
        if each.name == name and each.format and not each.of:
            return each
    raise CaptureError.of("CAPTURE-062", place=AUDIO)


def _library() -> Any:
    """Return faster-whisper, without the library that it reads files of sound with.

    Its wheels carry encoders under the GPL, which do not fit; we hand over samples instead.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        with _without("av"):
            import faster_whisper
    except ModuleNotFoundError:
        raise CaptureError.of("CAPTURE-063", place="extra transcribe") from None
    return faster_whisper


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Replace a module by an empty one while the block runs."""
    there = module in sys.modules
    sys.modules.setdefault(module, ModuleType(module))
    try:
        yield
    finally:
        if not there:
            del sys.modules[module]


def _heard(speech: Any, model: Path, samples: Any, language: str) -> list[tuple[float, float, str]]:
    try:
        made = speech(str(model), device="cpu", compute_type="int8", local_files_only=True)
        found, _ = made.transcribe(samples, language=language, beam_size=5)
        return [(each.start, each.end, each.text.strip()) for each in found]
    except Exception as fault:  # noqa: BLE001 - its tokenizer raises nothing narrower
        # What it says may repeat a path, and never helps.
        raise CaptureError.of("CAPTURE-065", place="--model", kind=type(fault).__name__) from None


def _samples(content: bytes, kind: str, name: str) -> Any:
    """Return sound as samples of one channel, 16,000 a second, from -1 to 1."""
    import numpy as np

    raw = _of_wav(content) if kind == "wav" else None
    if raw is None:
        raw = _by_ffmpeg(content, name)
    return np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768.0


def _of_wav(content: bytes) -> bytes | None:
    """Return the samples of a WAV file that is as the models want it; None for any other."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            fits = (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, _RATE)
            return file.readframes(file.getnframes()) if fits else None
    except (wave.Error, EOFError):
        return None


def _by_ffmpeg(content: bytes, name: str) -> bytes:
    """Convert any other audio with ffmpeg, in memory, so that nothing is written to a disk."""
    place = f"attachment {name}"
    program = shutil.which("ffmpeg")
    if program is None:
        raise CaptureError.of("CAPTURE-066", place=place, problem="ffmpeg is not installed")
    how = ("-f", "s16le", "-ac", "1", "-ar", str(_RATE), "pipe:1")
    with _in_memory(content) as (source, given):
        command = [program, "-v", "quiet", "-nostdin", "-i", source, *how]
        # Our own command line: nothing in it comes from a file or a person.
        done = subprocess.run(command, capture_output=True, check=False, **given)  # noqa: S603
    if done.returncode or not done.stdout:
        raise CaptureError.of("CAPTURE-066", place=place, problem="ffmpeg cannot read it")
    return bytes(done.stdout)


@contextmanager
def _in_memory(content: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name of the content for another program, and what that has to be started with.

    What telephones record (m4a) has its list of contents at the end: it cannot be read from a
    pipe, but can from a file that is in memory only.
    """
    if not hasattr(os, "memfd_create"):
        yield "pipe:0", {"input": content}
        return
    with os.fdopen(os.memfd_create("sound"), "wb") as file:
        file.write(content)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}", {"pass_fds": (file.fileno(),)}


def _time(seconds: float) -> str:
    ms = max(0, round(seconds * 1000))
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
