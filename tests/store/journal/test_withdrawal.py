"""P26, P38: who withdraws is gone from the store and from every copy of it, and stays gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from toolkit.errors import StoreError
from toolkit.store import About, Event, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CANARY = "canary-yellow-meadow"


@pytest.fixture
def store(tmp_path: Path, keyring: Keyring) -> EncryptedStore:
    """A store with three events of K01 (one in no session), one of K02 and one of the study."""
    made = EncryptedStore.create(tmp_path / "research", ABOUT, keyring)
    said = [NewEvent("answer", node="q2", case="K01", session="K01", new_value=CANARY)] * 2
    outside = NewEvent("enrolled", case="K01", new_value=CANARY)
    made.append([*said, outside, NewEvent("answer", case="K02", session="K02"), NewEvent("draw")])
    return made


@pytest.fixture
def backup(store: EncryptedStore, tmp_path: Path) -> Path:
    """A copy of the store's folder, taken before anybody withdrew."""
    store._database.checkpoint()
    shutil.copytree(tmp_path / "research", tmp_path / "backup")
    return tmp_path / "backup"


def withdraw(store: EncryptedStore, case: str = "K01") -> Event:
    return store.withdraw(case, user="researcher-1", at=7, reason="withdrawal")


def dump(folder: Path, keyring: Keyring) -> str:
    """All that stands in the file, opened with every key that is left."""
    key = keyring.key("research/database")
    assert key is not None
    file = dbapi2.connect(str(folder / "journal.db"), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    text = str([list(file.execute(f"SELECT * FROM {name}")) for name in tables])
    file.close()
    return text


def test_what_was_said_is_no_longer_given_and_the_tombstone_counts_it(
    store: EncryptedStore,
) -> None:
    written = withdraw(store)
    assert list(store.read(case="K01")) == [written]
    assert (written.event, written.start, written.user) == ("withdrawn", 7, "researcher-1")
    assert written.new_value == {"events": 3, "sessions": 1}
    assert list(store.read(session="K01")) == []
    assert [each.seq for each in store.read()] == [4, 5, 6], "the others are untouched"
    assert store.withdrawn() == {"K01"}


def test_the_chain_is_verified_over_what_can_no_longer_be_read(store: EncryptedStore) -> None:
    withdraw(store)
    assert store.verify() == []
    store.append([NewEvent("answer", case="K02", session="K02")])
    assert store.verify() == []
    assert store._table.head().seq == 7


def test_nothing_more_is_recorded_about_who_has_withdrawn(store: EncryptedStore) -> None:
    withdraw(store)
    with pytest.raises(StoreError, match="STORE-046 case K01"):
        store.append([NewEvent("draw"), NewEvent("answer", case="K01", session="K01")])
    with pytest.raises(StoreError, match="STORE-046 case K01"):
        withdraw(store)
    assert store._table.head().seq == 6, "nothing was written, not even half"


@pytest.mark.parametrize("case", ["K09", ""])
def test_only_a_case_that_is_known_can_withdraw(store: EncryptedStore, case: str) -> None:
    before = list(store.read())
    with pytest.raises(StoreError, match=f"STORE-055 case {case}"):
        withdraw(store, case)
    assert list(store.read()) == before


def test_another_program_that_is_open_meanwhile_forgets_the_case_too(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    other = EncryptedStore(tmp_path / "research", keyring)
    assert len(list(other.read(case="K01"))) == 3
    halfway = other.read(case="K01")
    withdraw(store)
    assert [each.event for each in halfway] == []
    assert [each.event for each in other.read(case="K01")] == ["withdrawn"]
    with pytest.raises(StoreError, match="STORE-046"):
        other.append([NewEvent("answer", case="K01", session="K01")])
    other.close()


def test_no_key_that_is_left_opens_it_neither_here_nor_in_a_backup(
    store: EncryptedStore, backup: Path, keyring: Keyring, tmp_path: Path
) -> None:
    withdraw(store)
    store.close()
    for folder in (tmp_path / "research", backup):
        seen = dump(folder, keyring)
        assert CANARY not in seen
        assert "K01" in seen, "that there was somebody, and how often, is what is left"
    assert keyring.key("research/case/K01") is None
    assert keyring.key("research/case/K02") is not None


def test_a_restored_backup_does_not_bring_the_case_back(
    store: EncryptedStore, backup: Path, keyring: Keyring
) -> None:
    withdraw(store)
    restored = EncryptedStore(backup, keyring)
    assert [each.code for each in restored.findings] == ["STORE-052"]
    left = list(restored.read(case="K01"))
    assert [(each.event, each.new_value) for each in left] == [
        ("withdrawn", {"events": 3, "sessions": 1})
    ]
    assert restored.verify() == []
    restored.close()
    again = EncryptedStore(backup, keyring)
    assert again.findings == ()
    assert len(list(again.read(case="K01"))) == 1, "the tombstone is written once"
    again.close()


def test_a_withdrawal_that_was_cut_short_is_carried_through_on_opening(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tombstone stands, and then the program is killed before the key is destroyed."""

    def killed(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keyring, "destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw(store)
    assert keyring.key("research/case/K01") is not None
    assert [each.event for each in store.read(case="K01")] == ["withdrawn"], "not seen meanwhile"
    store.close()
    opened = EncryptedStore(tmp_path / "research", keyring)
    assert [each.code for each in opened.findings] == ["STORE-052"]
    assert keyring.key("research/case/K01") is None
    opened.close()


def test_an_older_keyring_put_in_place_again_loses_the_key_again(
    store: EncryptedStore, tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "keys" / "keyring.json"
    older = path.read_bytes()
    withdraw(store)
    store.close()
    path.write_bytes(older)
    opened = EncryptedStore(tmp_path / "research", keyring)
    assert [each.code for each in opened.findings] == ["STORE-052"]
    assert keyring.destroyed() == {"research/case/K01"}
    assert [each.event for each in opened.read(case="K01")] == ["withdrawn"]
    opened.close()
