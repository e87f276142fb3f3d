"""`toolkit store migrate`, as a person or a script uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from toolkit.store import About, NewEvent
from toolkit.store.home import Home
from toolkit.store.journal.schema import OLDEST, REVISION
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
WORDS, OTHER = b"correct horse battery staple", b"another passphrase altogether"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A study whose research store is of the first revision, under two passphrases."""
    for name, words in (("words", WORDS), ("other", OTHER)):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_bytes(words)
    made = make_home(
        tmp_path / ".studies" / "made-up", ABOUT, Passphrase(WORDS),
        identity_passphrase=Passphrase(OTHER), cost=CHEAP,
    ).home  # fmt: skip
    ring = Keyring.unlock(made.research_keyring, Passphrase(WORDS))
    store = made.open_research(ring)
    store.append([NewEvent("draw")])
    store.close()
    key = ring.key("research/database")
    assert key is not None
    file = dbapi2.connect(str(made.research / "journal.db"), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    kept = "('about', 'event', 'head', 'withdrawn', 'event_by_session', 'event_by_case')"
    asked = f"SELECT type, name FROM sqlite_master WHERE sql <> '' AND name NOT IN {kept}"
    for kind, name in list(file.execute(asked)):
        file.execute(f"DROP {kind} IF EXISTS {name}")
    file.execute("ALTER TABLE head DROP COLUMN proof")
    file.close()
    # Nor did its keyring know of proofs.
    told = json.loads(made.research_keyring.read_bytes())
    del told["keys"]["research/proved"]
    made.research_keyring.write_text(json.dumps(told))
    (made.keys / "research.newest").unlink()
    return made


def run(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    place = home.folder.parents[1]
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "store", *words],
        cwd=place, env={**os.environ, "XDG_RUNTIME_DIR": str(place)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_study_is_brought_to_the_newest_schema_and_can_be_used_again(home: Home) -> None:
    given = ("--passphrase-file", "words")
    before = run(home, "verify", *given)
    assert before.returncode == 1
    assert "STORE-070" in before.stderr
    assert "toolkit store migrate" in before.stderr
    done = run(home, "migrate", *given, "--identity-passphrase-file", "other", "--json")
    assert done.stderr == ""
    assert [(m["holds"], m["before"], m["after"]) for m in json.loads(done.stdout)] == [
        ("research", OLDEST, REVISION),
        ("identity", REVISION, REVISION),
        ("identity-audit", REVISION, REVISION),
    ]
    assert run(home, "verify", *given).returncode == 0
    again = run(home, "migrate", *given, "--identity-passphrase-file", "other")
    assert again.stdout.count("is new enough") == 3


def test_nothing_is_migrated_before_both_passphrases_are_right(home: Home) -> None:
    before = (home.research / "journal.db").read_bytes()
    refused = run(home, "migrate", "--passphrase-file", "words")
    assert (refused.returncode, "STORE-040" in refused.stderr) == (1, True)
    assert "Traceback" not in refused.stderr
    assert (home.research / "journal.db").read_bytes() == before


def test_where_nobody_can_be_asked_it_is_told(home: Home) -> None:
    refused = run(home, "migrate")
    assert (refused.returncode, "STORE-060" in refused.stderr) == (1, True)
