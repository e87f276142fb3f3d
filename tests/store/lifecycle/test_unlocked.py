"""Keys are given to programs of the same user, by whoever shares them, and to nobody else (P32)."""

from __future__ import annotations

import logging
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.unlocking import WORDS, in_a_fork, make_locked_home
from toolkit.errors import StoreError
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.lifecycle import unlocked
from toolkit.store.lifecycle.unlocked import KeyServer, ask, shared, socket_of, unlock
from toolkit.store.people.identity import open_identities


@pytest.fixture
def home(locked_home: Home) -> Home:
    return locked_home


@pytest.fixture
def ring(home: Home) -> Keyring:
    return unlock(home, Passphrase(WORDS.encode()))


@pytest.fixture
def server(home: Home, ring: Keyring) -> Iterator[KeyServer]:
    with KeyServer(socket_of(home), ring) as serving:
        yield serving


def connected(path: Path, words: bytes = b"") -> socket.socket:
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(10)
    peer.connect(str(path))
    peer.sendall(words)
    return peer


def letter_by_letter(peer: socket.socket, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        peer.sendall(b"{")
        time.sleep(0.05)


def test_a_program_of_the_same_user_opens_the_study_without_a_passphrase(
    home: Home, server: KeyServer
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from toolkit.store.home import find_home\n"
        "from toolkit.store.lifecycle.unlocked import unlock\n"
        "home = find_home(Path(sys.argv[1]))\n"
        "print(home.open_research(unlock(home)).about.study)"
    )
    command = [sys.executable, "-c", code, str(home.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == home.study


def test_a_study_that_nobody_shares_is_locked(home: Home, ring: Keyring) -> None:
    with KeyServer(socket_of(home), ring):
        assert shared(home, socket_of(home)) is not None
    assert shared(home, socket_of(home)) is None
    with pytest.raises(StoreError, match="STORE-060 study made-up: the study is locked"):
        unlock(home)
    assert os.listdir(socket_of(home).parent) == [f"{socket_of(home).name}.lock"]


def test_only_the_owner_can_come_to_the_socket(home: Home, server: KeyServer) -> None:
    path = socket_of(home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_user_gets_nothing_even_through_open_folders(
    home: Home, ring: Keyring, runtime: Path
) -> None:
    runtime.chmod(0o755)
    path = runtime / "open.socket"
    with KeyServer(path, ring):
        path.chmod(0o666)

        def hears_something() -> bool:
            with connected(path, unlocked._request(home.study, "keys")) as peer:
                return peer.recv(100) != b""

        assert in_a_fork(hears_something, other_user=False)
        # Whoever is not root has no other user to try it as.
        assert in_a_fork(hears_something, other_user=True) == (os.getuid() != 0)


def test_the_keys_of_another_study_are_not_given(home: Home, server: KeyServer) -> None:
    assert ask(socket_of(home), "other", "keys") is None
    assert ask(socket_of(home), home.study, "keys") is not None


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}\n",
        b"[" * 5000,
        b"\xff\x00" * 40 + b"\n",
        b'{"a":1}\n',
    ],
)
def test_nonsense_is_answered_with_nothing(home: Home, server: KeyServer, nonsense: bytes) -> None:
    with connected(socket_of(home), nonsense) as peer:
        # Where it hung up with words of ours unread, that is a reset.
        heard = b""
        with suppress(ConnectionResetError):
            heard = peer.recv(100)
    assert heard == b""
    assert shared(home, socket_of(home)) is not None


def test_peers_that_say_nothing_hold_up_nobody(home: Home, server: KeyServer) -> None:
    silent = [connected(socket_of(home), b"{") for _ in range(10)]
    begun = time.monotonic()
    assert shared(home, socket_of(home)) is not None
    assert time.monotonic() - begun < 2
    for each in silent:
        each.close()


def test_who_speaks_too_slowly_is_cut_off(
    home: Home, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole line has a limit, not each letter of it."""
    monkeypatch.setattr(unlocked, "_PATIENCE", 0.4)
    with connected(socket_of(home)) as peer, pytest.raises(OSError, match=r"pipe|reset"):
        letter_by_letter(peer, seconds=5)


def test_a_crowd_is_turned_away_and_the_next_one_served(home: Home, server: KeyServer) -> None:
    crowd = [connected(socket_of(home)) for _ in range(unlocked._AT_ONCE)]
    assert shared(home, socket_of(home)) is None
    for each in crowd:
        each.close()
    until = time.monotonic() + 10
    while shared(home, socket_of(home)) is None:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_one_program_shares_a_study_at_a_time(home: Home, ring: Keyring, server: KeyServer) -> None:
    with pytest.raises(StoreError, match=f"STORE-081 study made-up: .* process {os.getpid()}"):
        KeyServer(socket_of(home), ring)
    assert shared(home, socket_of(home)) is not None


def test_closing_twice_leaves_the_socket_of_the_next_one(home: Home, ring: Keyring) -> None:
    first = KeyServer(socket_of(home), ring)
    first.close()
    with KeyServer(socket_of(home), ring):
        first.close()
        assert shared(home, socket_of(home)) is not None


def test_what_a_crashed_program_left_is_replaced(home: Home, ring: Keyring) -> None:
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(socket_of(home)))
    left.close()
    with KeyServer(socket_of(home), ring):
        assert shared(home, socket_of(home)) is not None


def test_a_path_that_is_too_long_for_a_socket_is_told(tmp_path: Path, ring: Keyring) -> None:
    with pytest.raises(StoreError, match=r"STORE-080 socket: .*path too long"):
        KeyServer(tmp_path / ("x" * 120), ring)
    (tmp_path / ("x" * 120 + ".lock")).unlink()


def test_a_folder_that_cannot_be_made_is_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"STORE-080 socket: .*no such file"):
        socket_of(home)


@pytest.mark.parametrize("spoilt", ["open to others", "a link"])
def test_a_folder_that_is_not_its_owner_s_alone_is_refused(
    home: Home, runtime: Path, spoilt: str
) -> None:
    folder = socket_of(home).parent
    if spoilt == "a link":
        folder.rename(runtime / "elsewhere")
        folder.symlink_to(runtime / "elsewhere")
    else:
        folder.chmod(0o750)
    with pytest.raises(StoreError, match="STORE-061"):
        socket_of(home)


def test_homes_have_sockets_of_their_own(home: Home, tmp_path: Path) -> None:
    other = make_locked_home(tmp_path / "other").home
    assert socket_of(home) != socket_of(other)


def test_when_the_time_is_over_nobody_is_answered(home: Home, ring: Keyring) -> None:
    server = KeyServer(socket_of(home), ring, hours=0.5 / 3600)
    assert shared(home, socket_of(home)) is not None
    begun = time.monotonic()
    server.wait()
    assert 0.2 < time.monotonic() - begun < 5
    assert shared(home, socket_of(home)) is None


@pytest.mark.parametrize("clock", ["time", "monotonic"])
def test_either_clock_ends_it_before_anybody_looked(
    home: Home, ring: Keyring, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    """One clock may be set back; the other stands still while the machine sleeps."""
    with KeyServer(socket_of(home), ring, hours=1):
        assert ask(socket_of(home), home.study, "until") is not None
        late = getattr(time, clock)() + 3601
        monkeypatch.setattr(unlocked.time, clock, lambda: late)
        assert ask(socket_of(home), home.study, "until") is None


def test_locking_ends_the_waiting(home: Home, ring: Keyring) -> None:
    server = KeyServer(socket_of(home), ring)
    waiting = threading.Thread(target=server.wait)
    waiting.start()
    ask(socket_of(home), home.study, "lock")
    waiting.join(timeout=10)
    assert not waiting.is_alive()
    assert shared(home, socket_of(home)) is None


def test_no_key_shows_in_a_log_a_text_or_a_traceback(
    home: Home, ring: Keyring, server: KeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = shared(home, socket_of(home))
    connected(socket_of(home), b"{}\n").close()
    with pytest.raises(StoreError) as fault:
        KeyServer(socket_of(home), ring)
    trace = traceback.TracebackException.from_exception(fault.value, capture_locals=True)
    told = f"{server!r} {found!r} {vars(server)} {caplog.text} {''.join(trace.format())}"
    master = ring.master().reveal()
    for form in (repr(master)[2:-1], master.hex(), b64encode(master).decode()):
        assert form not in told


def test_a_key_that_fails_the_keyring_opens_nothing(home: Home, ring: Keyring) -> None:
    """The identity keyring is not opened by what the socket gives (P31)."""
    with KeyServer(socket_of(home), ring):
        found = shared(home, socket_of(home))
        assert found is not None
        wrong = Keyring.shared(home.identity_keyring, home.study, found.master().reveal())
        with pytest.raises(StoreError, match="STORE-042"):
            open_identities(home, wrong)
        with pytest.raises(StoreError, match="STORE-057"):
            open_identities(home, found)
