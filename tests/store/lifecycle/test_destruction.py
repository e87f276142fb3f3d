"""P38: all data are destroyed, and afterwards nothing opens, backups included."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase, Secret
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.backup import back_up
from toolkit.store.lifecycle.destruction import as_text, begun, certificate_of, destroy_study
from toolkit.store.lifecycle.manifest import Backup, read_manifest
from toolkit.store.lifecycle.restore import home_of, restore
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.sqlite.cipher_file import CipherFile
from toolkit.store.sqlite.sqlcipher import EncryptedStore

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
RESEARCH = Passphrase(b"a passphrase of tests, known to all")
APART = Passphrase(b"another passphrase for the identities")
AT = 1_604_224_800_000
COUNTS = {
    "participants": 0,
    "people_enrolled": 2,
    "cases": 3,
    "withdrawn_before": 1,
    "sessions": 1,
    "events": 8,
    "attachments": 1,
    "openings_of_names": 3,
}


@dataclass
class Study:
    """A study with its printed recovery keys and a backup."""

    home: Home
    recovery: str
    identity_recovery: str
    backup: Backup | None = None

    def unlocked(self) -> tuple[Keyring, Keyring]:
        research = Keyring.unlock(self.home.research_keyring, RESEARCH)
        return research, Keyring.unlock(self.home.identity_keyring, APART)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two people and a forum; one has withdrawn, one is on tape; there was a restoration too."""
    about = About("made-up", True, "2019-02-01")
    told = {"identity_passphrase": APART, "cost": CHEAP}
    made = make_home(tmp_path / "home", about, RESEARCH, **told)
    made_study = Study(made.home, made.recovery, made.identity_recovery)
    research, apart = made_study.unlocked()
    with closing(made.home.open_research(research)) as store:
        said = NewEvent("answer", case="K01", session="K01", new_value="canary-meadow")
        store.append([replace(said, event="begin"), said, replace(said, case="K02", session="K02")])
        store.append([NewEvent("note", case="F1", new_value="canary-forum"), NewEvent("draw")])
        store.attach(
            "K01", "K01", io.BytesIO(b"canary-sound"), kind="audio", user="researcher-1", at=AT
        )
    with closing(open_identities(made.home, apart)) as identities:
        opened = identities.open(reason="recruitment", user="researcher-1", at=AT)
        for each in ("K01", "K02"):
            opened.enrol(each, Person("canary-teapot"), at=AT)
    made_study.backup = back_up(
        made.home, tmp_path / "backups", research, apart, user="researcher-1", at=AT
    )
    with closing(made.home.open_research(research)) as store:
        store.withdraw("K02", user="researcher-1", at=AT)
    restore(made_study.backup, made.home, research, apart, user="researcher-1", at=AT, replace=True)
    return made_study


def destroyed(study: Study, *rings: Keyring | None) -> dict[str, object]:
    keys = rings or study.unlocked()
    return destroy_study(study.home, *keys, confirm="made-up", user="researcher-1", at=AT)


