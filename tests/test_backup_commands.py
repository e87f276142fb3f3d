"""Backup, restoration and destruction, as a person or a script does them."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

ROOT = Path(__file__).parents[1]
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
WORDS = {"words": "correct horse battery staple", "apart": "quiet river under seven bridges"}
CANARY = "canary-yellow-meadow"
ONE = ("--passphrase-file", "words")
BOTH = (*ONE, "--identity-passphrase-file", "apart")
ME = ("--user", "researcher-1")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder with the only study's data, and a file for each of its passphrases."""
    for name, words in WORDS.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(words, encoding="utf-8")
    apart = Passphrase(WORDS["apart"].encode())
    about = About("made-up", True, "2019-02-01")
    folder, first = tmp_path / ".studies" / "made-up", Passphrase(WORDS["words"].encode())
    home = make_home(folder, about, first, identity_passphrase=apart, cost=CHEAP).home
    say(home, "first")
    return tmp_path


def home_in(place: Path) -> Home:
    return find_home(place / ".studies" / "made-up")


def say(home: Home, words: str) -> None:
    keyring = Keyring.unlock(home.research_keyring, Passphrase(WORDS["words"].encode()))
    with closing(home.open_research(keyring)) as store:
        store.append([NewEvent("answer", case="K01", session="K01", new_value=f"{words} {CANARY}")])


def run(place: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *map(str, words)],
        cwd=place,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "XDG_RUNTIME_DIR": str(place)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout + done.stderr
    assert [each for each in (*WORDS.values(), CANARY, "Traceback") if each in said] == []
    return done


def refused(place: Path, *words: str | Path) -> tuple[int, str]:
    done = run(place, *words)
    return done.returncode, done.stderr.partition(" ")[0]


def at_a_terminal(place: Path, words: list[str], answer: str) -> str:
    """Type an answer at the first prompt of a command, and give what it showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place)
        os.environ |= {"PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(place)}
        os.execv(sys.executable, [sys.executable, "-m", "toolkit", *words])
    shown, sent = b"", False
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other side is gone
            break
        if not sent and b"to go on: " in shown:
            os.write(terminal, answer.encode() + b"\n")
            sent = True
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


def made(place: Path) -> Path:
    done = run(place, "backup", "backups", *BOTH, *ME, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["events"] == {"research": 1, "identity/audit": 1, "identity/people": 0}
    assert told["bytes"] > 100_000
    return place / str(told["folder"])


def test_a_backup_is_made_and_put_back_and_the_rest_is_counted(place: Path) -> None:
    backup = made(place)
    say(home_in(place), "later")
    assert refused(place, "restore", backup, *BOTH) == (1, "STORE-101")
    done = run(place, "restore", backup, *BOTH, "--replace")
    assert done.returncode == 0, done.stderr
    assert "STORE-104 research: 1 events" in done.stdout
    assert "Restored as of" in done.stdout
    assert "replaced-" in done.stdout.splitlines()[-1]
    again = json.loads(run(place, "restore", backup, *BOTH, "--replace", "--json").stdout)
    assert again["missing"] == {"research": 1, "identity/people": 0, "identity/audit": 1}
    assert again["data"] == ".studies/made-up"


def test_on_a_new_machine_the_keyrings_are_named(place: Path) -> None:
    backup, keys = made(place), home_in(place).keys
    done = run(place, "restore", backup, "--data", "new", "--keys", keys, *BOTH)
    assert done.returncode == 0, done.stderr
    verified = run(place, "store", "verify", "--data", "new", *ONE).stdout
    assert "good; 2 events" in verified, "what was said, and that it was restored"
    lost = run(place, "restore", backup, "--data", "other", *BOTH)
    assert (lost.returncode, lost.stderr.partition(" ")[0]) == (1, "STORE-041")


def test_both_passphrases_are_needed_and_one_is_enough_where_they_are_the_same(
    place: Path,
) -> None:
    assert refused(place, "backup", "backups", *ONE) == (2, "USAGE-011")
    assert refused(place, "backup", "backups", *BOTH[2:]) == (1, "STORE-060")
    wrong = ("--identity-passphrase-file", "words")
    assert refused(place, "backup", "backups", *ONE, *wrong) == (1, "STORE-040")
    assert not (place / "backups").exists()
    ring = Keyring.unlock(home_in(place).identity_keyring, Passphrase(WORDS["apart"].encode()))
    ring.change_passphrase(Passphrase(WORDS["words"].encode()), cost=CHEAP)
    assert run(place, "backup", "backups", *ONE).returncode == 0


def test_a_user_who_is_no_role_account_is_refused(place: Path) -> None:
    """The audit would name somebody."""
    words = ("--user", "Kettle, Example")
    done = run(place, "backup", "backups", *BOTH, *words)
    assert (done.returncode, done.stderr.partition(" ")[0]) == (1, "STORE-084")
    assert "Kettle" not in done.stderr


def test_a_study_is_destroyed_only_when_its_id_is_given(place: Path) -> None:
    """P38."""
    backup = made(place)
    before = sorted(place.rglob("*.db"))
    assert refused(place, "study", "destroy", *BOTH, *ME) == (1, "STORE-106")
    wrong = ("--confirm", "made-down")
    assert refused(place, "study", "destroy", *BOTH, *ME, *wrong) == (1, "STORE-106")
    assert sorted(place.rglob("*.db")) == before
    right = ("--confirm", "made-up")
    told = json.loads(run(place, "study", "destroy", *BOTH, *ME, *right, "--json").stdout)
    assert told["counts"]["events"] == 1
    assert sorted(place.rglob("*.db")) == [each for each in before if "backups" in each.parts]
    assert refused(place, "store", "info", *ONE) == (1, "STORE-102")
    assert refused(place, "restore", backup, *BOTH) == (1, "STORE-102")
    assert refused(place, "study", "destroy", *ME, *right) == (1, "STORE-107")


def test_at_a_terminal_the_id_is_asked_for(place: Path) -> None:
    words = ["study", "destroy", "--uncounted", *ME]
    assert "STORE-106" in at_a_terminal(place, words, "yes")
    assert list(place.rglob("*.db"))
    shown = at_a_terminal(place, words, "made-up")
    assert "destroys all data of the study made-up, every backup of them included" in shown
    assert "Certificate of destruction: study made-up" in shown
    assert not list(place.rglob("*.db"))
