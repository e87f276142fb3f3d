"""Nothing that was acknowledged is lost: killed programs, full disks, writers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.store.faults import torture
from tests.store.faults.writers import race_programs, race_threads
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.sqlite.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
KILLS = int(os.environ.get("TOOLKIT_KILLS", "200"))
WRITES = int(os.environ.get("TOOLKIT_WRITES", "800"))
OPEN = """
import resource, subprocess, sys
from toolkit.errors import StoreError
from toolkit.store import NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.sqlite.sqlcipher import EncryptedStore
keyring = Keyring.unlock(sys.argv[1], Passphrase.from_descriptor(0))
store = EncryptedStore(sys.argv[2], keyring)
"""


@pytest.fixture
def folder(tmp_path: Path, keyring: Keyring) -> Path:
    """Folder of a store with one event."""
    store = EncryptedStore.create(tmp_path / "data", ABOUT, keyring)
    store.append([NewEvent("answer", case="K01", session="K01")])
    store.close()
    return tmp_path / "data"


def program(
    text: str, folder: Path, *args: str, before: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start a program that has the store open; the passphrase goes in by a descriptor."""
    keyring = folder.parent / "keys" / "keyring.json"
    command = [*before, sys.executable, "-c", OPEN + text, str(keyring), str(folder), *args]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert started.stdin is not None
    started.stdin.write(PUBLIC.reveal())
    started.stdin.close()
    started.stdin = None
    return started


def test_two_hundred_killed_writers_lose_no_acknowledged_event(tmp_path: Path) -> None:
    """Alone and two at once, killed with SIGKILL at random moments while they append."""
    harness = Path(__file__).with_name("crash_writer.py")
    command = [sys.executable, str(harness), str(tmp_path), str(KILLS), "7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] >= KILLS
    assert told["lost"] == 0
    assert told["faults"] == []
    assert told["acknowledged"] > KILLS, "writers were killed while they wrote"


def test_what_tortures_the_store_for_minutes_works_for_seconds_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert torture.main(["--kills", "2", "--cuts", "50", "--writes", "400"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all(" good " in each for each in lines)
    assert last == "make torture: nothing was lost."


def test_two_programs_on_one_session_never_overwrite_each_other(
    folder: Path, tmp_path: Path, keyring: Keyring
) -> None:
    """Each attempt extends exactly what it saw, or is told; counted apart from the store."""
    path = tmp_path / "keys" / "keyring.json"
    tally = race_programs(folder, path, PUBLIC, WRITES // 2)
    assert tally.sound, tally
    store = EncryptedStore(folder, keyring)
    assert store.verify() == []
    store.close()


def test_threads_on_one_session_never_overwrite_each_other(folder: Path, keyring: Keyring) -> None:
    """As requests to one server: two with one connection for both, and one with its own."""
    own, both = EncryptedStore(folder, keyring), EncryptedStore(folder, keyring)
    tally = race_threads([both, own, both], WRITES // 3)
    assert tally.sound, tally
    assert own.verify() == []
    own.close()
    both.close()


FILL = """
if sys.argv[3] == "file-size":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kept = 1
try:
    for _ in range(10_000):
        kept = store.append([NewEvent("note", case="K01", new_value="x" * 5000)])[-1].seq
except StoreError as refused:
    print(refused)
print(kept)
print(len(list(store.read())))
store.close()
if sys.argv[3] == "tmpfs":
    subprocess.run(["cp", "-r", sys.argv[2], sys.argv[4]], check=True)
"""
MOUNT = 'mount -t tmpfs -o size=600k none "$0" && cp -r "$1"/. "$0" && shift && exec "$@"'


def can_mount() -> bool:
    """Tell whether this machine lets us mount a small disk in a namespace of our own."""
    trial = 'mount -t tmpfs -o size=100k none "$0"'
    try:
        done = subprocess.run(
            ["unshare", "--map-root-user", "--mount", "sh", "-c", trial, "/mnt"],
            capture_output=True, check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.parametrize("limit", ["file-size", *(["tmpfs"] if can_mount() else [])])
def test_a_full_disk_is_told_and_what_was_acknowledged_is_there(
    folder: Path, keyring: Keyring, tmp_path: Path, limit: str
) -> None:
    """By a limit on files everywhere, and on a real full disk where one can be mounted."""
    after = folder
    before: tuple[str, ...] = ()
    if limit == "tmpfs":
        after, copy = tmp_path / "after", tmp_path / "copy"
        folder.rename(copy)
        folder.mkdir()
        unshare = ("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT)
        before = (*unshare, str(folder), str(copy))
    out, _ = program(FILL, folder, limit, str(tmp_path / "after"), before=before).communicate()
    told, kept, seen = out.decode().splitlines()
    assert told.startswith(("STORE-015", "STORE-014"))
    assert "x" * 10 not in told
    assert kept == seen
    assert int(kept) > 1
    store = EncryptedStore(after, keyring)
    assert [each.seq for each in store.read()] == list(range(1, int(kept) + 1))
    assert store.verify() == []
    assert store.append([NewEvent("note", case="K01")])[0].seq == int(kept) + 1
    store.close()


LOOK = """
import sys
from toolkit.errors import StoreError
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.sqlite.sqlcipher import EncryptedStore
keyring = Keyring.unlock(sys.argv[1], Passphrase.from_descriptor(0))
try:
    EncryptedStore(sys.argv[2], keyring)
except StoreError as refused:
    print(refused)
try:
    keyring.ensure("research/case/K09")
except StoreError as refused:
    print(refused)
"""
READ_ONLY = """
mount -t tmpfs none "$0" && cp -r "$1"/. "$0" && mount -o remount,ro "$0" && shift && exec "$@"
"""


@pytest.mark.parametrize("way", ["mount"] if can_mount() else ["mode"] if os.geteuid() else [])
def test_a_read_only_disk_is_told_and_nothing_is_tried_twice(
    folder: Path, tmp_path: Path, way: str
) -> None:
    """By a disk that is mounted so where one can be, and by the rights of the folders elsewhere."""
    above = folder.parent
    command = [sys.executable, "-c", LOOK, str(above / "keys" / "keyring.json"), str(folder)]
    if way == "mount":
        copy = tmp_path.with_name(f"{tmp_path.name}-copy")
        copytree(above, copy)
        unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c", READ_ONLY]
        command = [*unshare, str(above), str(copy), *command]
    else:
        for each in (folder, above / "keys"):
            each.chmod(0o500)
    done = subprocess.run(command, input=PUBLIC.reveal(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    opened, made = done.stdout.decode().splitlines()
    assert opened.startswith("STORE-056 folder data: the store cannot be opened")
    assert made.startswith("STORE-015 keyring keyring.json")


def test_a_disk_that_cannot_be_written_is_told(folder: Path, keyring: Keyring) -> None:
    store = EncryptedStore(folder, keyring)
    store._database.run("PRAGMA query_only = ON")
    for problem in ("attempt to write a readonly database", "an earlier write failed"):
        with pytest.raises(StoreError, match=f"STORE-015 .*{problem}"):
            store.append([NewEvent("note")])
    assert len(list(store.read())) == 1
    store.close()