def refusal(use: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        use()
    return refused.value.findings[0].code


def left(home: Home) -> set[str]:
    files = (each for each in home.folder.rglob("*") if each.is_file())
    return {each.relative_to(home.folder).as_posix() for each in files}


WHAT_STAYS = {
    "home.json",
    "destruction-certificate.txt",
    "destruction-certificate.json",
    "keys/CACHEDIR.TAG",
    "keys/research.keyring",
    "keys/research.keyring.lock",
    "keys/identity.keyring",
    "keys/identity.keyring.lock",
}


def test_nothing_stays_but_the_certificate_and_tombstones_of_the_keyrings(study: Study) -> None:
    rings = (study.home.research_keyring, study.home.identity_keyring)
    wrapped = [word for each in rings for word in each.read_text().split('"') if len(word) > 40]
    assert len(wrapped) > 10
    assert any(each.startswith("replaced-") for each in left(study.home))
    destroyed(study)
    assert left(study.home) == WHAT_STAYS
    seen = b"\n".join((study.home.folder / each).read_bytes() for each in left(study.home))
    assert [each for each in [*wrapped, "canary", "K01", "teapot"] if each.encode() in seen] == []
    assert find_home(study.home.folder) == study.home, "it can still be said which study it was"


def test_the_certificate_says_what_there_was_and_what_can_be_checked(study: Study) -> None:
    told = destroyed(study)
    assert told == certificate_of(study.home)
    assert told["counts"] == COUNTS
    assert (told["study"], told["user"]) == ("made-up", "researcher-1")
    assert told["begun"] == told["finished"] == "2020-11-01T10:00:00+00:00"
    heads = told["heads"]
    assert isinstance(heads, dict)
    assert study.backup is not None
    people = study.backup.heads["identity/people"]
    assert heads["identity/people"] == {"seq": people.seq, "chain": people.chain}
    page = (study.home.folder / "destruction-certificate.txt").read_text(encoding="utf-8")
    assert page == as_text(told)
    for said in (
        "people enrolled                   2",
        people.chain,
        "13 files with",
        "recovery keys",
    ):
        assert said in page
    assert max(map(len, page.splitlines())) <= 100


# Nothing opens any more ----------------------------------------------------------------------


def test_neither_passphrases_nor_recovery_keys_open_anything(study: Study) -> None:
    home = study.home
    destroyed(study)
    for ring, passphrase, recovery in (
        (home.research_keyring, RESEARCH, study.recovery),
        (home.identity_keyring, APART, study.identity_recovery),
    ):
        assert refusal(lambda r=ring, p=passphrase: Keyring.unlock(r, p)) == "STORE-102"
        assert refusal(lambda r=ring, k=recovery: Keyring.recover(r, k)) == "STORE-102"
        assert refusal(lambda r=ring: Keyring.create(r, "made-up", RESEARCH)) == "STORE-050"


def test_an_older_backup_put_in_place_is_refused_even_with_the_keys_in_memory(
    study: Study, tmp_path: Path
) -> None:
    """As a server that was unlocked before has them: what they wrap is nowhere any more."""
    rings = study.unlocked()
    with closing(study.home.open_research(rings[0])) as store:
        destroyed(study, *rings)
        for use in (lambda: store.append([NewEvent("draw")]), lambda: list(store.read())):
            with pytest.raises(StoreError):
                use()
    assert study.backup is not None
    told = read_manifest(study.backup.folder)
    there = home_of(told, study.home.folder)
    assert refusal(lambda: restore(told, there, *rings, user="researcher-1", at=AT)) == "STORE-102"
    assert left(study.home) == WHAT_STAYS
    for name in ("research", "identity/people", "identity/audit"):
        shutil.copytree(study.backup.folder / name, study.home.folder / name)
        ring = rings[name.startswith("identity")]
        assert (
            refusal(lambda n=name, r=ring: EncryptedStore(study.home.folder / n, r)) == "STORE-102"
        )


def test_no_key_that_is_left_opens_a_file_of_the_backup(study: Study) -> None:
    secrets = [each.master() for each in study.unlocked()]
    destroyed(study)
    assert study.backup is not None
    for path in study.backup.folder.rglob("journal.db"):
        for key in (*secrets, Secret(RESEARCH.reveal()[:32]), Secret(APART.reveal()[:32])):
            assert refusal(lambda p=path, k=key: CipherFile(p, k, "backup")) == "STORE-044"


def test_what_lies_on_the_disk_is_overwritten_before_it_is_removed(
    study: Study, tmp_path: Path
) -> None:
    """Another name of the same file shows what became of its bytes."""
    linked = {}
    for number, path in enumerate(study.home.folder.rglob("*.*")):
        if path.is_file() and path.suffix in {".db", ".keyring"}:
            linked[tmp_path / f"linked-{number}"] = path.stat().st_size
            os.link(path, tmp_path / f"linked-{number}")
    destroyed(study)
    assert len(linked) == 8
    for path, size in linked.items():
        assert path.read_bytes() == bytes(size)


def test_a_link_to_elsewhere_is_removed_and_not_followed(study: Study, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("not the study's")
    (study.home.research / "link").symlink_to(outside)
    (study.home.research / "folder").symlink_to(tmp_path)
    destroyed(study)
    assert outside.read_text() == "not the study's"
    assert left(study.home) == WHAT_STAYS


# Cut short, and run again ----------------------------------------------------------------------


def test_wherever_it_is_cut_short_the_next_run_finishes_it(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each synchronisation in turn, until it comes through."""
    fsync, steps = os.fsync, [0]

    def killed(descriptor: int) -> None:
        steps[0] -= 1
        if steps[0] < 0:
            raise KeyboardInterrupt
        fsync(descriptor)

    for number in range(200):
        again = replace(study, home=replace(study.home, folder=tmp_path / f"{number}"))
        again.home = replace(again.home, keys=again.home.folder / "keys")
        shutil.copytree(study.home.folder, again.home.folder)
        rings = again.unlocked()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", killed)
            steps[0] = number
            try:
                destroyed(again, *rings)
            except KeyboardInterrupt:
                pass
            else:
                break
        known = begun(again.home) is not None or certificate_of(again.home) is not None
        if certificate_of(again.home) is None:
            destroyed(again, *((None, None) if known else again.unlocked()))
        assert left(again.home) - {"destruction-begun.json"} == WHAT_STAYS
        told = certificate_of(again.home)
        assert told is not None
        assert told["counts"] == COUNTS, "what there was is still known"
        shutil.rmtree(again.home.folder)
    assert number > 20


def test_a_disk_that_cannot_be_written_is_told_and_the_next_run_goes_on(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    rings = study.unlocked()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rmdir", refused)
        assert refusal(lambda: destroyed(study, *rings)) == "STORE-108"
    assert certificate_of(study.home) is None
    destroyed(study, None, None)
    assert left(study.home) == WHAT_STAYS


# When it is not done, or not counted -----------------------------------------------------------


@pytest.mark.parametrize("confirm", ["", "made", "made-up ", "MADE-UP"])
def test_without_the_study_s_id_nothing_is_destroyed(study: Study, confirm: str) -> None:
    before = left(study.home)
    rings = study.unlocked()
    use = [lambda: destroy_study(study.home, *rings, confirm=confirm, user="researcher-1", at=AT)]
    assert refusal(use[0]) == "STORE-106"
    assert left(study.home) == before
    assert begun(study.home) is None


def test_it_is_done_once(study: Study) -> None:
    first = destroyed(study)
    assert refusal(lambda: destroyed(study, None, None)) == "STORE-107"
    assert certificate_of(study.home) == first


def test_where_the_passphrases_are_lost_it_is_done_without_counting(study: Study) -> None:
    told = destroyed(study, None, None)
    assert (told["counts"], told["heads"]) == ({}, {})
    assert "not counted: the data were not opened" in as_text(told)
    assert left(study.home) == WHAT_STAYS


def test_a_damaged_keyring_is_destroyed_too(study: Study) -> None:
    study.home.research_keyring.write_bytes(b'{"format": "half')
    destroyed(study, None, None)
    told = json.loads(study.home.research_keyring.read_bytes())
    assert told["destroyed"] == "2020-11-01T10:00:00+00:00"
    assert refusal(lambda: Keyring.unlock(study.home.research_keyring, RESEARCH)) == "STORE-102"
