"""Nothing that was acknowledged is lost: killed programs, full disks, writers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.keyring import Keyring
from toolkit.store.passphrase import Passphrase
from toolkit.store.sqlcipher import EncryptedStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
KILLS = int(os.environ.get("TOOLKIT_KILLS", "200"))
OPEN = """
import resource, subprocess, sys
from toolkit.errors import ConflictError, StoreError
from toolkit.store import NewEvent
from toolkit.store.keyring import Keyring
from toolkit.store.passphrase import Passphrase
from toolkit.store.sqlcipher import EncryptedStore
keyring = Keyring.unlock(sys.argv[1], Passphrase.from_descriptor(0))
store = EncryptedStore(sys.argv[2], keyring)
"""


@pytest.fixture
def folder(tmp_path: Path, keyring: Keyring) -> Path:
    """Folder of a store with one event."""
    store = EncryptedStore.create(tmp_path / "data", ABOUT, keyring)
    store.append([NewEvent("answer", case="P01", session="P01")])
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


COUNTER = """
conflicts = done = last = count = 0
while done < 400:
    for event in store.read(session="F1", after=last):
        last, count = event.seq, count + 1
    try:
        store.append([NewEvent("turn", session="F1", new_value=count + 1)], expect=last)
        done += 1
    except ConflictError:
        conflicts += 1
print(conflicts)
"""


def test_two_programs_on_one_session_never_overwrite_each_other(
    folder: Path, keyring: Keyring
) -> None:
    both = [program(COUNTER, folder) for _ in range(2)]
    conflicts = [int(each.communicate(timeout=120)[0]) for each in both]
    store = EncryptedStore(folder, keyring)
    turns = [each.new_value for each in store.read(session="F1")]
    assert turns == list(range(1, 801)), "each writer built on what the other had written"
    assert sum(conflicts) > 0, "and they did get in each other's way"
    assert store.verify() == []
    store.close()


FILL = """
if sys.argv[3] == "file-size":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kept = 1
try:
    for _ in range(10_000):
        kept = store.append([NewEvent("note", case="P01", new_value="x" * 5000)])[-1].seq
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
    assert store.append([NewEvent("note", case="P01")])[0].seq == int(kept) + 1
    store.close()


def test_a_disk_that_cannot_be_written_is_told(folder: Path, keyring: Keyring) -> None:
    store = EncryptedStore(folder, keyring)
    store._database.run("PRAGMA query_only = ON")
    for problem in ("attempt to write a readonly database", "an earlier write failed"):
        with pytest.raises(StoreError, match=f"STORE-015 .*{problem}"):
            store.append([NewEvent("note")])
    assert len(list(store.read())) == 1
    store.close()
