"""The encrypted store: nothing in plain, nothing lost, nothing back after a withdrawal."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from toolkit.errors import StoreError
from toolkit.store import About, Event, NewEvent
from toolkit.store.journal.sealing import content_of, seal
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.people.identity import IdentityStore
from toolkit.store.people.person import Person
from toolkit.store.sqlite.cipher_file import refuse_old
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
CANARIES = {"K01": "canary-yellow-meadow", "K02": "canary-marble-river", "": "canary-study-note"}


@pytest.fixture
def folder(tmp_path: Path, keyring: Keyring) -> Path:
    """Folder of a store with five events of two cases and of the study."""
    store = EncryptedStore.create(tmp_path / "research", ABOUT, keyring)
    for case, canary in CANARIES.items():
        said = NewEvent("answer", node=f"q2.{canary}", user=canary, case=case, session=case)
        store.append([replace(said, new_value={"value": canary}, change_reason=canary)])
    again = NewEvent("answer", case="K01", session="K01", old_value=CANARIES["K01"])
    store.append([again, replace(again, case="K02", session="K02", old_value=[CANARIES["K02"]])])
    store.close()
    return tmp_path / "research"


def reopened(folder: Path, keyring: Keyring) -> list[Event]:
    store = EncryptedStore(folder, keyring)
    events = list(store.read())
    assert store.verify() == []
    store.close()
    return events


def every_byte(*folders: Path) -> bytes:
    files = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
    return b"\n".join(each.read_bytes() for each in files)


def raw_key(keyring: Keyring) -> str:
    key = keyring.key("research/database")
    assert key is not None
    return key.reveal().hex()


def unlocked(folder: Path, keyring: Keyring) -> dbapi2.Connection:
    """The file as somebody sees it who has its key, but goes round the store."""
    file = dbapi2.connect(str(folder / "journal.db"), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{raw_key(keyring)}'\"")
    return file


def tampered(folder: Path, keyring: Keyring, *statements: str) -> list[tuple[str, str]]:
    file = unlocked(folder, keyring)
    for each in statements:
        file.execute(each)
    file.close()
    store = EncryptedStore(folder, keyring, inspects=True)
    found = [(each.code, each.place) for each in store.verify()]
    store.close()
    return found


def refusal(folder: Path, keyring: Keyring) -> str:
    before = (folder / "journal.db").read_bytes() if folder.exists() else b""
    with pytest.raises(StoreError) as refused:
        EncryptedStore(folder, keyring)
    if before:
        assert (folder / "journal.db").read_bytes() == before, "nothing is changed"
    return refused.value.findings[0].code


# Nothing in plain ---------------------------------------------------------------------------


def test_no_byte_of_any_file_holds_what_was_said(
    folder: Path, keyring: Keyring, tmp_path: Path
) -> None:
    """Neither while the store is open, with its log full, nor afterwards."""
    store = EncryptedStore(folder, keyring)
    store.append([NewEvent("note", case="K01", new_value="canary while the log is full")])
    assert (folder / "journal.db-wal").stat().st_size > 0
    during = every_byte(tmp_path)
    store.close()
    for seen in (during, every_byte(tmp_path)):
        assert b"canary" not in seen
        assert base64.b64encode(b"canary").rstrip(b"=")[:-1] not in seen
        assert b"SQLite format 3" not in seen
        assert PUBLIC.reveal() not in seen


def test_with_the_key_of_the_file_alone_nothing_can_be_read(folder: Path, keyring: Keyring) -> None:
    """Nor which question was asked: that can tell what was answered before."""
    file = unlocked(folder, keyring)
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    dump = str([list(file.execute(f"SELECT * FROM {name}")) for name in tables])
    file.close()
    assert "K01" in dump
    for canary in CANARIES.values():
        assert canary not in dump
    assert "answer" not in dump


def test_the_file_is_set_so_that_nothing_acknowledged_is_lost(
    folder: Path, keyring: Keyring
) -> None:
    store = EncryptedStore(folder, keyring)
    asked = ("journal_mode", "synchronous", "secure_delete")
    told = [store._database.run(f"PRAGMA {each}")[0][0] for each in asked]
    store.close()
    assert told == ["wal", 2, 1]


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "2.99.99"])
def test_an_sqlite_that_can_corrupt_its_log_is_refused(version: str) -> None:
    with pytest.raises(StoreError, match=f"STORE-045 .* {version};"):
        refuse_old(version)
    refuse_old("3.51.3")
    refuse_old("3.53.4")


def test_the_front_of_the_room_loads_no_cryptography() -> None:
    told = "import sys, toolkit.store; print({'sqlcipher3', 'cryptography'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# The chain over what is stored --------------------------------------------------------------

TAMPERING = {
    "a changed content": ("UPDATE event SET sealed = zeroblob(60) WHERE seq = 3", "STORE-020", 3),
    "a changed case": ("UPDATE event SET pseudonym = 'K02' WHERE seq = 1", "STORE-020", 1),
    "a changed holder": ("UPDATE event SET holder = 'K02' WHERE seq = 1", "STORE-020", 1),
    "a changed session": ("UPDATE event SET session = '' WHERE seq = 2", "STORE-020", 2),
    "a dropped event": ("DELETE FROM event WHERE seq = 3", "STORE-021", 4),
    "a truncated journal": ("DELETE FROM event WHERE seq = 5", "STORE-023", 5),
}


@pytest.mark.parametrize(("statement", "code", "seq"), TAMPERING.values(), ids=TAMPERING)
def test_whoever_has_the_key_of_the_file_cannot_change_it_unseen(
    folder: Path, keyring: Keyring, statement: str, code: str, seq: int
) -> None:
    assert tampered(folder, keyring, statement)[0] == (code, f"event {seq}")


def test_an_event_sealed_anew_into_the_chain_does_not_open(folder: Path, keyring: Keyring) -> None:
    """Study, pseudonym and number are part of what is authenticated."""
    store = EncryptedStore(folder, keyring)
    row = next(store._table.rows())
    with store._database.writing():
        head = store._table.head()
        moved = replace(row, seq=head.seq + 1)
        stored = content_of(moved.stored(), moved.seq)
        chain = seal(head.chain, stored)
        proof = store._proof.of(moved.seq, chain, ())
        store._table.add([replace(moved, chain=chain)], proof)
    assert [(each.code, each.place) for each in store.verify()] == [("STORE-053", "event 6")]
    with pytest.raises(StoreError, match="STORE-053 event 6"):
        list(store.read())
    store.close()


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_flipped_bit_is_found(folder: Path, keyring: Keyring, at: float) -> None:
    file = folder / "journal.db"
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 1
    file.write_bytes(content)
    try:
        store = EncryptedStore(folder, keyring)
    except StoreError as refused:
        found = {each.code for each in refused.findings}
    else:
        found = {each.code for each in store.verify()}
        store.close()
    assert found == {"STORE-044"}


# Files that do not fit ----------------------------------------------------------------------


def test_a_wrong_passphrase_is_told_before_the_store_is_touched(
    folder: Path, tmp_path: Path
) -> None:
    before = every_byte(folder)
    with pytest.raises(StoreError, match="STORE-040"):
        Keyring.unlock(tmp_path / "keys" / "keyring.json", Passphrase(b"not the passphrase"))
    assert every_byte(folder) == before


@pytest.mark.parametrize("left", [0.0, 0.01, 0.5, 0.95])
def test_a_half_written_file_is_told_and_left_as_it_is(
    folder: Path, keyring: Keyring, left: float
) -> None:
    file = folder / "journal.db"
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * left)])
    assert refusal(folder, keyring) == "STORE-044"


def test_a_store_of_another_study_is_told(folder: Path, keyring: Keyring, tmp_path: Path) -> None:
    theirs, _ = Keyring.create(tmp_path / "theirs.json", "another", PUBLIC, cost=CHEAP)
    assert refusal(folder, theirs) == "STORE-051"
    with pytest.raises(StoreError, match="STORE-051"):
        EncryptedStore.create(tmp_path / "new", ABOUT, theirs)
    assert not (tmp_path / "new").exists()
    elsewhere, _ = Keyring.create(tmp_path / "elsewhere.json", "made-up", PUBLIC, cost=CHEAP)
    assert refusal(folder, elsewhere) == "STORE-057"
    elsewhere.ensure("research/database")
    assert refusal(folder, elsewhere) == "STORE-044"


def test_research_and_identities_never_share_a_folder(folder: Path, keyring: Keyring) -> None:
    with pytest.raises(StoreError, match="STORE-012"):
        EncryptedStore.create(folder, replace(ABOUT, holds="identity"), keyring)


def test_a_newer_version_is_told(folder: Path, keyring: Keyring) -> None:
    file = unlocked(folder, keyring)
    file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    assert refusal(folder, keyring) == "STORE-043"
    told = folder / "study.json"
    told.write_text(told.read_text().replace("sqlcipher/1", "sqlcipher/2"))
    assert refusal(folder, keyring) == "STORE-043"


def test_a_description_that_was_changed_does_not_fit_the_file(
    folder: Path, keyring: Keyring
) -> None:
    told = folder / "study.json"
    told.write_text(json.dumps(json.loads(told.read_text()) | {"fictional": False}))
    assert refusal(folder, keyring) == "STORE-044"
    told.write_text("{")
    assert refusal(folder, keyring) == "STORE-013"
    told.unlink()
    assert refusal(folder, keyring) == "STORE-011"


def test_a_store_whose_file_is_gone_is_not_made_anew(folder: Path, keyring: Keyring) -> None:
    (folder / "journal.db").unlink()
    with pytest.raises(StoreError, match="STORE-056"):
        EncryptedStore.create(folder, ABOUT, keyring)
    assert not (folder / "journal.db").exists()


def test_making_a_store_that_was_cut_short_is_done_again(folder: Path, keyring: Keyring) -> None:
    (folder / "study.json").unlink()
    EncryptedStore.create(folder, ABOUT, keyring).close()
    assert len(reopened(folder, keyring)) == 5


# Identities, in the same form ---------------------------------------------------------------


def test_identities_stand_in_the_same_form_under_keys_of_their_own(
    tmp_path: Path, keyring: Keyring
) -> None:
    """P31: apart from the research data, which has other folders and other keys."""
    stores = [
        EncryptedStore.create(tmp_path / holds, replace(ABOUT, holds=holds), keyring)
        for holds in ("identity", "identity-audit")
    ]
    identities = IdentityStore(*stores)
    opened = identities.open(reason="recruitment", user="researcher-1", at=1)
    opened.enrol("K01", Person("canary of a name"), at=2)
    assert opened.person("K01").name == "canary of a name"
    identities.close()
    assert b"canary" not in every_byte(tmp_path)
    keys = {keyring.key(f"{holds}/database") for holds in ("identity", "identity-audit")}
    assert None not in keys
    assert len({key.reveal() for key in keys if key}) == 2
