"""One unlocking for a work session: a process that keeps the keys, and shows them nowhere (P32)."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.unlocking import IDENTITY_WORDS, WORDS, at_a_terminal, in_a_fork, said, toolkit
from toolkit.errors import StoreError
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.lifecycle import unlock_process as keeper
from toolkit.store.lifecycle.unlock_process import hold, keep_unlocked, kept, lock
from toolkit.store.lifecycle.unlocked import shared, socket_of, unlock

SECRET = {"passphrase": WORDS}


def waited(until: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def opens(home: Home, path: Path, words: str) -> bool:
    try:
        Keyring.unlock(path, Passphrase(words.encode()))
    except StoreError as refused:
        return refused.findings[0].code != "STORE-040"
    return True


@pytest.fixture
def ring(locked_home: Home) -> Iterator[Keyring]:
    yield unlock(locked_home, Passphrase(WORDS.encode()))
    lock(locked_home)


@pytest.fixture
def process(locked_home: Home, ring: Keyring) -> int:
    """Id of a process that keeps the study unlocked."""
    return keep_unlocked(locked_home, ring, hours=1).process


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


# The commands --------------------------------------------------------------------------------


def test_unlocking_once_is_enough_until_it_is_locked(locked_home: Home, ring: Keyring) -> None:
    words = ("--data", locked_home.folder)
    code, told = said("store", "unlock", *words, "--hours", 2, secrets=SECRET)
    assert (code, told.partition(",")[0]) == (0, "made-up is unlocked")
    assert unlock(locked_home).master().reveal() == ring.master().reveal()
    assert said("store", "lock", *words) == (0, "made-up is locked.\n")
    assert said("store", "lock", *words) == (0, "made-up was locked already.\n")
    with pytest.raises(StoreError, match="STORE-060"):
        unlock(locked_home)


def test_a_second_unlocking_says_so_and_asks_for_nothing(locked_home: Home, process: int) -> None:
    code, told = said("store", "unlock", "--data", locked_home.folder)
    assert (code, told.partition(",")[0]) == (0, "made-up was unlocked already")
    _, machine = said("store", "unlock", "--data", locked_home.folder, "--json")
    answer = json.loads(machine)
    assert (answer["before"], answer["process"]) == (True, process)
    found = kept(locked_home)
    assert found is not None
    assert found.until is not None
    assert abs(found.until / 1000 - time.time() - 3600) < 60


def test_the_passphrase_is_asked_for_once_at_a_terminal(locked_home: Home, ring: Keyring) -> None:
    words = ("store", "unlock", "--data", locked_home.folder)
    code, shown = at_a_terminal(*words, answers=[WORDS])
    assert code == 0
    assert shown.count("Passphrase of made-up:") == 1
    assert "nonsense" not in shown
    assert shared(locked_home, socket_of(locked_home)) is not None


@pytest.mark.parametrize(
    ("secrets", "code", "told"),
    [
        ({}, 1, "STORE-060"),
        ({"passphrase": "four wrong words of it"}, 1, "STORE-040"),
        ({"passphrase": "short"}, 1, "STORE-047"),
    ],
)
def test_without_the_passphrase_it_stays_locked(
    locked_home: Home, secrets: dict[str, str], code: int, told: str
) -> None:
    found, words = said("store", "unlock", "--data", locked_home.folder, secrets=secrets)
    assert (found, words.partition(" ")[0]) == (code, told)
    assert "wrong words" not in words
    assert kept(locked_home) is None


@pytest.mark.parametrize("hours", ["0", "12.5", "-1"])
def test_no_study_is_unlocked_for_longer_than_half_a_day(locked_home: Home, hours: str) -> None:
    assert keeper.LONGEST_HOURS == 12
    words = ("store", "unlock", "--data", locked_home.folder, "--hours", hours)
    code, _ = said(*words, secrets=SECRET)
    assert code == 2
    assert kept(locked_home) is None


@pytest.mark.parametrize("identity", [False, True])
def test_a_passphrase_is_changed_and_the_other_one_stays(locked_home: Home, identity: bool) -> None:
    old, new = IDENTITY_WORDS if identity else WORDS, "six quite new words of nonsense"
    rings = [locked_home.research_keyring, locked_home.identity_keyring]
    words = ["store", "passphrase", "--data", locked_home.folder, *["--identity"] * identity]
    code, told = said(*words, secrets={"passphrase": old, "new-passphrase": new})
    assert (code, told.split(" is changed")[1]) == (0, ".\n")
    assert opens(locked_home, rings[identity], new)
    assert not opens(locked_home, rings[identity], old)
    assert opens(locked_home, rings[not identity], WORDS if identity else IDENTITY_WORDS)


def test_a_lost_passphrase_is_set_anew_with_the_recovery_key(tmp_path: Path, runtime: Path) -> None:
    from tests.store.unlocking import make_locked_home

    made = make_locked_home(tmp_path / "home")
    new = {"new-passphrase": "six quite new words of nonsense"}
    words = ("store", "recover", "--data", made.home.folder)
    code, _ = said(*words, secrets={"recovery-key": made.recovery, **new})
    assert code == 0
    assert opens(made.home, made.home.research_keyring, new["new-passphrase"])
    assert opens(made.home, made.home.identity_keyring, IDENTITY_WORDS)
    # The key of the one store is not that of the other.
    code, told = said(*words, "--identity", secrets={"recovery-key": made.recovery, **new})
    assert (code, told.partition(" ")[0]) == (1, "STORE-040")
    mistyped = made.recovery[:-1] + ("A" if made.recovery[-1] != "A" else "B")
    code, told = said(*words, secrets={"recovery-key": mistyped, **new})
    assert (code, told.partition(" ")[0]) == (1, "STORE-049")


def test_a_real_study_never_gets_the_passphrase_that_everybody_knows(locked_home: Home) -> None:
    words = ("store", "passphrase", "--data", locked_home.folder)
    both = {**SECRET, "new-passphrase": SAMPLE.reveal().decode()}
    code, told = said(*words, secrets=both)
    assert (code, told.partition(" ")[0]) == (1, "STORE-059")
    assert opens(locked_home, locked_home.research_keyring, WORDS)


def test_a_new_passphrase_is_typed_twice(locked_home: Home) -> None:
    words = ("store", "passphrase", "--data", locked_home.folder)
    code, shown = at_a_terminal(*words, answers=[WORDS, "one new nonsense", "two new nonsense"])
    assert (code, "USAGE-009" in shown) == (2, True)
    assert opens(locked_home, locked_home.research_keyring, WORDS)
    code, shown = at_a_terminal(*words, answers=[WORDS, "one new nonsense", "one new nonsense"])
    assert (code, "nonsense" in shown) == (0, False)
    assert opens(locked_home, locked_home.research_keyring, "one new nonsense")


def test_a_secret_comes_from_one_place_or_from_a_terminal(
    locked_home: Home, tmp_path: Path
) -> None:
    words = ("store", "passphrase", "--data", locked_home.folder)
    code, told = said(*words)
    assert (code, told.partition(" ")[0]) == (2, "USAGE-011")
    code, told = said(*words, "--passphrase-file", tmp_path / "file", secrets=SECRET)
    assert (code, told.partition(" ")[0]) == (2, "USAGE-010")


# The process ---------------------------------------------------------------------------------


def test_it_has_left_the_terminal_and_holds_nothing_open(process: int, ring: Keyring) -> None:
    proc = Path(f"/proc/{process}")
    told = proc.joinpath("stat").read_text().rpartition(")")[2].split()
    session, terminal = int(told[3]), int(told[4])
    assert session not in (process, os.getsid(0))
    assert terminal == 0
    assert "Umask:\t0077" in proc.joinpath("status").read_text()
    assert proc.joinpath("cwd").readlink() == Path("/")

    def opened() -> list[str]:
        held = [os.readlink(each) for each in proc.joinpath("fd").iterdir()]
        return sorted(each.partition(":")[0].rpartition(".")[2] for each in held)

    # Who asked last may not have been hung up on yet.
    assert waited(lambda: opened() == [os.devnull] * 3 + ["lock", "socket"]), opened()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL, "time"])
def test_however_it_ends_the_study_is_locked_and_can_be_unlocked_again(
    locked_home: Home, ring: Keyring, ending: signal.Signals | str
) -> None:
    hours = 1 / 3600 if ending == "time" else 1
    process = keep_unlocked(locked_home, ring, hours=hours).process
    if isinstance(ending, signal.Signals):
        os.kill(process, ending)
    assert waited(lambda: gone(process))
    assert kept(locked_home) is None
    assert socket_of(locked_home).exists() == (ending == signal.SIGKILL)
    assert keep_unlocked(locked_home, ring, hours=1).process != process


@pytest.mark.parametrize("asked", [signal.SIGHUP, signal.SIGINT])
def test_closing_the_terminal_does_not_lock_it(
    locked_home: Home, ring: Keyring, asked: signal.Signals
) -> None:
    # Whoever runs the tests may ignore it already, and that would be inherited.
    before = signal.signal(asked, signal.SIG_DFL)
    try:
        process = keep_unlocked(locked_home, ring, hours=1).process
    finally:
        signal.signal(asked, before)
    os.kill(process, asked)
    time.sleep(0.3)
    assert kept(locked_home) is not None


def test_two_at_once_leave_one(locked_home: Home, ring: Keyring, process: int) -> None:
    with pytest.raises(StoreError, match=f"STORE-081 study made-up: .* process {process};"):
        keep_unlocked(locked_home, ring, hours=1)
    found = kept(locked_home)
    assert found is not None
    assert found.process == process


def told_by_the_system() -> bytes:
    """Arguments and environments of all processes, as far as we may see them."""
    seen = b""
    for each in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                seen += each.joinpath(name).read_bytes()
            except OSError:
                continue
    return seen


def test_no_secret_is_in_the_arguments_or_the_environment_of_any_process(
    locked_home: Home, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEN_BY_THE_TEST", "a canary of the environment")
    master = ring.master().reveal()
    secrets = [WORDS.encode(), master, master.hex().encode(), b64encode(master)]
    command = toolkit("store", "unlock", "--data", locked_home.folder, secrets=SECRET)
    seen = b""
    while command.poll() is None:
        seen += told_by_the_system()
    command.communicate()
    seen += told_by_the_system()
    assert command.returncode == 0
    assert b"toolkit.store.lifecycle.unlock_process" in seen
    assert b"a canary of the environment" in seen
    assert [each for each in secrets if each in seen] == []


def test_no_debugger_and_no_dump_may_read_the_process(locked_home: Home, ring: Keyring) -> None:
    """Not even a program of the same user, whom the system would let read others."""
    task = json.loads(keeper._task(locked_home, ring, socket_of(locked_home), 1))

    def readable(process: int) -> bool:
        return b"PATH=" in Path(f"/proc/{process}/environ").read_bytes()

    def begin(job: Callable[[int], object]) -> int:
        read, write = os.pipe()
        child = os.fork()
        if not child:
            try:
                in_another_skin()
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
                job(write)
            finally:
                os._exit(1)
        os.close(write)
        os.read(read, 100)
        os.close(read)
        return child

    open_one = begin(lambda said: (os.write(said, b"ready"), time.sleep(60)))
    held = begin(lambda said: hold({**task, "socket": task["socket"] + ".2"}, said))
    try:
        assert in_a_fork(lambda: readable(open_one), other_user=True)
        assert not in_a_fork(lambda: readable(held), other_user=True)
        limits = Path(f"/proc/{held}/limits").read_text()
        (core,) = [each for each in limits.splitlines() if "core file" in each]
        assert core.split()[4:6] == ["0", "0"]
    finally:
        for each in (open_one, held):
            os.kill(each, signal.SIGKILL)
            os.waitpid(each, 0)


def in_another_skin() -> None:
    """Be another user where we are root, and readable like any program of that user."""
    from tests.store.unlocking import become_nobody

    become_nobody()
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
