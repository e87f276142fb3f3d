"""The service in a real Jupyter server: its door, its routes, and what it leaves in the log."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import make_place
from tests.capture.service.servers import TOKEN, Server

CANARY = "canary-grünfink-4711"
ROUTES = [
    ("GET", "call/K01"),
    ("GET", "page/core/routing.js"),
    ("GET", "api/sessions/K01"),
    ("POST", "api/sessions/K01/begin"),
    ("POST", "api/sessions/K01/edits"),
    ("GET", "forum/F1"),
    ("GET", "api/forums/F1"),
    ("POST", "api/forums/F1/begin"),
    ("POST", "api/forums/F1/edits"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    place = make_place(folder, SMALL)
    place.consent("K01")
    made = Server(place, folder / "server")
    made.start()
    yield made
    made.kill()


class Visitor:
    """Somebody who talks to the server, with a jar of cookies."""

    def __init__(self, server: Server, token: str = "") -> None:
        self.server = server
        self.token = token
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send one request; give status, headers and body of what comes back."""
        told = {"Host": f"127.0.0.1:{self.server.port}", **headers}
        if self.token:
            told["Authorization"] = f"token {self.token}"
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        data = body if isinstance(body, str | None) else json.dumps(body)
        connection.request(method, f"/toolkit/{path}", data, told)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Send something with the XSRF token, as the page does."""
        status, _, answer = self.ask("POST", path, body, **{"X-XSRFToken": self.cookies["_xsrf"]})
        return status, json.loads(answer)


@pytest.fixture
def inside(server: Server) -> Visitor:
    """Somebody who is signed in and has opened the page."""
    visitor = Visitor(server, TOKEN)
    assert visitor.ask("GET", "call/K01")[0] == 200
    return visitor


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_opens_without_signing_in(server: Server, method: str, path: str) -> None:
    stranger = Visitor(server)
    stranger.ask("GET", "call/K01")
    stranger.cookies["_xsrf"] = "made-up"
    status, headers, body = stranger.ask(method, path, "{}", **{"X-XSRFToken": "made-up"})
    assert status == 403 or (status == 302 and "/login" in headers["Location"])
    assert b"K01" not in body
    assert b"F1" not in body


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
def test_nothing_is_taken_without_the_xsrf_token(inside: Visitor, path: str) -> None:
    assert inside.ask("POST", path, "{}")[0] == 403
    assert inside.ask("POST", path, "{}", **{"X-XSRFToken": "another"})[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "192.0.2.7:8888"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_other_host_name_is_answered(inside: Visitor, method: str, path: str, host: str) -> None:
    """What a page elsewhere can reach by pointing its own name at this machine."""
    assert inside.ask(method, path, Host=host)[0] == 403


def test_no_other_machine_is_answered(server: Server) -> None:
    with socket.socket() as here:
        here.settimeout(2)
        assert here.connect_ex(("127.0.0.2", server.port)) != 0
    # Where the server listens to everybody, the service still does not.
    settings = {
        "ServerApp.ip": "0.0.0.0",
        "ServerApp.allow_remote_access": "True",
        "ServerApp.trust_xheaders": "True",
    }
    open_to_all = Server(server.place, server.folder.with_name("open"), settings)
    open_to_all.start()
    try:
        visitor = Visitor(open_to_all, TOKEN)
        assert visitor.ask("GET", "call/K01")[0] == 200
        assert visitor.ask("GET", "call/K01", **{"X-Real-Ip": "192.0.2.7"})[0] == 403
    finally:
        open_to_all.kill()


def test_a_server_without_a_login_is_not_enough(server: Server) -> None:
    settings = {"IdentityProvider.token": "", "ServerApp.disable_check_xsrf": "True"}
    bare = Server(server.place, server.folder.with_name("bare"), settings)
    bare.start()
    try:
        assert Visitor(bare).ask("GET", "call/K01")[0] == 403
    finally:
        bare.kill()


def test_the_page_may_run_nothing_but_its_own_files(inside: Visitor) -> None:
    _, headers, body = inside.ask("GET", "call/K01")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(rb"https?://|<script(?! type=\"module\" src)", body) == []


def test_no_file_outside_of_the_page_s_folder_is_given(inside: Visitor) -> None:
    for path in ("page/../session.py", "page/%2e%2e/session.py", "page//etc/passwd"):
        assert inside.ask("GET", path)[0] in (403, 404)


def test_a_call_goes_through_the_server_into_the_journal(server: Server, inside: Visitor) -> None:
    status, opened = inside.post("api/sessions/K01/begin")
    assert (status, opened["view"]["phase"]) == (200, "open")
    edits = [
        {"number": 1, "step": "confirm", "ref": "hello"},
        {"number": 2, "step": "draft", "ref": "wish#answer", "text": CANARY},
    ]
    status, receipt = inside.post("api/sessions/K01/edits", {"client": "windowaa", "edits": edits})
    assert (status, receipt["taken"]) == (200, 2)
    _, _, body = inside.ask("GET", "api/sessions/K01")
    assert json.loads(body)["view"]["drafts"] == {"wish#answer": CANARY}
    kinds = [event.event for event in server.place.events("K01")]
    assert kinds == ["begin", "confirm", "taken", "draft", "taken"]


def test_a_forum_goes_through_the_server_into_the_journal(server: Server, inside: Visitor) -> None:
    seats = [f"F1-{letter}" for letter in "ABCD"]
    server.place.consent(*seats, strand="forum")
    roles = {"facilitator": "f-1", "note_taker": "n-1", "support_worker": "s-1"}
    status, opened = inside.post("api/forums/F1/begin", {"seats": seats, **roles})
    assert (status, opened["view"]["seats"]) == (200, seats)
    edit = {"number": 1, "step": "draft", "ref": "#note-note-taker", "by": "note-taker"}
    sent = {"client": "windowbb", "by": "note-taker", "edits": [edit | {"text": CANARY}]}
    status, receipt = inside.post("api/forums/F1/edits", sent)
    assert (status, receipt["taken"], receipt["view"]["roles"]["note-taker"]) == (200, 1, "n-1")
    _, _, body = inside.ask("GET", "api/forums/F1")
    assert json.loads(body)["view"]["drafts"] == {"#note-note-taker": CANARY}


def test_a_forum_that_names_nobody_is_not_begun(inside: Visitor) -> None:
    status, told = inside.post("api/forums/F2/begin", {"seats": CANARY})
    assert (status, told["faults"][0]["code"]) == (400, "CAPTURE-043")
    assert CANARY not in json.dumps(told, ensure_ascii=False)


def test_what_is_refused_is_told_in_the_catalogue_s_words(inside: Visitor) -> None:
    """P25."""
    status, told = inside.post("api/sessions/K77/begin")
    assert (status, told["faults"][0]["code"]) == (409, "CAPTURE-001")
    assert told["faults"][0]["remedy"]


@pytest.mark.parametrize(
    "body",
    [
        "no JSON " + CANARY,
        {"client": "windowaa", "edits": [{"number": 0, "step": "draft", "text": CANARY}]},
        {"client": "windowaa", "edits": [{"number": 1, "step": CANARY}]},
        {"client": CANARY, "edits": []},
        {"client": "windowaa", "edits": [{"number": 1, "step": "draft", "text": "\ud800"}]},
    ],
)
def test_what_is_no_edit_is_refused_and_not_repeated(inside: Visitor, body: Any) -> None:
    status, told = inside.post("api/sessions/K01/edits", body)
    assert (status, told["faults"][0]["code"]) == (400, "CAPTURE-043")
    assert CANARY not in json.dumps(told, ensure_ascii=False)


def test_nothing_that_was_typed_is_in_any_file_in_plain(server: Server) -> None:
    """P32. The last test of this file: everything above has been through the server."""
    places = [server.folder, server.place.data]
    files = [each for place in places for each in place.rglob("*") if each.is_file()]
    assert server.log in files
    assert [each.name for each in files if b"canary" in each.read_bytes()] == []
