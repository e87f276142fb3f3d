"""Each server is its own: no cookie of another opens it, and nothing is on it but the page."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.capture.conftest import SMALL, STUDY
from tests.cli.serving import Serving, serving

ADDRESS = r"http://[0-9a-f]{16}\.localhost:\d+/toolkit/call/R01\?token=\w+#key=[\w-]+"
API = "/toolkit/api/sessions/R01"


@dataclass
class Visitor:
    """Whoever knows the address, or some of what lets somebody in."""

    host: str
    port: int
    token: str
    key: str
    cookies: str = ""

    @classmethod
    def of(cls, address: str) -> Visitor:
        parts = urlsplit(address)
        token, key = parts.query.removeprefix("token="), parts.fragment.removeprefix("key=")
        return cls(parts.hostname or "", parts.port or 0, token, key)

    def ask(
        self, path: str, method: str = "GET", host: str = "", **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", f"{host or self.host}:{self.port}")
        if self.cookies:
            connection.putheader("Cookie", self.cookies)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        return connection.getresponse()

    def wait(self) -> None:
        """Wait until somebody listens; the address is said a moment before."""
        for _ in range(600):
            with suppress(ConnectionRefusedError):
                self.ask("/toolkit/call/R01")
                return
            time.sleep(0.1)
        raise AssertionError("nobody listens there")

    def sign_in(self) -> list[str]:
        """Open the page as the browser does; keep the cookies, and give what was set."""
        set_ = self.ask(f"/toolkit/call/R01?token={self.token}").headers.get_all("Set-Cookie", [])
        self.cookies = "; ".join(each.partition(";")[0] for each in set_)
        return set_


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def rehearsal(folder: Path) -> Iterator[Serving]:
    """A call that is rehearsed where much lies about that a server could pick up."""
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "random.py").write_text("raise SystemExit('a stray file was loaded')")
    for name in (".jupyter", ".config"):
        (folder / name).mkdir()
    careless = "c.IdentityProvider.token = ''\nc.ServerApp.disable_check_xsrf = True\n"
    (folder / ".jupyter" / "jupyter_server_config.py").write_text(careless)
    words = ["call", "--rehearse", "--study", STUDY, "--guide", folder / "small.yaml"]
    # webbrowser starts what BROWSER names, and nothing opens here.
    with serving(folder, words, TMPDIR=str(folder), HOME=str(folder), BROWSER="true") as command:
        yield command


@pytest.fixture
def visitor(rehearsal: Serving) -> Visitor:
    found = Visitor.of(rehearsal.address(ADDRESS)[0])
    found.wait()
    return found


def test_starting_a_call_says_three_lines_and_where_it_is(
    rehearsal: Serving, visitor: Visitor
) -> None:
    said = rehearsal.log.read_text(encoding="utf-8").splitlines()
    assert said[0] == "Rehearsal: nothing here is real, and it is gone when this ends (Ctrl+C)."
    assert said[1] == "The page of call R01 is served on this machine, at"
    assert re.fullmatch(ADDRESS, said[2])
    assert said[3] == "Ctrl+C here ends it; what was typed is saved."
    assert len(said) == 4


def test_who_brings_nothing_gets_nothing(visitor: Visitor) -> None:
    for path in ("/toolkit/call/R01", API, "/toolkit/page/call.css"):
        assert visitor.ask(path).status in (302, 403), path


def test_cookies_are_for_this_host_alone_and_end_with_the_browser(visitor: Visitor) -> None:
    set_ = visitor.sign_in()
    assert len(set_) == 2  # who is signed in, and the XSRF token
    for cookie in set_:
        assert "samesite=strict" in cookie.lower()
        assert "domain=" not in cookie.lower()
        assert "expires=" not in cookie.lower()
        assert "max-age" not in cookie.lower()


def test_a_stolen_live_cookie_opens_no_answer(visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor.ask(API).status == 403
    assert visitor.ask(API, X_Toolkit_Key="guessed").status == 403
    assert visitor.ask(API, X_Toolkit_Key=visitor.key).status == 200


@pytest.mark.parametrize(
    "path",
    ["kernels", "kernelspecs", "sessions", "contents", "contents/random.py", "terminals", "config"],
)
def test_there_are_no_kernels_files_or_terminals_to_be_had(visitor: Visitor, path: str) -> None:
    visitor.sign_in()
    for prefix in ("/api/", "/files/", "/lab/api/", "/nbconvert/html/", "/view/"):
        assert visitor.ask(f"{prefix}{path}").status == 404, prefix


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "other.localhost", "example.org"])
def test_it_answers_to_its_own_name_only(visitor: Visitor, host: str) -> None:
    visitor.sign_in()
    for path in ("/toolkit/call/R01", API):
        assert visitor.ask(path, host=host, X_Toolkit_Key=visitor.key).status == 403


def test_a_body_that_is_too_long_is_refused_before_it_is_read(visitor: Visitor) -> None:
    visitor.sign_in()
    xsrf = visitor.cookies.partition("_xsrf=")[2].partition(";")[0]
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=60) as line:
        head = (
            f"POST {API}/edits HTTP/1.1\r\nHost: {visitor.host}:{visitor.port}\r\n"
            f"Cookie: {visitor.cookies}\r\nX-Toolkit-Key: {visitor.key}\r\n"
            f"X-XSRFToken: {xsrf}\r\n"
            f"Content-Length: {400 * 1024 * 1024}\r\n\r\n"
        )
        line.sendall(head.encode())  # and not one byte of the body
        assert line.recv(64).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "path", ["/toolkit/page/%00", "/toolkit/page/a%00b.js", "/toolkit/page/%0d"]
)
def test_what_is_refused_leaves_no_traceback(
    rehearsal: Serving, visitor: Visitor, path: str
) -> None:
    visitor.sign_in()
    assert visitor.ask(path).status == 404
    assert "Traceback" not in rehearsal.log.read_text(encoding="utf-8")


def test_what_leads_in_is_read_by_its_owner_only(folder: Path, visitor: Visitor) -> None:
    secret = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path != folder / "log"
        if visitor.token.encode() in path.read_bytes() or visitor.key.encode() in path.read_bytes()
    ]
    assert secret != []  # the page that leads in
    assert [oct(path.stat().st_mode & 0o777) for path in secret] == ["0o600"] * len(secret)
    for process in psutil.process_iter(["cmdline"]):
        assert visitor.token not in " ".join(process.info["cmdline"] or ())


def test_a_cookie_of_a_server_that_ended_opens_no_other_on_its_port(
    visitor: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("b")  # a short path: a socket goes into it
    visitor.sign_in()
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    words = ["call", "--rehearse", "--study", STUDY, "--guide", tmp_path / "small.yaml"]
    with serving(tmp_path, [*words, "--no-browser"], TMPDIR=str(tmp_path)) as command:
        other = Visitor.of(command.address(ADDRESS)[0])
        other.wait()
        other.sign_in()
        assert other.host != visitor.host
        name = re.escape(visitor.host.replace(".", "-"))
        # Even renamed to what the other server looks for, it is signed with another secret.
        other.cookies = re.sub(name, other.host.replace(".", "-"), visitor.cookies)
        assert other.ask(API, X_Toolkit_Key=other.key).status == 403
        # The command is killed, and takes its server and the rehearsal along.
        server = psutil.Process(command.process.pid).children()
        os.kill(command.process.pid, signal.SIGKILL)
        _, left = psutil.wait_procs(server, timeout=60)
        assert left == []
        for _ in range(100):
            if not [*tmp_path.glob("toolkit-rehearsal-*")]:
                break
            time.sleep(0.1)
        assert [*tmp_path.glob("toolkit-rehearsal-*")] == []
