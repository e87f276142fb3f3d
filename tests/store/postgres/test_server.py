"""Over a network a server is talked to under TLS with a certificate that fits, or not at all (P32).

The server of the wheel was built without TLS, so the tests put it behind a door that ends TLS.
Where the machine has a server with TLS of its own, the same is tried on that one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.store.papers import Papers, papers
from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.postgres.server import Server, role_password
from toolkit.store.postgres.store import PostgresStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
Key = ec.EllipticCurvePrivateKey


def with_tls() -> list[Path]:
    """Folders of servers on this machine that were built with TLS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    built = []
    for each in found:
        with suppress(OSError):
            asked = [each.parent / "pg_config", "--configure"]
            told = subprocess.run(asked, capture_output=True, check=False)
            built += [each.parent] * (b"openssl" in told.stdout or b"--with-ssl" in told.stdout)
    return built[-1:]


# A door that ends TLS -----------------------------------------------------------------------


class Door:
    """Listens on the loopback, ends TLS as PostgreSQL does, and hands on to a local socket."""

    def __init__(self, server: PostgresServer, made: Papers) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(made.certificate, made.key)
        self._behind = str(server.folder / ".s.PGSQL.5432")
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                Thread(target=self._answer, args=[self._socket.accept()[0]], daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with suppress(OSError), peer, socket.socket(socket.AF_UNIX) as behind:
            assert peer.recv(8) == bytes.fromhex("0000000804d2162f"), "TLS is asked for first"
            peer.sendall(b"S")
            with self._context.wrap_socket(peer, server_side=True) as inside:
                behind.connect(self._behind)
                back = Thread(target=hand_on, args=[behind, inside], daemon=True)
                back.start()
                hand_on(inside, behind)
                back.join()


def hand_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while content := one.recv(65536):
            other.sendall(content)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Papers that fit: for localhost, by an authority that is known."""
    return papers(tmp_path_factory.mktemp("papers") / "right", "localhost")


@pytest.fixture
def door(running: PostgresServer, right: Papers) -> Iterator[Door]:
    opened = Door(running, right)
    yield opened
    opened.close()


def behind(team: Server, port: int, made: Papers, host: str = "localhost") -> Server:
    return replace(team, host=host, port=port, authority=str(made.authority))


# What is promised ---------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_store_works_over_a_network_under_tls(
    team: Server, keyring: Keyring, door: Door, right: Papers, host: str
) -> None:
    store = PostgresStore(behind(team, door.port, right, host), ABOUT, keyring)
    connection = store._database.lend().connection.driver_connection
    assert connection.pgconn.ssl_in_use
    store.append([NewEvent("draw")])
    assert store.verify() == []
    store.close()


@pytest.mark.parametrize("built", with_tls(), ids=lambda each: each.parent.name)
def test_a_server_of_this_machine_with_tls_is_talked_to_under_tls(
    right: Papers, built: Path
) -> None:
    server = PostgresServer(built)
    try:
        owner = pwd.getpwnam(server.user).pw_uid if server.user else -1
        for each in (right.certificate, right.key):
            shutil.copy(each, server.folder / each.name)
            os.chown(server.folder / each.name, owner, -1)
            (server.folder / each.name).chmod(0o600)
        server.halt()
        port = free_port()
        server.settings |= {
            "listen_addresses": "localhost", "port": str(port), "ssl": "on",
            "ssl_cert_file": str(server.folder / right.certificate.name),
            "ssl_key_file": str(server.folder / right.key.name),
        }  # fmt: skip
        server.start(port)
        with server.admin(port=port) as admin:
            admin.execute("CREATE ROLE visitor LOGIN PASSWORD 'visiting'")
        place = behind(Server.of("made-up", "x"), port, right)
        with place.connect("postgres", user="visitor", password="visiting") as connection:
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert connection.execute(asked).fetchone() == (True,)
    finally:
        server.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_server_without_tls_is_refused_and_hears_no_password(
    team: Server, keyring: Keyring, right: Papers
) -> None:
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            peer, _ = plain.accept()
            with peer, suppress(OSError):
                heard.extend(peer.recv(65536))
                peer.sendall(b"N")
                while content := peer.recv(65536):
                    heard.extend(content)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        place = behind(team, plain.getsockname()[1], right)
        with pytest.raises(StoreError, match=r"STORE-074 .*offers no TLS"):
            PostgresStore(place, ABOUT, keyring)
        thread.join(10)
    assert bytes(heard) == bytes.fromhex("0000000804d2162f"), "it was asked for TLS and that is all"


def test_a_certificate_for_another_name_is_refused(
    running: PostgresServer, team: Server, keyring: Keyring, tmp_path: Path
) -> None:
    made = papers(tmp_path / "other", "db.example.org")
    door = Door(running, made)
    with pytest.raises(StoreError, match=r"STORE-074 .*for another name"):
        PostgresStore(behind(team, door.port, made), ABOUT, keyring)
    door.close()


def test_a_certificate_of_an_unknown_authority_is_refused(
    team: Server, keyring: Keyring, door: Door, right: Papers, tmp_path: Path
) -> None:
    others = papers(tmp_path / "others", "localhost")
    with pytest.raises(StoreError, match=r"STORE-074 .*not signed by the authority"):
        PostgresStore(behind(team, door.port, others), ABOUT, keyring)
    nobody = replace(behind(team, door.port, right), authority="")
    with pytest.raises(StoreError, match="STORE-074"):
        PostgresStore(nobody, ABOUT, keyring)
    missing = replace(nobody, authority=str(tmp_path / "missing.pem"))
    with pytest.raises(StoreError, match=r"STORE-074 .*cannot be read"):
        PostgresStore(missing, ABOUT, keyring)


def test_the_environment_cannot_make_a_connection_less_safe(
    team: Server, keyring: Keyring, right: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGSSLMODE": "disable", "PGREQUIRESSL": "0", "PGSSLROOTCERT": "x"}.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        Thread(target=lambda: plain.accept()[0].sendall(b"N"), daemon=True).start()
        with pytest.raises(StoreError, match="STORE-074"):
            PostgresStore(behind(team, plain.getsockname()[1], right), ABOUT, keyring)


def test_a_server_that_is_not_there_is_told(team: Server, keyring: Keyring) -> None:
    for place in (replace(team, host="/nowhere"), replace(team, host="localhost", port=1)):
        with pytest.raises(StoreError, match="STORE-073") as refused:
            PostgresStore(place, ABOUT, keyring)
        assert role_password(keyring, "research") not in str(refused.value)


def test_without_the_extra_it_is_said_what_to_install() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from toolkit.errors import StoreError\n"
        "from toolkit.store.postgres.server import Server\n"
        "try: Server.of('made-up', 'localhost').connect('postgres')\n"
        "except StoreError as told: print(told)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("STORE-075")
    assert "topic-guide-toolkit[team]" in done.stdout
