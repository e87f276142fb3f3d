"""P26, P32: a backup is put in place whole, and nobody who withdrew comes back with it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.backup import back_up
from toolkit.store.lifecycle.manifest import Backup, measured, read_manifest, write_manifest
from toolkit.store.lifecycle.restore import Restored, home_of, restore
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.sqlite.sqlcipher import EncryptedStore

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
RESEARCH = Passphrase(b"a passphrase of tests, known to all")
APART = Passphrase(b"another passphrase for the identities")
AT = 1_549_360_800_000
CASES = ("K01", "K02", "K03")


def unlocked(home: Home) -> tuple[Keyring, Keyring]:
    research = Keyring.unlock(home.research_keyring, RESEARCH)
    return research, Keyring.unlock(home.identity_keyring, APART)


def said(case: str, words: str = "first") -> NewEvent:
    return NewEvent("answer", node="q2", case=case, session=case, new_value=f"{words} {case}")


def journal(home: Home) -> SealedStore:
    return home.open_research(unlocked(home)[0])


def read(home: Home, *, aside: bool = False) -> list[str]:
    """What was said; also in what was put aside, which is no journal of the study any more."""
    ring = unlocked(home)[0]
    opened = EncryptedStore(home.research, ring) if aside else home.open_research(ring)
    with closing(opened) as store:
        return [str(each.new_value) for each in store.read() if each.event == "answer"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A study in which three participants have spoken, one of them on tape."""
    about = About("made-up", True, "2019-02-01")
    told = {"identity_passphrase": APART, "cost": CHEAP}
    made = make_home(tmp_path / "home", about, RESEARCH, **told).home
    with closing(journal(made)) as store:
        store.append([NewEvent("draw"), *(said(each) for each in CASES)])
        store.attach("K01", "K01", io.BytesIO(b"sound"), kind="audio", user="researcher-1", at=AT)
    with closing(open_identities(made, unlocked(made)[1])) as store:
        opened = store.open(reason="recruitment", user="researcher-1", at=AT)
        for each in CASES:
            opened.enrol(each, Person(f"Teapot {each}"), at=AT)
    return made


@pytest.fixture
def backup(home: Home, tmp_path: Path) -> Backup:
    """A backup of it."""
    return taken(home, tmp_path)


def taken(home: Home, tmp_path: Path) -> Backup:
    return back_up(home, tmp_path / "backups", *unlocked(home), user="researcher-1", at=AT)


def put_back(backup: Backup, home: Home, *, replace: bool = True, at: int = AT) -> Restored:
    told = read_manifest(backup.folder)
    rings = unlocked(home)
    return restore(told, home, *rings, user="researcher-1", at=at, replace=replace)


def refusal(use: Callable[[], object]) -> list[str]:
    with pytest.raises(StoreError) as refused:
        use()
    return [each.code for each in refused.value.findings]


def every_file(folder: Path) -> dict[str, bytes]:
    """All files but the locks and logs that opening a database leaves."""
    files = (each for each in folder.rglob("*") if each.is_file())
    kept = (each for each in files if not each.name.endswith(("-shm", "-wal", ".lock")))
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in kept}


# A backup in place ---------------------------------------------------------------------------


def test_what_was_lost_is_there_again(home: Home, backup: Backup) -> None:
    shutil.rmtree(home.research)
    shutil.rmtree(home.identity)
    restored = put_back(backup, home, replace=False)
    assert (restored.aside, dict(restored.missing), restored.findings) == (None, {}, ())
    assert read(home) == ["first K01", "first K02", "first K03"]
    with closing(journal(home)) as store:
        assert b"".join(store.attachment("K01-audio-1")) == b"sound"
        assert store.verify() == []
    with closing(open_identities(home, unlocked(home)[1])) as store:
        opened = store.open(reason="contact", user="researcher-1", at=AT)
        assert opened.person("K02") == Person("Teapot K02")


