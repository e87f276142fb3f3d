"""The commands for a study's data, as a person or a script uses them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from toolkit.store import NewEvent
from toolkit.store.home import find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "topic_guides" / "parents-and-social-care"
WORDS = "correct horse battery staple"
APART = "another four random words"
CANARY = "canary-yellow-meadow"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder with a file that holds a passphrase."""
    for name, words in (("words", WORDS), ("words-apart", APART)):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(words + "\n", encoding="utf-8")
    return tmp_path


def run(place: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *words],
        cwd=place,
        input=stdin,
        env={**os.environ, "XDG_RUNTIME_DIR": str(place)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def made(place: Path) -> Path:
    """The same folder after `toolkit store init`, with something said in the store."""
    given = ("--passphrase-file", "words", "--recovery-file", "recovery")
    apart = ("--identity-passphrase-file", "words-apart")
    done = run(place, "store", "init", str(STUDY), *given, *apart)
    assert done.returncode == 0, done.stderr
    store = find_home(place / ".studies" / STUDY.name).open_research(keyring(place))
    said = NewEvent("answer", "q2", case="K07", session="K07", new_value={"value": CANARY})
    store.append([said, NewEvent("draw", user="researcher-1")])
    store.close()
    return place


def keyring(place: Path) -> Keyring:
    path = place / ".studies" / STUDY.name / "keys" / "research.keyring"
    return Keyring.unlock(path, Passphrase(WORDS.encode()))


def with_words(made: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run(made, *words, "--passphrase-file", "words", stdin=stdin)


def test_a_store_is_made_and_its_recovery_keys_go_into_the_file_alone(made: Path) -> None:
    """P32."""
    told = (made / "recovery").read_text(encoding="ascii")
    keys = re.findall(r"(?:[A-Z2-7]{4}-){13}[A-Z2-7]{4}", told)
    assert len(keys) == 2
    assert stat.S_IMODE((made / "recovery").stat().st_mode) == 0o600
    home = find_home(made / ".studies" / STUDY.name)
    assert Keyring.recover(home.research_keyring, keys[0]).study == STUDY.name
    assert Keyring.recover(home.identity_keyring, keys[1]).study == STUDY.name
    assert not home.fictional


def test_without_a_place_for_the_recovery_keys_nothing_is_made(place: Path) -> None:
    done = run(place, "store", "init", str(STUDY), "--passphrase-file", "words")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("USAGE-008")
    assert not (place / ".studies").exists()


def test_at_a_terminal_the_passphrase_is_asked_for_twice_and_the_keys_are_shown(
    place: Path,
) -> None:
    said = at_a_terminal(place, ["store", "init", str(STUDY)], [WORDS, WORDS, APART, APART])
    assert len(re.findall(r"(?:[A-Z2-7]{4}-){13}[A-Z2-7]{4}", said)) == 2
    assert WORDS not in said
    assert keyring(place).study == STUDY.name
    path = find_home(place / ".studies" / STUDY.name).identity_keyring
    assert Keyring.unlock(path, Passphrase(APART.encode())).study == STUDY.name


def test_a_slip_in_a_new_passphrase_makes_nothing(place: Path) -> None:
    said = at_a_terminal(place, ["store", "init", str(STUDY)], [WORDS, WORDS + "r"])
    assert "USAGE-009" in said
    assert not (place / ".studies").exists()


def at_a_terminal(place: Path, words: list[str], answers: list[str]) -> str:
    """Type answers at the prompts of a command, and give what it showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "toolkit", *words])
    shown, sent = b"", 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other side is gone
            break
        if (
            sent < len(answers)
            and len(re.findall(rb"passphrase of [\w -]+: |more: ", shown)) > sent
        ):
            os.write(terminal, answers[sent].encode() + b"\n")
            sent += 1
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


def test_info_counts_and_tells_nothing_that_was_said(made: Path) -> None:
    done = with_words(made, "store", "info", "--json")
    told = json.loads(done.stdout)
    assert (told["study"], told["events"], told["withdrawn"]) == (STUDY.name, 2, 0)
    plain = with_words(made, "store", "info").stdout
    assert re.search(r"^events +2$", plain, re.MULTILINE)
    assert CANARY not in done.stdout + plain


def test_verify_finds_nothing_in_a_good_store(made: Path) -> None:
    for words, good in ((("store", "verify"), "good; 2 events"), (("audit", "verify"), "whole")):
        done = with_words(made, *words)
        assert done.returncode == 0, done.stderr
        assert good in done.stdout


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE event SET session = 'K08' WHERE seq = 1"], ["STORE-020 event 1"]),
        (["DELETE FROM event WHERE seq = 1"], ["STORE-021 event 2"]),
        (["DELETE FROM event WHERE seq = 2"], ["STORE-023 event 2"]),
        (
            ["UPDATE event SET seq = -seq", "UPDATE event SET seq = 3 + seq"],
            ["STORE-020 event 1", "STORE-020 event 2"],
        ),
    ],
    ids=["changed", "dropped", "cut off", "reordered"],
)
def test_verify_says_where_somebody_changed_the_journal(
    made: Path, statements: list[str], told: list[str]
) -> None:
    key = keyring(made).key("research/database")
    assert key is not None
    path = made / ".studies" / STUDY.name / "research" / "journal.db"
    file = dbapi2.connect(str(path), isolation_level=None)
    file.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
    for each in statements:
        file.execute(each)
    file.close()
    done = with_words(made, "audit", "verify", "--json")
    assert done.returncode == 1
    found = [f"{each['code']} {each['place']}" for each in json.loads(done.stdout)["findings"]]
    assert found[: len(told)] == told


def test_a_flipped_bit_in_the_file_is_found(made: Path) -> None:
    path = made / ".studies" / STUDY.name / "research" / "journal.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = with_words(made, "audit", "verify")
    assert done.returncode == 1
    assert "STORE-044" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_journal_set_back_to_an_older_state_lacks_what_was_noted(made: Path) -> None:
    head = json.loads(with_words(made, "audit", "verify", "--json").stdout)
    noted = f"{head['events']}:{head['last_seal']}"
    assert with_words(made, "audit", "verify", "--noted", noted).returncode == 0
    newer = f"3:{head['last_seal']}"
    done = with_words(made, "audit", "verify", "--noted", newer)
    assert done.returncode == 1
    assert "STORE-064 event 3" in done.stdout
    assert with_words(made, "audit", "verify", "--noted", "x").returncode == 1


def test_the_trail_of_a_case_shows_values_only_when_asked(made: Path) -> None:
    shown = with_words(made, "audit", "show", "K07").stdout
    assert "answer  q2  set" in shown
    assert CANARY not in shown
    assert CANARY in with_words(made, "audit", "show", "K07", "--values").stdout
    whole = with_words(made, "audit", "show").stdout
    assert "researcher-1" in whole
    assert "1 events" in whole or "1 event" in whole
    told = json.loads(with_words(made, "audit", "show", "K07", "--json").stdout)
    assert [(each["node"], each["new_value"]) for each in told] == [("q2", "(kept back)")]


def test_the_trail_of_a_forum_has_what_its_seats_said_in_order(made: Path) -> None:
    store = find_home(made / ".studies" / STUDY.name).open_research(keyring(made))
    steps = (("begin", "F1"), ("turn", "F1-A"), ("turn", "F1-B"), ("finish", "F1"))
    store.append([NewEvent(kind, case=case, session="F1") for kind, case in steps])
    store.append([NewEvent("consent", case="F1-A", session="fieldwork")])
    store.close()
    told = json.loads(with_words(made, "audit", "show", "F1", "--json").stdout)
    assert [(each["event"], each["case"]) for each in told] == list(steps)
    told = json.loads(with_words(made, "audit", "show", "F1-A", "--json").stdout)
    assert [each["event"] for each in told] == ["turn", "consent"]


def test_a_case_that_nobody_knows_is_told(made: Path) -> None:
    done = with_words(made, "audit", "show", "K99")
    assert done.returncode == 1
    assert "K99" in done.stdout


def test_words_are_searched_without_standing_in_the_command(made: Path) -> None:
    done = with_words(made, "store", "search", stdin=f"{CANARY[:10]}\n")
    assert done.returncode == 0
    assert "event 1" in done.stdout
    assert CANARY not in done.stdout
    assert with_words(made, "store", "search", stdin="nothing-like-it\n").returncode == 1


def test_a_locked_study_says_how_to_unlock_it(made: Path) -> None:
    done = run(made, "store", "info")
    assert done.returncode == 1
    assert done.stderr.startswith(f"STORE-060 study {STUDY.name}: the study is locked")


def test_a_wrong_passphrase_is_told(made: Path) -> None:
    (made / "words").write_text("another passphrase\n", encoding="utf-8")
    done = with_words(made, "store", "info")
    assert done.returncode == 1
    assert done.stderr.startswith("STORE-040")


def test_a_passphrase_file_that_others_can_read_is_refused(made: Path) -> None:
    (made / "words").chmod(0o644)
    assert with_words(made, "store", "info").stderr.startswith("STORE-048")


def test_a_passphrase_comes_by_a_descriptor_too(made: Path) -> None:
    done = run(made, "store", "info", "--passphrase-fd", "0", stdin=WORDS)
    assert done.returncode == 0
    both = ("--passphrase-fd", "0", "--passphrase-file", "words")
    assert run(made, "store", "info", *both, stdin=WORDS).stderr.startswith("USAGE-010")


def test_where_it_is_not_clear_which_study_is_meant_it_asks(place: Path) -> None:
    done = run(place, "store", "info")
    assert done.returncode == 2
    assert done.stderr.startswith("USAGE-006")


def test_a_store_is_never_made_over_another(made: Path) -> None:
    given = ("--passphrase-file", "words", "--recovery-file", "second")
    done = run(made, "store", "init", str(STUDY), *given)
    assert done.returncode == 1
    assert done.stderr.startswith("STORE-058")
    assert not (made / "second").exists()
    assert keyring(made).study == STUDY.name
