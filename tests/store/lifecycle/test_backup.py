"""P26, P32, P38: a backup is whole, verified, encrypted, and holds no key."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import stat
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.attachments import PIECE
from toolkit.store.journal.copying import COPIED
from toolkit.store.journal.database import Database
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.backup import back_up
from toolkit.store.lifecycle.manifest import Backup, check_manifest, read_manifest
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.sqlite.sqlcipher import EncryptedStore

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
RESEARCH = Passphrase(b"a passphrase of tests, known to all")
APART = Passphrase(b"another passphrase for the identities")
SOUND = b"canary-sound" * (PIECE // 8)
AT = 1_549_360_800_000
SAID = NewEvent("answer", node="q2", case="K01", session="K01", new_value="canary-yellow-meadow")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A study with two participants, one recording and two people behind them."""
    about = About("made-up", True, "2019-02-01")
    made = make_home(tmp_path / "home", about, RESEARCH, identity_passphrase=APART, cost=CHEAP).home
    with closing(made.open_research(unlocked(made)[0])) as store:
        store.append([SAID, NewEvent("answer", case="K02", session="K02"), NewEvent("draw")])
        sound = io.BytesIO(SOUND)
        store.attach("K01", "K01", sound, kind="audio", user="researcher-1", at=AT)
    with closing(open_identities(made, unlocked(made)[1])) as store:
        opened = store.open(reason="recruitment", user="researcher-1", at=AT)
        for each in ("K01", "K02"):
            opened.enrol(each, Person(f"canary {each}"), at=AT)
    return made


def unlocked(home: Home) -> tuple[Keyring, Keyring]:
    research = Keyring.unlock(home.research_keyring, RESEARCH)
    return research, Keyring.unlock(home.identity_keyring, APART)


def taken(home: Home, into: Path, at: int = AT) -> Backup:
    return back_up(home, into, *unlocked(home), user="researcher-1", at=at)


def refusal(use: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        use()
    return refused.value.findings[0].code


def test_a_backup_is_one_dated_folder_with_every_store_and_no_key(
    home: Home, tmp_path: Path
) -> None:
    made = taken(home, tmp_path / "backups")
    assert made.folder == tmp_path / "backups" / "made-up-20190205T100000Z"
    assert [each.name for each in made.folder.parent.iterdir()] == [made.folder.name]
    files = {each.relative_to(made.folder).as_posix() for each in made.folder.rglob("*.*")}
    stores = ("research", "identity/people", "identity/audit")
    expected = {f"{s}/{name}" for s in stores for name in ("journal.db", "study.json")}
    assert files == {"backup.json", *expected}
    assert made.files.keys() == expected
    modes = {stat.S_IMODE(each.stat().st_mode) for each in made.folder.rglob("*.*")}
    assert modes == {0o600}
    folders = [made.folder, *(each for each in made.folder.rglob("*") if each.is_dir())]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}


def test_it_holds_the_same_events_and_attachments(home: Home, tmp_path: Path) -> None:
    made = taken(home, tmp_path / "backups")
    research, apart = unlocked(home)
    for name, ring in (("research", research), ("identity/people", apart)):
        with (
            closing(EncryptedStore(home.folder / name, ring)) as original,
            closing(EncryptedStore(made.folder / name, ring)) as copy,
        ):
            assert list(copy.read()) == list(original.read())
            assert copy.head() == original.head() == made.heads[name]
            assert copy.verify() == []
            if name == "research":
                sound = b"".join(copy.attachment("K01-audio-1"))
                assert sound == SOUND


def test_every_table_is_copied_or_made_anew(home: Home) -> None:
    """A table that somebody adds has to be copied, or be named here as one that is not."""
    with closing(home.open_research(unlocked(home)[0])) as store:
        tables = store._database.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in tables} == {*COPIED, "about", "head", "alembic_version"}


def test_copying_the_names_is_written_down_in_their_audit(home: Home, tmp_path: Path) -> None:
    """P37."""
    made = taken(home, tmp_path / "backups", at=AT + 5)
    with closing(open_identities(home, unlocked(home)[1])) as store:
        last = list(store.openings())[-1]
    assert (last.event, last.user, last.start) == ("backup", "researcher-1", AT + 5)
    assert made.heads["identity/audit"].chain == last.chain, "the backup's own audit has it too"


def test_nothing_of_it_is_readable_without_the_keyring(home: Home, tmp_path: Path) -> None:
    made = taken(home, tmp_path / "backups")
    seen = b"\n".join(each.read_bytes() for each in made.folder.rglob("*.*"))
    never = [b"canary", b"researcher-1", RESEARCH.reveal(), APART.reveal(), b"SQLite format"]
    for ring in (home.research_keyring, home.identity_keyring):
        wrapped = [each for each in ring.read_text().split('"') if len(each) > 40]
        assert len(wrapped) >= 5
        never += [each.encode() for each in wrapped]
    assert [each for each in never if each in seen] == []


def test_who_writes_meanwhile_is_not_held_up_and_each_store_is_of_one_moment(
    home: Home, tmp_path: Path
) -> None:
    written, enough = [], Flag()

    def call() -> None:
        with closing(home.open_research(unlocked(home)[0])) as store:
            while not enough.is_set():
                written.append(store.append([SAID, SAID])[-1])

    caller = Thread(target=call)
    caller.start()
    while not written:
        time.sleep(0.01)
    made = [taken(home, tmp_path / "backups") for _ in range(3)]
    during = len(written)
    enough.set()
    caller.join()
    assert during > 3
    journal = {each.seq: each.chain for each in written}
    for each in made:
        head = each.heads["research"]
        assert head.chain == journal[head.seq], "between two appends, never within one"
        check_manifest(read_manifest(each.folder), unlocked(home)[0])
    assert len({each.folder for each in made}) == 3, "each has a name of its own"


