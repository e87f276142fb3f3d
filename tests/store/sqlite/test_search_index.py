"""What was said is found again; who has withdrawn is found no more, in no copy of the index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.sqlite.search_index import SearchIndex
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
Finds = Callable[[str], list[int]]


@pytest.fixture
def store(tmp_path: Path, keyring: Keyring) -> Iterator[EncryptedStore]:
    """Two people have spoken, and a note belongs to nobody."""
    made = EncryptedStore.create(tmp_path / "research", ABOUT, keyring)
    said = ("K01", "The meeting was at Möbel Street"), ("K02", {"text": ["a meeting", "a letter"]})
    for case, value in said:
        made.append([NewEvent("answer", node="q3", case=case, session=case, new_value=value)])
    made.append([NewEvent("note", new_value={"text": "ring the support line"})])
    yield made
    made.close()


@pytest.fixture
def found(store: EncryptedStore, tmp_path: Path, keyring: Keyring) -> Iterator[Finds]:
    index = SearchIndex(tmp_path / "research", store, keyring)
    yield lambda words: [hit.seq for hit in index.search(words)]
    index.close()


def every_byte(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())


def opened_index(path: Path, key: bytes) -> str:
    file = dbapi2.connect(str(path), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    text = str([list(file.execute(f"SELECT * FROM {name}")) for name in tables])
    file.close()
    return text


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("meeting", [2, 1]),
        ("MEETING letter", [2]),
        ("mobel", [1]),
        ("sup", [3]),
        ("nobody said this", []),
        ("", []),
        ('"', []),
        ("meeting OR letter", []),
        ("NEAR(meeting", []),
        ("q3", []),
    ],
)
def test_words_are_found_where_they_were_said_and_are_never_operators(
    found: Finds, words: str, places: list[int]
) -> None:
    assert found(words) == places


def test_a_place_is_told_and_not_what_was_said(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    index = SearchIndex(tmp_path / "research", store, keyring)
    [hit] = index.search("letter")
    assert (hit.seq, hit.case, hit.session, hit.node) == (2, "K02", "K02", "q3")
    assert "letter" not in repr(hit)
    index.close()


def test_what_is_said_later_is_found_too(found: Finds, store: EncryptedStore) -> None:
    assert found("later") == []
    store.append([NewEvent("note", new_value="somewhat later")])
    assert found("later") == [4]


def test_no_word_stands_in_plain_in_its_file(found: Finds, tmp_path: Path) -> None:
    """P32."""
    found("meeting")
    assert (tmp_path / "research" / "index.db").exists()
    assert b"meeting" not in every_byte(tmp_path).lower()


def test_who_withdraws_is_found_no_more_and_the_others_still_are(
    found: Finds, store: EncryptedStore
) -> None:
    """P26."""
    assert found("meeting") == [2, 1]
    store.withdraw("K01", user="researcher-1", at=1)
    assert found("meeting") == [2]
    assert found("mobel") == []


def test_no_copy_of_the_index_gives_the_words_back(
    found: Finds, store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    """P26: neither today's file nor one that was copied before, with all keys that are left."""
    found("meeting")
    store.append([NewEvent("note")])
    found("meeting")
    shutil.copytree(tmp_path / "research", tmp_path / "copy")
    key = keyring.key("index/1")
    assert key is not None
    store.withdraw("K01", user="researcher-1", at=1)
    found("meeting")
    assert keyring.key("index/1") is None
    left = [keyring.key(name) for name in keyring.names()]
    for path in (tmp_path / "copy" / "index.db", tmp_path / "research" / "index.db"):
        for each in left:
            assert each is not None
            try:
                seen = opened_index(path, each.reveal())
            except dbapi2.DatabaseError:
                continue
            assert "letter" in seen, "the others are there"
            assert "bel street" not in seen.lower()


def test_an_index_of_another_journal_is_made_anew(
    found: Finds, store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    """A journal that was set back, or another one, does not answer with old places."""
    shutil.copytree(tmp_path / "research", tmp_path / "older")
    store.append([NewEvent("note", new_value="newer words")])
    assert found("newer") == [4]
    older = EncryptedStore(tmp_path / "older", keyring)
    older.append([NewEvent("note", new_value="different words")])
    for each in ("index.db", "index.db-wal"):
        shutil.copy(tmp_path / "research" / each, tmp_path / "older" / each)
    index = SearchIndex(tmp_path / "older", older, keyring)
    assert index.search("newer") == []
    assert [hit.seq for hit in index.search("different")] == [4]
    index.close()
    older.close()


def test_a_damaged_index_is_made_anew(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    (tmp_path / "research" / "index.db").write_bytes(b"not a database" * 999)
    index = SearchIndex(tmp_path / "research", store, keyring)
    assert len(index.search("meeting")) == 2
    index.close()


def test_an_index_that_cannot_be_written_is_told(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    (tmp_path / "research" / "index.db").mkdir()
    with pytest.raises(StoreError, match="STORE-056"):
        SearchIndex(tmp_path / "research", store, keyring)


def test_a_withdrawal_that_was_cut_short_leaves_no_index_behind(
    found: Finds,
    store: EncryptedStore,
    tmp_path: Path,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed before the key of the case is destroyed: by then the index is gone already."""
    found("meeting")

    def killed(name: str) -> None:
        if name.startswith("research/case/"):
            raise KeyboardInterrupt
        destroy(name)

    destroy = keyring.destroy
    monkeypatch.setattr(keyring, "destroy", killed)
    with pytest.raises(KeyboardInterrupt):
        store.withdraw("K01", user="researcher-1", at=1)
    assert keyring.key("index/1") is None
    assert not (tmp_path / "research" / "index.db").exists()