def test_the_journal_and_the_audit_of_names_say_that_it_was_restored(
    home: Home, backup: Backup
) -> None:
    put_back(backup, home, at=AT + 9)
    with closing(journal(home)) as store:
        last = list(store.read())[-1]
    assert (last.event, last.user, last.start) == ("restored", "researcher-1", AT + 9)
    assert last.new_value == {"backup": "2019-02-05T10:00:00+00:00"}
    with closing(open_identities(home, unlocked(home)[1])) as store:
        assert [each.event for each in store.openings()] == ["opened", "backup", "restored"]


def test_stores_in_place_are_replaced_on_demand_only_and_kept_aside(
    home: Home, backup: Backup
) -> None:
    with closing(journal(home)) as store:
        store.append([said("K02", "later"), said("K03", "later")])
    before = every_file(home.folder)
    assert refusal(lambda: put_back(backup, home, replace=False)) == ["STORE-101"]
    assert every_file(home.folder) == before
    restored = put_back(backup, home)
    assert restored.aside == home.folder / "replaced-20190205T100000Z"
    assert read(home) == ["first K01", "first K02", "first K03"]
    kept = replace(home, folder=restored.aside)
    said_there = read(kept, aside=True)
    assert said_there == ["first K01", "first K02", "first K03", "later K02", "later K03"]
    assert put_back(backup, home).aside == home.folder / "replaced-20190205T100000Z-2"


def test_what_was_written_after_the_backup_is_counted_and_not_told(
    home: Home, backup: Backup
) -> None:
    with closing(journal(home)) as store:
        store.append([said("K02", "later secret"), said("K03", "later secret")])
    restored = put_back(backup, home)
    assert restored.missing == {"research": 2, "identity/people": 0, "identity/audit": 0}
    [told] = restored.findings
    assert (told.code, told.place, told.severity) == ("STORE-104", "research", "warning")
    assert "2 events" in str(told)
    assert "secret" not in str(told)


def test_a_store_that_is_of_another_history_or_cannot_be_read_is_not_counted(
    home: Home, backup: Backup
) -> None:
    put_back(backup, home)
    with closing(journal(home)) as store:
        store.append([said("K02", "another way")])
    (home.identity / "people" / "journal.db").write_bytes(b"no database at all")
    newer = put_back(backup, home)
    assert newer.missing == {"research": 2, "identity/people": None, "identity/audit": 1}
    assert "an unknown number of" in str(newer.findings)
    with closing(journal(home)) as store:
        assert store.verify() == []


def test_a_backup_that_is_newer_than_what_is_in_place_misses_nothing(
    home: Home, backup: Backup, tmp_path: Path
) -> None:
    with closing(journal(home)) as store:
        store.append([said("K02", "later")])
    newer = taken(home, tmp_path)
    shutil.rmtree(home.research)
    shutil.copytree(backup.folder / "research", home.research)
    assert put_back(newer, home).missing["research"] == 0
    assert read(home)[-1] == "later K02"


def test_a_store_that_another_program_has_open_is_left_in_place(home: Home, backup: Backup) -> None:
    with closing(journal(home)) as store:
        assert refusal(lambda: put_back(backup, home)) == ["STORE-071"]
        store.append([said("K02", "later")])
    assert read(home)[-1] == "later K02"
    assert [each.name for each in home.folder.iterdir() if each.name[0] == "."] == []