def test_who_withdraws_while_it_is_made_is_not_in_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copying and the reading back: the copy carries the withdrawal through."""
    copying = EncryptedStore.copy_to

    def withdrawn_meanwhile(store: EncryptedStore, empty: Database) -> object:
        head = copying(store, empty)
        if store.about.holds == "research":
            with closing(home.open_research(unlocked(home)[0])) as other:
                other.withdraw("K01", user="researcher-1", at=AT)
        return head

    monkeypatch.setattr(EncryptedStore, "copy_to", withdrawn_meanwhile)
    made = taken(home, tmp_path / "backups")
    with closing(EncryptedStore(made.folder / "research", unlocked(home)[0])) as copy:
        assert copy.findings == (), "nothing is left to carry through"
        assert [each.event for each in copy.read(case="K01")] == ["withdrawn"]
        assert refusal(lambda: copy.attachment("K01-audio-1")) == "STORE-094"


# What does not become a backup ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE event SET sealed = zeroblob(60) WHERE seq = 1", "STORE-097"),
        ("DELETE FROM event WHERE seq = 2", "STORE-097"),
        ("UPDATE attachment SET sealed = zeroblob(60) WHERE part = 1", "STORE-097"),
        ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", "STORE-023"),
    ],
)
def test_a_store_that_is_not_as_it_was_written_is_no_backup(
    home: Home, tmp_path: Path, statement: str, code: str
) -> None:
    with closing(home.open_research(unlocked(home)[0])) as store:
        store._database.run(statement)
    assert refusal(lambda: taken(home, tmp_path / "backups")) == code
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(home: Home, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("x")
    assert refusal(lambda: taken(home, tmp_path / "a file" / "backups")) == "STORE-096"


def test_the_keys_of_the_identities_are_needed(home: Home, tmp_path: Path) -> None:
    """What cannot be opened cannot be verified."""
    research, _ = unlocked(home)
    assert (
        refusal(lambda: back_up(home, tmp_path / "b", research, research, user="tester-1", at=AT))
        == "STORE-057"
    )
    assert list((tmp_path / "b").iterdir()) == []


def test_a_backup_that_was_killed_has_no_name_and_the_next_one_clears_it_away(
    home: Home, tmp_path: Path
) -> None:
    into, drawn = tmp_path / "backups", random.Random(7)
    whole = cut_short = 0
    for _ in range(12):
        child = os.fork()
        if child == 0:
            taken(home, into)
            os._exit(0)
        time.sleep(drawn.uniform(0.01, 0.25))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        cut_short += os.WIFSIGNALED(status)
        for each in into.glob("[!.]*"):
            whole += 1
            check_manifest(read_manifest(each), unlocked(home)[0])
            shutil.rmtree(each)
    assert cut_short > 0
    taken(home, into)
    assert [each.name[0] for each in into.iterdir()] == ["m"], "nothing hidden is left"


def test_two_at_once_do_not_clear_each_other_away(home: Home, tmp_path: Path) -> None:
    running = [Thread(target=taken, args=(home, tmp_path / "backups")) for _ in range(3)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    made = sorted(each.name for each in (tmp_path / "backups").iterdir())
    assert made == [f"made-up-20190205T100000Z{end}" for end in ("", "-2", "-3")]


# What the manifest holds to -------------------------------------------------------------------


def test_a_file_that_was_changed_cut_short_or_lost_is_told(home: Home, tmp_path: Path) -> None:
    made, (research, _) = taken(home, tmp_path / "backups"), unlocked(home)
    for name in made.files:
        path, content = made.folder / name, (made.folder / name).read_bytes()
        for broken in (content[:-1], content[:50] + b"\0" + content[51:], None):
            path.write_bytes(broken) if broken is not None else path.unlink()
            with pytest.raises(StoreError, match=f"STORE-100.*{name}"):
                check_manifest(read_manifest(made.folder), research)
        path.write_bytes(content)
    check_manifest(read_manifest(made.folder), research)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"seq":4', '"seq":5', "STORE-099"),
        ('"sample":false', '"sample":true', "STORE-099"),
        ('"seal":"', '"seal":"0', "STORE-099"),
        ('"seal"', '"Seal"', "STORE-099"),
        ('"study":"made-up"', '"study":"another"', "STORE-051"),
        ("toolkit-backup/1", "toolkit-backup/2", "STORE-043"),
        ("toolkit-backup/1", "toolkit-lunch/1", "STORE-099"),
        ('"files"', '"fiels"', "STORE-099"),
        ("{", "[", "STORE-099"),
    ],
)
def test_a_manifest_that_was_changed_is_told(
    home: Home, tmp_path: Path, old: str, new: str, code: str
) -> None:
    made = taken(home, tmp_path / "backups")
    path = made.folder / "backup.json"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert refusal(lambda: check_manifest(read_manifest(made.folder), unlocked(home)[0])) == code


def test_another_keyring_of_a_study_of_the_same_name_does_not_vouch_for_it(
    home: Home, tmp_path: Path
) -> None:
    made = taken(home, tmp_path / "backups")
    other, _ = Keyring.create(tmp_path / "other.keyring", "made-up", RESEARCH, cost=CHEAP)
    assert refusal(lambda: check_manifest(read_manifest(made.folder), other)) == "STORE-099"


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    assert refusal(lambda: read_manifest(tmp_path)) == "STORE-098"
