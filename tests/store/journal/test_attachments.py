"""P07, P32: sound and scans are kept as safely as words, and die with them."""

from __future__ import annotations

import hashlib
import io
import itertools
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, Event, NewEvent, Store
from toolkit.store.journal.attachments import PIECE
from toolkit.store.keys.keyring import Keyring
from toolkit.store.sqlite.sqlcipher import EncryptedStore

Opener = Callable[[], Store]
ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CANARY = b"canary-yellow-meadow"
SOUND = CANARY * (2 * PIECE // len(CANARY)) + b"the last piece is shorter"


class Dripping(io.RawIOBase):
    """A stream that gives less than it is asked for, as pipes and network folders do."""

    def __init__(self, content: bytes, at_once: int = 300_007) -> None:
        self._left, self._at_once = memoryview(content), at_once

    def read(self, size: int = -1) -> bytes:
        given = bytes(self._left[: min(size, self._at_once)])
        self._left = self._left[len(given) :]
        return given


class Failing(Dripping):
    """A device that is pulled out after two pieces."""

    def read(self, size: int = -1) -> bytes:
        if len(self._left) < len(SOUND) - PIECE:
            raise OSError(5, "Input/output error")
        return super().read(size)


class Zeros(io.RawIOBase):
    """A file that would not fit into the memory that is allowed."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        given = min(size, self._left)
        self._left -= given
        return bytes(given)


@pytest.fixture
def encrypted(tmp_path: Path, keyring: Keyring) -> EncryptedStore:
    return EncryptedStore.create(tmp_path / "research", ABOUT, keyring)


def attach(store: Store, content: bytes = SOUND, case: str = "K01", kind: str = "audio") -> Event:
    stream = Dripping(content)
    return store.attach(case, case, stream, kind=kind, user="researcher-1", at=7)


def refusal(use: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        use()
    return refused.value.findings[0].code


def test_what_is_attached_is_given_back_and_the_journal_says_what_it_is(opened: Opener) -> None:
    written = attach(opened())
    assert (written.event, written.node, written.case) == ("attachment", "K01-audio-1", "K01")
    assert (written.session, written.user, written.start) == ("K01", "researcher-1", 7)
    told = {"bytes": len(SOUND), "sha256": hashlib.sha256(SOUND).hexdigest(), "parts": 3}
    assert written.new_value == told
    assert list(opened().read(case="K01")) == [written]
    pieces = list(opened().attachment("K01-audio-1"))
    assert b"".join(pieces) == SOUND
    assert [len(each) for each in pieces[:2]] == [PIECE, PIECE]
    assert opened().verify() == []


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_any_size_comes_back_whole(store: Store, size: int) -> None:
    written = attach(store, bytes(size))
    assert b"".join(store.attachment(written.node)) == bytes(size)
    assert written.new_value["parts"] == -(-size // PIECE)


def test_names_are_counted_by_case_and_say_nothing_of_the_file(opened: Opener) -> None:
    told = [("K01", "audio"), ("K01", "scan"), ("K02", "audio"), ("K01", "audio")]
    names = [attach(opened(), b"x", case, kind).node for case, kind in told]
    assert names == ["K01-audio-1", "K01-scan-2", "K02-audio-1", "K01-audio-3"]


@pytest.mark.parametrize(("case", "kind"), [("", "audio"), ("K01", ""), ("K01", "Kettle 1.wav")])
def test_without_a_case_or_a_kind_nothing_is_attached(store: Store, case: str, kind: str) -> None:
    assert refusal(lambda: attach(store, SOUND, case, kind)) == "STORE-090"
    assert list(store.read()) == []


@pytest.mark.parametrize(
    ("give", "code"),
    [
        (lambda: io.BytesIO(b""), "STORE-091"),
        (lambda: Failing(SOUND), "STORE-092"),
        (lambda: Zeros(2 * PIECE + 1), "STORE-093"),
    ],
)
def test_what_cannot_be_read_whole_is_not_kept_at_all(
    encrypted: EncryptedStore,
    give: Callable[[], BinaryIO],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("toolkit.store.journal.attachments.LARGEST", 2 * PIECE)
        with pytest.raises(StoreError, match=code):
            encrypted.attach("K01", "", give(), kind="audio", user="", at=0)
    assert list(encrypted.read()) == []
    assert refusal(lambda: encrypted.attachment("K01-audio-1")) == "STORE-094"
    assert encrypted.verify() == []
    assert attach(encrypted).node == "K01-audio-1", "the number was not used up"


@pytest.mark.parametrize("content", [b"", None])
def test_every_form_refuses_what_cannot_be_read(store: Store, content: bytes | None) -> None:
    stream = Failing(SOUND) if content is None else io.BytesIO(content)

    def use() -> object:
        return store.attach("K01", "", stream, kind="audio", user="", at=0)

    assert refusal(use) == ("STORE-092" if content is None else "STORE-091")
    assert list(store.read()) == []
    assert attach(store).node == "K01-audio-1"


def test_a_column_that_cannot_be_kept_is_refused_before_anything_is_read(store: Store) -> None:
    stream = io.BytesIO(SOUND)

    def use() -> object:
        return store.attach("K01", "", stream, kind="audio", user="a\0", at=0)

    assert refusal(use) == "STORE-001"
    assert stream.tell() == 0


def test_who_withdraws_takes_the_attachments_along(opened: Opener) -> None:
    """P26."""
    mine, other = attach(opened()).node, attach(opened(), b"other", "K02").node
    halfway = opened().attachment(mine)
    assert len(next(halfway)) == PIECE
    opened().withdraw("K01", user="researcher-1", at=8, reason="withdrawal")
    assert refusal(lambda: next(halfway)) == "STORE-094", "half a recording is not given as whole"
    assert refusal(lambda: opened().attachment(mine)) == "STORE-094"
    assert refusal(lambda: attach(opened())) == "STORE-046"
    assert b"".join(opened().attachment(other)) == b"other"
    assert opened().verify() == []


def test_a_closed_store_takes_and_gives_no_attachment(store: Store) -> None:
    attach(store)
    store.close()
    assert refusal(lambda: attach(store)) == "STORE-006"
    assert refusal(lambda: store.attachment("K01-audio-1")) == "STORE-006"


# The encrypted form -------------------------------------------------------------------------


def test_no_byte_of_any_file_holds_what_was_attached(
    encrypted: EncryptedStore, tmp_path: Path
) -> None:
    attach(encrypted)
    during = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    encrypted.close()
    after = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert sum(map(len, after)) > len(SOUND)
    assert CANARY not in b"\n".join(during + after)


def test_an_older_copy_does_not_give_it_back_after_a_withdrawal(
    encrypted: EncryptedStore, keyring: Keyring
) -> None:
    attach(encrypted)
    table = encrypted._attachments
    row = table._run("SELECT * FROM attachment")
    encrypted.withdraw("K01", user="researcher-1", at=8)
    assert table._run("SELECT * FROM attachment") == []
    for each in row:
        table._run("INSERT INTO attachment VALUES (?, ?, ?, ?)", each)
    assert refusal(lambda: list(encrypted.attachment("K01-audio-1"))) == "STORE-094"
    assert keyring.key("research/case/K01") is None


TAMPERED = {
    "a bit": "UPDATE attachment SET sealed = zeroblob(length(sealed)) WHERE part = 2",
    "two pieces put the other way round": (
        "UPDATE attachment SET part = -part WHERE name = 'K01-audio-1';"
        "UPDATE attachment SET part = 4 + part WHERE part < 0"
    ),
    "pieces in the middle put the other way round": (
        "UPDATE attachment SET part = -part WHERE name = 'K01-audio-1' AND part < 3;"
        "UPDATE attachment SET part = 3 + part WHERE part < 0"
    ),
    "the last piece cut off": "DELETE FROM attachment WHERE part = 3",
    "a piece in the middle left out": "DELETE FROM attachment WHERE part = 2",
    "a piece of another attachment": (
        "UPDATE attachment SET sealed = (SELECT o.sealed FROM attachment o"
        " WHERE o.name = 'K01-audio-2' AND o.part = 1) WHERE name = 'K01-audio-1' AND part = 1"
    ),
    "all of it": "DELETE FROM attachment WHERE name = 'K01-audio-1'",
    "given to somebody else": "UPDATE attachment SET holder = 'K02' WHERE name = 'K01-audio-1'",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_change_by_somebody_with_the_key_of_the_file_is_found(
    encrypted: EncryptedStore, how: str
) -> None:
    attach(encrypted)
    attach(encrypted, SOUND[::-1])
    encrypted.append([NewEvent("draw", case="K02")])
    for statement in TAMPERED[how].split(";"):
        encrypted._attachments._run(statement)
    found = {(each.code, each.place) for each in encrypted.verify()}
    assert found & {(c, "attachment K01-audio-1") for c in ("STORE-094", "STORE-095")}
    with pytest.raises(StoreError, match=r"STORE-09[45] attachment K01-audio-1"):
        list(encrypted.attachment("K01-audio-1"))


def test_an_attachment_that_no_event_speaks_of_is_found(encrypted: EncryptedStore) -> None:
    attach(encrypted)
    encrypted._attachments._run(
        "INSERT INTO attachment SELECT 'K01-scan-2', part, holder, sealed FROM attachment"
    )
    assert [(e.code, e.place) for e in encrypted.verify()] == [
        ("STORE-109", "attachment K01-scan-2")
    ]


def test_other_writers_on_other_sessions_go_on(encrypted: EncryptedStore) -> None:
    last = encrypted.append([NewEvent("answer", case="K02", session="K02")])[-1].seq
    attach(encrypted)
    assert encrypted.append([NewEvent("answer", case="K02", session="K02")], expect=last)


def test_memory_stays_in_proportion_to_a_piece(encrypted: EncryptedStore) -> None:
    tracemalloc.start()
    written = encrypted.attach("K01", "", Zeros(40 * PIECE), kind="audio", user="", at=0)
    for piece in itertools.islice(encrypted.attachment(written.node), 40):
        assert len(piece) == PIECE
    assert encrypted.verify() == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * PIECE