def test_a_restoration_that_was_cut_short_is_done_by_running_it_again(
    home: Home, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each of its moves in turn; what was in place is never lost."""
    rename, left = Path.rename, [0]

    def killed(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return rename(path, target)

    for steps in range(4):
        with closing(journal(home)) as store:
            store.append([said("K02", f"later {steps}")])
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", killed)
            left[0] = steps
            with pytest.raises(KeyboardInterrupt):
                put_back(backup, home, at=AT + 1000 * steps)
        put_back(backup, home, at=AT + 1000 * steps)
        assert read(home) == ["first K01", "first K02", "first K03"]
        aside = (each / "research" for each in home.folder.glob("replaced-*"))
        kept = [replace(home, folder=each.parent) for each in aside if each.exists()]
        assert any(f"later {steps} K02" in read(each, aside=True) for each in kept)


# A new machine -------------------------------------------------------------------------------


def test_on_a_new_machine_a_copy_of_the_keyring_opens_it(
    home: Home, backup: Backup, tmp_path: Path
) -> None:
    away = tmp_path / "new machine"
    shutil.copytree(home.keys, away / "keys")
    shutil.copytree(backup.folder, tmp_path / "stick" / backup.folder.name)
    shutil.rmtree(home.folder)
    told = read_manifest(tmp_path / "stick" / backup.folder.name)
    there = home_of(told, away)
    restored = restore(told, there, *unlocked(there), user="researcher-1", at=AT)
    assert restored.aside is None
    assert read(find_home(away)) == ["first K01", "first K02", "first K03"]
    assert find_home(away) == replace(home, folder=away, keys=away / "keys")


def test_keys_may_be_kept_elsewhere(home: Home, backup: Backup, tmp_path: Path) -> None:
    there = home_of(read_manifest(backup.folder), tmp_path / "new", keys=home.keys)
    restore(read_manifest(backup.folder), there, *unlocked(there), user="researcher-1", at=AT)
    assert find_home(tmp_path / "new").keys == home.keys


def test_from_a_disk_that_cannot_be_written(home: Home, backup: Backup) -> None:
    before = every_file(backup.folder)
    for each in (backup.folder, *backup.folder.rglob("*")):
        each.chmod(each.stat().st_mode & ~0o222)
    put_back(backup, home)
    assert every_file(backup.folder) == before, "and nothing was written to it"
    assert len(list(backup.folder.rglob("*.db*"))) == 3


# Who has withdrawn does not come back ----------------------------------------------------------


def withdraw(home: Home, *cases: str) -> None:
    with closing(journal(home)) as store:
        for each in cases:
            store.withdraw(each, user="researcher-1", at=AT, reason="withdrawal")


def assert_gone(home: Home, *cases: str) -> None:
    with closing(journal(home)) as store:
        assert store.withdrawn() == set(cases)
        for each in cases:
            assert [event.event for event in store.read(case=each)] == ["withdrawn"]
            assert list(store.read(session=each)) == []
            with pytest.raises(StoreError, match="STORE-046"):
                store.append([said(each)])
        with pytest.raises(StoreError, match="STORE-094"):
            store.attachment("K01-audio-1")
        assert store.verify() == []
    assert read(home) == [f"first {each}" for each in CASES if each not in cases]


@pytest.mark.parametrize("cases", [("K01",), ("K01", "K03")])
def test_a_backup_from_before_a_withdrawal_does_not_bring_anybody_back(
    home: Home, backup: Backup, cases: tuple[str, ...]
) -> None:
    withdraw(home, *cases)
    restored = put_back(backup, home)
    told = [(each.code, each.place) for each in restored.findings if each.code == "STORE-052"]
    assert told == [("STORE-052", f"case {each}") for each in cases]
    assert_gone(home, *cases)


def test_a_backup_from_after_a_withdrawal_knows_of_it(home: Home, tmp_path: Path) -> None:
    withdraw(home, "K01")
    put_back(taken(home, tmp_path), home)
    assert_gone(home, "K01")


@pytest.fixture
def halfway(home: Home, backup: Backup, monkeypatch: pytest.MonkeyPatch) -> Home:
    """K01 was withdrawing, and the program was killed before the key was destroyed."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Keyring, "destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw(home, "K01")
    assert unlocked(home)[0].key("research/case/K01") is not None
    return home


def test_a_withdrawal_that_was_half_done_is_carried_through_first(
    halfway: Home, backup: Backup
) -> None:
    told = put_back(backup, halfway).findings
    assert ("STORE-052", "case K01") in {(each.code, each.place) for each in told}
    assert_gone(halfway, "K01")
    assert unlocked(halfway)[0].key("research/case/K01") is None


def test_a_copy_of_the_keyring_from_before_a_withdrawal_loses_the_key_by_a_newer_backup(
    home: Home, tmp_path: Path
) -> None:
    older = home.research_keyring.read_bytes()
    withdraw(home, "K01")
    newer = taken(home, tmp_path)
    home.research_keyring.write_bytes(older)
    shutil.rmtree(home.research)
    put_back(newer, home)
    assert_gone(home, "K01")


def test_a_copy_of_the_keyring_that_lacks_keys_is_refused_and_gets_no_second_ones(
    home: Home, tmp_path: Path
) -> None:
    """What was sealed under the first key would be lost for good, and nobody would know."""
    older = home.research_keyring.read_bytes()
    with closing(journal(home)) as store:
        store.append([said("K04")])
    newest, newer = home.research_keyring.read_bytes(), taken(home, tmp_path)
    home.research_keyring.write_bytes(older)
    assert refusal(lambda: put_back(newer, home)) == ["STORE-097", "STORE-057"]
    with closing(journal(home)) as store, pytest.raises(StoreError, match="STORE-057 case K04"):
        store.append([NewEvent("draw"), said("K04")])
    assert unlocked(home)[0].key("research/case/K04") is None
    home.research_keyring.write_bytes(newest)
    put_back(newer, home)
    assert read(home)[-1] == "first K04"


def test_who_withdrew_before_anything_was_in_the_backup_stays_gone(
    home: Home, backup: Backup
) -> None:
    with closing(journal(home)) as store:
        store.append([said("K04")])
    withdraw(home, "K04")
    put_back(backup, home)
    with closing(journal(home)) as store, pytest.raises(StoreError, match="STORE-046"):
        store.append([said("K04")])


# What is refused -----------------------------------------------------------------------------


def test_a_damaged_backup_changes_nothing(home: Home, backup: Backup) -> None:
    before = every_file(home.folder)
    for name in backup.files:
        path, content = backup.folder / name, (backup.folder / name).read_bytes()
        path.write_bytes(content[:60] + b"\0\0\0" + content[63:])
        assert refusal(lambda: put_back(backup, home)) == ["STORE-100"]
        path.write_bytes(content)
    assert every_file(home.folder) == before


def test_a_backup_whose_journal_is_broken_although_its_manifest_fits_is_refused(
    home: Home, backup: Backup
) -> None:
    """As somebody with all keys could make it; and as a fault of ours would."""
    research, _ = unlocked(home)
    there = replace(home, folder=backup.folder)
    with closing(there.open_research(research)) as store:
        store._database.run("UPDATE event SET session = 'K09' WHERE seq = 2")
    files = {name: measured(backup.folder / name) for name in backup.files}
    write_manifest(replace(backup, files=files), research)
    before = read(home)
    assert refusal(lambda: put_back(backup, home))[:2] == ["STORE-097", "STORE-020"]
    assert read(home) == before


@pytest.mark.parametrize("name", ["../outside", "research/../../outside"])
def test_a_manifest_does_not_write_outside_of_its_folder(
    home: Home, backup: Backup, name: str
) -> None:
    (backup.folder / name).resolve().write_text("x")
    research, _ = unlocked(home)
    told = {**backup.files, name: measured(backup.folder / name)}
    write_manifest(replace(backup, files=told), research)
    assert refusal(lambda: put_back(backup, home)) == ["STORE-100"]
    assert not (home.folder / "outside").exists()


def test_another_study_s_backup_is_refused(home: Home, backup: Backup, tmp_path: Path) -> None:
    about = About("another", True, "2019-02-01")
    told = {"identity_passphrase": APART, "cost": CHEAP}
    other = make_home(tmp_path / "other", about, RESEARCH, **told).home
    manifest = read_manifest(backup.folder)
    assert refusal(lambda: home_of(manifest, other.folder)) == ["STORE-051"]
    assert refusal(lambda: put_back(backup, other)) == ["STORE-051"]


def test_a_disk_that_fails_is_told(home: Home, backup: Backup, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("x")
    there = home_of(read_manifest(backup.folder), tmp_path / "a file" / "home", keys=home.keys)
    assert refusal(lambda: put_back(backup, there)) == ["STORE-103"]
