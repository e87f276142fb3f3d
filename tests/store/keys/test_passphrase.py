"""A passphrase comes in by a file, a descriptor or a prompt, and shows nowhere (P32)."""

from __future__ import annotations

import os
import pickle
import traceback
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store.keys.passphrase import Passphrase, Secret

WORDS = "correct horse battery staple"


def private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_gives_its_line_without_the_end_of_it(tmp_path: Path, end: str) -> None:
    file = private(tmp_path / "passphrase", (WORDS + end).encode())
    assert Passphrase.from_file(file).reveal() == WORDS.encode()


def test_a_descriptor_is_read_to_its_end_and_closed() -> None:
    read, write = os.pipe()
    os.write(write, WORDS.encode() + b"\n")
    os.close(write)
    assert Passphrase.from_descriptor(read).reveal() == WORDS.encode()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(read)


def test_a_prompt_asks_once() -> None:
    asked: list[str] = []
    typed = Passphrase.from_prompt("Say it: ", ask=lambda q: asked.append(q) or WORDS)
    assert (typed.reveal(), asked) == (WORDS.encode(), ["Say it: "])


def test_the_same_words_typed_on_another_keyboard_are_the_same_passphrase() -> None:
    composed, decomposed = "caf\u00e9 au lait, s'il", "cafe\u0301 au lait, s'il"
    both = [Passphrase.of(each.encode()).reveal() for each in (composed, decomposed)]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"too short", b"two lines are\nnot one", b"\xff" * 20, b"a NUL\0 within it"]
)
def test_what_cannot_be_a_passphrase_is_refused_and_not_repeated(raw: bytes) -> None:
    with pytest.raises(StoreError, match="STORE-047") as refused:
        Passphrase.of(raw)
    assert "short" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_half_a_surrogate_at_the_prompt_is_refused() -> None:
    with pytest.raises(StoreError, match="STORE-047"):
        Passphrase.from_prompt(ask=lambda _: "half a pair \ud83d of it")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    file = private(tmp_path / "passphrase", WORDS.encode())
    file.chmod(mode)
    with pytest.raises(StoreError, match="STORE-048"):
        Passphrase.from_file(file)


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"STORE-054 passphrase file none: .* no such file"):
        Passphrase.from_file(tmp_path / "none")
    with pytest.raises(StoreError, match="STORE-054 file descriptor 999"):
        Passphrase.from_descriptor(999)


def test_a_secret_shows_in_no_text_no_traceback_and_no_pickle() -> None:
    secret = Passphrase.of(WORDS.encode())
    with pytest.raises(RuntimeError) as fault:
        fail_with(secret)
    told = "".join(
        traceback.TracebackException.from_exception(fault.value, capture_locals=True).format()
    )
    assert "horse" not in told
    assert "Secret(...)" in told
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert not hasattr(Secret(b""), "__dict__")


def fail_with(secret: Secret) -> None:
    raise RuntimeError(f"{secret} {secret!r} {[secret]}")
